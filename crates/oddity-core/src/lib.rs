//! The contracts of Oddity: what flows between the stages of an anomaly-detection
//! pipeline, and the traits that each stage implements.
//!
//! # Overview
//!
//! Data flows one way: bytes → table → samples → scores → measures. This crate holds
//! what the stages share and no algorithm:
//!
//! - [`Samples`] is what flows through a pipeline: rows of mixed columns as a table gives
//!   them ([`Records`]), dense rows ([`FrameView`]), sparse rows ([`CsrView`]), overlapping
//!   windows over rows ([`Windows`]) or ragged symbol sequences ([`SequencesView`]).
//!   [`SamplesOwned`] is the same with its memory.
//! - [`Transformer`] and [`SupervisedTransformer`] turn samples into samples.
//! - [`Detector`] turns samples into [`Scores`], without ever seeing a label.
//! - [`Watch`] sees a training in epochs, and keeps the checkpoints that it resumes from.
//! - [`State`] is what a fitted detector or transformer is kept as, and made again from;
//!   [`Explanation`] says what made a score.
//! - [`Artefact`]s are the files that a fitted detector can be kept as; [`Reconstruction`] is what
//!   it makes of samples, where its scores come from that.
//! - [`Classifier`] learns from samples and their [`Classes`] and gives [`Predicted`].
//! - [`OnlineDetector`] scores and learns one row at a time.
//! - [`Threshold`] turns held-out scores into a [`Cutoff`]; `cutoff < score` is an alarm.
//! - [`ClassifierPipeline`] and [`DetectorPipeline`] chain transformers and a model, so
//!   that everything fitted is fitted on the training part alone.
//! - [`Split`] says which samples train and which test; [`Seed`] where chance comes from.
//!
//! Fitted and unfitted things are different types: scoring before fitting does not
//! compile. `fit` is a pure function of parameters, data and seed: same input, same bits,
//! whatever the number of threads.
//!
//! # Example
//!
//! ```
//! use oddity_core::{Detector, Error, FittedDetector, Frame, Samples, Scores, Seed};
//!
//! /// Scores a row by its distance to the mean of the first column.
//! struct FromMean;
//! struct Fitted(f64);
//!
//! impl Detector for FromMean {
//!     fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>, Error> {
//!         let rows = train.rows()?;
//!         let sum: f64 = rows.iter().map(|row| row[0]).sum();
//!         Ok(Box::new(Fitted(sum / rows.n_rows() as f64)))
//!     }
//! }
//!
//! impl FittedDetector for Fitted {
//!     fn score(&self, samples: &Samples<'_>) -> Result<Scores, Error> {
//!         let rows = samples.rows()?;
//!         Scores::new(rows.iter().map(|row| (row[0] - self.0).abs()).collect())
//!     }
//! }
//!
//! let train = Frame::new(vec![1.0, 2.0, 3.0], ["x"])?;
//! let fitted = FromMean.fit(&train.samples(), Seed(7))?;
//! let scores = fitted.score(&Frame::new(vec![2.0, 9.0], ["x"])?.samples())?;
//! assert_eq!(scores.values(), [0.0, 7.0]);
//! # Ok::<(), Error>(())
//! ```
//!
//! # What it does not do
//!
//! No files, clock, network or environment: those belong to the crates around it.
//! Missing values: a [`Frame`] is finite by construction, and what to do with a gap is
//! decided where the table is read.

mod artefact;
mod classifier;
mod columns;
mod detector;
mod error;
mod explanation;
mod frame;
mod history;
mod labels;
mod online;
mod pipeline;
mod reconstruction;
mod records;
mod samples;
mod score_stream;
mod scores;
mod seed;
mod sequences;
mod sparse;
mod split;
mod state;
mod state_problem;
#[cfg(test)]
mod state_tests;
mod threshold;
mod transformer;
mod watch;
mod windows;

#[cfg(feature = "contract")]
pub mod contract;

pub use artefact::Artefact;
pub use classifier::{Classifier, FittedClassifier, Predicted};
pub use columns::Columns;
pub use detector::{Causality, Detector, FittedDetector};
pub use error::{Error, Result, SampleKind};
pub use explanation::{Explanation, Part, PartOf};
pub use frame::{Frame, FrameView};
pub use history::{Epoch, TrainingHistory};
pub use labels::{Classes, Labels};
pub use online::OnlineDetector;
pub use pipeline::{ClassifierPipeline, DetectorPipeline, FittedSteps, Step};
pub use reconstruction::Reconstruction;
pub use records::{Column, ColumnKind, Records, Texts};
pub use samples::{Samples, SamplesOwned};
pub use score_stream::ScoreStream;
pub use scores::Scores;
pub use seed::Seed;
pub use sequences::{Sequences, SequencesView, Symbol};
pub use sparse::{Csr, CsrRow, CsrView};
pub use split::Split;
pub use state::{ANY, Entry, Numbers, State};
pub use state_problem::StateProblem;
pub use threshold::{Alarms, Cutoff, Threshold};
pub use transformer::{FittedTransformer, SupervisedTransformer, TransformStream, Transformer};
pub use watch::{Progress, Unwatched, Watch};
pub use windows::{Windows, WindowsOwned};
