//! Rules that are fitted on labelled validation samples.

use oddity_core::{Cutoff, Error, Scores};

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

/// Rule `cost_best`: the cutoff with the least cost, where a false alarm costs 1 and an anomaly
/// that is no alarm costs `miss`.
///
/// It lies just below the lowest score that is an alarm, or at the highest score where no alarm at
/// all costs least; of equal costs that with the fewest alarms wins. Needs an anomaly and a normal
/// sample. Cost n log n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeastCost {
    miss: f64,
}

impl LeastCost {
    /// Checks what a missed anomaly costs.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if it is not above 0 and finite.
    pub fn new(miss: f64) -> oddity_core::Result<LeastCost> {
        let is_cost = 0.0 < miss && miss.is_finite();
        Error::check_parameter("cost_best", "miss", miss, is_cost, "above 0 and finite")?;
        Ok(LeastCost { miss })
    }

    /// What a missed anomaly costs, in false alarms.
    pub fn miss(self) -> f64 {
        self.miss
    }
}

impl LabelledThreshold for LeastCost {
    fn fit(&self, truth: &Truth<'_>, scores: &Scores) -> Result<Cutoff> {
        let anomalous = truth.anomalies()?;
        let sweep = ThresholdSweep::of(&anomalous, scores.values())?;
        let n_anomalies = anomalous.iter().filter(|&&anomaly| anomaly).count() as f64;
        let n_normals = anomalous.len() as f64 - n_anomalies;
        // Rates of so many samples are whole numbers again, so that equal costs are equal.
        let cost = |point: &SweepPoint| {
            let n_missed = ((1.0 - point.recall) * n_anomalies).round();
            let n_false = (point.false_positive_rate * n_normals).round();
            n_false + self.miss * n_missed
        };
        let best = sweep.best(|point| -cost(point));
        if self.miss * n_anomalies <= cost(&best) {
            return Ok(Cutoff::new(sweep.points()[0].threshold)?);
        }
        Ok(best.cutoff()?)
    }
}
