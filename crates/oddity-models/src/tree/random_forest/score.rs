//! Predicting with a random forest.

use oddity_core::{FittedClassifier, Predicted, Result, Samples};

use super::FittedRandomForest;
use crate::tree::blocks;

impl FittedClassifier for FittedRandomForest {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let width = self.importances.len();
        samples.with_dense(|frame| {
            frame.expect_width(width)?;
            let n_classes = self.trees.first().map_or(0, |tree| tree.n_classes());
            let n_trees = self.trees.len() as f64;
            blocks::predict(frame, n_classes, |rows, means| {
                for tree in &self.trees {
                    tree.add_shares(rows, width, means);
                }
                means.iter_mut().for_each(|mean| *mean /= n_trees);
            })
        })
    }

    fn importances(&self) -> Option<&[f64]> {
        Some(&self.importances)
    }

    fn out_of_bag_score(&self) -> Option<f64> {
        self.out_of_bag_score
    }
}
