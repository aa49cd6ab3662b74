//! Confidence intervals by resampling groups of samples.

use oddity_core::Seed;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::draw::draw;
use super::interval::check_level;
use super::{
    Draw, Groups, Interval, IntervalMethod, Outcomes, Statistic, bca_interval, percentile_interval,
};
use crate::measure::MeasureError;
use crate::{Error, Result};

/// How an interval is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BootstrapParams {
    /// Resamples. 1,000 by default, the least that Efron and Tibshirani 1993
    /// (doi:10.1201/9780429246593, section 14.3) advise for the ends of an interval; at least
    /// `2 / (1 - level)`.
    pub n_replicates: usize,
    /// The share of intervals that are to hold the true value, 0.95 by default.
    pub level: f64,
    /// How the ends follow from the replicates.
    pub method: IntervalMethod,
    /// The largest share of replicates that may be undefined (no anomaly was drawn), 0.05 by
    /// default, our choice: the interval is one of the replicates that are defined, and with many
    /// left out it would be one of easier data.
    pub max_undefined_share: f64,
}

impl Default for BootstrapParams {
    fn default() -> BootstrapParams {
        BootstrapParams {
            n_replicates: 1_000,
            level: 0.95,
            method: IntervalMethod::Percentile,
            max_undefined_share: 0.05,
        }
    }
}

/// The bootstrap over groups.
///
/// Each replicate draws as many groups as there are, with replacement, and takes the measure of
/// their samples. Replicate `i` draws with `seed.derive(i)`, so that the bits do not depend on
/// the number of threads. Cost: `n_replicates` times that of the statistic; BCa adds one time a
/// group.
///
/// Few groups make narrow intervals: with fewer than about 20, less than the stated share of
/// intervals hold the true value.
///
/// Source: Efron 1979, doi:10.1214/aos/1176344552; of groups, Field and Welsh 2007,
/// doi:10.1111/j.1467-9868.2007.00593.x.
///
/// ```
/// use oddity_core::{Labels, Scores, Seed};
/// use oddity_eval::compare::{
///     Bootstrap, BootstrapParams, Groups, QuietSeries, statistic_of_scores,
/// };
/// use oddity_eval::measure::RocAuc;
///
/// let labels: Labels = (0..400).map(|sample| sample % 20 < 3).collect();
/// let score = |sample| f64::from(sample * 37 % 50 + 20 * i32::from(sample % 20 < 3));
/// let scores = Scores::new((0..400).map(score).collect())?;
/// let events = Groups::events(&labels, &[0, 400], QuietSeries::Refuse)?;
/// let auc = statistic_of_scores(&RocAuc, &labels, &scores, &events)?;
/// let found = Bootstrap::new(BootstrapParams::default())?.estimate(&*auc, &events, Seed(1))?;
/// assert!(found.interval.low < found.value && found.value < found.interval.high);
/// # Ok::<(), oddity_eval::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bootstrap {
    params: BootstrapParams,
}

/// A measure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The measure on all samples, once each.
    pub value: f64,
    /// The standard deviation of the replicates, with divisor `b - 1`.
    pub standard_error: f64,
    /// The interval.
    pub interval: Interval,
}

/// The measure on each resample.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicates {
    /// The measure on all samples, once each.
    pub value: f64,
    /// The measure on each resample where it is defined, in the order of the replicates.
    pub values: Vec<f64>,
    /// Resamples on which it is undefined.
    pub n_undefined: usize,
}

impl Bootstrap {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for a level or a share outside (0, 1) and [0, 1), and
    /// for fewer replicates than `2 / (1 - level)`, of which none would lie beyond an end.
    pub fn new(params: BootstrapParams) -> Result<Bootstrap> {
        check_level(params.level)?;
        let check = |parameter, found, ok, wanted| {
            oddity_core::Error::check_parameter("bootstrap", parameter, found, ok, wanted)
        };
        let (share, n) = (params.max_undefined_share, params.n_replicates as f64);
        check("max_undefined_share", share, (0.0..1.0).contains(&share), "in [0, 1)")?;
        // A little off, for 2 / (1 - 0.95) is above 40.
        let enough = 2.0 / (1.0 - params.level) - 1e-6 <= n;
        check("n_replicates", n, enough, "at least 2 / (1 - level)")?;
        Ok(Bootstrap { params })
    }

    /// The parameters.
    pub fn params(&self) -> &BootstrapParams {
        &self.params
    }

    /// The statistic with its interval.
    ///
    /// # Errors
    ///
    /// As [`Bootstrap::replicates`]; [`Error::BcaUndefined`] and [`Error::LeaveOneOutUndefined`]
    /// where BCa has no value.
    pub fn estimate(
        &self,
        statistic: &dyn Statistic,
        groups: &Groups,
        seed: Seed,
    ) -> Result<Estimate> {
        let replicates = self.replicates(statistic, groups, seed)?;
        self.estimate_from(statistic, groups, &replicates)
    }

