//! The models of Oddity: classifiers and one-class detectors, from samples to classes and
//! scores.
//!
//! # Overview
//!
//! Each model is a type with a `...Params` struct: `X::new(params)` checks the parameters,
//! and the traits [`oddity_core::Classifier`] and [`oddity_core::Detector`] do the rest.
//!
//! - [`linear`]: [`linear::LogisticRegression`] and [`linear::Lda`], linear discriminant
//!   analysis; [`linear::PcaReconstruction`], the distance to the first principal components.
//! - [`kernel`]: [`kernel::Svm`], support vector machines.
//! - [`bayes`]: [`bayes::GaussianNb`], Gaussian naive Bayes.
//! - [`tree`]: [`tree::Cart`], one decision tree, and [`tree::RandomForest`], many.
//! - [`neighbours`]: [`neighbours::Knn`], exact nearest neighbours.
//! - [`sequence`]: [`sequence::Stide`] and [`sequence::TStide`], n-grams that were never or rarely
//!   seen, [`sequence::NGramKnn`], sequences with the same n-grams, and [`sequence::Markov`] and
//!   [`sequence::Hmm`], which foretell symbols.
//! - [`online`]: [`online::HalfSpaceTrees`], [`online::RobustRandomCutForest`],
//!   [`online::RunningZScore`] and [`online::Kitsune`], which score a row and then learn it, and
//!   [`online::Prequential`], which takes one along a stream.
//! - Neural detectors are a crate of their own, `oddity-neural`: `dense_autoencoder`,
//!   `lstm_autoencoder`, `lstm_forecaster`, `lstm_language_model` and
//!   `online_lstm_autoencoder` of the catalogue; [`neural`] builds them on another backend.
//! - [`ensemble`]: [`ensemble::Ensemble`], one score from several detectors.
//! - [`baseline`]: [`baseline::MostFrequentClass`], [`baseline::RandomClass`],
//!   [`baseline::ConstantDetector`], [`baseline::RandomDetector`] and [`baseline::Length`],
//!   which a model has to beat.
//! - [`catalogue`]: all of them by `kind`, from plain configuration.
//!
//! # Features
//!
//! `linfa`: the classifiers of linfa as `kind = "linfa/..."` beside ours, as cross-checks, and
//! ours inside linfa code.
//!
//! # Example
//!
//! ```
//! use oddity_core::{Seed, Sequences};
//! use oddity_models::catalogue::DetectorConfig;
//!
//! let config: DetectorConfig = toml::from_str("kind = 'stide'\nn = 2")?;
//! let train: Sequences = [[3u16, 4, 3, 4, 3]].into_iter().collect();
//! let test: Sequences = [[3u16, 4, 4]].into_iter().collect();
//! let fitted = config.build()?.fit(&train.samples(), Seed(7))?;
//! assert_eq!(fitted.score(&test.samples())?.values(), [0.5]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//!
//! No files, no scaling or encoding of columns (`oddity-features`), no cross-validation or
//! search (`oddity-eval`). Models are fitted in memory.

pub mod baseline;
pub mod bayes;
pub mod catalogue;
mod class_weight;
mod classes;
pub mod ensemble;
mod exponential;
pub mod kernel;
pub mod linear;
#[cfg(feature = "linfa")]
pub mod linfa;
pub mod neighbours;
pub mod neural;
pub mod online;
pub mod sequence;
pub mod tree;

pub use class_weight::ClassWeight;
