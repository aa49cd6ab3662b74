//! Rates at a cutoff of a resample: sums of the groups' confusion counts.

use oddity_core::{Alarms, Labels};

use super::statistic::{Statistic, expect_len, expect_same_samples};
use super::{Draw, Groups};
use crate::Result;
use crate::measure::{BinaryCounts, MeasureError, Rate, Undefined};

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

/// The table of [`RateMeasure`](crate::measure::RateMeasure) for two classes.
fn number_of(rate: Rate) -> CountFunction {
    match rate {
        Rate::Precision => {
            |c| share(c.true_positives, c.true_positives + c.false_positives, Undefined::NoAlarm)
        }
        Rate::Recall => {
            |c| share(c.true_positives, c.true_positives + c.false_negatives, Undefined::NoAnomaly)
        }
        Rate::F1 => |c| {
            let whole = 2 * c.true_positives + c.false_positives + c.false_negatives;
            share(2 * c.true_positives, whole, Undefined::NeitherAnomalyNorAlarm)
        },
        Rate::Specificity => {
            |c| share(c.true_negatives, c.true_negatives + c.false_positives, Undefined::NoNormal)
        }
        Rate::FalsePositiveRate => {
            |c| share(c.false_positives, c.true_negatives + c.false_positives, Undefined::NoNormal)
        }
    }
}

fn share(part: u64, whole: u64, otherwise: Undefined) -> Result<f64, MeasureError> {
    if whole == 0 { Err(otherwise.into()) } else { Ok(part as f64 / whole as f64) }
}
