//! Friedman's test: whether detectors differ in rank over datasets.

use oddity_core::Error as CoreError;
use serde::{Deserialize, Serialize};

use super::rank::DoubledRanks;
use super::tail::{chi_square_tail, f_tail};
use crate::measure::Direction;
use crate::{Error, Result};

/// The result of Friedman's test of `k` detectors on `n` datasets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Friedman {
    /// The statistic, corrected for ties; chi-square with `k - 1` degrees of freedom if no
    /// detector differs.
    pub chi_square: f64,
    /// The chance of at least this statistic if no detector differs.
    pub p_value: f64,
    /// The less conservative statistic of Iman and Davenport; none where the datasets agree on
    /// every rank, so that it is infinite.
    pub iman_davenport: Option<ImanDavenport>,
    /// The mean rank of each detector, 1 for the best.
    pub mean_ranks: Vec<f64>,
    /// Number of datasets.
    pub n_datasets: usize,
}

/// The statistic of Iman and Davenport: `(n - 1) chi2 / (n (k - 1) - chi2)`, F with `k - 1` and
/// `(k - 1) (n - 1)` degrees of freedom. Source: doi:10.1080/03610928008827904.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImanDavenport {
    /// The statistic.
    pub f: f64,
    /// The chance of at least this statistic if no detector differs.
    pub p_value: f64,
}

/// Friedman's test. `rows` are the datasets, each with one value a detector.
///
/// With `R_j` the sum of detector `j`'s ranks and `T` the sum of `t^3 - t` over sets of `t` equal
/// values of a dataset: `chi2 = (12 sum R_j^2 - 3 n^2 k (k + 1)^2) / (n k (k + 1) - T / (k - 1))`,
/// as `scipy.stats.friedmanchisquare`. Computed in integers up to the last division, so that the
/// order of datasets changes no bit. Cost n k log k.
///
/// The chi-square distribution is an approximation, good for more than 10 datasets and 5
/// detectors (Demsar 2006, Journal of Machine Learning Research 7, section 3.2.2).
///
/// Source: Friedman 1937, doi:10.1080/01621459.1937.10503522.
///
/// # Errors
///
/// [`Error::TooFewDatasets`] and [`Error::TooFewDetectors`] for fewer than 2,
/// [`oddity_core::Error::Width`] for rows of different length, [`oddity_core::Error::NotFinite`]
/// for a value that is NaN or infinite, [`Error::AllTied`] if all values of each row are equal.
pub fn friedman<Row: AsRef<[f64]>>(rows: &[Row], direction: Direction) -> Result<Friedman> {
    if rows.len() < 2 {
        return Err(Error::TooFewDatasets { found: rows.len(), wanted: 2 });
    }
    let k = rows[0].as_ref().len();
    if k < 2 {
        return Err(Error::TooFewDetectors { found: k, wanted: 2 });
    }
    let mut doubled_sums = vec![0u64; k];
    let mut tied = 0;
    for (row, values) in rows.iter().map(AsRef::as_ref).enumerate() {
        let DoubledRanks { ranks, tied: of_row } = ranks_of(row, values, k, direction)?;
        doubled_sums.iter_mut().zip(ranks).for_each(|(sum, rank)| *sum += rank);
        tied += of_row;
    }
    let (n, wide) = (rows.len() as u128, k as u128);
    let squares: u128 = doubled_sums.iter().map(|&sum| u128::from(sum) * u128::from(sum)).sum();
    // chi2 = (k - 1) spread / room, and n (k - 1) - chi2 = (k - 1) (n room - spread) / room.
    let spread = 3 * (squares - n * n * wide * (wide + 1) * (wide + 1));
    let room = n * wide * (wide * wide - 1) - tied;
    if room == 0 {
        return Err(Error::AllTied);
    }
    let df = (k - 1) as f64;
    let chi_square = ((wide - 1) * spread) as f64 / room as f64;
    let iman_davenport = (spread < n * room).then(|| {
        let f = ((n - 1) * spread) as f64 / (n * room - spread) as f64;
        ImanDavenport { f, p_value: f_tail(f, (df, df * (n - 1) as f64)) }
    });
    let mean = |&sum: &u64| sum as f64 / (2 * n) as f64;
    Ok(Friedman {
        chi_square,
        p_value: chi_square_tail(chi_square, df),
        iman_davenport,
        mean_ranks: doubled_sums.iter().map(mean).collect(),
        n_datasets: rows.len(),
    })
}

/// Twice the ranks of a dataset's values, 2 for the best.
pub(crate) fn ranks_of(
    row: usize,
    values: &[f64],
    expected: usize,
    direction: Direction,
) -> Result<DoubledRanks> {
    if values.len() != expected {
        return Err(CoreError::Width { expected, found: values.len() }.into());
    }
    if let Some(column) = values.iter().position(|value| !value.is_finite()) {
        return Err(CoreError::NotFinite { row, column, value: values[column] }.into());
    }
    Ok(match direction {
        Direction::LowerIsBetter => DoubledRanks::new(values),
        Direction::HigherIsBetter => {
            DoubledRanks::new(&values.iter().map(|value| -value).collect::<Vec<f64>>())
        }
    })
}
