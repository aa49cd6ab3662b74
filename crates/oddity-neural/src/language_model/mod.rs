//! Language models of LSTM layers over sequences of symbols.

mod chunk;
mod ends;
mod evaluate;
mod layout;
mod members;
mod params;
mod pass;
mod saved;
mod statistic;
#[cfg(test)]
mod tests;
mod text;
mod train;
mod trainer;

pub use members::{FittedLanguageModel, LstmLanguageModel};
pub use params::{Direction, LstmLanguageModelParams};
pub use statistic::{RunningStatistic, Statistic};

/// What names an error's origin.
const NAME: &str = "lstm_language_model";
