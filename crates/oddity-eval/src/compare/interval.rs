//! A confidence interval, and its end points from bootstrap replicates.

use serde::{Deserialize, Serialize};

use super::normal::{normal_cdf, normal_quantile};
use crate::{Error, Result};

/// A confidence interval of a measure, and how it was made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The share of such intervals that are to hold the true value, such as 0.95.
    pub level: f64,
    /// How the ends follow from the replicates.
    pub method: IntervalMethod,
    /// Replicates drawn, with those that are undefined.
    pub n_replicates: usize,
    /// Replicates on which the measure has no value; the ends are of the others.
    pub n_undefined: usize,
}

/// How the ends of an interval follow from bootstrap replicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// The quantiles `(1 - level) / 2` and `(1 + level) / 2` of the replicates: Efron 1979,
    /// doi:10.1214/aos/1176344552. Defined wherever the replicates are.
    #[default]
    Percentile,
    /// Quantiles shifted for bias and for an error that changes with the value: bias-corrected
    /// and accelerated, Efron 1987, doi:10.1080/01621459.1987.10478410. Needs the measure
    /// without each group in turn.
    Bca,
}

/// The two percentiles of the replicates, interpolated linearly between two of them.
///
/// Cost b log b for b replicates.
///
/// # Errors
///
/// [`Error::TooFewReplicates`] if there is none, [`oddity_core::Error::NotFinite`] for one that is
/// NaN or infinite, [`oddity_core::Error::Parameter`] for a level outside (0, 1).
pub fn percentile_interval(replicates: &[f64], level: f64) -> Result<(f64, f64)> {
    check_level(level)?;
    let sorted = sorted(replicates)?;
    let tail = (1.0 - level) / 2.0;
    Ok((quantile(&sorted, tail), quantile(&sorted, 1.0 - tail)))
}

/// The end points of the BCa interval.
///
/// With `z0 = Phi^-1((#{replicate < value} + #{replicate = value} / 2) / b)` and the acceleration
/// `a`, the ends are the quantiles `Phi(z0 + (z0 + z) / (1 - a (z0 + z)))` of the replicates for
/// `z = Phi^-1((1 - level) / 2)` and its negative. From the values without each group in turn,
/// `without_group` (a list a stratum), with `u = (m - 1) (their mean - value)` in a stratum of `m`:
/// `a = (sum of u^3 / m^3) / (6 (sum of u^2 / m^2)^(3/2))`. As
/// `scipy.stats.bootstrap(method="BCa")`. If all replicates equal the value, both ends are the
/// value.
///
/// Source: Efron 1987, doi:10.1080/01621459.1987.10478410; strata as in Davison and Hinkley 1997,
/// doi:10.1017/CBO9780511802843, section 5.3. Cost b log b.
///
/// # Errors
///
/// As [`percentile_interval`], and [`Error::BcaUndefined`] if all replicates lie on one side of
/// the value, so that `z0` is infinite, if no group changes anything (as with a median), so that
/// the acceleration is 0 / 0, or if it carries a quantile beyond the end.
pub fn bca_interval(
    value: f64,
    replicates: &[f64],
    without_group: &[Vec<f64>],
    level: f64,
) -> Result<(f64, f64)> {
    check_level(level)?;
    let sorted = sorted(replicates)?;
    if sorted[0] == value && sorted[sorted.len() - 1] == value {
        return Ok((value, value));
    }
    let n_below = sorted.partition_point(|replicate| *replicate < value);
    let n_up_to = sorted.partition_point(|replicate| *replicate <= value);
    let undefined = || Error::BcaUndefined { n_below, n_replicates: sorted.len() };
    if n_up_to == 0 || n_below == sorted.len() {
        return Err(undefined());
    }
    let z0 = normal_quantile((n_below + n_up_to) as f64 / (2 * sorted.len()) as f64);
    let acceleration = acceleration(without_group).ok_or_else(undefined)?;
    let end = |z: f64| {
        let shifted = z0 + z;
        let scale = 1.0 - acceleration * shifted;
        if scale <= 0.0 {
            return Err(undefined());
        }
        Ok(quantile(&sorted, normal_cdf(z0 + shifted / scale)))
    };
    let z = normal_quantile((1.0 - level) / 2.0);
    Ok((end(z)?, end(-z)?))
}

/// The acceleration; none if no group changes anything.
fn acceleration(without_group: &[Vec<f64>]) -> Option<f64> {
    let (mut cubes, mut squares) = (0.0, 0.0);
    for values in without_group.iter().filter(|values| !values.is_empty()) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let influence = values.iter().map(|value| (n - 1.0) * (mean - value));
        let (mut cube, mut square) = (0.0, 0.0);
        for u in influence {
            cube += u * u * u;
            square += u * u;
        }
        cubes += cube / (n * n * n);
        squares += square / (n * n);
    }
    (0.0 < squares).then(|| cubes / (6.0 * squares * squares.sqrt()))
}

pub(crate) fn check_level(level: f64) -> Result<()> {
    let ok = 0.0 < level && level < 1.0;
    oddity_core::Error::check_parameter("interval", "level", level, ok, "between 0 and 1")?;
    Ok(())
}

fn sorted(replicates: &[f64]) -> Result<Vec<f64>> {
    if replicates.is_empty() {
        return Err(Error::TooFewReplicates { found: 0, wanted: 1 });
    }
    if let Some(row) = replicates.iter().position(|replicate| !replicate.is_finite()) {
        let value = replicates[row];
        return Err(oddity_core::Error::NotFinite { row, column: 0, value }.into());
    }
    let mut sorted = replicates.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Ok(sorted)
}

/// Definition 7 of Hyndman and Fan 1996, doi:10.2307/2684934, as numpy.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    // Of two equal values nothing may be lost to rounding.
    if sorted[below] == sorted[above] {
        return sorted[below];
    }
    sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64)
}
