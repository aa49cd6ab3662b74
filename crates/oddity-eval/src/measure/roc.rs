//! The ROC curve and the area under it.

use oddity_core::{Cutoff, Labels, Predicted, Scores};
use serde::{Deserialize, Serialize};

use super::catalogue::Entry;
use super::ranking::{Ranking, Step, anomaly_scores};
use super::{Direction, Measure, MeasureError, MeasureId, Truth};

/// The area under the ROC curve: the chance that an anomaly scores above a normal sample,
/// with equal scores counted as half.
///
/// Computed in integers as `sum over anomalies of (2 x normals below + normals equal) /
/// (2 x anomalies x normals)`, so that a monotone map of the scores leaves every bit. Cost
/// n log n for the sort.
///
/// Source: Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747; ties as in
/// scikit-learn.
///
/// # Errors
///
/// [`MeasureError::Undefined`] unless there is an anomaly and a normal sample,
/// [`MeasureError::Length`] for another number of scores.
pub fn roc_auc(labels: &Labels, scores: &Scores) -> Result<f64, MeasureError> {
    area(labels.values(), scores.values())
}

pub(crate) fn area(anomalous: &[bool], scores: &[f64]) -> Result<f64, MeasureError> {
    let ranking = Ranking::new(anomalous, scores)?.with_both()?;
    let pairs = ranking.n_anomalies() as u128 * ranking.n_normals() as u128;
    Ok(ranking.doubled_wins() as f64 / (2 * pairs) as f64)
}

/// Measure `roc_auc`: see the function [`roc_auc()`]. Of a classifier of two classes it
/// takes the probability of class 1, or its decision value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RocAuc;

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "roc_auc",
    formula: "P(anomaly above normal) + P(equal) / 2",
    undefined: "no anomaly or no normal sample",
    cost: "n log n",
    source: "Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747",
    of_scores: Some(|_| Box::new(RocAuc)),
    of_predicted: Some(|_| Box::new(RocAuc)),
    ..Entry::PLAIN
}];

impl Measure<Scores> for RocAuc {
    fn id(&self) -> MeasureId {
        MeasureId::new("roc_auc")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        area(&truth.anomalies()?, scores.values())
    }
}

impl Measure<Predicted> for RocAuc {
    fn id(&self) -> MeasureId {
        MeasureId::new("roc_auc")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        area(&truth.anomalies()?, &anomaly_scores(predicted)?)
    }
}

/// Share of normal samples and of anomalies that are alarms, at every threshold.
///
/// All three lists have one entry a distinct score, from the highest down, after a first
/// entry for no alarm at all, whose threshold is infinite. An alarm is a score of at least
/// the threshold, as in scikit-learn's `roc_curve(.., drop_intermediate=False)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocCurve {
    /// Share of the normal samples that are alarms, ascending.
    pub false_positive_rate: Vec<f64>,
    /// Share of the anomalies that are alarms, ascending.
    pub true_positive_rate: Vec<f64>,
    /// The thresholds, descending; the first one is infinite.
    pub thresholds: Vec<f64>,
}

impl RocCurve {
    /// The curve with every threshold.
    ///
    /// # Errors
    ///
    /// As [`roc_auc()`].
    pub fn new(labels: &Labels, scores: &Scores) -> Result<RocCurve, MeasureError> {
        Self::from_steps(labels, scores, |steps| steps)
    }

    /// The curve without the thresholds between two others on a straight line, which do not
    /// show in a figure: scikit-learn's `drop_intermediate=True`.
    ///
    /// # Errors
    ///
    /// As [`roc_auc()`].
    pub fn corners(labels: &Labels, scores: &Scores) -> Result<RocCurve, MeasureError> {
        Self::from_steps(labels, scores, |steps| {
            let goes_on = |before: Step, here: Step, after: Step| {
                let slope = |from: Step, to: Step| {
                    let normals = to.false_positives - from.false_positives;
                    (normals, to.true_positives - from.true_positives)
                };
                slope(before, here) == slope(here, after)
            };
            without(&steps, goes_on)
        })
    }

    fn from_steps(
        labels: &Labels,
        scores: &Scores,
        choose: impl FnOnce(Vec<Step>) -> Vec<Step>,
    ) -> Result<RocCurve, MeasureError> {
        let ranking = Ranking::new(labels.values(), scores.values())?.with_both()?;
        let (anomalies, normals) = (ranking.n_anomalies() as f64, ranking.n_normals() as f64);
        let start = Step { threshold: f64::INFINITY, true_positives: 0, false_positives: 0 };
        let steps = choose(ranking.steps().collect());
        let steps = || std::iter::once(&start).chain(&steps);
        let rate = |count: usize, of: f64| count as f64 / of;
        Ok(RocCurve {
            false_positive_rate: steps().map(|s| rate(s.false_positives, normals)).collect(),
            true_positive_rate: steps().map(|s| rate(s.true_positives, anomalies)).collect(),
            thresholds: steps().map(|step| step.threshold).collect(),
        })
    }
}

/// The steps without those that `is_dropped` between their neighbours.
pub(crate) fn without(steps: &[Step], is_dropped: impl Fn(Step, Step, Step) -> bool) -> Vec<Step> {
    let last = steps.len().saturating_sub(1);
    let keeps =
        |&at: &usize| at == 0 || at == last || !is_dropped(steps[at - 1], steps[at], steps[at + 1]);
    (0..steps.len()).filter(keeps).map(|at| steps[at]).collect()
}

/// The cutoff that gives an alarm for every score of at least the threshold.
///
/// # Errors
///
/// [`oddity_core::Error::ScoreNotFinite`] if there is no finite number below the threshold.
pub(crate) fn cutoff_below(threshold: f64) -> oddity_core::Result<Cutoff> {
    Cutoff::new(threshold.next_down())
}
