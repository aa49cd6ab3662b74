//! What most programs start from: the contracts, the catalogues, and pipelines.
//!
//! ```
//! use oddity::prelude::*;
//!
//! let frame = Frame::new(vec![0.1, 0.2, 0.3, 9.0], ["size"])?;
//! let config: DetectorConfig = toml::from_str("kind = 'pca_reconstruction'\ncomponents = 1")?;
//! let detector = config.build()?;
//! # let _ = (frame, detector);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use oddity_core::{
    Alarms, Classes, Classifier, Cutoff, Detector, Explanation, FittedClassifier, FittedDetector,
    FittedTransformer, Frame, Labels, OnlineDetector, Part, PartOf, Records, Samples, Scores, Seed,
    Sequences, State, Threshold, Transformer, Unwatched, Watch, Windows, WindowsOwned,
};
pub use oddity_eval::measure::{Direction, Measure, MeasureId, Truth};
pub use oddity_eval::threshold::Rule;
pub use oddity_features::StepConfig;
pub use oddity_ingest::{Columnar, CsvOptions, Input, ReadOptions, Role, Table};
pub use oddity_models::catalogue::{ClassifierConfig, DetectorConfig, classifiers, detectors};

pub use crate::{
    DataConfig, FittedPipeline, PipelineConfig, ScoredPart, Scorer, ThresholdConfig, WindowsConfig,
    fit,
};
