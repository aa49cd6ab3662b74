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
//! - [`kernel`]: [`kernel::Svm`], support vector machines; [`kernel::OneClassSvm`], a surface around
//!   most rows; [`kernel::KernelPca`], principal components in the space of a kernel.
//! - [`gaussian`]: [`gaussian::Gmm`], a mixture of normal distributions; [`gaussian::Mcd`], the robust
//!   Mahalanobis distance.
//! - [`series`]: [`series::MatrixProfile`], the distance to the nearest window;
//!   [`series::SpectralResidual`], what stands out of the spectrum; [`series::LocalRegression`], what a
//!   polynomial through the rows before does not foretell.
//! - [`bayes`]: [`bayes::GaussianNb`], Gaussian naive Bayes.
//! - [`tree`]: [`tree::Cart`], one decision tree, and [`tree::RandomForest`], many.
//! - [`neighbours`]: [`neighbours::Knn`], exact nearest neighbours, [`neighbours::KnnDistance`]
//!   and [`neighbours::Lof`], the local outlier factor.
//! - [`marginal`]: [`marginal::Hbos`], [`marginal::Ecod`] and [`marginal::Copod`], each column
//!   by itself.
//! - [`clusters`]: [`clusters::KMeansDistance`] and [`clusters::Cblof`], the distance to centres.
//! - [`isolation`]: [`isolation::IsolationForest`], random splits, plain and extended.
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
//! - `linfa`: the classifiers of linfa as `kind = "linfa/..."` beside ours, as cross-checks, and
//!   ours inside linfa code.
//! - `blas`: principal components by the OpenBLAS of the system, as in `oddity-linalg`.
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
pub mod clusters;
mod custom;
mod draws;
pub mod ensemble;
mod exponential;
mod flattened;
pub mod gaussian;
pub mod isolation;
pub mod kernel;
pub mod linear;
#[cfg(feature = "linfa")]
pub mod linfa;
pub mod marginal;
mod means;
pub mod neighbours;
pub mod neural;
pub mod online;
mod scored_in_blocks;
pub mod sequence;
pub mod series;
mod symmetric;
pub mod tree;

pub use class_weight::ClassWeight;
pub use custom::{CustomDetector, CustomParams, register_detector};
