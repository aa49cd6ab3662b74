//! Language models of LSTM layers over sequences of symbols.

mod checkpoint;
#[cfg(test)]
mod checkpoint_tests;
mod chunk;
mod ends;
mod engine;
mod evaluate;
mod layout;
mod members;
mod native;
mod params;
mod pass;
mod saved;
mod sizes;
mod statistic;
#[cfg(test)]
mod tests;
mod text;
mod train;
mod trainer;
#[cfg(test)]
mod training_tests;

use crate::load_error::LoadError;
use crate::precision::Precision;
use crate::weights::Weights;

pub use engine::{
    LANGUAGE_PART, LanguageEngine, LanguageScorer, LanguageSetup, ReadLosses, SymbolRows,
};
pub use members::{FittedLanguageModel, LstmLanguageModel};
pub use params::{Direction, LstmLanguageModelParams};
pub use sizes::LanguageSizes;
pub use statistic::{RunningStatistic, Statistic};

/// What names an error's origin.
const NAME: &str = "lstm_language_model";

/// A native model in training.
pub(crate) fn engine(
    sizes: &LanguageSizes,
    setup: LanguageSetup,
    precision: Precision,
) -> oddity_core::Result<Box<dyn LanguageEngine>> {
    let model = layout::Model::new(sizes, setup.seed)?.in_precision(precision);
    Ok(Box::new(trainer::Trainer::new(model, setup, rayon::current_num_threads())))
}

/// A native model whose training is over.
pub(crate) fn scorer(
    sizes: &LanguageSizes,
    weights: &Weights,
    precision: Precision,
) -> Result<Box<dyn LanguageScorer>, LoadError> {
    Ok(Box::new(layout::Model::with_shapes(sizes, weights)?.in_precision(precision)))
}
