//! The figures of a pair of precision and recall.

use serde::{Deserialize, Serialize};

/// One of the three figures of a definition that gives a precision and a recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Harmonic mean of both.
    F1,
    /// How good the alarms are.
    Precision,
    /// How much of the events the alarms find.
    Recall,
}

/// The harmonic mean of a precision and a recall; 0 where both are.
pub(super) fn f1(precision: f64, recall: f64) -> f64 {
    let sum = precision + recall;
    if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum }
}
