//! F1 at every threshold, and the best of them, which is an oracle figure.

use oddity_core::{Cutoff, Labels, Predicted, Scores};
use serde::{Deserialize, Serialize};

use super::catalogue::Entry;
use super::precision_recall::precision;
use super::ranking::{Ranking, Step, anomaly_scores};
use super::roc::cutoff_below;
use super::{Direction, Measure, MeasureError, MeasureId, Truth};

/// F1 at every threshold, from the highest score down; equal scores are one threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct F1Sweep {
    points: Vec<F1Point>,
}

/// Precision, recall and F1 at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct F1Point {
    /// An alarm is a score of at least the threshold.
    pub threshold: f64,
    /// Share of the alarms that are anomalies.
    pub precision: f64,
    /// Share of the anomalies that are alarms.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl F1Point {
    /// The cutoff that gives the same alarms by `cutoff < score`.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::ScoreNotFinite`] if there is no finite number below the
    /// threshold.
    pub fn cutoff(&self) -> oddity_core::Result<Cutoff> {
        cutoff_below(self.threshold)
    }

    fn at(step: Step, n_anomalies: usize) -> F1Point {
        F1Point {
            threshold: step.threshold,
            precision: precision(step),
            recall: step.true_positives as f64 / n_anomalies as f64,
            f1: f1(step, n_anomalies),
        }
    }
}

impl F1Sweep {
    /// F1 at every threshold.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Undefined`] unless there is an anomaly, [`MeasureError::Length`] for
    /// another number of scores.
    pub fn new(labels: &Labels, scores: &Scores) -> Result<F1Sweep, MeasureError> {
        let ranking = Ranking::new(labels.values(), scores.values())?.with_anomaly()?;
        let n_anomalies = ranking.n_anomalies();
        let points = ranking.steps().map(|step| F1Point::at(step, n_anomalies)).collect();
        Ok(F1Sweep { points })
    }

    /// The points, from the highest threshold down; there is at least one.
    pub fn points(&self) -> &[F1Point] {
        &self.points
    }

    /// The point of the highest F1; of equal ones, that with the highest threshold.
    ///
    /// An oracle figure if the labels are those of the test samples.
    pub fn best(&self) -> F1Point {
        let mut best = self.points[0];
        for point in &self.points {
            if best.f1 < point.f1 {
                best = *point;
            }
        }
        best
    }
}

/// Measure `f1_oracle`: the highest F1 over all thresholds.
///
/// The threshold is chosen with the labels of the very samples that are measured, so that no
/// detector in use reaches it: an upper bound, never to be compared with an F1 at a fitted
/// threshold. Undefined without an anomaly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct F1Oracle;

fn best_f1(anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
    let ranking = Ranking::new(anomalous, scores)?.with_anomaly()?;
    Ok(ranking.steps().map(|step| f1(step, ranking.n_anomalies())).fold(0.0, f64::max))
}

fn f1(step: Step, n_anomalies: usize) -> f64 {
    let whole = step.true_positives + step.false_positives + n_anomalies;
    (2 * step.true_positives) as f64 / whole as f64
}

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "f1_oracle",
    formula: "highest F1 over all thresholds, chosen with the labels measured on",
    undefined: "no anomaly",
    cost: "n log n",
    source: "by definition",
    is_oracle: true,
    of_scores: Some(|_| Box::new(F1Oracle)),
    of_predicted: Some(|_| Box::new(F1Oracle)),
    ..Entry::PLAIN
}];

impl Measure<Scores> for F1Oracle {
    fn id(&self) -> MeasureId {
        MeasureId::new("f1_oracle")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        best_f1(&truth.anomalies()?, scores.values())
    }

    fn is_oracle(&self) -> bool {
        true
    }
}

impl Measure<Predicted> for F1Oracle {
    fn id(&self) -> MeasureId {
        MeasureId::new("f1_oracle")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        best_f1(&truth.anomalies()?, &anomaly_scores(predicted)?)
    }

    fn is_oracle(&self) -> bool {
        true
    }
}
