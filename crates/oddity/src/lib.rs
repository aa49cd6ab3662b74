//! Anomaly detection for security data: pipelines that are fitted, saved, and score, explain and
//! measure, as a library and as the command `oddity`.
//!
//! # Overview
//!
//! - A [`PipelineConfig`] is plain TOML: columns, steps, windows, a detector, a threshold.
//! - [`fit`] fits one to tables; a [`FittedPipeline`] is saved to one file and loaded again.
//! - A [`Scorer`] scores rows as they come, in bounded memory, and says which are alarms and why.
//! - [`DataConfig`] opens a file and gives its columns their roles.
//! - [`exchange`] takes tables from ndarray and Arrow, and gives them back.
//! - [`prelude`] has the contracts and what most programs start from; the crates behind it are
//!   `oddity_core`, `oddity_ingest`, `oddity_features`, `oddity_models`, `oddity_eval` and
//!   `oddity_bench`, each usable alone.
//!
//! # Example
//!
//! ```
//! use oddity::prelude::*;
//!
//! let pipeline = PipelineConfig::parse(
//!     "plant.toml",
//!     "[[steps]]\nkind = 'numeric'\n[[steps]]\nkind = 'standardize'\n\
//!      [detector]\nkind = 'pca_reconstruction'\ncomponents = 1",
//! )?;
//! let mut text = "flow,pressure\n".to_owned();
//! for i in (0..600).map(f64::from) {
//!     text += &format!("{},{}\n", i.sin(), 2.0 * i.sin() + 0.01 * (7.0 * i).cos());
//! }
//! let open = |text: &str| {
//!     let input = Input::Bytes { name: "plant.csv".to_owned(), bytes: text.into() };
//!     pipeline.data.open(input, None, &ReadOptions::default())
//! };
//! let fitted = oddity::fit(&pipeline, vec![open(&text)?.read_all()?], &mut Unwatched)?;
//!
//! // Pressure does not follow the flow in the second row.
//! let table = open("flow,pressure\n0.5,1.0\n0.5,-1.0\n")?.read_all()?;
//! let part = Scorer::new(&fitted, 0).push(&pipeline.data.rows_of(&table)?)?;
//! assert_eq!(part.alarms, [1]);
//!
//! let saved = FittedPipeline::from_bytes("plant.oddity", &fitted.to_bytes()?)?;
//! let again = Scorer::new(&saved, 0).push(&pipeline.data.rows_of(&table)?)?;
//! assert_eq!(again.scores, part.scores);
//! # Ok::<(), oddity::Error>(())
//! ```
//!
//! # What it does not do
//!
//! No algorithm lives here: they are in the crates behind it.

pub mod command;
mod data;
mod error;
pub mod exchange;
mod files;
mod fit;
mod fitted_pipeline;
mod format;
pub mod inspect;
mod inspect_traces;
mod pipeline;
pub mod prelude;
mod saved;
mod scorer;
mod series_stream;

pub use data::{DataConfig, FittedColumn, Holds, Rows};
pub use error::{Error, Result, SavedProblem};
pub use fit::fit;
pub use fitted_pipeline::{Facts, FittedPipeline};
pub use format::Format;
pub use inspect_traces::InspectedTraces;
pub use pipeline::{PipelineConfig, ThresholdConfig, WindowsConfig};
pub use saved::SCHEMA_VERSION;
pub use scorer::{ScoredPart, Scorer};

/// The guide's Rust, compiled and run.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../../docs/add-a-detector.md")]
    struct AddADetector;
    #[doc = include_str!("../../../docs/use-the-library.md")]
    struct UseTheLibrary;
}
