//! The isolation forest: many isolation trees, and the mean length of a row's ways.

use oddity_core::{Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grow::{grow, mean_length};
use super::state;
use super::tree::Tree;
use crate::flattened::{Flattened, Shape};

const STEP: &str = "isolation_forest";

/// Values of rows that pass all trees together, so that they stay in the second-level cache.
const BLOCK_VALUES: usize = 1 << 15;

/// Parameters of [`IsolationForest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IsolationForestParams {
    /// Trees, at least 1. Default 100, as in the paper.
    pub n_trees: usize,
    /// Rows that each tree is grown on, drawn without replacement, at least 2; all where there
    /// are fewer. Default 256, as in the paper.
    pub subsample: usize,
    /// Columns beyond the first that each split looks at, less than there are. 0, the default,
    /// is the forest of Liu et al.; one less than the number of columns is the fully extended
    /// one of Hariri et al.
    pub extension_level: usize,
}

impl Default for IsolationForestParams {
    fn default() -> IsolationForestParams {
        IsolationForestParams { n_trees: 100, subsample: 256, extension_level: 0 }
    }
}

/// Scores a sample by how soon random splits leave it alone.
///
/// The score of a row is `2^(-m(x) / c(s))`, between 0 and 1: `m(x)` is the mean over the trees
/// of the length of the row's way, which is the number of splits to its leaf plus `c(n)` for the
/// `n` training rows of that leaf, `s` is the number of rows a tree is grown on, and
/// `c(n) = 2 (ln(n - 1) + 0.5772) - 2 (n - 1) / n` the mean length for `n` rows. Rows that are
/// not special have about 0.5.
///
/// A split takes a column at random among those that vary in the node, and a threshold between
/// the column's least and largest value there. With `extension_level` `l` it takes `l + 1`
/// columns with normal weights, a point in the box of the node's rows, and sends a row to the
/// left where its weighted sum is at most that of the point. Trees end at depth `log2 s`. A
/// forest of single columns does not depend on the columns' scale; the extended one does.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each.
/// - Cost: fit `t s log s` for `t` trees of `s` rows, score `t log s` a row, times `l + 1`.
/// - Pointwise: a score does not depend on the other samples.
/// - Differs from the papers: columns that do not vary among the rows of a node are not drawn,
///   as in scikit-learn.
/// - [`column_errors`](FittedDetector::column_errors) gives the local importance of Carletti et
///   al.: every split on the row's way through a tree gives its column `1 / h - 1 / h_max`, with
///   `h` the splits of that way and `h_max` the limit of the depth; the weight of a column is
///   the mean over its splits. A split of several columns gives each its share of the squared
///   weights.
/// - Errors: fewer than two samples, an extension level that is not below the number of columns.
///
/// Liu, Ting and Zhou 2008, doi:10.1109/ICDM.2008.17; Hariri, Carrasco Kind and Brunner 2021,
/// doi:10.1109/TKDE.2019.2947676; Carletti, Terzi and Susto 2023,
/// doi:10.1016/j.engappai.2022.105730.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::isolation::{IsolationForest, IsolationForestParams};
///
/// let train = Frame::new((0..200).map(|i| f64::from(i % 100)).collect(), ["x", "y"])?;
/// let fitted = IsolationForest::new(IsolationForestParams::default())?
///     .fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![40.0, 41.0, 0.0, 200.0], ["x", "y"])?.samples())?;
/// assert!(scores.values()[0] < 0.5 && 0.6 < scores.values()[1], "{scores:?}");
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct IsolationForest {
    params: IsolationForestParams,
}

impl IsolationForest {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for no tree, or fewer than two rows a tree.
    pub fn new(params: IsolationForestParams) -> Result<IsolationForest> {
        let IsolationForestParams { n_trees, subsample, .. } = params;
        Error::check_parameter(STEP, "n_trees", n_trees as f64, 1 <= n_trees, "at least 1")?;
        let wanted = "at least 2";
        Error::check_parameter(STEP, "subsample", subsample as f64, 2 <= subsample, wanted)?;
        Ok(IsolationForest { params })
    }

    fn check_level(&self, width: usize) -> Result<()> {
        let level = self.params.extension_level;
        let wanted = "less than the number of columns";
        Error::check_parameter(STEP, "extension_level", level as f64, level < width, wanted)
    }
}

impl Detector for IsolationForest {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        let IsolationForestParams { n_trees, subsample, extension_level } = self.params;
        Flattened::with(train, |rows| {
            if rows.len() < 2 {
                return Err(Error::TooFewSamples { step: STEP, wanted: 2, found: rows.len() });
            }
            self.check_level(rows.width())?;
            let (n_drawn, n_terms) = (subsample.min(rows.len()), extension_level + 1);
            let tree = |tree: usize| grow(rows, n_drawn, n_terms, seed.derive(tree as u64));
            let trees = (0..n_trees).into_par_iter().map(tree).collect();
            Ok(Box::new(Fitted { shape: rows.shape(), n_drawn, n_terms, trees }) as Box<_>)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        self.check_level(shape.width())?;
        let n_terms = self.params.extension_level + 1;
        let n_drawn = state.count_within("n_drawn", self.params.subsample)?;
        if n_drawn < 2 {
            return Err(state.wrong("n_drawn", "at least 2"));
        }
        let trees = state::restore(state, self.params.n_trees, shape.width(), n_terms)?;
        Ok(Box::new(Fitted { shape, n_drawn, n_terms, trees }))
    }
}

struct Fitted {
    shape: Shape,
    /// Rows that each tree was grown on.
    n_drawn: usize,
    /// Columns that each split looks at.
    n_terms: usize,
    trees: Vec<Tree>,
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.with(samples, |rows| {
            let size = (BLOCK_VALUES / rows.width().max(1)).clamp(16, 1024);
            let mut scores = vec![0.0; rows.len()];
            scores.par_chunks_mut(size).enumerate().for_each(|(block, sums)| {
                let first = block * size;
                let rows: Vec<&[f64]> =
                    (first..first + sums.len()).map(|sample| rows.row(sample)).collect();
                for tree in &self.trees {
                    tree.add_lengths(&rows, self.n_terms, sums);
                }
                let whole = self.trees.len() as f64 * mean_length(self.n_drawn);
                sums.iter_mut().for_each(|sum| *sum = (-*sum / whole).exp2());
            });
            Scores::new(scores)
        })
    }

    /// The local importance of each column: its mean gain over the splits on the row's ways.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let most = (self.n_drawn as f64).log2().ceil();
        self.shape.with(samples, |rows| {
            let weights = rows.column_weights(|row, weights| {
                let mut splits = vec![0.0; row.len()];
                for tree in &self.trees {
                    let n_splits = tree.visit(row, self.n_terms, |_| {});
                    let gain = 1.0 / (n_splits.max(1)) as f64 - 1.0 / most;
                    tree.visit(row, self.n_terms, |terms| {
                        let all: f64 = terms.iter().map(|term| term.weight * term.weight).sum();
                        for term in terms.iter().filter(|term| term.weight != 0.0) {
                            let share = term.weight * term.weight / all;
                            weights[term.column as usize] += share * gain.max(0.0);
                            splits[term.column as usize] += share;
                        }
                    });
                }
                for (weight, &splits) in weights.iter_mut().zip(&splits) {
                    *weight = if 0.0 < splits { *weight / splits } else { 0.0 };
                }
            })?;
            Ok(Some(weights))
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        state.put_count("n_drawn", self.n_drawn);
        state::put(&self.trees, &mut state);
        Some(state)
    }
}
