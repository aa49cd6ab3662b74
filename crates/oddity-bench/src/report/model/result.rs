//! Figures, timings and failures of cells, as the report reads them.

use serde::{Deserialize, Serialize};

use super::Interval;

/// One figure: a measure of one pipeline on one split, or its mean or standard deviation
/// over the folds.
///
/// Rows of one pipeline, measure, parameters and threshold are summarised together. The
/// splits `fold-..`, `mean` and `sd` belong to one cross-validation; every other split
/// stands for itself. `mean` and `sd` (population) are over the folds of one seed; a
/// `mean` without seed, beside rows with seeds, is over all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResultRow {
    /// The pipeline's name: `corrected/random-forest`.
    pub pipeline: String,
    /// The seed, where the pipeline or its split has one.
    pub seed: Option<u64>,
    /// The split: `fold-00`, `mean`, `sd`, `train`, `test`.
    pub split: String,
    /// The measure: `accuracy`.
    pub measure: String,
    /// The measure's parameters as text: `theta_p=0.5, theta_r=0.1`; empty for none.
    pub params: String,
    /// Where the threshold came from, for a measure that used one.
    pub threshold: Option<ThresholdNote>,
    /// The figure. Nothing, with status `ok`, is a measure that is undefined here.
    pub value: Option<f64>,
    /// The figure's interval, where there is one.
    pub interval: Option<Interval>,
    /// Why there is no interval.
    pub no_interval: Option<String>,
    /// The figure that the study published, where there is one.
    pub published: Option<f64>,
    /// The figure that a re-run of the study's own code gave, where there is one.
    pub rerun: Option<f64>,
    /// How the cell ended.
    pub status: Status,
    /// Why it ended so, or why the measure is undefined.
    pub reason: Option<String>,
}

/// How a cell ended.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It gave scores.
    #[default]
    Ok,
    /// It was left out on purpose.
    Skipped,
    /// The pipeline does not accept such data.
    Refused,
    /// It passed its time limit.
    Timeout,
    /// It passed its memory limit.
    OutOfMemory,
    /// It failed.
    Error,
}

impl Status {
    /// The status in words: `failed` for [`Status::Error`].
    pub fn words(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::OutOfMemory => "out of memory",
            Self::Error => "failed",
        }
    }
}

/// Where a threshold came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdNote {
    /// The rule in words: `0.99 quantile of held-out normal scores`.
    pub provenance: String,
    /// Whether the rule saw the labels of the test part. The page marks such figures.
    pub oracle: bool,
}

/// Seconds that one stage of one cell took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimingRow {
    /// The pipeline's name.
    pub pipeline: String,
    /// The stage: `load`, `fit`, `score`.
    pub stage: String,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Samples that the stage read, where that means something.
    pub rows: Option<u64>,
}

/// A cell that gave no scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Failure {
    /// The cell: pipeline, seed and split, or its key.
    pub cell: String,
    /// How it ended.
    pub status: Status,
    /// Why.
    pub reason: String,
}
