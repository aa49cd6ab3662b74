//! Random forest: many trees, each on rows and columns drawn at random, and their mean.

mod fit;
mod params;
mod score;

pub use params::{ForestWeight, RandomForestParams};

use oddity_core::{Classes, Classifier, FittedClassifier, Result, Samples, Seed};

use super::Tree;
use super::cart::check_growth;

/// A random forest: CART trees on bootstrap samples, with a few random columns looked at
/// for each split; the probabilities are the mean of the trees'.
///
/// Probability of class `c` for row `x`: `1/T sum_t p_tc(x)`, where `p_tc` is the share of
/// `c` in the leaf of tree `t` that `x` falls into (a soft vote, as in scikit-learn). A
/// bootstrap sample is as many rows as there are, drawn with replacement; a row drawn
/// twice counts twice, but is one row to `min_samples_split` and `min_samples_leaf`.
///
/// - Shapes: dense or sparse rows in, one class and `n_classes` probabilities a row out.
/// - Cost: `O(n d log n)` to rank the columns once, then about `O(n sqrt(d) log n)` a tree,
///   trees in parallel; a row is predicted in about `log n` comparisons a tree.
/// - Different from the paper: Breiman's forest takes a majority vote. Different from
///   scikit-learn: values are not rounded to `f32`, and rows that no tree left out do not
///   count in the out-of-bag score.
///
/// ```
/// use oddity_core::{Classes, Classifier, Frame, Seed};
/// use oddity_models::tree::{RandomForest, RandomForestParams};
///
/// let rows = Frame::new(vec![1.0, 2.0, 3.0, 7.0, 8.0, 9.0], ["bytes"])?;
/// let classes = Classes::new(vec![0, 0, 0, 1, 1, 1], ["normal", "attack"])?;
/// let forest = RandomForest::new(RandomForestParams { n_trees: 50, ..Default::default() })?;
/// let fitted = forest.fit(&rows.samples(), &classes, Seed(1))?;
/// let new = Frame::new(vec![2.0, 8.5], ["bytes"])?;
/// assert_eq!(fitted.predict(&new.samples())?.codes(), [0, 1]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// Reference: Breiman (2001), *Random Forests*, doi:10.1023/A:1010933404324.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomForest {
    params: RandomForestParams,
}

impl RandomForest {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for one outside its range.
    pub fn new(params: RandomForestParams) -> Result<RandomForest> {
        params.check()?;
        check_growth(
            params::STEP,
            params.max_depth,
            params.min_samples_split,
            params.min_samples_leaf,
            params.max_features,
        )?;
        Ok(RandomForest { params })
    }

    /// The parameters.
    pub fn params(&self) -> &RandomForestParams {
        &self.params
    }
}

impl Classifier for RandomForest {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        Ok(Box::new(self.fit_trees(train, classes, seed)?))
    }
}

/// A fitted [`RandomForest`].
#[derive(Clone, Debug, PartialEq)]
pub struct FittedRandomForest {
    trees: Vec<Tree>,
    importances: Vec<f64>,
    out_of_bag_score: Option<f64>,
}

impl FittedRandomForest {
    /// The trees.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }
}
