//! Half-space trees: how few rows of the last window lie where a row does.

use oddity_core::{ANY, Error, OnlineDetector, Result, Seed, State};
use serde::{Deserialize, Serialize};

use super::OnlineModel;
use super::rows::{check_row, check_width};

const STEP: &str = "half_space_trees";

/// Scores a row by how few rows of the last window lie where it does, in trees that halve space
/// at random columns.
///
/// Each tree has `2^height` leaves; an inner node halves the range of a column that is drawn at
/// random. A node's mass `r` is the number of rows of the last full window of `window` rows that
/// passed it. A row goes down from the root (depth 0) until it is at a leaf or at a node with
/// fewer rows than a tenth of the window, and
///
/// ```text
/// score = 1 - sum over trees and nodes on the way of r 2^depth / (n_trees window (2^(height + 1) - 1))
/// ```
///
/// - The first window is learnt only: until it is full, scores are 0.
/// - **Range.** The range of a column is 0 to 1, drawn out to both sides at random, a tree and
///   column by itself, as the paper does. By default columns are moved and scaled so that the first
///   window lies between 0 and 1; with `scale = "none"` they are taken as they are.
/// - Cost: `O(n_trees height)` a row, whatever the window; memory `O(n_trees 2^height)`.
/// - Causal: a score depends on the rows before it, and on no more of them than the last two
///   windows and the first.
/// - Weights of columns: a node on the way whose half of the row has a share `s < 1/2` of the
///   node's rows adds `1 - 2s` to its column; the mean over trees.
/// - Differs from the paper, which counts the last node on the way alone; the sum over the way is
///   that of river. Trees are drawn from the seed alone.
/// - Errors: no column, a row of another width or with a value that is not finite.
///
/// # Example
///
/// ```
/// use oddity_core::{OnlineDetector, Seed};
/// use oddity_models::online::{HalfSpaceTrees, HalfSpaceTreesParams, OnlineModel};
///
/// let params = HalfSpaceTreesParams { window: 50, ..HalfSpaceTreesParams::default() };
/// let mut stream = HalfSpaceTrees::new(params)?.begin(1, Seed(1))?;
/// for i in 0..50 {
///     stream.learn_one(&[f64::from(i % 10)])?;
/// }
/// assert!(stream.score_one(&[4.0])? < stream.score_one(&[30.0])?);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// S. C. Tan, K. M. Ting and T. F. Liu. Fast anomaly detection for streaming data. IJCAI 2011,
/// doi:10.5591/978-1-57735-516-8/IJCAI11-254.
#[derive(Clone, Debug)]
pub struct HalfSpaceTrees {
    params: HalfSpaceTreesParams,
}

/// Parameters of [`HalfSpaceTrees`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HalfSpaceTreesParams {
    /// Trees, at least 1. Default 25, the paper's.
    pub n_trees: usize,
    /// Halvings from root to leaf, from 1 to 20. Default 8, river's; the paper takes 15.
    pub height: usize,
    /// Rows in a window, at least 1. Default 250, the paper's.
    pub window: usize,
    /// How columns are brought between 0 and 1.
    pub scale: HalfSpaceTreesScale,
}

/// How columns are brought between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HalfSpaceTreesScale {
    /// By the least and the largest value of each column in the first window.
    #[default]
    FirstWindow,
    /// Not at all.
    None,
}

impl Default for HalfSpaceTreesParams {
    fn default() -> HalfSpaceTreesParams {
        let scale = HalfSpaceTreesScale::default();
        HalfSpaceTreesParams { n_trees: 25, height: 8, window: 250, scale }
    }
}

impl HalfSpaceTrees {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: HalfSpaceTreesParams) -> Result<HalfSpaceTrees> {
        let check =
            |name, found: usize, ok, wanted| Error::check_parameter(STEP, name, found as f64, ok, wanted);
        let HalfSpaceTreesParams { n_trees, height, window, .. } = params;
        check("n_trees", n_trees, 1 <= n_trees, "at least 1")?;
        check("height", height, (1..=20).contains(&height), "from 1 to 20")?;
        // Masses are added up as numbers with a fraction, exactly.
        check("window", window, (1..1 << 30).contains(&window), "from 1 to 2^30 - 1")?;
        Ok(HalfSpaceTrees { params })
    }
}

