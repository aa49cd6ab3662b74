//! Pipelines in order: leaderboards of a dataset, comparisons over many, quality against time.

use serde::{Deserialize, Serialize};

use super::{Status, ThresholdNote};

/// The pipelines of one task, to be ranked by one measure on one dataset.
///
/// Leaderboards of one dataset and task stand together, the first open and the others folded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leaderboard {
    /// The dataset.
    pub dataset: String,
    /// The task.
    pub task: String,
    /// The measure: `roc_auc`.
    pub measure: String,
    /// The measure's parameters as text; empty for none.
    pub params: String,
    /// Where the threshold came from, for a measure that used one.
    pub threshold: Option<ThresholdNote>,
    /// What a value is over: `test`, `mean over 10 folds`.
    pub split: String,
    /// Whether a smaller value is the better one.
    pub lower_is_better: bool,
    /// The pipelines, in any order: the page ranks them.
    pub entries: Vec<LeaderboardEntry>,
}

/// One pipeline of a [`Leaderboard`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeaderboardEntry {
    /// The pipeline's name.
    pub pipeline: String,
    /// The value; nothing, with status `ok`, is a measure that is undefined here.
    pub value: Option<f64>,
    /// The value's interval, where there is one.
    pub interval: Option<Interval>,
    /// Why there is no interval.
    pub no_interval: Option<String>,
    /// Sample standard deviation over the seeds.
    pub sd_seeds: Option<f64>,
    /// Seeds.
    pub n_seeds: usize,
    /// Seconds of fitting, with any search; the mean over the pipeline's cells.
    pub fit_seconds: Option<f64>,
    /// Seconds of scoring; the mean over the pipeline's cells.
    pub score_seconds: Option<f64>,
    /// Largest resident memory while one of the pipeline's cells was computed.
    pub peak_bytes: Option<u64>,
    /// Whether that is the peak of the process since it began, with what ran in it before.
    pub peak_is_of_process: bool,
    /// How its cells ended.
    pub status: Status,
    /// Why they ended so, or why the measure is undefined.
    pub reason: Option<String>,
}

/// An interval around a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// What it is, in words: `95 % bootstrap (BCa) over 38 events, 2000 replicates`.
    pub note: String,
}

/// Detectors over many datasets: mean ranks, and which of them are told apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Comparison {
    /// The title of the diagram.
    pub title: String,
    /// What was compared and how, in sentences.
    pub note: String,
    /// Why there is no diagram; the fields below are then empty.
    pub refused: Option<String>,
    /// The detectors, the best first.
    pub detectors: Vec<String>,
    /// The mean rank of each; 1 is the best.
    pub mean_ranks: Vec<f64>,
    /// First and last position of detectors of which no two are told apart.
    pub groups: Vec<(usize, usize)>,
    /// The p value of each pair after the correction for all pairs.
    pub adjusted_p_values: Vec<Vec<f64>>,
    /// The p value of Friedman's test.
    pub friedman_p_value: Option<f64>,
    /// The chance of a false difference among all pairs.
    pub alpha: f64,
    /// Datasets with a value of every detector.
    pub n_datasets: usize,
    /// Observations of the tests: sources, or datasets.
    pub n_clusters: usize,
    /// Datasets that were left out, and why.
    pub left_out: Vec<(String, String)>,
}

/// A scatter of quality against time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimeScatter {
    /// The chart's title.
    pub title: String,
    /// The vertical axis: the measure.
    pub y_label: String,
    /// Whether a smaller value is the better one.
    pub lower_is_better: bool,
    /// The points.
    pub points: Vec<TimePoint>,
}

/// One pipeline of a [`TimeScatter`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimePoint {
    /// The pipeline's name.
    pub name: String,
    /// Seconds of fitting and scoring; a point without a positive number is left out.
    pub seconds: f64,
    /// The value.
    pub value: f64,
}
