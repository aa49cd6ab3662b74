//! Neural detectors of Oddity: autoencoders over rows and windows, language models over sequences.
//!
//! # Overview
//!
//! - [`DenseAutoencoder`] and [`LstmAutoencoder`] are detectors; their `...Params` say which
//!   layers ([`Layer`]) and how they are trained ([`TrainingParams`]).
//! - [`LstmLanguageModel`] is one of sequences, with a [`Statistic`] of their symbols' losses.
//! - [`Network`] is a chain of layers as data, [`Session`] trains one batch by batch.
//!
//! On the CPU networks run on a trainer of their own, without an autodiff graph: each layer has
//! a forward and a backward pass over `oddity-kernels`. A batch is cut into fixed shards and
//! sums are taken in order, so that the same machine gives the same bits for any number of
//! threads.
//!
//! # What it does not do
//!
//! No files and no clock: a training run hands out its history, and its caller stores it.

mod activation;
mod dense;
mod dense_autoencoder;
mod evaluate;
mod examples;
mod initial;
mod language_model;
mod lstm_autoencoder;
mod model;
mod network;
mod norm_state;
mod pass;
mod plan;
mod reconstruction;
mod score;
mod session;
mod shard;
mod spread;
mod table;
mod tensor;
#[cfg(test)]
mod tests;
mod trainer;
mod training;
mod update;

pub use activation::Activation;
pub use dense_autoencoder::{DenseAutoencoder, DenseAutoencoderParams};
pub use language_model::{LstmLanguageModel, LstmLanguageModelParams, Statistic};
pub use lstm_autoencoder::{LstmAutoencoder, LstmAutoencoderParams};
pub use network::{Gate, Layer, Network, Returns};
pub use score::ErrorScore;
pub use session::Session;
pub use training::{Loss, Schedule, TrainingParams, ValidationSplit};
