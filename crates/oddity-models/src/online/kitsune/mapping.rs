//! The feature map: which features go together, by their correlation.

use oddity_core::{Result, State};

/// Sums for the correlations of features, row by row.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    n_rows: u64,
    sums: Vec<f64>,
    /// Sums of squares and of products of distances to the running mean.
    squares: Vec<f64>,
    products: Vec<f64>,
}

impl Mapping {
    pub(super) fn new(n_features: usize) -> Mapping {
        Mapping {
            n_rows: 0,
            sums: vec![0.0; n_features],
            squares: vec![0.0; n_features],
            products: vec![0.0; n_features * n_features],
        }
    }

    /// Rows so far.
    pub(super) fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Takes the features of a row in. The means are those up to the row, as in the authors' code.
    pub(super) fn push(&mut self, features: &[f64]) {
        self.n_rows += 1;
        self.sums.iter_mut().zip(features).for_each(|(sum, x)| *sum += x);
        let rests: Vec<f64> =
            features.iter().zip(&self.sums).map(|(x, sum)| x - sum / self.n_rows as f64).collect();
        self.squares.iter_mut().zip(&rests).for_each(|(sum, rest)| *sum += rest * rest);
        for (row, rest) in self.products.chunks_exact_mut(rests.len()).zip(&rests) {
            row.iter_mut().zip(&rests).for_each(|(sum, other)| *sum += rest * other);
        }
    }

    /// `1 - correlation`, at least 0; 1 where a feature does not vary.
    fn distance(&self, a: usize, b: usize) -> f64 {
        let norm = self.squares[a].sqrt() * self.squares[b].sqrt();
        let correlation = self.products[a * self.sums.len() + b] / norm;
        if 0.0 < norm && correlation.is_finite() { (1.0 - correlation).max(0.0) } else { 1.0 }
    }

    /// Groups of at most `most` features: the largest subtrees of that size in the tree that
    /// single linkage makes.
    pub(super) fn groups(&self, most: usize) -> Vec<Vec<usize>> {
        let n = self.sums.len();
        // The edges of the least spanning tree in the order of their lengths are the steps of
        // single linkage (Gower and Ross 1969); here by Prim's algorithm.
        let mut nearest: Vec<(f64, usize)> = (0..n).map(|at| (self.distance(0, at), 0)).collect();
        let mut open: Vec<usize> = (1..n).collect();
        let mut edges: Vec<(f64, usize, usize)> = Vec::new();
        while let Some(place) =
            (0..open.len()).min_by(|&a, &b| nearest[open[a]].0.total_cmp(&nearest[open[b]].0))
        {
            let taken = open.remove(place);
            edges.push((nearest[taken].0, nearest[taken].1, taken));
            for &other in &open {
                let distance = self.distance(taken, other);
                if distance < nearest[other].0 {
                    nearest[other] = (distance, taken);
                }
            }
        }
        edges.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Clusters grow until they are too large; those within a larger one that fits are dropped.
        let mut clusters: Vec<Option<Vec<usize>>> = (0..n).map(|at| Some(vec![at])).collect();
        let mut roots: Vec<usize> = (0..n).collect();
        let mut done = Vec::new();
        for (_, a, b) in edges {
            let [a, b] = [a, b].map(|at| {
                let mut root = at;
                while roots[root] != root {
                    root = roots[root];
                }
                root
            });
            roots[b] = a;
            // None where a part was too large already, as the whole is then.
            let merged = match (clusters[a].take(), clusters[b].take()) {
                (Some(first), Some(second)) if first.len() + second.len() <= most => {
                    Some([first, second].concat())
                }
                (first, second) => {
                    done.extend(first.into_iter().chain(second));
                    None
                }
            };
            clusters[a] = merged;
        }
        done.extend(clusters.into_iter().flatten());
        done.iter_mut().for_each(|group| group.sort_unstable());
        done.sort_unstable();
        done
    }

    /// As a part of a state.
    pub(super) fn state(&self) -> State {
        let n = self.sums.len();
        let mut state = State::new();
        state.put_u64s("n_rows", &[], &[self.n_rows]);
        state.put_f64s("sums", &[n], &self.sums);
        state.put_f64s("squares", &[n], &self.squares);
        state.put_f64s("products", &[n, n], &self.products);
        state
    }

    /// What was put into a state.
    pub(super) fn of_state(state: &State, n_features: usize, limit: usize) -> Result<Mapping> {
        let n = n_features;
        let squares = state.f64s("squares", &[n])?.to_vec();
        if squares.iter().any(|&square| square < 0.0) {
            return Err(state.wrong("squares", "sums of squares"));
        }
        Ok(Mapping {
            n_rows: state.count_within("n_rows", limit)? as u64,
            sums: state.f64s("sums", &[n])?.to_vec(),
            squares,
            products: state.f64s("products", &[n, n])?.to_vec(),
        })
    }
}
