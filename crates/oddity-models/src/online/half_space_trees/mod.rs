//! Half-space trees: how few rows of the last window lie where a row does.

mod stream;
mod tree;

use oddity_core::{Error, OnlineDetector, Result, Seed};
use serde::{Deserialize, Serialize};

use super::OnlineModel;
use super::rows::check_width;
use stream::Stream;

const STEP: &str = "half_space_trees";

/// Leaves of all trees at most.
const MOST_LEAVES: usize = 1 << 26;

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
    /// Trees, at least 1, and so few that they have at most 2^26 leaves in all. Default 25, the
    /// paper's.
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
        let check = |name, found: usize, ok, wanted| {
            Error::check_parameter(STEP, name, found as f64, ok, wanted)
        };
        let HalfSpaceTreesParams { n_trees, height, window, .. } = params;
        check("height", height, (1..=20).contains(&height), "from 1 to 20")?;
        let fits = (1..=MOST_LEAVES >> height).contains(&n_trees);
        check("n_trees", n_trees, fits, "at least 1, and at most 2^26 leaves in all")?;
        // Masses are added up as numbers with a fraction, exactly.
        check("window", window, (1..1 << 30).contains(&window), "from 1 to 2^30 - 1")?;
        Ok(HalfSpaceTrees { params })
    }
}

impl OnlineModel for HalfSpaceTrees {
    fn begin(&self, n_columns: usize, seed: Seed) -> Result<Box<dyn OnlineDetector>> {
        check_width(STEP, n_columns)?;
        Ok(Box::new(Stream::new(self.params.clone(), n_columns, seed)))
    }
}
