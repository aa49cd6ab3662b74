//! Wilcoxon's signed-rank test of paired differences.

use serde::{Deserialize, Serialize};

use super::normal::normal_cdf;
use super::rank::DoubledRanks;
use crate::{Error, Result};

/// How the test is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WilcoxonParams {
    /// What differences of 0 do.
    pub zeros: Zeros,
    /// Which p value.
    pub alternative: Alternative,
    /// How the p value is computed.
    pub method: WilcoxonMethod,
    /// Whether the normal approximation takes half a rank from the statistic's distance, off by
    /// default as in SciPy.
    pub continuity: bool,
}

/// What differences of 0 do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zeros {
    /// They are left out before ranking: Wilcoxon 1945, doi:10.2307/3001968.
    #[default]
    Wilcox,
    /// They are ranked and then left out: Pratt 1959, doi:10.1080/01621459.1959.10501526.
    Pratt,
}

/// Which p value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alternative {
    /// The differences are not symmetric about 0.
    #[default]
    TwoSided,
    /// They are lower.
    Less,
    /// They are higher.
    Greater,
}

/// How the p value is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WilcoxonMethod {
    /// Exact for up to 50 differences without ties and zeros, for up to 13 of any kind, and where
    /// all are 0; else the normal approximation. SciPy's choice, but for the last.
    #[default]
    Auto,
    /// The share of all assignments of signs, with the ranks as they are.
    Exact,
    /// The normal approximation, its variance corrected for ties.
    Asymptotic,
}

/// The result of the test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wilcoxon {
    /// The sum of the ranks of differences above 0.
    pub rank_sum_above: f64,
    /// The sum of the ranks of differences below 0.
    pub rank_sum_below: f64,
    /// The chance of a statistic at least as far out if both signs are equally likely.
    pub p_value: f64,
    /// Whether the p value is exact.
    pub exact: bool,
    /// Differences other than 0.
    pub n_nonzero: usize,
}

impl Wilcoxon {
    /// What SciPy calls the statistic of a two-sided test: the smaller of the two sums.
    pub fn statistic(&self) -> f64 {
        self.rank_sum_above.min(self.rank_sum_below)
    }
}

/// The signed-rank test: ranks the differences by size, and compares the sum `W` of the ranks of
/// those above 0 with what random signs give.
///
/// Exact: the distribution of `W` over all `2^n` signs, given the ranks with their ties. Without
/// ties this is the table of the test; with ties it is what SciPy computes by trying all signs
/// (SciPy's `method="exact"` is not exact there). Asymptotic: with `n` ranks (zeros among them
/// under [`Zeros::Pratt`], `z` of them), `W` is normal with mean `(n (n + 1) - z (z + 1)) / 4` and
/// variance `(n (n + 1) (2 n + 1) - z (z + 1) (2 z + 1) - (sum of t^3 - t) / 2) / 24`. As
/// `scipy.stats.wilcoxon`. Cost n log n; exact n^3.
///
/// Source: Wilcoxon 1945, doi:10.2307/3001968; zeros as in Pratt 1959,
/// doi:10.1080/01621459.1959.10501526, and Cureton 1967, doi:10.1080/01621459.1967.10500917.
///
/// # Errors
///
/// [`Error::TooFewDatasets`] for no difference, [`oddity_core::Error::NotFinite`] for one that is
/// NaN or infinite, [`Error::AllTied`] for the approximation where all differences are 0 (exactly,
/// the p value is 1).
pub fn wilcoxon(differences: &[f64], params: WilcoxonParams) -> Result<Wilcoxon> {
    if differences.is_empty() {
        return Err(Error::TooFewDatasets { found: 0, wanted: 1 });
    }
    if let Some(row) = differences.iter().position(|difference| !difference.is_finite()) {
        let value = differences[row];
        return Err(oddity_core::Error::NotFinite { row, column: 0, value }.into());
    }
    let kept: Vec<f64> = match params.zeros {
        Zeros::Wilcox => differences.iter().copied().filter(|&value| value != 0.0).collect(),
        Zeros::Pratt => differences.to_vec(),
    };
    let sizes: Vec<f64> = kept.iter().map(|value| value.abs()).collect();
    let ranked = DoubledRanks::new(&sizes);
    let sum = |is: fn(f64) -> bool| -> u64 {
        let chosen = kept.iter().zip(&ranked.ranks).filter(|&(&value, _)| is(value));
        chosen.map(|(_, rank)| rank).sum()
    };
    let (above, below) = (sum(|value| 0.0 < value), sum(|value| value < 0.0));
    let n_nonzero = differences.iter().filter(|&&value| value != 0.0).count();
    let n_zeros = kept.len() - n_nonzero;
    let zeros_tied = cube_less(n_zeros);
    let exact = match params.method {
        WilcoxonMethod::Exact => true,
        WilcoxonMethod::Asymptotic => false,
        WilcoxonMethod::Auto => {
            let plain = n_nonzero == differences.len() && ranked.tied == 0;
            let most = if plain { 50 } else { 13 };
            n_nonzero == 0 || differences.len() <= most
        }
    };
    let p_value = if exact {
        let of_nonzero = kept.iter().zip(&ranked.ranks).filter(|&(&value, _)| value != 0.0);
        let ranks: Vec<u64> = of_nonzero.map(|(_, &rank)| rank).collect();
        exact_p_value(&ranks, above as usize, params.alternative)
    } else {
        let (n, z) = (kept.len() as f64, n_zeros as f64);
        let mean = (n * (n + 1.0) - z * (z + 1.0)) / 4.0;
        let squares = |n: f64| n * (n + 1.0) * (2.0 * n + 1.0);
        let tied = (ranked.tied - zeros_tied) as f64;
        let variance = (squares(n) - squares(z) - tied / 2.0) / 24.0;
        if variance <= 0.0 {
            return Err(Error::AllTied);
        }
        let distance = above as f64 / 2.0 - mean;
        let half = match (params.continuity, params.alternative) {
            (false, _) => 0.0,
            (true, Alternative::Greater) => 0.5,
            (true, Alternative::Less) => -0.5,
            (true, Alternative::TwoSided) if distance == 0.0 => 0.0,
            (true, Alternative::TwoSided) => 0.5 * distance.signum(),
        };
        let score = (distance - half) / variance.sqrt();
        match params.alternative {
            Alternative::TwoSided => 2.0 * normal_cdf(-score.abs()),
            Alternative::Less => normal_cdf(score),
            Alternative::Greater => normal_cdf(-score),
        }
    };
    let (rank_sum_above, rank_sum_below) = (above as f64 / 2.0, below as f64 / 2.0);
    Ok(Wilcoxon { rank_sum_above, rank_sum_below, p_value, exact, n_nonzero })
}

/// Of all sums of a subset of the ranks, the share as far out as the one found.
fn exact_p_value(ranks: &[u64], found: usize, alternative: Alternative) -> f64 {
    let mut chances = vec![1.0];
    for &rank in ranks {
        let rank = rank as usize;
        let mut next = vec![0.0; chances.len() + rank];
        for (sum, chance) in chances.iter().enumerate() {
            next[sum] += 0.5 * chance;
            next[sum + rank] += 0.5 * chance;
        }
        chances = next;
    }
    let lower: f64 = chances[..=found].iter().sum();
    let upper: f64 = chances[found..].iter().rev().sum();
    match alternative {
        Alternative::TwoSided => (2.0 * lower.min(upper)).min(1.0),
        Alternative::Less => lower.min(1.0),
        Alternative::Greater => upper.min(1.0),
    }
}

fn cube_less(n: usize) -> u128 {
    let n = n as u128;
    n * n * n - n
}
