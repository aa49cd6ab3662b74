//! Spectral residual: what stands out of the spectrum of a series.

use oddity_core::{
    Causality, Detector, Error, FittedDetector, Frame, FrameView, Result, Samples, Scores, Seed,
    State,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fourier::{Complex, Fourier};
use super::series_rows::{column_scores, means, with_training_rows};

const STEP: &str = "spectral_residual";

/// Amplitudes and means below this are taken for it, as in the authors' program.
const LEAST: f64 = 1e-8;

/// Scores a row by what stands out of the spectrum of its series.
///
/// With the Fourier transform `X` of a series, the residual `R = log |X| - mean of log |X|` over the
/// last `spectrum` frequencies, and the saliency `S = |F⁻¹(e^R X / |X|)|`, the score of a row is
/// `|S - M| / M` with the mean `M` of `S` over the last `saliency` rows, itself included. Of several
/// columns it is the mean.
///
/// - Reads rows: all rows of a call are one series. Reads windows: the series are those that the
///   windows lie over, whole, and a window's score is the mean of those of its rows.
/// - A series is followed by `estimated` copies of a value that lies ahead on the mean of the slopes to
///   its last row but one: as in the authors' program, since the last row may be the anomaly. The
///   paper's formula takes the last row.
/// - Acausal: a score depends on rows before and after it. The paper detects online by windows that end
///   at the row: hand over the rows so far, and take the last score.
/// - `fit` learns the number of columns alone.
/// - Cost: `n (log n + spectrum + saliency)` a column, since each mean is taken anew, and memory for a
///   few numbers a row and column.
/// - Differs from the paper: scores are not cut at 1 (the program divides by 10 and clips, which
///   ties the highest), and there is no network behind them (SR-CNN).
/// - [`column_errors`](FittedDetector::column_errors): the score of each column.
/// - Errors: a table without columns, another width.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::series::{SpectralResidual, SpectralResidualParams};
///
/// let mut values: Vec<f64> = (0..60).map(|at| (at as f64 / 3.0).sin()).collect();
/// values[40] = 3.0;
/// let rows = Frame::new(values, ["x"])?;
/// let detector = SpectralResidual::new(SpectralResidualParams::default())?;
/// let scores = detector.fit(&rows.samples(), Seed(0))?.score(&rows.samples())?;
/// let largest = scores.values().iter().copied().fold(0.0, f64::max);
/// assert_eq!(scores.values()[40], largest);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// H. Ren et al. Time-series anomaly detection service at Microsoft. KDD 2019.
/// doi:10.1145/3292500.3330680.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectralResidual {
    params: SpectralResidualParams,
}

/// Parameters of [`SpectralResidual`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpectralResidualParams {
    /// Frequencies of the mean of the spectrum, at least 1: `q` of the paper, 3.
    pub spectrum: usize,
    /// Rows of the mean of the saliency, at least 1. Default 21, `z` of the paper; the authors'
    /// program has 100.
    pub saliency: usize,
    /// Values that follow the last row, `κ` of the paper: 5.
    pub estimated: usize,
    /// Rows whose slopes estimate them, at least 1: `m` of the paper, 5.
    pub slopes: usize,
}

impl Default for SpectralResidualParams {
    fn default() -> SpectralResidualParams {
        SpectralResidualParams { spectrum: 3, saliency: 21, estimated: 5, slopes: 5 }
    }
}

impl SpectralResidual {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: SpectralResidualParams) -> Result<SpectralResidual> {
        let SpectralResidualParams { spectrum, saliency, estimated, slopes } = params;
        let counts = [("spectrum", spectrum), ("saliency", saliency), ("slopes", slopes)];
        for (parameter, count) in counts {
            Error::check_parameter(STEP, parameter, count as f64, 1 <= count, "at least 1")?;
        }
        let fits = estimated <= 1 << 16;
        Error::check_parameter(STEP, "estimated", estimated as f64, fits, "at most 65536")?;
        Ok(SpectralResidual { params })
    }
}