    /// The statistic on each resample.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewGroups`] unless two groups are drawn together, [`MeasureError::Undefined`]
    /// if the statistic is undefined on the data as they are, [`Error::UndefinedReplicates`] if it
    /// is on more than the share allowed of the resamples, [`oddity_core::Error::Numeric`] for
    /// a statistic that is not finite, and any other error of the statistic.
    pub fn replicates(
        &self,
        statistic: &dyn Statistic,
        groups: &Groups,
        seed: Seed,
    ) -> Result<Replicates> {
        check_groups(groups)?;
        let once = vec![1; groups.n_groups()];
        let whole = statistic.evaluate(&Draw::new(groups, &once, None));
        // Where there is no value nothing need be drawn.
        finite(whole?)?;
        let resamples: Vec<Result<f64, MeasureError>> = (0..self.params.n_replicates as u64)
            .into_par_iter()
            .map_init(
                || vec![0; groups.n_groups()],
                |multiplicities, replicate| {
                    let seed = seed.derive(replicate);
                    draw(groups, seed, multiplicities);
                    statistic.evaluate(&Draw::new(groups, multiplicities, Some(seed)))
                },
            )
            .collect();
        self.replicates_of(&Outcomes { whole, resamples })
    }

    /// What was found on resamples before, without those that are undefined.
    ///
    /// # Errors
    ///
    /// As [`Bootstrap::replicates`], but for [`Error::TooFewGroups`].
    pub fn replicates_of(&self, outcomes: &Outcomes) -> Result<Replicates> {
        let value = finite(outcomes.whole?)?;
        let n_replicates = outcomes.resamples.len();
        let mut values = Vec::with_capacity(n_replicates);
        for resample in &outcomes.resamples {
            match *resample {
                Ok(value) => values.push(finite(value)?),
                Err(MeasureError::Undefined { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let n_undefined = n_replicates - values.len();
        let max_share = self.params.max_undefined_share;
        if max_share * (n_replicates as f64) < n_undefined as f64 {
            return Err(Error::UndefinedReplicates { n_undefined, n_replicates, max_share });
        }
        Ok(Replicates { value, values, n_undefined })
    }

    /// The percentile interval of what was found on resamples before, at the level of the
    /// parameters. Whatever method these name: BCa needs the statistic without each group too.
    ///
    /// # Errors
    ///
    /// As [`Bootstrap::replicates_of`]; [`Error::TooFewReplicates`] unless two are defined.
    pub fn percentile_of(&self, outcomes: &Outcomes) -> Result<Estimate> {
        let replicates = self.replicates_of(outcomes)?;
        check_replicates(&replicates)?;
        let ends = percentile_interval(&replicates.values, self.params.level)?;
        Ok(estimate(&replicates, ends, self.params.level, IntervalMethod::Percentile))
    }

    pub(crate) fn estimate_from(
        &self,
        statistic: &dyn Statistic,
        groups: &Groups,
        replicates: &Replicates,
    ) -> Result<Estimate> {
        let BootstrapParams { level, method, .. } = self.params;
        check_replicates(replicates)?;
        let values = &replicates.values;
        let ends = match method {
            IntervalMethod::Percentile => percentile_interval(values, level)?,
            IntervalMethod::Bca => {
                let without = without_each_group(statistic, groups)?;
                bca_interval(replicates.value, values, &without, level)?
            }
        };
        Ok(estimate(replicates, ends, level, method))
    }
}

/// Refuses groups of which no two are drawn together.
pub(crate) fn check_groups(groups: &Groups) -> Result<()> {
    let found = groups.strata().iter().map(Vec::len).max().unwrap_or_default();
    if found < 2 { Err(Error::TooFewGroups { found, wanted: 2 }) } else { Ok(()) }
}

/// Refuses replicates that have no deviation.
fn check_replicates(replicates: &Replicates) -> Result<()> {
    match replicates.values.len() {
        found @ (0 | 1) => Err(Error::TooFewReplicates { found, wanted: 2 }),
        _ => Ok(()),
    }
}

fn estimate(
    replicates: &Replicates,
    (low, high): (f64, f64),
    level: f64,
    method: IntervalMethod,
) -> Estimate {
    let Replicates { value, ref values, n_undefined } = *replicates;
    let n_replicates = values.len() + n_undefined;
    let interval = Interval { low, high, level, method, n_replicates, n_undefined };
    Estimate { value, standard_error: standard_deviation(values), interval }
}

/// The statistic without each group in turn, a list a stratum.
fn without_each_group(statistic: &dyn Statistic, groups: &Groups) -> Result<Vec<Vec<f64>>> {
    let without = |multiplicities: &mut Vec<u32>, group: u32| {
        multiplicities[group as usize] = 0;
        let value = statistic.evaluate(&Draw::new(groups, multiplicities, None));
        multiplicities[group as usize] = 1;
        match value {
            Ok(value) => finite(value),
            Err(MeasureError::Undefined { reason }) => {
                Err(Error::LeaveOneOutUndefined { group: group as usize, reason })
            }
            Err(error) => Err(error.into()),
        }
    };
    let once = || vec![1; groups.n_groups()];
    let mut values = Vec::with_capacity(groups.strata().len());
    for stratum in groups.strata() {
        // A group alone in its stratum is drawn every time: nothing varies.
        if stratum.len() < 2 {
            continue;
        }
        let of_stratum: Vec<Result<f64>> =
            stratum.par_iter().map_init(once, |counts, &group| without(counts, group)).collect();
        values.push(of_stratum.into_iter().collect::<Result<Vec<f64>>>()?);
    }
    Ok(values)
}

fn finite(value: f64) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    let what = "the statistic of a resample is not finite";
    Err(oddity_core::Error::Numeric { step: "bootstrap", what }.into())
}

fn standard_deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (squares / (n - 1.0)).sqrt()
}
