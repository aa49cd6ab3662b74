//! What a polynomial through the rows before a row does not foretell.

use oddity_core::{
    ANY, Causality, Detector, Error, FittedDetector, Frame, FrameView, Result, Samples, Scores,
    Seed, State,
};
use oddity_linalg::vectorized;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::series_rows::{column_scores, means, with_training_rows};

const STEP: &str = "local_regression";

/// Rows before a row that count, at most: so many polynomials take 64 MiB.
const MOST_ROWS: usize = 1 << 12;

/// What is not foretold of a column is rounding where its mean square is at most this share of that
/// of the values.
const ROUNDING: f64 = 1e-24;

/// Scores a row by its distance to what a polynomial through the rows before it foretells.
///
/// In each column a polynomial is fitted to the values of the last `w` rows by least squares, and
/// `r` is the value less that of the polynomial there. The score is the mean of `(r / s)²` over the
/// columns, where `s²` is the mean of `r²` over the training samples.
///
/// - Reads rows: those of a call are one series. Reads windows: the series are those that the windows
///   lie over, and a window's score is the mean of those of its rows.
/// - The first rows of a series have fewer rows before them, and a polynomial of at most as many terms;
///   the first row scores 0.
/// - Causal: a score depends on the rows before.
/// - A column whose training rows are all foretold, but for rounding (to 1e-12 of their size), has
///   `s = 1`.
/// - What is foretold is a fixed sum of the rows before. Cost: `n d w`, fit and score, and memory for
///   `w² / 2` weights.
/// - TSB-UAD's POLY, after which this is made, fits a polynomial to the rows around a window and sums
///   what is left in it; here only rows before count, and each row is scored.
/// - [`column_errors`](FittedDetector::column_errors): `(r / s)²` of each column.
/// - Errors: no two training rows in a row, another width.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::series::{LocalRegression, LocalRegressionParams};
///
/// let zigzag = |at: usize| at as f64 + if at % 2 == 0 { 0.5 } else { -0.5 };
/// let train = Frame::new((0..50).map(zigzag).collect(), ["x"])?;
/// let detector = LocalRegression::new(LocalRegressionParams { rows: 10, degree: 1 })?;
/// let fitted = detector.fit(&train.samples(), Seed(0))?;
/// let mut values: Vec<f64> = (0..20).map(zigzag).collect();
/// values[15] = 9.5;
/// let scores = fitted.score(&Frame::new(values, ["x"])?.samples())?;
/// let rounded: Vec<f64> = scores.values()[13..17].iter().map(|score| score.round()).collect();
/// assert_eq!(rounded, [1.0, 1.0, 72.0, 16.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// J. Paparrizos, Y. Kang, P. Boniol, R. S. Tsay, T. Palpanas and M. J. Franklin. TSB-UAD: an
/// end-to-end benchmark suite for univariate time-series anomaly detection. PVLDB 15(8), 2022.
/// doi:10.14778/3529337.3529354.
///
/// Z. Li, H. Ma and Y. Mei. A unifying method for outlier and change detection from data streams
/// based on local polynomial fitting. PAKDD 2007. doi:10.1007/978-3-540-71701-0_17.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalRegression {
    params: LocalRegressionParams,
}

/// Parameters of [`LocalRegression`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LocalRegressionParams {
    /// How many rows before a row count, from 1 to 4,096. Default 20, a choice of ours.
    pub rows: usize,
    /// The degree of the polynomial, at most 20 and below the number of rows. Default 1, that of
    /// TSB-UAD's POLY.
    pub degree: usize,
}

impl Default for LocalRegressionParams {
    fn default() -> LocalRegressionParams {
        LocalRegressionParams { rows: 20, degree: 1 }
    }
}

impl LocalRegression {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: LocalRegressionParams) -> Result<LocalRegression> {
        let LocalRegressionParams { rows, degree } = params;
        let fits = (1..=MOST_ROWS).contains(&rows);
        Error::check_parameter(STEP, "rows", rows as f64, fits, "from 1 to 4,096")?;
        let fits = degree <= 20 && degree < rows;
        let wanted = "at most 20 and below the number of rows";
        Error::check_parameter(STEP, "degree", degree as f64, fits, wanted)?;
        Ok(LocalRegression { params })
    }

    fn unscaled(&self, n_columns: usize) -> FittedLocalRegression {
        let LocalRegressionParams { rows, degree } = self.params;
        let weights = (1..=rows).map(|n| extrapolation(n, degree)).collect();
        FittedLocalRegression { weights, scales: vec![1.0; n_columns] }
    }
}

impl Detector for LocalRegression {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let fitted = with_training_rows(train, STEP, |rows, runs| {
            let longest = runs.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
            if longest < 2 {
                return Err(Error::TooFewSamples { step: STEP, wanted: 2, found: longest });
            }
            // Rows whose polynomial has all its rows, where there are some.
            let first = if self.params.rows < longest { self.params.rows } else { 1 };
            let mut fitted = self.unscaled(rows.n_columns());
            let mut n = 0.0;
            // Of each column, of what is not foretold and of the values themselves.
            let mut sums = vec![[0.0; 2]; rows.n_columns()];
            for run in runs {
                let rows = rows.slice(run.clone());
                let squares = fitted.squares(rows);
                let pairs = squares.chunks_exact(rows.n_columns()).zip(rows.iter());
                for (squares, values) in pairs.skip(first) {
                    for (sums, (square, value)) in sums.iter_mut().zip(squares.iter().zip(values)) {
                        sums[0] += square;
                        sums[1] += value * value;
                    }
                    n += 1.0;
                }
            }
            let scale = |[square, size]: &[f64; 2]| {
                let is_more_than_rounding = ROUNDING * size < *square;
                let scale = square / n;
                if is_more_than_rounding && scale.is_normal() { scale } else { 1.0 }
            };
            fitted.scales = sums.iter().map(scale).collect();
            Ok(fitted)
        })?;
        Ok(Box::new(fitted))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let scales = state.f64s("scales", &[ANY])?;
        if scales.is_empty() || scales.iter().any(|&scale| scale <= 0.0) {
            return Err(state.wrong("scales", "scales above 0"));
        }
        let mut fitted = self.unscaled(0);
        fitted.scales = scales.to_vec();
        Ok(Box::new(fitted))
    }
}

