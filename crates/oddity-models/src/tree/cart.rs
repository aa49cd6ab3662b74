//! CART: one exact decision tree.

use oddity_core::{Classes, Classifier, Error, FittedClassifier, Predicted, Result, Samples, Seed};
use serde::{Deserialize, Serialize};

use super::criterion::Measure;
use super::grow::{Grown, Growth, MAX_CLASSES, Sample};
use super::ranks::Ranks;
use super::{Criterion, MaxFeatures, Tree, blocks};
use crate::ClassWeight;
use crate::classes::expect_classes;

/// Parameters of [`Cart`]. The defaults are those of scikit-learn 1.9.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CartParams {
    /// What a split is to lower. Default: Gini impurity.
    pub criterion: Criterion,
    /// Most splits on the way to a leaf, at least 1. Default: no limit.
    pub max_depth: Option<usize>,
    /// Fewest rows of a node that is split, at least 2. Default: 2.
    pub min_samples_split: usize,
    /// Fewest rows on each side of a split, at least 1. Default: 1.
    pub min_samples_leaf: usize,
    /// Columns looked at for each split. Default: all.
    pub max_features: MaxFeatures,
    /// How much each class counts. Default: as many as it has rows.
    pub class_weight: ClassWeight,
}

impl Default for CartParams {
    fn default() -> CartParams {
        CartParams {
            criterion: Criterion::Gini,
            max_depth: None,
            min_samples_split: 2,
            min_samples_leaf: 1,
            max_features: MaxFeatures::All,
            class_weight: ClassWeight::None,
        }
    }
}

/// A classification tree (CART): splits of one column at a threshold, each chosen to lower
/// the impurity of the classes most, until the nodes are pure.
///
/// The threshold is the midpoint of two neighbouring values, a row of at most the threshold
/// goes to the left, and the probability of a class is its share of the (weighted) training
/// rows of the leaf. Columns are visited in random order and the first of equally good
/// splits is kept, so that the seed decides between ties, as in scikit-learn.
///
/// - Shapes: dense or sparse rows in, one class and `n_classes` probabilities a row out.
/// - Cost: `O(n d log n)` to rank the columns and about `O(n d)` a level of the tree; a row
///   is predicted in as many comparisons as its leaf is deep.
/// - Different from the book: no pruning and no surrogate splits. Different from
///   scikit-learn: values are compared in `f64` as they are, where scikit-learn rounds
///   them to `f32` and takes values closer than 1e-7 for equal.
///
/// ```
/// use oddity_core::{Classes, Classifier, Frame, Seed};
/// use oddity_models::tree::{Cart, CartParams};
///
/// let rows = Frame::new(vec![1.0, 2.0, 8.0, 9.0], ["bytes"])?;
/// let classes = Classes::new(vec![0, 0, 1, 1], ["normal", "attack"])?;
/// let fitted = Cart::new(CartParams::default())?.fit(&rows.samples(), &classes, Seed(1))?;
/// let new = Frame::new(vec![4.9, 5.1], ["bytes"])?;
/// assert_eq!(fitted.predict(&new.samples())?.codes(), [0, 1]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// Reference: Breiman, Friedman, Olshen, Stone (1984), *Classification and Regression
/// Trees*, doi:10.1201/9781315139470.
#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    params: CartParams,
}

impl Cart {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: CartParams) -> Result<Cart> {
        check_growth(
            "cart",
            params.max_depth,
            params.min_samples_split,
            params.min_samples_leaf,
            params.max_features,
        )?;
        Ok(Cart { params })
    }

    /// The parameters.
    pub fn params(&self) -> &CartParams {
        &self.params
    }

    /// Like [`Classifier::fit`], with a model that shows its tree.
    ///
    /// # Errors
    ///
    /// As [`Classifier::fit`], and for class weights that do not fit the classes.
    pub fn fit_tree(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<FittedCart> {
        check_classes("cart", train, classes)?;
        let CartParams { criterion, max_depth, min_samples_split, min_samples_leaf, .. } =
            self.params;
        let weights = self.params.class_weight.weights(classes)?;
        train.with_dense(|frame| {
            let growth = Growth {
                measure: Measure { criterion, weights },
                max_depth,
                min_samples_split,
                min_samples_leaf,
                max_features: self.params.max_features.of(frame.n_columns()),
                parallel: true,
            };
            let sample = Sample { classes: classes.codes(), times: None };
            let Grown { tree, decreases } = growth.grow(&Ranks::new(frame), sample, seed);
            Ok(FittedCart { tree, importances: normalised(decreases) })
        })
    }
}

impl Classifier for Cart {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        Ok(Box::new(self.fit_tree(train, classes, seed)?))
    }
}

/// A fitted [`Cart`].
#[derive(Clone, Debug, PartialEq)]
pub struct FittedCart {
    tree: Tree,
    importances: Vec<f64>,
}

impl FittedCart {
    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }
}

impl FittedClassifier for FittedCart {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let width = self.importances.len();
        samples.with_dense(|frame| {
            frame.expect_width(width)?;
            blocks::predict(frame, self.tree.n_classes(), |rows, sums| {
                self.tree.add_shares(rows, width, sums);
            })
        })
    }

    fn importances(&self) -> Option<&[f64]> {
        Some(&self.importances)
    }
}

/// Refuses parameters that no tree can grow by.
pub(super) fn check_growth(
    step: &'static str,
    max_depth: Option<usize>,
    min_samples_split: usize,
    min_samples_leaf: usize,
    max_features: MaxFeatures,
) -> Result<()> {
    let check = |parameter, found: usize, least: usize, wanted| {
        Error::check_parameter(step, parameter, found as f64, least <= found, wanted)
    };
    check("max_depth", max_depth.unwrap_or(usize::MAX), 1, "at least 1")?;
    check("min_samples_split", min_samples_split, 2, "at least 2")?;
    check("min_samples_leaf", min_samples_leaf, 1, "at least 1")?;
    max_features.check(step)
}

/// Refuses classes that nothing can be learnt from.
pub(super) fn check_classes(
    step: &'static str,
    train: &Samples<'_>,
    classes: &Classes,
) -> Result<()> {
    expect_classes(step, train.len(), classes)?;
    let n_classes = classes.n_classes();
    let ok = n_classes <= MAX_CLASSES;
    Error::check_parameter(step, "number of classes", n_classes as f64, ok, "at most 1023")
}

/// Scales the decreases to a sum of 1; all stay 0 where nothing was split.
pub(super) fn normalised(mut decreases: Vec<f64>) -> Vec<f64> {
    let sum: f64 = decreases.iter().sum();
    if 0.0 < sum {
        decreases.iter_mut().for_each(|decrease| *decrease /= sum);
    }
    decreases
}
