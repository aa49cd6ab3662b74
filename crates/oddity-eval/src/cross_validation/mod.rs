//! Cross-validation: splits of the samples, and a classifier fitted and tried on each.

mod folds;
mod hold_out;
mod k_fold;
mod numpy_permutation;
mod shuffle;
mod summary;

pub use folds::{
    CrossValidation, Edge, FoldEvent, FoldOutcome, FoldPrediction, Stage, cross_validate,
    evaluate_folds,
};
pub use hold_out::HoldOut;
pub use k_fold::KFold;
pub use numpy_permutation::numpy_permutation;
pub use shuffle::Shuffle;
pub use summary::Summary;

pub(crate) use folds::check_splits;

use oddity_core::{Classes, Seed, Split};

use crate::Result;

/// A way to split samples into training and test parts.
pub trait Splitter: Send + Sync {
    /// The splits, a pure function of parameters, classes and seed.
    ///
    /// # Errors
    ///
    /// For samples or classes that cannot be split this way.
    fn split(&self, classes: &Classes, seed: Seed) -> Result<Vec<Split>>;
}
