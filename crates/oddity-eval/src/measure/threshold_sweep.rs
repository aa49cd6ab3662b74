//! The rates at every threshold, and the highest G-mean, which is an oracle figure.

use oddity_core::{Cutoff, Labels, Predicted, Scores};
use serde::{Deserialize, Serialize};

use super::catalogue::Entry;
use super::ranking::{Ranking, Step, anomaly_scores};
use super::roc::cutoff_below;
use super::{Direction, Measure, MeasureError, MeasureId, Truth};

/// Precision, recall, F1, false-positive rate and G-mean at every threshold, from the highest
/// score down; equal scores are one threshold. Cost n log n.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThresholdSweep {
    points: Vec<SweepPoint>,
}

/// The rates at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepPoint {
    /// An alarm is a score of at least the threshold.
    pub threshold: f64,
    /// Share of the alarms that are anomalies.
    pub precision: f64,
    /// Share of the anomalies that are alarms.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Share of the normal samples that are alarms.
    pub false_positive_rate: f64,
    /// `sqrt(recall (1 - false-positive rate))`.
    pub g_mean: f64,
}

impl ThresholdSweep {
    /// The rates at every threshold.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Undefined`] unless there is an anomaly and a normal sample,
    /// [`MeasureError::Length`] for another number of scores.
    pub fn new(labels: &Labels, scores: &Scores) -> Result<ThresholdSweep, MeasureError> {
        ThresholdSweep::of(labels.values(), scores.values())
    }

    pub(crate) fn of(anomalous: &[bool], scores: &[f64]) -> Result<ThresholdSweep, MeasureError> {
        let ranking = Ranking::new(anomalous, scores)?.with_both()?;
        let point = |step| SweepPoint::at(step, ranking.n_anomalies(), ranking.n_normals());
        Ok(ThresholdSweep { points: ranking.steps().map(point).collect() })
    }

    /// The points, from the highest threshold down; there is at least one.
    pub fn points(&self) -> &[SweepPoint] {
        &self.points
    }

    /// The point where `value` is highest; of equal ones, that with the highest threshold.
    ///
    /// An oracle figure if the labels are those of the test samples.
    pub fn best(&self, value: impl Fn(&SweepPoint) -> f64) -> SweepPoint {
        let mut best = self.points[0];
        for point in &self.points {
            if value(&best) < value(point) {
                best = *point;
            }
        }
        best
    }
}

impl SweepPoint {
    /// The cutoff that gives the same alarms by `cutoff < score`.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::ScoreNotFinite`] if there is no finite number below the
    /// threshold.
    pub fn cutoff(&self) -> oddity_core::Result<Cutoff> {
        cutoff_below(self.threshold)
    }

    fn at(step: Step, n_anomalies: usize, n_normals: usize) -> SweepPoint {
        let Step { threshold, true_positives, false_positives } = step;
        let (anomalies, normals) = (n_anomalies as f64, n_normals as f64);
        let (found, n_alarms) = (true_positives as f64, true_positives + false_positives);
        let (recall, specificity) =
            (found / anomalies, (n_normals - false_positives) as f64 / normals);
        SweepPoint {
            threshold,
            precision: found / n_alarms as f64,
            recall,
            f1: 2.0 * found / (n_alarms + n_anomalies) as f64,
            false_positive_rate: false_positives as f64 / normals,
            g_mean: (recall * specificity).sqrt(),
        }
    }
}

/// Measure `g_mean_oracle`: the highest G-mean over all thresholds.
///
/// The threshold is chosen with the labels of the very samples that are measured: an upper bound,
/// never to be compared with a G-mean at a fitted threshold. Undefined without an anomaly or a
/// normal sample. Cost n log n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GMeanOracle;

fn best_g_mean(anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
    let sweep = ThresholdSweep::of(anomalous, scores)?;
    Ok(sweep.best(|point| point.g_mean).g_mean)
}

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "g_mean_oracle",
    formula: "highest G-mean over all thresholds, chosen with the labels measured on",
    undefined: "no anomaly or no normal sample",
    cost: "n log n",
    source: "by definition",
    is_oracle: true,
    of_scores: Some(|_| Box::new(GMeanOracle)),
    of_predicted: Some(|_| Box::new(GMeanOracle)),
    ..Entry::PLAIN
}];

impl Measure<Scores> for GMeanOracle {
    fn id(&self) -> MeasureId {
        MeasureId::new("g_mean_oracle")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        best_g_mean(&truth.anomalies()?, scores.values())
    }

    fn is_oracle(&self) -> bool {
        true
    }
}

impl Measure<Predicted> for GMeanOracle {
    fn id(&self) -> MeasureId {
        MeasureId::new("g_mean_oracle")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        best_g_mean(&truth.anomalies()?, &anomaly_scores(predicted)?)
    }

    fn is_oracle(&self) -> bool {
        true
    }
}