impl Detector for SpectralResidual {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let n_columns = with_training_rows(train, STEP, |rows, _| Ok(rows.n_columns()))?;
        Ok(Box::new(FittedSpectralResidual { params: self.params.clone(), n_columns }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let n_columns = state.count("n_columns")?;
        if n_columns == 0 {
            return Err(state.wrong("n_columns", "at least 1"));
        }
        Ok(Box::new(FittedSpectralResidual { params: self.params.clone(), n_columns }))
    }
}

/// A fitted [`SpectralResidual`].
struct FittedSpectralResidual {
    params: SpectralResidualParams,
    n_columns: usize,
}

impl FittedSpectralResidual {
    /// The saliency of a series, those of the values behind it included.
    fn saliency(&self, fourier: &Fourier, mut series: Vec<f64>) -> Vec<f64> {
        let SpectralResidualParams { spectrum, estimated, slopes, .. } = self.params;
        let before = &series[..series.len().saturating_sub(1)];
        series.resize(series.len() + estimated, ahead(before, slopes));
        let real = |&re: &f64| Complex { re, im: 0.0 };
        let mut transform = fourier.forward(&series.iter().map(real).collect::<Vec<_>>());
        let sizes: Vec<f64> = transform.iter().map(|value| value.size()).collect();
        let logs: Vec<f64> =
            sizes.iter().map(|&size| if size <= LEAST { 0.0 } else { size.ln() }).collect();
        let means = trailing_means(&logs, spectrum);
        for (at, value) in transform.iter_mut().enumerate() {
            let factor =
                if sizes[at] <= LEAST { 0.0 } else { (logs[at] - means[at]).exp() / sizes[at] };
            *value = Complex { re: value.re * factor, im: value.im * factor };
        }
        fourier.inverse(&transform).into_iter().map(Complex::size).collect()
    }

    /// The scores of the rows of a series of one column.
    fn column(&self, fourier: &Fourier, series: Vec<f64>) -> Vec<f64> {
        let n_rows = series.len();
        let mut saliency = self.saliency(fourier, series);
        saliency.truncate(n_rows);
        let means = trailing_means(&saliency, self.params.saliency);
        let pairs = saliency.iter().zip(means);
        pairs.map(|(saliency, mean)| (saliency - mean).abs() / mean.max(LEAST)).collect()
    }

    /// The scores of the rows of a series, one a column.
    fn series(&self, rows: FrameView<'_>) -> Vec<f64> {
        if rows.n_rows() == 0 {
            return Vec::new();
        }
        let fourier = Fourier::new(rows.n_rows() + self.params.estimated);
        let column =
            |column: usize| self.column(&fourier, rows.iter().map(|row| row[column]).collect());
        let columns: Vec<Vec<f64>> = (0..self.n_columns).into_par_iter().map(column).collect();
        let rows = 0..rows.n_rows();
        rows.flat_map(|row| columns.iter().map(move |column| column[row])).collect()
    }
}

impl FittedDetector for FittedSpectralResidual {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let columns = column_scores(samples, self.n_columns, |rows| self.series(rows))?;
        Scores::new(means(&columns))
    }

    fn causality(&self) -> Causality {
        Causality::Acausal
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        column_scores(samples, self.n_columns, |rows| self.series(rows)).map(Some)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_count("n_columns", self.n_columns);
        Some(state)
    }
}

/// The means of the last `n` values, or of as many as there are.
fn trailing_means(values: &[f64], n: usize) -> Vec<f64> {
    let mut means = Vec::with_capacity(values.len());
    // Sums are taken anew for each: a sum that is carried on would keep the rounding of large
    // values.
    for end in 1..=values.len() {
        let last = &values[end.saturating_sub(n)..end];
        means.push(last.iter().sum::<f64>() / last.len() as f64);
    }
    means
}

/// The value that lies ahead of a series: the one `slopes - 1` rows before the last, plus the sum of
/// the slopes from the `slopes` rows before to the last (the paper's `x_(n-m+1) + ḡ m`).
fn ahead(series: &[f64], slopes: usize) -> f64 {
    let Some((&last, before)) = series.split_last() else { return 0.0 };
    let before = &before[before.len().saturating_sub(slopes)..];
    let n = before.len();
    let slope = |(at, value): (usize, &f64)| (last - value) / (n - at) as f64;
    let sum: f64 = before.iter().enumerate().map(slope).sum();
    // Of a single row before, the last one is the second.
    sum + before.get(1).copied().unwrap_or(last)
}
