//! What a polynomial through the rows before a row does not foretell.

use oddity_core::{
    Causality, Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::flattened::{Flattened, Shape};

const STEP: &str = "local_regression";

/// Scores a row by its distance to what a polynomial through the rows before it foretells.
///
/// In each column a polynomial is fitted to the values of the last `w` rows by least squares, and
/// `r` is the value less that of the polynomial there. The score is the mean of `(r / s)²` over the
/// columns, where `s²` is the mean of `r²` over the training samples.
///
/// - Reads rows: those of a call are one series, and the first ones have fewer rows before them, with
///   a polynomial of as many terms as there are rows at most; the first row of all scores 0. Causal:
///   a score depends on the rows before.
/// - Reads windows: the score is that of the window's last row, from all others of the window
///   (`rows` is not read). Pointwise.
/// - A column whose training rows are all foretold exactly has `s = 1`.
/// - What is foretold is a fixed sum of the rows before. Cost: `n d w`, fit and score.
/// - TSB-UAD's POLY, after which this is made, fits a polynomial to the rows around a window and sums
///   what is left in it; here only rows before count, and each row is scored.
/// - [`column_errors`](FittedDetector::column_errors): `(r / s)²` of each column.
/// - Errors: fewer than two training rows, windows of one row, another width.
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
/// assert_eq!(rounded, [1.0, 1.0, 66.0, 11.0]);
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
    /// How many rows before a row count, at least 1. Default 20, a choice of ours.
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
        Error::check_parameter(STEP, "rows", rows as f64, 1 <= rows, "at least 1")?;
        let fits = degree <= 20 && degree < rows;
        let wanted = "at most 20 and below the number of rows";
        Error::check_parameter(STEP, "degree", degree as f64, fits, wanted)?;
        Ok(LocalRegression { params })
    }

    fn unscaled(&self, shape: Shape) -> FittedLocalRegression {
        let degree = self.params.degree;
        let n_before = shape.size.map_or(self.params.rows, |size| size - 1);
        let weights = (1..=n_before).map(|n| {
            // Of windows only the last is read.
            let read = shape.size.is_none() || n == n_before;
            if read { extrapolation(n, degree) } else { Vec::new() }
        });
        FittedLocalRegression { weights: weights.collect(), scales: vec![1.0; shape.n_columns], shape }
    }
}

impl Detector for LocalRegression {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let (shape, n_samples) = Flattened::with(train, |rows| Ok((rows.shape(), rows.len())))?;
        let size = shape.size.unwrap_or(2);
        Error::check_parameter(STEP, "size of windows", size as f64, 2 <= size, "at least 2")?;
        let least = if shape.size.is_some() { 1 } else { 2 };
        if n_samples < least {
            return Err(Error::TooFewSamples { step: STEP, wanted: least, found: n_samples });
        }
        let mut fitted = self.unscaled(shape);
        let residuals = fitted.squares(train)?;
        // Rows whose polynomial has all its rows, where there are some.
        let whole = if shape.size.is_some() { 0 } else { self.params.rows };
        let first = if whole < n_samples { whole } else { 1 };
        let mut sums = vec![0.0; shape.n_columns];
        for row in residuals.chunks_exact(shape.n_columns.max(1)).skip(first) {
            sums.iter_mut().zip(row).for_each(|(sum, square)| *sum += square);
        }
        let n = (n_samples - first) as f64;
        let scale = |sum: &f64| if 0.0 < *sum && (sum / n).is_normal() { sum / n } else { 1.0 };
        fitted.scales = sums.iter().map(scale).collect();
        Ok(Box::new(fitted))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        /// Rows of a window that a state may name: their weights are computed.
        const MOST: usize = 1 << 16;
        let shape = Shape::of_state(state)?;
        if shape.n_columns == 0 || shape.size.is_some_and(|size| size < 2 || MOST < size) {
            return Err(state.wrong("window_size", "windows of 2 to 65536 rows"));
        }
        let scales = state.f64s("scales", &[shape.n_columns])?;
        if scales.iter().any(|&scale| !(0.0 < scale)) {
            return Err(state.wrong("scales", "scales above 0"));
        }
        let mut fitted = self.unscaled(shape);
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
    shape: Shape,
}

impl FittedLocalRegression {
    /// `(r / s)²` of each column of each sample.
    fn squares(&self, samples: &Samples<'_>) -> Result<Vec<f64>> {
        let n_columns = self.shape.n_columns;
        self.shape.with(samples, |rows| {
            let mut squares = vec![0.0; rows.len() * n_columns];
            let all = squares.par_chunks_exact_mut(n_columns.max(1)).enumerate();
            all.for_each(|(at, out)| {
                if self.shape.size.is_some() {
                    let (before, last) = rows.row(at).split_at(rows.width() - n_columns);
                    self.residuals(before.chunks_exact(n_columns), last, out);
                } else {
                    let first = at.saturating_sub(self.weights.len());
                    let before = (first..at).map(|row| rows.row(row));
                    self.residuals(before, rows.row(at), out);
                }
            });
            Ok(squares)
        })
    }

    fn residuals<'a>(
        &self,
        before: impl ExactSizeIterator<Item = &'a [f64]>,
        row: &[f64],
        out: &mut [f64],
    ) {
        let Some(weights) = before.len().checked_sub(1).map(|last| &self.weights[last]) else {
            return;
        };
        for (values, weight) in before.zip(weights) {
            out.iter_mut().zip(values).for_each(|(out, value)| *out += weight * value);
        }
        for ((out, value), scale) in out.iter_mut().zip(row).zip(&self.scales) {
            *out = (value - *out) * (value - *out) / scale;
        }
    }
}

impl FittedDetector for FittedLocalRegression {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let squares = self.squares(samples)?;
        let n_columns = self.shape.n_columns;
        let mean = |row: &[f64]| row.iter().sum::<f64>() / n_columns as f64;
        Scores::new(squares.chunks_exact(n_columns.max(1)).map(mean).collect())
    }

    fn causality(&self) -> Causality {
        match self.shape.size {
            Some(_) => Causality::Pointwise,
            None => Causality::Causal,
        }
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let squares = self.squares(samples)?;
        let names = match samples {
            Samples::Windows(windows) => windows.frame().columns().clone(),
            other => other.with_dense(|rows| Ok(rows.columns().clone()))?,
        };
        Frame::new(squares, names).map(Some)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
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
