//! The parameters of a random forest.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::tree::{Criterion, MaxFeatures};

/// Name of the algorithm in errors.
pub(super) const STEP: &str = "random_forest";

/// Parameters of [`super::RandomForest`]. The defaults are those of scikit-learn 1.9.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RandomForestParams {
    /// Number of trees, at least 1. Default: 100.
    pub n_trees: usize,
    /// What a split is to lower. Default: Gini impurity.
    pub criterion: Criterion,
    /// Most splits on the way to a leaf, at least 1. Default: no limit.
    pub max_depth: Option<usize>,
    /// Fewest distinct rows of a node that is split, at least 2. Default: 2.
    pub min_samples_split: usize,
    /// Fewest distinct rows on each side of a split, at least 1. Default: 1.
    pub min_samples_leaf: usize,
    /// Columns looked at for each split. Default: the square root of their number.
    pub max_features: MaxFeatures,
    /// Whether each tree learns from rows drawn with replacement, as many as there are,
    /// or from all rows. Default: drawn.
    pub bootstrap: bool,
    /// How much each class counts. Default: as many as it has rows.
    pub class_weight: ForestWeight,
    /// Whether to measure the accuracy on the rows that each tree did not draw; only with
    /// `bootstrap`. Default: no.
    pub out_of_bag: bool,
}

impl Default for RandomForestParams {
    fn default() -> RandomForestParams {
        RandomForestParams {
            n_trees: 100,
            criterion: Criterion::Gini,
            max_depth: None,
            min_samples_split: 2,
            min_samples_leaf: 1,
            max_features: MaxFeatures::Sqrt,
            bootstrap: true,
            class_weight: ForestWeight::None,
            out_of_bag: false,
        }
    }
}

impl RandomForestParams {
    /// Refuses what is particular to forests; the rest is checked as for a single tree.
    pub(super) fn check(&self) -> Result<()> {
        let n_trees = self.n_trees;
        Error::check_parameter(STEP, "n_trees", n_trees as f64, 1 <= n_trees, "at least 1")?;
        let ok = self.bootstrap || !self.out_of_bag;
        Error::check_parameter(STEP, "out_of_bag", 1.0, ok, "0 (false) without bootstrap")
    }
}

/// How much each class counts in a forest.
///
/// Weights given for the whole forest steer the drawing of bootstrap samples: a row is
/// drawn in proportion to the weight of its class, and drawn rows count the same, as in
/// scikit-learn 1.9. Without bootstrap, and for `BalancedSubsample`, a tree's splits and
/// leaves count the rows by their weight.
///
/// In TOML: `"none"`, `"balanced"`, `"balanced_subsample"` or `{ weights = [1.0, 5.0] }`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForestWeight {
    /// Every row counts 1.
    #[default]
    None,
    /// As [`crate::ClassWeight::Balanced`], over all training rows.
    Balanced,
    /// As [`crate::ClassWeight::Balanced`], over the rows drawn for each tree; over all
    /// training rows without bootstrap.
    BalancedSubsample,
    /// As [`crate::ClassWeight::Weights`].
    Weights(Vec<f64>),
}
