//! Rules that are fitted on labelled validation samples.

use oddity_core::{Cutoff, Scores};

use crate::Result;
use crate::measure::{SweepPoint, ThresholdSweep, Truth};

/// A rule that chooses a cutoff from scores and labels of samples that are not measured.
///
/// On the samples that are measured the same rule is an oracle: measures `f1_oracle` and
/// `g_mean_oracle`.
pub trait LabelledThreshold: Send + Sync {
    /// Chooses the cutoff from labelled validation scores.
    ///
    /// # Errors
    ///
    /// [`Error::Measure`](crate::Error::Measure) where what it maximises is undefined, or truth
    /// and scores are of different length.
    fn fit(&self, truth: &Truth<'_>, scores: &Scores) -> Result<Cutoff>;
}

/// Rules `f1_best` and `g_mean_best`: the cutoff with the highest value of a measure.
///
/// It lies just below the lowest score that is an alarm; of equal values that with the fewest alarms
/// wins. Needs an anomaly and a normal sample. Cost n log n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BestOf {
    /// The highest F1.
    F1,
    /// The highest G-mean, `sqrt(tpr tnr)`.
    GMean,
}

impl LabelledThreshold for BestOf {
    fn fit(&self, truth: &Truth<'_>, scores: &Scores) -> Result<Cutoff> {
        let sweep = ThresholdSweep::of(&truth.anomalies()?, scores.values())?;
        let value = |point: &SweepPoint| match self {
            BestOf::F1 => point.f1,
            BestOf::GMean => point.g_mean,
        };
        Ok(sweep.best(value).cutoff()?)
    }
}
