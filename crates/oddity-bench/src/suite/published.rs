//! Figures that others reported, to be printed beside the measured ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Reported figures, by measure.
pub type Published = BTreeMap<String, Figures>;

/// The figures reported for one measure, by the part of the data they stand for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Figures {
    /// Mean over the folds.
    pub mean: Option<f64>,
    /// Population standard deviation over the folds.
    pub sd: Option<f64>,
    /// On the training part.
    pub train: Option<f64>,
    /// On the test part.
    pub test: Option<f64>,
    /// On each fold, in order.
    pub folds: Vec<f64>,
}

impl Figures {
    /// The figure for a split as results name it: `mean`, `sd`, `train`, `test`, `fold-03`.
    pub fn get(&self, split: &str) -> Option<f64> {
        match split {
            "mean" => self.mean,
            "sd" => self.sd,
            "train" => self.train,
            "test" => self.test,
            fold => {
                let fold: usize = fold.strip_prefix("fold-")?.parse().ok()?;
                self.folds.get(fold).copied()
            }
        }
    }
}
