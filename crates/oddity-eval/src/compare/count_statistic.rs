//! Rates at a cutoff of a resample: sums of the groups' confusion counts.

use oddity_core::{Alarms, Labels};

use super::statistic::{Statistic, expect_len, expect_same_samples};
use super::{Draw, Groups};
use crate::Result;
use crate::measure::{BinaryCounts, MeasureError, Rate};

/// A number that is a function of the four confusion counts.
///
/// The counts of each group are taken once, so that a resample costs one sum over the groups,
/// however many samples they have.
pub struct CountStatistic<F> {
    of_group: Vec<BinaryCounts>,
    number: F,
}

impl<F> CountStatistic<F>
where
    F: Fn(BinaryCounts) -> Result<f64, MeasureError> + Sync,
{
    /// Counts the decisions of each group; `number` is taken of the sums.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] if decisions, labels and groups are not of the same samples.
    pub fn new(
        labels: &Labels,
        alarms: &Alarms,
        groups: &Groups,
        number: F,
    ) -> Result<CountStatistic<F>> {
        expect_same_samples(labels, alarms.values().len(), groups)?;
        let mut of_group = vec![BinaryCounts::default(); groups.n_groups()];
        let samples = labels.values().iter().zip(alarms.values()).zip(groups.of_sample());
        for ((&anomalous, &alarm), &group) in samples {
            let counts = &mut of_group[group as usize];
            *match (anomalous, alarm) {
                (true, true) => &mut counts.true_positives,
                (false, true) => &mut counts.false_positives,
                (true, false) => &mut counts.false_negatives,
                (false, false) => &mut counts.true_negatives,
            } += 1;
        }
        Ok(CountStatistic { of_group, number })
    }
}

/// A number that is a function of the four confusion counts, without captured data.
pub type CountFunction = fn(BinaryCounts) -> Result<f64, MeasureError>;

impl CountStatistic<CountFunction> {
    /// One of the rates of two classes, undefined where it divides by 0.
    ///
    /// # Errors
    ///
    /// As [`CountStatistic::new`].
    pub fn of_rate(
        rate: Rate,
        labels: &Labels,
        alarms: &Alarms,
        groups: &Groups,
    ) -> Result<CountStatistic<CountFunction>> {
        CountStatistic::new(labels, alarms, groups, number_of(rate))
    }
}

impl<F> Statistic for CountStatistic<F>
where
    F: Fn(BinaryCounts) -> Result<f64, MeasureError> + Sync,
{
    fn evaluate(&self, draw: &Draw<'_>) -> Result<f64, MeasureError> {
        expect_len(self.of_group.len(), draw.multiplicities().len())?;
        let mut sum = BinaryCounts::default();
        for (counts, &weight) in self.of_group.iter().zip(draw.multiplicities()) {
            let weight = u64::from(weight);
            sum.true_positives += weight * counts.true_positives;
            sum.false_positives += weight * counts.false_positives;
            sum.false_negatives += weight * counts.false_negatives;
            sum.true_negatives += weight * counts.true_negatives;
        }
        (self.number)(sum)
    }
}

/// The rate as a function without captured data.
fn number_of(rate: Rate) -> CountFunction {
    match rate {
        Rate::Precision => |counts| Rate::Precision.of(counts),
        Rate::Recall => |counts| Rate::Recall.of(counts),
        Rate::F1 => |counts| Rate::F1.of(counts),
        Rate::Specificity => |counts| Rate::Specificity.of(counts),
        Rate::FalsePositiveRate => |counts| Rate::FalsePositiveRate.of(counts),
    }
}
