//! Scores to alarms: a threshold rule, fitted on held-out scores, gives a cutoff.

use serde::{Deserialize, Serialize};

use crate::{Error, Result, Scores};

/// A rule that chooses a cutoff from scores of samples that are not the test samples.
pub trait Threshold: Send + Sync {
    /// Chooses the cutoff from held-out scores.
    ///
    /// # Errors
    ///
    /// For fewer scores than the rule can work with.
    fn fit(&self, calibration: &Scores) -> Result<Cutoff>;
}

/// A finite cutoff: a sample is an alarm if `cutoff < score`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Cutoff(f64);

impl Cutoff {
    /// Takes the cutoff.
    ///
    /// # Errors
    ///
    /// [`Error::ScoreNotFinite`] if it is NaN or infinite.
    pub fn new(value: f64) -> Result<Cutoff> {
        if value.is_finite() {
            Ok(Cutoff(value))
        } else {
            Err(Error::ScoreNotFinite { sample: 0, value })
        }
    }

    /// The cutoff.
    pub fn value(self) -> f64 {
        self.0
    }

    /// The alarms: every sample whose score is above the cutoff.
    pub fn alarms(self, scores: &Scores) -> Alarms {
        Alarms(scores.values().iter().map(|score| self.0 < *score).collect())
    }
}

impl TryFrom<f64> for Cutoff {
    type Error = Error;

    fn try_from(value: f64) -> Result<Cutoff> {
        Cutoff::new(value)
    }
}

impl From<Cutoff> for f64 {
    fn from(cutoff: Cutoff) -> f64 {
        cutoff.0
    }
}

/// One decision a sample: `true` is an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarms(Vec<bool>);

impl Alarms {
    /// Takes one decision a sample.
    pub fn new(alarms: Vec<bool>) -> Alarms {
        Alarms(alarms)
    }

    /// The decisions, in the order of the samples.
    pub fn values(&self) -> &[bool] {
        &self.0
    }
}
