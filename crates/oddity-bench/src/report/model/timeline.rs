//! Scores along time, with attacks and alarms.

use serde::{Deserialize, Serialize};

use super::ThresholdNote;

/// The scores of one detector in the order of the samples, with what was an attack and what
/// became an alarm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timeline {
    /// The chart's title.
    pub title: String,
    /// The horizontal axis: `row of the test part`.
    pub x_label: String,
    /// A score a sample; those that are not finite break the line. The chart thins them, and
    /// keeps the largest of what falls together.
    pub scores: Vec<f64>,
    /// Stretches of attacked samples, as first position and the one after the last.
    pub attacks: Vec<(usize, usize)>,
    /// The cutoff: samples above it are alarms.
    pub cutoff: Option<f64>,
    /// Where the cutoff came from.
    pub threshold: Option<ThresholdNote>,
}
