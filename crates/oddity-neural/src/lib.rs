//! Neural detectors of Oddity: autoencoders over rows and windows, language models over sequences.
//!
//! # Overview
//!
//! - [`DenseAutoencoder`], [`LstmAutoencoder`] and [`LstmForecaster`] are detectors; their
//!   `...Params` say which layers ([`Layer`]) and how they are trained ([`TrainingParams`]).
//! - [`OnlineLstmAutoencoder`] learns from each event of a stream once; [`OnlineNetwork`] is one
//!   on its way.
//! - [`LstmLanguageModel`] is one of sequences, with a [`Statistic`] of their symbols' losses;
//!   [`FittedLanguageModel`] passes through bytes.
//! - [`Network`] is a chain of layers as data, [`Session`] trains one batch by batch.
//! - [`Weights`] pass in and out of networks, and come from Keras and PyTorch too;
//!   [`SavedNetwork`] is a whole detector as bytes, [`LoadError`] why bytes were refused.
//! - [`Checkpoint`] is a training behind an epoch: with a watcher ([`oddity_core::Watch`]) an
//!   interrupted one goes on to the same bits. [`EventFile`] draws its curves in TensorBoard.
//!
//! On the CPU networks run on a trainer of their own, without an autodiff graph: each layer has
//! a forward and a backward pass over `oddity-kernels`. A batch is cut into fixed shards and
//! sums are taken in order, so that the same machine gives the same bits for any number of
//! threads.
//!
//! A [`Backend`] makes networks that train ([`Engine`]) and networks that score ([`Scorer`]); of
//! language models those are [`LanguageEngine`] and [`LanguageScorer`]. [`Native`] is that trainer;
//! other crates bring others, and every detector moves to one with its `on`
//! ([`LstmAutoencoder::on`]).
//!
//! # What it does not do
//!
//! No files and no clock: a training run hands out its history, weights and checkpoints as
//! bytes, and its caller stores them.

mod activation;
mod backend;
mod checksum;
mod dense;
mod dense_autoencoder;
mod evaluate;
mod event_file;
mod examples;
mod initial;
mod language_model;
mod load_error;
mod lstm_autoencoder;
mod lstm_forecaster;
#[cfg(test)]
mod lstm_forecaster_tests;
mod model;
mod native;
mod network;
mod norm_state;
mod online;
mod pass;
mod plan;
mod precision;
#[cfg(test)]
mod precision_tests;
mod reconstruction;
#[cfg(test)]
mod reconstruction_tests;
mod rows;
mod saved_network;
mod score;
mod session;
mod shard;
mod spread;
mod state;
#[cfg(test)]
mod state_tests;
mod table;
mod tensor;
#[cfg(test)]
mod tests;
mod trainer;
mod training;
mod update;
mod weights;

pub use activation::Activation;
pub use backend::{Backend, Engine, OptimizerState, Read, Scorer, Setup, StepParams};
pub use dense_autoencoder::{DenseAutoencoder, DenseAutoencoderParams};
pub use event_file::EventFile;
pub use examples::Examples;
pub use language_model::{
    Direction, FittedLanguageModel, LANGUAGE_PART, LanguageEngine, LanguageScorer, LanguageSetup,
    LanguageSizes, LstmLanguageModel, LstmLanguageModelParams, ReadLosses, RunningStatistic,
    Statistic, SymbolRows,
};
pub use load_error::LoadError;
pub use lstm_autoencoder::{LstmAutoencoder, LstmAutoencoderParams};
pub use lstm_forecaster::{LstmForecaster, LstmForecasterParams};
pub use native::Native;
pub use network::{Gate, Layer, Network, Returns};
pub use online::{
    OnlineLstmAutoencoder, OnlineLstmAutoencoderParams, OnlineNetwork, OnlineOutput, OnlineTarget,
    Outliers,
};
pub use precision::Precision;
pub use reconstruction::{FittedNetwork, Reads};
pub use rows::Rows;
pub use saved_network::{SavedDetector, SavedNetwork};
pub use score::ErrorScore;
pub use session::Session;
pub use training::{Checkpoint, Loss, Schedule, TrainingParams, ValidationSplit};
pub use weights::Weights;
