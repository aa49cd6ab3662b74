//! Predicting with a random forest.

use oddity_core::{FittedClassifier, Predicted, Result, Samples};
use rayon::prelude::*;

use super::FittedRandomForest;

/// Rows that one thread takes through all trees: few enough to stay near, many enough that
/// a tree is used often while it is there.
const ROWS: usize = 256;

impl FittedClassifier for FittedRandomForest {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let width = self.importances.len();
        samples.with_dense(|frame| {
            frame.expect_width(width)?;
            let n_classes = self.trees.first().map_or(0, |tree| tree.n_classes());
            let mut means = vec![0.0; frame.n_rows() * n_classes];
            let n_trees = self.trees.len() as f64;
            frame
                .values()
                .par_chunks((ROWS * width).max(1))
                .zip(means.par_chunks_mut(ROWS * n_classes))
                .for_each(|(rows, means)| {
                    for tree in &self.trees {
                        tree.add_shares(rows, width, means);
                    }
                    means.iter_mut().for_each(|mean| *mean /= n_trees);
                });
            Predicted::from_probabilities(means, n_classes)
        })
    }

    fn importances(&self) -> Option<&[f64]> {
        Some(&self.importances)
    }

    fn out_of_bag_score(&self) -> Option<f64> {
        self.out_of_bag_score
    }
}
