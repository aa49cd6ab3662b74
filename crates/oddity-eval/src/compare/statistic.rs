//! What a bootstrap measures on each resample, and the path that takes any measure.

use oddity_core::{Alarms, Labels, Scores};

use super::{CountStatistic, Draw, Groups, RankingMeasure, RankingStatistic};
use crate::measure::{AlarmMeasure, Measure, MeasureError, Rate, ScoreMeasure, Truth};
use crate::{Error, Result};

/// A number of a resample.
///
/// A closure over a [`Draw`] is one: for a measure of events, it can take the samples of the
/// draw in their order and lay the truth out anew.
pub trait Statistic: Sync {
    /// The number on this resample.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Undefined`] where the resample has none, and the other variants for data
    /// that does not fit.
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError>;
}

impl<F> Statistic for F
where
    F: Fn(&Draw<'_>) -> Result<f64, MeasureError> + Sync,
{
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError> {
        self(draw)
    }
}

/// Any measure of samples that are anomalies or not: the samples of each resample are copied in
/// order and measured. Cost of the measure, and n for the copy.
pub struct MeasureStatistic<'a, Output> {
    measure: &'a dyn Measure<Output>,
    labels: &'a Labels,
    output: &'a Output,
}

impl<'a, Output: Resample> MeasureStatistic<'a, Output> {
    /// Pairs truth and output.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for outputs that are not one a label.
    pub fn new(
        measure: &'a dyn Measure<Output>,
        labels: &'a Labels,
        output: &'a Output,
    ) -> Result<MeasureStatistic<'a, Output>> {
        expect_len(labels.len(), output.n_samples())?;
        Ok(MeasureStatistic { measure, labels, output })
    }
}

impl<Output: Resample> Statistic for MeasureStatistic<'_, Output> {
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError> {
        expect_len(self.labels.len(), draw.groups().n_samples())?;
        let samples = draw.samples();
        let labels = samples.iter().map(|&sample| self.labels.values()[sample]).collect();
        self.measure.evaluate(&Truth::Points(&labels), &self.output.take(&samples))
    }
}

/// An output that can be drawn again, sample by sample.
pub trait Resample: Sync + Sized {
    /// Number of samples.
    fn n_samples(&self) -> usize;

    /// The samples named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sample.
    fn take(&self, samples: &[usize]) -> Self;
}

impl Resample for Scores {
    fn n_samples(&self) -> usize {
        self.len()
    }

    fn take(&self, samples: &[usize]) -> Scores {
        self.select(samples)
    }
}

impl Resample for Alarms {
    fn n_samples(&self) -> usize {
        self.values().len()
    }

    fn take(&self, samples: &[usize]) -> Alarms {
        Alarms::new(samples.iter().map(|&sample| self.values()[sample]).collect())
    }
}

/// The fastest way to measure scores of resamples: [`RankingStatistic`] for `roc_auc`,
/// `average_precision` and `f1_oracle`, [`MeasureStatistic`] for the rest. The numbers are the
/// same to the bit. Several measures of the same samples cost less by
/// [`SharedResamples`](super::SharedResamples).
///
/// # Errors
///
/// [`MeasureError::Length`] for scores that are not one a label or a sample of the groups.
pub fn statistic_of_scores<'a>(
    measure: &'a ScoreMeasure,
    labels: &'a Labels,
    scores: &'a Scores,
    groups: &Groups,
) -> Result<Box<dyn Statistic + 'a>> {
    expect_same_samples(labels, scores.len(), groups)?;
    Ok(match RankingMeasure::of(&measure.id()) {
        Some(ranking) => Box::new(RankingStatistic::new(ranking, labels, scores, groups)?),
        None => Box::new(MeasureStatistic::new(measure, labels, scores)?),
    })
}

/// The fastest way to measure alarms of resamples: [`CountStatistic`] for the rates of two
/// classes, [`MeasureStatistic`] for the rest. The numbers are the same to the bit.
///
/// # Errors
///
/// [`MeasureError::Length`] for decisions that are not one a label or a sample of the groups.
pub fn statistic_of_alarms<'a>(
    measure: &'a AlarmMeasure,
    labels: &'a Labels,
    alarms: &'a Alarms,
    groups: &Groups,
) -> Result<Box<dyn Statistic + 'a>> {
    expect_same_samples(labels, alarms.values().len(), groups)?;
    let id = measure.id().to_string();
    let all = [Rate::Precision, Rate::Recall, Rate::F1, Rate::Specificity, Rate::FalsePositiveRate];
    Ok(match all.into_iter().find(|rate| rate.name() == id) {
        Some(rate) => Box::new(CountStatistic::of_rate(rate, labels, alarms, groups)?),
        None => Box::new(MeasureStatistic::new(measure, labels, alarms)?),
    })
}

/// Refuses another number of outputs than of truths.
pub(crate) fn expect_len(truth: usize, output: usize) -> Result<(), MeasureError> {
    if truth == output { Ok(()) } else { Err(MeasureError::Length { truth, output }) }
}

/// Refuses labels, outputs and groups that are not of the same samples.
pub(crate) fn expect_same_samples(labels: &Labels, output: usize, groups: &Groups) -> Result<()> {
    expect_len(labels.len(), output).map_err(Error::from)?;
    expect_len(labels.len(), groups.n_samples()).map_err(Error::from)
}
