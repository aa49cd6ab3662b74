//! Oddity's networks on [burn](https://burn.dev): on GPUs, and as a second implementation beside
//! the native trainer.
//!
//! # Overview
//!
//! - [`BurnBackend`] is a backend of `oddity-neural` on a [`Device`]: the CPU (burn's Flex), and
//!   with the features `cuda` and `wgpu` a GPU. A detector moves to it with its `on`.
//! - [`BurnNetwork`] is the burn module that it trains, for code that uses burn itself: made from
//!   a [`oddity_neural::Network`], with weights in and out ([`oddity_neural::Weights`]) and with
//!   burn's own records.
//! - [`BuildError`] says which feature a device needs.
//!
//! All networks of `oddity-neural` run on it: autoencoders, forecasters, language models and the
//! online autoencoder.
//!
//! Training starts from the same weights as the native trainer's, is shown the same batches and
//! drops the same numbers, so that both differ by rounding alone. Its layers are made of burn's
//! tensor operations and its gradients are those of burn's autodiff, which know nothing of ours:
//! the tests compare the two.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use oddity_burn::{BurnBackend, Device};
//! use oddity_core::{Detector, Frame, Seed};
//! use oddity_neural::{DenseAutoencoder, DenseAutoencoderParams};
//!
//! let rows = Frame::new((0..60).map(|i| f64::from(i % 7)).collect(), ["x", "y", "z"])?;
//! let params: DenseAutoencoderParams =
//!     toml::from_str("layers = [{ layer = 'dense', units = 2 }]\ntraining = { epochs = 5 }")?;
//! let native = DenseAutoencoder::new(params)?;
//! let burn = native.clone().on(Arc::new(BurnBackend::new(Device::Cpu)?));
//! let score = |detector: &DenseAutoencoder| {
//!     detector.fit(&rows.samples(), Seed(1))?.score(&rows.samples())
//! };
//! for (a, b) in score(&native)?.values().iter().zip(score(&burn)?.values()) {
//!     assert!((a - b).abs() < 1e-4 * a);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//!
//! On a GPU the last bits may differ from run to run.

mod activation;
mod adam;
mod backend;
mod batch;
mod batch_norm;
mod dense;
mod device;
mod dropout;
mod engine;
mod flow;
mod language;
mod loss;
mod lstm;
mod network;
mod weights;

pub use backend::BurnBackend;
pub use device::{BuildError, Device};
pub use network::BurnNetwork;
