//! The difference of two detectors on the same samples, by resampling groups for both at once.

use oddity_core::Seed;
use serde::{Deserialize, Serialize};

use super::repetitions::Repetitions;
use super::{Bootstrap, BootstrapParams, Draw, Estimate, Groups, Interval, Statistic};
use crate::Result;
use crate::measure::{Direction, MeasureError};

/// How a difference is judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PairedParams {
    /// Replicates, level and method of the interval.
    pub bootstrap: BootstrapParams,
    /// A loss up to this, in the measure's unit, does not matter: 0 by default.
    pub least_effect: f64,
    /// Whether each replicate draws the seeds of each detector with replacement too, so that
    /// the interval holds for other seeds. Off by default: with few seeds it is coarse.
    pub resample_seeds: bool,
}

/// The paired bootstrap: the same groups are drawn for both detectors, so that what makes a
/// resample hard for both cancels.
///
/// `difference = candidate - baseline`, each the mean over its seeds inside each replicate. With
/// `d` the differences of the `b` replicates that are defined:
///
/// - `p_value = 2 min(1 + #{d <= 0}, 1 + #{d >= 0}) / (b + 1)`, at most 1: the level at which the
///   percentile interval begins to hold 0.
/// - `p_worse = (1 + #{loss <= least_effect}) / (b + 1)` with the loss `-d` where higher is
///   better and `d` where lower is: small where the candidate is worse by more than that.
///
/// The smallest values are `2 / (b + 1)` and `1 / (b + 1)`. Cost as [`Bootstrap`], for both.
///
/// Source: Efron and Tibshirani 1993, doi:10.1201/9780429246593, chapters 15 and 16; with 1 added
/// as in Davison and Hinkley 1997, doi:10.1017/CBO9780511802843, section 4.2.
#[derive(Clone, Debug)]
pub struct PairedBootstrap {
    bootstrap: Bootstrap,
    params: PairedParams,
}

/// How a candidate differs from a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairedDifference {
    /// The candidate's measure, the mean over its seeds.
    pub candidate: f64,
    /// The baseline's measure, the mean over its seeds.
    pub baseline: f64,
    /// Candidate minus baseline.
    pub difference: f64,
    /// The standard deviation of the difference over the replicates.
    pub standard_error: f64,
    /// The interval of the difference.
    pub interval: Interval,
    /// Two-sided p value of no difference.
    pub p_value: f64,
    /// One-sided p value of the candidate being worse by at most `least_effect`.
    pub p_worse: f64,
    /// The loss that does not matter.
    pub least_effect: f64,
    /// Which way the measure is better.
    pub direction: Direction,
    /// Seeds of the candidate.
    pub n_candidate_seeds: usize,
    /// Seeds of the baseline.
    pub n_baseline_seeds: usize,
}

impl PairedBootstrap {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// As [`Bootstrap::new`], and [`oddity_core::Error::Parameter`] for a least effect that is
    /// negative or not finite.
    pub fn new(params: PairedParams) -> Result<PairedBootstrap> {
        let least = params.least_effect;
        let ok = (0.0..f64::INFINITY).contains(&least);
        let wanted = "finite and at least 0";
        oddity_core::Error::check_parameter("paired", "least_effect", least, ok, wanted)?;
        Ok(PairedBootstrap { bootstrap: Bootstrap::new(params.bootstrap.clone())?, params })
    }

    /// The parameters.
    pub fn params(&self) -> &PairedParams {
        &self.params
    }

    /// The difference of two detectors, each with a statistic a seed, over the same groups.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::TooFewSamples`] for a detector without a seed; otherwise as
    /// [`Bootstrap::estimate`]. A replicate is undefined if a seed of either is.
    pub fn compare(
        &self,
        candidate: &[&dyn Statistic],
        baseline: &[&dyn Statistic],
        direction: Direction,
        groups: &Groups,
        seed: Seed,
    ) -> Result<PairedDifference> {
        if candidate.is_empty() || baseline.is_empty() {
            let step = "paired bootstrap";
            return Err(oddity_core::Error::TooFewSamples { step, wanted: 1, found: 0 }.into());
        }
        let (n_candidate_seeds, n_baseline_seeds) = (candidate.len(), baseline.len());
        let resample = self.params.resample_seeds;
        let candidate = Repetitions { statistics: candidate, resample, stream: 0 };
        let baseline = Repetitions { statistics: baseline, resample, stream: 1 };
        let difference = |draw: &Draw<'_>| -> Result<f64, MeasureError> {
            Ok(candidate.evaluate(draw)? - baseline.evaluate(draw)?)
        };
        let replicates = self.bootstrap.replicates(&difference, groups, seed)?;
        let Estimate { value, standard_error, interval } =
            self.bootstrap.estimate_from(&difference, groups, &replicates)?;
        let differences = &replicates.values;
        let chance = |n: usize| (n + 1) as f64 / (differences.len() + 1) as f64;
        let count = |is: &dyn Fn(f64) -> bool| differences.iter().filter(|&&d| is(d)).count();
        let one_sided = count(&|d| d <= 0.0).min(count(&|d| 0.0 <= d));
        let least_effect = self.params.least_effect;
        let n_not_worse = match direction {
            Direction::HigherIsBetter => count(&|d| -d <= least_effect),
            Direction::LowerIsBetter => count(&|d| d <= least_effect),
        };
        let once = vec![1; groups.n_groups()];
        let all = Draw::new(groups, &once, None);
        Ok(PairedDifference {
            candidate: candidate.evaluate(&all)?,
            baseline: baseline.evaluate(&all)?,
            difference: value,
            standard_error,
            interval,
            p_value: (2.0 * chance(one_sided)).min(1.0),
            p_worse: chance(n_not_worse),
            least_effect,
            direction,
            n_candidate_seeds,
            n_baseline_seeds,
        })
    }
}
