//! Half-space trees on their way along a stream.

use oddity_core::{ANY, OnlineDetector, Result, Seed, State};

use super::tree::Tree;
use super::{HalfSpaceTreesParams, HalfSpaceTreesScale};
use crate::online::rows::check_row;

pub(super) struct Stream {
    params: HalfSpaceTreesParams,
    n_columns: usize,
    trees: Vec<Tree>,
    /// None until the first window is full.
    bounds: Option<Bounds>,
    /// The rows of the first window, while it is not.
    rows: Vec<f64>,
    /// Whether a window was full.
    is_scored: bool,
    n_in_window: usize,
    n_rows: u64,
}

impl Stream {
    pub(super) fn new(params: HalfSpaceTreesParams, n_columns: usize, seed: Seed) -> Stream {
        let tree = |at| Tree::random(params.height, n_columns, seed.derive(at));
        Stream {
            trees: (0..params.n_trees as u64).map(tree).collect(),
            bounds: match params.scale {
                HalfSpaceTreesScale::None => Some(Bounds::unit(n_columns)),
                HalfSpaceTreesScale::FirstWindow => None,
            },
            rows: Vec::new(),
            is_scored: false,
            n_in_window: 0,
            n_rows: 0,
            n_columns,
            params,
        }
    }

    /// Learns a row that lies between 0 and 1.
    fn learn_scaled(&mut self, row: &[f64]) {
        self.trees.iter_mut().for_each(|tree| tree.learn(row));
        self.n_in_window += 1;
        if self.n_in_window == self.params.window {
            for tree in &mut self.trees {
                std::mem::swap(&mut tree.reference, &mut tree.latest);
                tree.latest.fill(0);
            }
            (self.n_in_window, self.is_scored) = (0, true);
        }
    }

    /// The row between 0 and 1, once there are scores.
    fn scaled(&self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        check_row(row, self.n_columns, self.n_rows)?;
        let bounds = self.bounds.as_ref().filter(|_| self.is_scored);
        Ok(bounds.map(|bounds| bounds.scale(row)))
    }

    /// Rows of a node below which the way ends: a tenth of a window, as in the paper.
    fn least(&self) -> f64 {
        0.1 * self.params.window as f64
    }
}

impl OnlineDetector for Stream {
    fn score_one(&mut self, row: &[f64]) -> Result<f64> {
        let Some(row) = self.scaled(row)? else { return Ok(0.0) };
        let mut sum = 0.0;
        for tree in &self.trees {
            let mass = |node: usize, depth: i32| {
                sum += f64::from(tree.reference[node]) * f64::from(1u32 << depth);
            };
            tree.walk(&row, self.least(), mass);
        }
        let HalfSpaceTreesParams { n_trees, height, window, .. } = self.params;
        let most = n_trees as f64 * window as f64 * ((2u64 << height) - 1) as f64;
        Ok(1.0 - sum / most)
    }

    fn learn_one(&mut self, row: &[f64]) -> Result<()> {
        check_row(row, self.n_columns, self.n_rows)?;
        self.n_rows += 1;
        if let Some(bounds) = &self.bounds {
            let row = bounds.scale(row);
            self.learn_scaled(&row);
            return Ok(());
        }
        self.rows.extend(row);
        if self.rows.len() == self.params.window * self.n_columns {
            let rows = std::mem::take(&mut self.rows);
            let bounds = Bounds::of(&rows, self.n_columns);
            for row in rows.chunks_exact(self.n_columns) {
                self.learn_scaled(&bounds.scale(row));
            }
            self.bounds = Some(bounds);
        }
        Ok(())
    }

    fn weigh_columns(&mut self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        let mut weights = vec![0.0; self.n_columns];
        let Some(row) = self.scaled(row)? else { return Ok(Some(weights)) };
        for tree in &self.trees {
            let weigh = |node: usize, _| {
                let Some(child) = tree.child(node, &row) else { return };
                let [of_node, of_child] = [node, child].map(|at| f64::from(tree.reference[at]));
                if self.least() <= of_node && 0.0 < of_node {
                    let lacking = (1.0 - 2.0 * of_child / of_node).max(0.0);
                    weights[tree.columns[node] as usize] += lacking / self.trees.len() as f64;
                }
            };
            tree.walk(&row, self.least(), weigh);
        }
        Ok(Some(weights))
    }

