//! Cutoffs that move with a stream of scores.

use oddity_core::{Alarms, Cutoff, Result, Scores};

/// A rule that is calibrated once and then chooses a cutoff for each score of a stream, from the
/// scores before it.
pub trait MovingThreshold: Send + Sync {
    /// A cutoff and a decision for each score of the stream.
    ///
    /// # Errors
    ///
    /// For fewer calibration scores than the rule can work with, and
    /// [`oddity_core::Error::ScoreNotFinite`] where a cutoff along the stream is infinite.
    fn run(&self, calibration: &Scores, stream: &Scores) -> Result<MovingCutoff>;
}

/// A cutoff a score: a score is an alarm if it is above its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovingCutoff {
    cutoffs: Vec<f64>,
    alarms: Vec<bool>,
}

impl MovingCutoff {
    /// The cutoffs that the scores were judged by, in their order; none looks ahead.
    pub fn cutoffs(&self) -> &[f64] {
        &self.cutoffs
    }

    /// The decisions.
    pub fn alarms(&self) -> Alarms {
        Alarms::new(self.alarms.clone())
    }

    /// Judges the next score; whether it is an alarm. A cutoff that is not finite is refused.
    pub(super) fn judge(&mut self, score: f64, cutoff: f64) -> Result<bool> {
        let cutoff = Cutoff::new(cutoff)?.value();
        self.cutoffs.push(cutoff);
        self.alarms.push(cutoff < score);
        Ok(cutoff < score)
    }
}