impl OnlineModel for HalfSpaceTrees {
    fn begin(&self, n_columns: usize, seed: Seed) -> Result<Box<dyn OnlineDetector>> {
        check_width(STEP, n_columns)?;
        let params = self.params.clone();
        let trees = (0..params.n_trees as u64)
            .map(|tree| Tree::random(params.height, n_columns, seed.derive(tree)));
        let bounds = match params.scale {
            HalfSpaceTreesScale::None => Some(Bounds::unit(n_columns)),
            HalfSpaceTreesScale::FirstWindow => None,
        };
        let trees = trees.collect();
        let (rows, is_scored, n_in_window) = (Vec::new(), false, 0);
        Ok(Box::new(Stream { params, n_columns, trees, bounds, rows, is_scored, n_in_window, n_rows: 0 }))
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

/// A tree in the order of a heap: the children of node `i` are `2 i + 1` and `2 i + 2`.
struct Tree {
    /// Of each inner node the column that it halves, and where.
    columns: Vec<u32>,
    splits: Vec<f64>,
    /// Rows of the last full window that passed each node.
    reference: Vec<u32>,
    /// Those of the window that is being filled.
    latest: Vec<u32>,
}

impl Tree {
    fn random(height: usize, n_columns: usize, seed: Seed) -> Tree {
        let uniform = |seed: Seed| (seed.0 >> 11) as f64 / (1u64 << 53) as f64;
        let seeds = [0, 1].map(|part| seed.derive(part));
        // The range of a column contains 0 to 1, and has a random centre there.
        let range = |column: usize| {
            let centre = uniform(seeds[0].derive(column as u64));
            let reach = 2.0 * centre.max(1.0 - centre);
            (centre - reach, centre + reach)
        };
        let n_inner = (1 << height) - 1;
        let (mut columns, mut splits) = (vec![0; n_inner], vec![0.0; n_inner]);
        let mut open = vec![(0, (0..n_columns).map(range).collect::<Vec<_>>())];
        while let Some((node, ranges)) = open.pop() {
            let drawn = uniform(seeds[1].derive(node as u64)) * n_columns as f64;
            let column = (drawn as usize).min(n_columns - 1);
            let (low, high) = ranges[column];
            let split = low.midpoint(high);
            (columns[node], splits[node]) = (column as u32, split);
            for (child, half) in [(2 * node + 1, (low, split)), (2 * node + 2, (split, high))] {
                if child < n_inner {
                    let mut ranges = ranges.clone();
                    ranges[column] = half;
                    open.push((child, ranges));
                }
            }
        }
        let masses = || vec![0; 2 * n_inner + 1];
        Tree { columns, splits, reference: masses(), latest: masses() }
    }

    /// The child that a row goes on to; none of a leaf.
    fn child(&self, node: usize, row: &[f64]) -> Option<usize> {
        let column = *self.columns.get(node)? as usize;
        Some(2 * node + if row[column] < self.splits[node] { 1 } else { 2 })
    }

    fn learn(&mut self, row: &[f64]) {
        let mut next = Some(0);
        while let Some(node) = next {
            self.latest[node] += 1;
            next = self.child(node, row);
        }
    }

    /// Shows each node on the way of a row, with its depth, down to one of fewer rows than
    /// `least`.
    fn walk(&self, row: &[f64], least: f64, mut visit: impl FnMut(usize, i32)) {
        let (mut next, mut depth) = (Some(0), 0);
        while let Some(node) = next {
            visit(node, depth);
            if f64::from(self.reference[node]) < least {
                return;
            }
            next = self.child(node, row);
            depth += 1;
        }
    }
}

struct Stream {
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
