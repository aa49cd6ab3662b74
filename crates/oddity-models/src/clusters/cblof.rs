//! CBLOF: distance to the nearest large cluster.

use oddity_core::{Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State};
use serde::{Deserialize, Serialize};

use super::centres::Centres;
use super::k_means::{KMeansParams, k_means};
use crate::flattened::{Flattened, Shape};

const STEP: &str = "cblof";

/// Parameters of [`Cblof`]. The defaults are those of PyOD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CblofParams {
    /// How the clusters are found.
    pub k_means: KMeansParams,
    /// The share of the training rows that the large clusters have together at least, above 0
    /// and below 1. Default 0.9, as in the paper.
    pub alpha: f64,
    /// How many times the next smaller one the smallest large cluster is, above 1. Default 5,
    /// as in the paper.
    pub beta: f64,
    /// Whether a score is multiplied by the size of the row's cluster, as in the paper. Default
    /// no, as in PyOD.
    pub use_weights: bool,
}

impl Default for CblofParams {
    fn default() -> CblofParams {
        CblofParams { k_means: KMeansParams::default(), alpha: 0.9, beta: 5.0, use_weights: false }
    }
}

/// Scores a sample by its distance to the nearest large cluster.
///
/// k-means gives clusters `C_1, C_2, ..` of the training rows, the largest first. The first `b`
/// of them are large: the least `b` for which they have the share `alpha` of the rows and
/// `C_b` is `beta` times as large as the next; without such a `b` the least that holds the first
/// condition, else the second. The score of a row is its distance to the centre of the cluster
/// nearest to it if that is a large one, and to the nearest centre of a large cluster if not;
/// with `use_weights` times the number of training rows of the cluster nearest to it. Columns
/// of a larger scale weigh more: standardise before.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each.
/// - Cost: that of [`KMeansDistance`](super::KMeansDistance).
/// - Pointwise: a score does not depend on the other samples.
/// - Differs from the paper, as PyOD does, by k-means in place of Squeezer, a method for
///   categories, and by the weights' default.
/// - Differs from PyOD's `CBLOF`, which refuses clusters that neither condition divides: here
///   all of them are large. Clusters of one size come in the order of k-means.
/// - [`column_errors`](FittedDetector::column_errors) gives each column's part of the squared
///   distance.
/// - Errors: no sample, means outside the range of finite numbers.
///
/// He, Xu and Deng 2003, doi:10.1016/S0167-8655(03)00003-5.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::clusters::{Cblof, CblofParams, KMeansParams};
///
/// let values = (0..40).map(|i| f64::from(i % 4)).chain([90.0, 90.0]).collect();
/// let train = Frame::new(values, ["x"])?;
/// let k_means = KMeansParams { n_clusters: 2, ..KMeansParams::default() };
/// let fitted = Cblof::new(CblofParams { k_means, ..CblofParams::default() })?
///     .fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![1.0, 90.0], ["x"])?.samples())?;
/// // The centres are 1.5 and 90; that at 90 has two rows.
/// assert_eq!(scores.values(), [0.5, 88.5]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cblof {
    params: CblofParams,
}

impl Cblof {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a parameter outside its range.
    pub fn new(params: CblofParams) -> Result<Cblof> {
        let CblofParams { alpha, beta, .. } = params;
        params.k_means.check(STEP)?;
        let ok = 0.0 < alpha && alpha < 1.0;
        Error::check_parameter(STEP, "alpha", alpha, ok, "above 0, below 1")?;
        let ok = 1.0 < beta && beta.is_finite();
        Error::check_parameter(STEP, "beta", beta, ok, "above 1")?;
        Ok(Cblof { params })
    }

    /// How many of the clusters are large, by their sizes in descending order.
    fn n_large(&self, sizes: &[usize]) -> usize {
        let n_rows: usize = sizes.iter().sum();
        let (mut by_share, mut by_gap) = (None, None);
        let mut sum = 0;
        for n_large in 1..sizes.len() {
            sum += sizes[n_large - 1];
            let share = self.params.alpha * n_rows as f64 <= sum as f64;
            let gap = self.params.beta * sizes[n_large] as f64 <= sizes[n_large - 1] as f64;
            if share && gap {
                return n_large;
            }
            by_share = by_share.or(share.then_some(n_large));
            by_gap = by_gap.or(gap.then_some(n_large));
        }
        by_share.or(by_gap).unwrap_or(sizes.len())
    }

    fn fitted(&self, shape: Shape, centres: Centres, sizes: Vec<usize>, n_large: usize) -> Fitted {
        let large = centres.select(&(0..n_large).collect::<Vec<_>>());
        Fitted { shape, centres, sizes, large, use_weights: self.params.use_weights }
    }
}

impl Detector for Cblof {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Flattened::with(train, |rows| {
            let (centres, sizes) = k_means(STEP, rows, &self.params.k_means, seed)?;
            let mut order: Vec<usize> = (0..sizes.len()).collect();
            order.sort_by_key(|&cluster| std::cmp::Reverse(sizes[cluster]));
            let sizes: Vec<usize> = order.iter().map(|&cluster| sizes[cluster]).collect();
            let n_large = self.n_large(&sizes);
            Ok(Box::new(self.fitted(rows.shape(), centres.select(&order), sizes, n_large)) as _)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let centres = Centres::restore(state, shape.width())?;
        let sizes = state.counts("sizes", centres.len(), usize::MAX)?;
        let n_large = state.count_within("n_large", centres.len())?;
        if n_large == 0 {
            return Err(state.wrong("n_large", "at least 1"));
        }
        Ok(Box::new(self.fitted(shape, centres, sizes, n_large)))
    }
}

struct Fitted {
    shape: Shape,
    /// The centres, those of the largest clusters first, and how many rows these have.
    centres: Centres,
    sizes: Vec<usize>,
    /// The first of them.
    large: Centres,
    use_weights: bool,
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.with(samples, |rows| {
            rows.block_scores(|rows, scores| {
                let nearest = self.centres.nearest(rows);
                // The large clusters come first.
                let is_small = |at: &usize| self.large.len() <= nearest[*at].centre as usize;
                let small: Vec<usize> = (0..rows.len()).filter(is_small).collect();
                for (score, nearest) in scores.iter_mut().zip(&nearest) {
                    *score = nearest.squared.sqrt();
                }
                let of_small: Vec<&[f64]> = small.iter().map(|&at| rows[at]).collect();
                for (at, large) in small.into_iter().zip(self.large.nearest(&of_small)) {
                    scores[at] = large.squared.sqrt();
                }
                if self.use_weights {
                    for (score, nearest) in scores.iter_mut().zip(&nearest) {
                        *score *= self.sizes[nearest.centre as usize] as f64;
                    }
                }
            })
        })
    }

    /// The parts of the squared distance to the nearest centre of a large cluster.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        self.shape.with(samples, |rows| self.large.column_parts(rows).map(Some))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        self.centres.put(&mut state);
        state.put_counts("sizes", &self.sizes);
        state.put_count("n_large", self.large.len());
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_clusters_are_those_of_the_paper() {
        let cblof = Cblof::new(CblofParams::default()).expect("the defaults");
        // Both conditions, the share alone, the gap alone, neither.
        assert_eq!(cblof.n_large(&[60, 35, 5, 1]), 2);
        assert_eq!(cblof.n_large(&[50, 30, 20, 10]), 3);
        assert_eq!(cblof.n_large(&[50, 9, 9, 9]), 1);
        assert_eq!(cblof.n_large(&[10, 10, 10, 10]), 4);
        assert_eq!(cblof.n_large(&[7]), 1);
    }
}