/// A fitted [`LocalRegression`].
struct FittedLocalRegression {
    /// What the last `n + 1` rows before are multiplied with, the earliest first.
    weights: Vec<Vec<f64>>,
    /// `s²` of each column.
    scales: Vec<f64>,
}

impl FittedLocalRegression {
    /// `(r / s)²` of each column of the rows of a series.
    fn squares(&self, rows: FrameView<'_>) -> Vec<f64> {
        let n_columns = rows.n_columns();
        let mut squares = vec![0.0; rows.values().len()];
        let all = squares.par_chunks_exact_mut(n_columns).enumerate().skip(1);
        all.with_min_len(256).for_each(|(at, out)| {
            let first = at.saturating_sub(self.weights.len());
            let before = rows.slice(first..at).values();
            let weights = &self.weights[at - first - 1];
            vectorized!(residuals(before, weights, rows.row(at), &self.scales, out));
        });
        squares
    }
}

/// `(r / s)²` of each column, from the rows before and their weights.
#[inline(always)]
fn residuals(before: &[f64], weights: &[f64], row: &[f64], scales: &[f64], out: &mut [f64]) {
    for (values, weight) in before.chunks_exact(row.len()).zip(weights) {
        out.iter_mut().zip(values).for_each(|(out, value)| *out += weight * value);
    }
    for ((out, value), scale) in out.iter_mut().zip(row).zip(scales) {
        *out = (value - *out) * (value - *out) / scale;
    }
}

impl FittedDetector for FittedLocalRegression {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let columns = column_scores(samples, self.scales.len(), |rows| self.squares(rows))?;
        Scores::new(means(&columns))
    }

    fn causality(&self) -> Causality {
        Causality::Causal
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        column_scores(samples, self.scales.len(), |rows| self.squares(rows)).map(Some)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_f64s("scales", &[self.scales.len()], &self.scales);
        Some(state)
    }
}

/// What `n` values in a row are multiplied with, so that the sum is the next value of the polynomial
/// through them by least squares: `Σ_l q_l(x) q_l(x_k)` with polynomials `q_l` that are orthonormal
/// on the places of the values.
fn extrapolation(n: usize, degree: usize) -> Vec<f64> {
    // The places in -1 to 1, and the one behind them.
    let scale = n as f64;
    let place = |k: usize| (2.0 * k as f64 - (n as f64 - 1.0)) / scale;
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for power in 0..=degree.min(n - 1) {
        let mut values: Vec<f64> = match basis.last() {
            None => vec![1.0; n + 1],
            Some(before) => before.iter().enumerate().map(|(k, v)| v * place(k)).collect(),
        };
        // Twice: once leaves what rounding lost.
        for _ in 0..2 {
            for other in &basis {
                let product: f64 = values[..n].iter().zip(other).map(|(a, b)| a * b).sum();
                values.iter_mut().zip(other).for_each(|(a, b)| *a -= product * b);
            }
        }
        let norm = values[..n].iter().map(|value| value * value).sum::<f64>().sqrt();
        debug_assert!(0.0 < norm, "power {power} of {n} places");
        values.iter_mut().for_each(|value| *value /= norm);
        basis.push(values);
    }
    (0..n).map(|k| basis.iter().map(|values| values[n] * values[k]).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_do_not_vary_are_not_scaled_by_rounding() {
        let row = |at: usize| [0.1, 5.0, 100.0, (at * at % 17) as f64];
        let values: Vec<f64> = (0..200).flat_map(row).collect();
        let train = Frame::new(values, ["a", "b", "c", "d"]).unwrap();
        let detector = LocalRegression::new(LocalRegressionParams::default()).unwrap();
        let state = detector.fit(&train.samples(), Seed(0)).unwrap().state().unwrap();
        let scales = state.f64s("scales", &[4]).unwrap();
        assert_eq!(scales[..3], [1.0; 3]);
        assert!(1.0 < scales[3], "{scales:?}");
    }

    #[test]
    fn more_rows_than_memory_holds_polynomials_of_are_refused() {
        let new = |rows| LocalRegression::new(LocalRegressionParams { rows, degree: 1 });
        assert!(new(MOST_ROWS).is_ok());
        let refused = new(MOST_ROWS + 1).err().map(|error| error.to_string());
        let wanted = "local_regression: parameter rows is 4097, wanted from 1 to 4,096";
        assert_eq!(refused.as_deref(), Some(wanted));
    }

    #[test]
    fn polynomials_of_the_degree_are_foretold() {
        for degree in 0..5 {
            for n in degree + 1..30 {
                let value = |k: usize| (k as f64 - 3.0).powi(degree as i32);
                let weights = extrapolation(n, degree);
                let found: f64 = (0..n).map(|k| weights[k] * value(k)).sum();
                let wanted = value(n);
                assert!((found - wanted).abs() < 1e-8 * wanted.abs().max(1.0), "{degree}, {n}");
            }
        }
    }
}
