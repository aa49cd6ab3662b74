//! What is kept of the errors of a detector's columns.

use serde::{Deserialize, Serialize};

/// Errors of the test samples' columns, of a detector that is scored by errors of columns. The
/// columns are those that the detector reads; errors are as
/// [`oddity_core::FittedDetector::column_errors`] has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// Columns that the detector reads.
    pub n_columns: usize,
    /// Those with the largest mean errors, the largest first.
    pub columns: Vec<ColumnErrors>,
    /// A few samples, and what the detector made of them.
    pub examples: Vec<Example>,
}

/// Mean errors of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnErrors {
    /// The column.
    pub name: String,
    /// Over the normal test samples, if there are any.
    pub normal: Option<f64>,
    /// Over the anomalous ones, if there are any.
    pub anomalous: Option<f64>,
}

impl ColumnErrors {
    /// The mean that columns are ranked by: over the anomalous samples, or over the normal ones
    /// where there are no others.
    pub fn largest(&self) -> f64 {
        self.anomalous.or(self.normal).unwrap_or(f64::NEG_INFINITY)
    }
}

/// A sample, and what the detector made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Why it is shown.
    pub kind: ExampleKind,
    /// Its position in the dataset: of a window that of its last row.
    pub sample: u32,
    /// Its score, as the detector gave it.
    pub score: f64,
    /// Rows of the sample.
    pub n_steps: usize,
    /// The columns with the largest errors, the largest first.
    pub columns: Vec<ExampleColumn>,
}

/// Why a sample is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExampleKind {
    /// The anomaly of the highest score.
    HighestAnomaly,
    /// The normal sample of the highest score.
    HighestNormal,
    /// The anomaly of the lowest score.
    LowestAnomaly,
    /// The normal sample in the middle of the normal ones by score.
    MedianNormal,
}

/// A column of a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExampleColumn {
    /// The column.
    pub name: String,
    /// Its error.
    pub error: f64,
    /// What it holds, step by step; empty where that is not kept.
    pub input: Vec<f32>,
    /// What the detector made of it.
    pub output: Vec<f32>,
}