    fn state(&self) -> Option<State> {
        let n_trees = self.trees.len();
        let n_nodes = self.trees.first().map_or(0, |tree| tree.latest.len());
        let whole = |of: fn(&Tree) -> &[u32]| -> Vec<u64> {
            self.trees.iter().flat_map(|tree| of(tree).iter().map(|&n| n.into())).collect()
        };
        let splits: Vec<f64> = self.trees.iter().flat_map(|tree| tree.splits.clone()).collect();
        let bounds = self.bounds.clone().unwrap_or_else(|| Bounds::unit(self.n_columns));
        let mut state = State::new();
        state.put_u64s("columns", &[n_trees, n_nodes / 2], &whole(|tree| &tree.columns));
        state.put_f64s("splits", &[n_trees, n_nodes / 2], &splits);
        state.put_u64s("reference", &[n_trees, n_nodes], &whole(|tree| &tree.reference));
        state.put_u64s("latest", &[n_trees, n_nodes], &whole(|tree| &tree.latest));
        state.put_f64s("least", &[self.n_columns], &bounds.least);
        state.put_f64s("extent", &[self.n_columns], &bounds.extent);
        state.put_count("is_scaled", usize::from(self.bounds.is_some()));
        state.put_count("is_scored", usize::from(self.is_scored));
        state.put_count("n_in_window", self.n_in_window);
        state.put_u64s("n_rows", &[], &[self.n_rows]);
        let n = self.rows.len() / self.n_columns;
        state.put_f64s("rows", &[n, self.n_columns], &self.rows);
        Some(state)
    }

    fn resume(&mut self, state: &State) -> Result<()> {
        let (n, window) = (self.n_columns, self.params.window);
        let n_inner = (1 << self.params.height) - 1;
        let n_nodes = 2 * n_inner + 1;
        let shape = [self.params.n_trees, n_inner];
        let shape_of_masses = [self.params.n_trees, n_nodes];
        let within = |name, shape: &[usize], limit: usize| -> Result<Vec<u32>> {
            let wanted = "columns that there are, and no more rows than a window has";
            let all = state.u64s(name, shape)?.iter();
            let all = all.map(|&x| u32::try_from(x).ok().filter(|&x| x as usize <= limit));
            all.collect::<Option<_>>().ok_or_else(|| state.wrong(name, wanted))
        };
        let columns = within("columns", &shape, n - 1)?;
        let splits = state.f64s("splits", &shape)?;
        let reference = within("reference", &shape_of_masses, window)?;
        let latest = within("latest", &shape_of_masses, window)?;
        let least = state.f64s("least", &[n])?.to_vec();
        let extent = state.f64s("extent", &[n])?.to_vec();
        if extent.iter().any(|&extent| extent <= 0.0) {
            return Err(state.wrong("extent", "more than 0"));
        }
        let is_scaled = state.count_within("is_scaled", 1)? == 1;
        let is_scored = state.count_within("is_scored", 1)? == 1;
        let n_in_window = state.count_within("n_in_window", window - 1)?;
        let n_rows = state.u64s("n_rows", &[])?[0];
        let rows = state.f64s("rows", &[ANY, n])?.to_vec();
        let begun = self.params.scale == HalfSpaceTreesScale::None;
        let fits = if is_scaled { rows.is_empty() } else { !begun && rows.len() < window * n };
        if !fits || (is_scored && !is_scaled) {
            return Err(state.wrong("rows", "rows of a first window that is not full"));
        }
        let masses_fit = latest.iter().all(|&mass| mass as usize <= n_in_window);
        if !masses_fit || u64::MAX / 2 < n_rows {
            return Err(state.wrong("latest", "no more rows than there were"));
        }
        self.trees = (0..self.params.n_trees)
            .map(|tree| Tree {
                columns: columns[tree * n_inner..][..n_inner].to_vec(),
                splits: splits[tree * n_inner..][..n_inner].to_vec(),
                reference: reference[tree * n_nodes..][..n_nodes].to_vec(),
                latest: latest[tree * n_nodes..][..n_nodes].to_vec(),
            })
            .collect();
        self.bounds = is_scaled.then_some(Bounds { least, extent });
        (self.rows, self.is_scored) = (rows, is_scored);
        (self.n_in_window, self.n_rows) = (n_in_window, n_rows);
        Ok(())
    }
}

/// The least value and the extent of each column.
#[derive(Clone, Debug)]
struct Bounds {
    least: Vec<f64>,
    extent: Vec<f64>,
}

impl Bounds {
    fn unit(n_columns: usize) -> Bounds {
        Bounds { least: vec![0.0; n_columns], extent: vec![1.0; n_columns] }
    }

    /// Of rows that lie one behind the other.
    fn of(rows: &[f64], n_columns: usize) -> Bounds {
        let column = |column: usize| rows.iter().skip(column).step_by(n_columns).copied();
        let bounds = |at: usize| {
            let least = column(at).fold(f64::INFINITY, f64::min);
            let most = column(at).fold(f64::NEG_INFINITY, f64::max);
            // A column that does not vary lies at 0, and is moved alone.
            let extent = if least < most { (most - least).min(f64::MAX) } else { 1.0 };
            (least, extent)
        };
        let (least, extent) = (0..n_columns).map(bounds).unzip();
        Bounds { least, extent }
    }

    fn scale(&self, row: &[f64]) -> Vec<f64> {
        let columns = row.iter().zip(&self.least).zip(&self.extent);
        columns.map(|((x, least), extent)| (x - least) / extent).collect()
    }
}
