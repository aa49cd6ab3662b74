//! `linfa-trees` as a classifier.

use linfa::traits::{Fit, Predict};
use linfa_trees::DecisionTree;
use ndarray::Array2;
use oddity_core::{Classes, Classifier, Error, FittedClassifier, Result, Samples, Seed};
use serde::{Deserialize, Serialize};

use super::adapter::{self, Model, Training, Values, foreign};

const STEP: &str = "linfa/cart";

/// A decision tree of linfa. It predicts classes without probabilities.
///
/// linfa counts classes in a hash map whose order differs from fit to fit: where classes tie
/// in a leaf, or splits tie between more than two classes, the tree can differ as well.
#[derive(Clone, Debug)]
pub struct LinfaCart {
    params: LinfaCartParams,
}

/// Parameters of [`LinfaCart`]. The defaults are linfa's, except for the depth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinfaCartParams {
    /// What a split is judged by. Default Gini impurity.
    pub split_quality: SplitQuality,
    /// Levels below the root, at most 512. Default 512: linfa has no limit, but grows without
    /// end where the midpoint of two neighbouring values rounds to the upper one.
    pub max_depth: usize,
    /// Samples that a node must have to be split, at least 0. Default 2.
    pub min_weight_split: f32,
    /// Samples that each side of a split must have, at least 1. Default 1.
    pub min_weight_leaf: f32,
    /// How much a split must lessen the impurity, above 0. Default 1e-5.
    pub min_impurity_decrease: f64,
}

impl Default for LinfaCartParams {
    fn default() -> LinfaCartParams {
        LinfaCartParams {
            split_quality: SplitQuality::Gini,
            max_depth: MOST_LEVELS,
            min_weight_split: 2.0,
            min_weight_leaf: 1.0,
            min_impurity_decrease: 1e-5,
        }
    }
}

/// What a split is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitQuality {
    /// `1 - Σ p²` over the shares `p` of the classes.
    Gini,
    /// `-Σ p log p`.
    Entropy,
}

const MOST_LEVELS: usize = 512;

impl LinfaCart {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: LinfaCartParams) -> Result<LinfaCart> {
        let check = |name, found, ok, wanted| Error::check_parameter(STEP, name, found, ok, wanted);
        let (depth, decrease) = (params.max_depth, params.min_impurity_decrease);
        let (split, leaf) = (f64::from(params.min_weight_split), f64::from(params.min_weight_leaf));
        check("max_depth", depth as f64, depth <= MOST_LEVELS, "at most 512")?;
        check("min_weight_split", split, 0.0 <= split, "at least 0")?;
        check("min_weight_leaf", leaf, 1.0 <= leaf, "at least 1")?;
        let decrease_ok = f64::EPSILON <= decrease;
        check("min_impurity_decrease", decrease, decrease_ok, "above 0, at least 2.3e-16")?;
        Ok(LinfaCart { params })
    }

    fn fit_training(&self, training: &Training) -> Result<Fitted> {
        let quality = match self.params.split_quality {
            SplitQuality::Gini => linfa_trees::SplitQuality::Gini,
            SplitQuality::Entropy => linfa_trees::SplitQuality::Entropy,
        };
        let tree = DecisionTree::params()
            .split_quality(quality)
            .max_depth(Some(self.params.max_depth))
            .min_weight_split(self.params.min_weight_split)
            .min_weight_leaf(self.params.min_weight_leaf)
            .min_impurity_decrease(self.params.min_impurity_decrease);
        Ok(Fitted(tree.fit(&training.dataset()).map_err(foreign(STEP))?))
    }
}

impl Classifier for LinfaCart {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        adapter::fit(STEP, train, classes, |training| self.fit_training(&training))
    }
}

struct Fitted(DecisionTree<f64, usize>);

impl Model for Fitted {
    fn values(&self, records: Array2<f64>) -> Result<Values> {
        Ok(Values::Classes(self.0.predict(&records).to_vec()))
    }
}
