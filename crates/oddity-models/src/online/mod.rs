//! Online detectors: they score a row, then learn from it, in time order.
//!
//! An [`OnlineModel`] is what a configuration names; it begins any number of streams, each an
//! [`OnlineDetector`]. [`Prequential`] takes one along a stream: each row is scored before it is
//! learnt, with a warm-up and, if asked for, a test for drift that begins anew. In a suite every
//! online detector takes part as a [`Detector`](oddity_core::Detector): fit learns the training
//! rows, and scoring goes on behind them, each call anew, so that scores are causal.

mod adapter;
mod adwin;
mod drift;
mod half_space_trees;
mod kitsune;
mod moments;
mod page_hinkley;
mod prequential;
mod robust_random_cut_forest;
mod rows;
mod running_z_score;

use oddity_core::{OnlineDetector, Result, Seed};
use oddity_neural::OnlineLstmAutoencoder;

pub use adapter::{Online, OnlineParams};
pub use adwin::{Adwin, AdwinParams};
pub use drift::{DriftParams, DriftTest};
pub use half_space_trees::{HalfSpaceTrees, HalfSpaceTreesParams, HalfSpaceTreesScale};
pub use kitsune::{Kitsune, KitsuneParams};
pub use page_hinkley::{PageHinkley, PageHinkleyParams};
pub use prequential::{Prequential, PrequentialParams};
pub use robust_random_cut_forest::{RobustRandomCutForest, RobustRandomCutForestParams};
pub use running_z_score::{RunningZScore, RunningZScoreParams, ZScoreCombine};

/// An online detector with its parameters, before the first row of any stream.
pub trait OnlineModel: Send + Sync {
    /// Begins a stream of rows of so many columns. A pure function of parameters, width and seed.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for no column.
    fn begin(&self, n_columns: usize, seed: Seed) -> Result<Box<dyn OnlineDetector>>;
}

impl OnlineModel for OnlineLstmAutoencoder {
    fn begin(&self, n_columns: usize, seed: Seed) -> Result<Box<dyn OnlineDetector>> {
        Ok(Box::new(OnlineLstmAutoencoder::begin(self, n_columns, seed)?))
    }
}
