//! The precision-recall curve and average precision.

use oddity_core::{Labels, Predicted, Scores};
use serde::{Deserialize, Serialize};

use super::catalogue::Entry;
use super::ranking::{Ranking, Step, anomaly_scores};
use super::roc::without;
use super::{Direction, Measure, MeasureError, MeasureId, Truth};

/// Average precision: `sum over thresholds of (recall gained) x precision`, from the highest
/// score down, with equal scores as one threshold.
///
/// A sum of steps: no line is drawn between the points of the precision-recall curve, which
/// would promise more than any threshold reaches. Its expectation for random scores is the
/// share of anomalies. Cost n log n for the sort.
///
/// Source: Davis and Goadrich 2006, doi:10.1145/1143844.1143874; as in scikit-learn.
///
/// # Errors
///
/// [`MeasureError::Undefined`] unless there is an anomaly, [`MeasureError::Length`] for
/// another number of scores.
pub fn average_precision(labels: &Labels, scores: &Scores) -> Result<f64, MeasureError> {
    area(labels.values(), scores.values())
}

fn area(anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
    let ranking = Ranking::new(anomalous, scores)?.with_anomaly()?;
    let (mut sum, mut last) = (0.0, 0);
    for step in ranking.steps() {
        sum += (step.true_positives - last) as f64 * precision(step);
        last = step.true_positives;
    }
    Ok(sum / ranking.n_anomalies() as f64)
}

pub(crate) fn precision(step: Step) -> f64 {
    step.true_positives as f64 / (step.true_positives + step.false_positives) as f64
}

/// Measure `average_precision`: see the function [`average_precision()`]. Of a classifier of
/// two classes it takes the probability of class 1, or its decision value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AveragePrecision;

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "average_precision",
    formula: "sum over thresholds of (recall gained) x precision",
    undefined: "no anomaly",
    cost: "n log n",
    source: "Davis and Goadrich 2006, doi:10.1145/1143844.1143874",
    of_scores: Some(|_| Box::new(AveragePrecision)),
    of_predicted: Some(|_| Box::new(AveragePrecision)),
    ..Entry::PLAIN
}];

impl Measure<Scores> for AveragePrecision {
    fn id(&self) -> MeasureId {
        MeasureId::new("average_precision")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        area(&truth.anomalies()?, scores.values())
    }
}

impl Measure<Predicted> for AveragePrecision {
    fn id(&self) -> MeasureId {
        MeasureId::new("average_precision")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        area(&truth.anomalies()?, &anomaly_scores(predicted)?)
    }
}

/// Precision and recall at every threshold, in scikit-learn's order: from the lowest
/// threshold up, and at the end a point (1, 0) that has no threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrCurve {
    /// Share of the alarms that are anomalies; one entry more than there are thresholds.
    pub precision: Vec<f64>,
    /// Share of the anomalies that are alarms, descending; one entry more than there are
    /// thresholds.
    pub recall: Vec<f64>,
    /// The distinct scores, ascending. An alarm is a score of at least the threshold.
    pub thresholds: Vec<f64>,
}

impl PrCurve {
    /// The curve with every threshold.
    ///
    /// # Errors
    ///
    /// As [`average_precision()`].
    pub fn new(labels: &Labels, scores: &Scores) -> Result<PrCurve, MeasureError> {
        Self::from_steps(labels, scores, |steps| steps)
    }

    /// The curve without the thresholds inside a vertical line, which do not show in a
    /// figure: scikit-learn's `drop_intermediate=True`.
    ///
    /// # Errors
    ///
    /// As [`average_precision()`].
    pub fn corners(labels: &Labels, scores: &Scores) -> Result<PrCurve, MeasureError> {
        Self::from_steps(labels, scores, |steps| {
            without(&steps, |before, here, after| {
                before.true_positives == here.true_positives
                    && here.true_positives == after.true_positives
            })
        })
    }

    fn from_steps(
        labels: &Labels,
        scores: &Scores,
        choose: impl FnOnce(Vec<Step>) -> Vec<Step>,
    ) -> Result<PrCurve, MeasureError> {
        let ranking = Ranking::new(labels.values(), scores.values())?.with_anomaly()?;
        let n_anomalies = ranking.n_anomalies() as f64;
        let steps = choose(ranking.steps().collect());
        let recall = |step: &Step| step.true_positives as f64 / n_anomalies;
        let ascending = || steps.iter().rev();
        Ok(PrCurve {
            precision: ascending().map(|step| precision(*step)).chain([1.0]).collect(),
            recall: ascending().map(recall).chain([0.0]).collect(),
            thresholds: ascending().map(|step| step.threshold).collect(),
        })
    }
}
