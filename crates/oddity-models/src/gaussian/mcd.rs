//! Robust Mahalanobis distance: the covariance of the half of the samples that lies closest.

use oddity_core::{
    ANY, Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State,
};
use oddity_linalg::Affine;
use serde::{Deserialize, Serialize};

use super::chi_square::{chi_square, chi_square_quantile};
use super::search::Search;
use crate::flattened::{Flattened, Shape};

const STEP: &str = "mcd";

/// The share of normal samples beyond which a sample does not count for the final covariance.
const OUTSIDE: f64 = 0.025;

/// Scores a sample by its squared Mahalanobis distance to the middle of most training samples.
///
/// Of all halves of the training samples (`support` of them) the one whose covariance has the least
/// determinant is sought (the minimum covariance determinant). Samples whose squared distance by its
/// mean and covariance, the latter scaled for normal samples, is below the 0.975 quantile of the
/// chi-square distribution give the final mean `m` and covariance `S`, scaled likewise. The score is
/// `(x - m)' S⁻¹ (x - m)`. Anomalies among the training samples do not hide themselves, unless
/// they are more than those left out.
///
/// - The search is FAST-MCD: from small random sets, steps that take the samples closest by the set's
///   covariance, until the determinant falls no further. With more than 600 samples it goes through up
///   to 5 parts of 300 (larger and fewer ones of many columns), then their union, then all samples.
/// - Reads rows (sparse ones are written out) and windows, each flattened into one long row, copied a
///   block at a time. There should be several times as many samples as columns.
/// - Cost: `n d²` a step of the last stage, of which there are up to 10 times a dozen, and 500
///   starts of `d³ + 300 d²`.
/// - Pointwise: a score does not depend on the other samples. The same bits come out for any number
///   of threads.
/// - Differs from the paper and from scikit-learn: where the half does not vary in some direction,
///   the search does not end; the columns' variances, of columns scaled to 1, grow by `ridge`, so that
///   samples elsewhere in that direction are far away. Columns that never vary in training count for
///   nothing. Starts are sets of `d + 1` samples, as in the paper; scikit-learn starts with sets of the
///   size of the half, and goes through more parts.
/// - [`column_errors`](FittedDetector::column_errors): `(x_j - m_j)² (S⁻¹)_jj` of each column `j`; of
///   windows the sum over the rows.
/// - Errors: at most `d + 1` samples for `d` columns that vary, no column that varies, a covariance
///   without an inverse although the ridge was raised.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::gaussian::{Mcd, McdParams};
///
/// // Nine values around 0, and three far away, which a plain variance would make normal.
/// let values = vec![-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 50.0, 60.0, 70.0];
/// let train = Frame::new(values, ["x"])?;
/// let fitted = Mcd::new(McdParams::default())?.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![0.0, 10.0], ["x"])?.samples())?;
/// assert!(scores.values()[0] < 0.1 && 30.0 < scores.values()[1]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// P. J. Rousseeuw and K. Van Driessen. A fast algorithm for the minimum covariance determinant
/// estimator. Technometrics 41(3), 1999. doi:10.1080/00401706.1999.10485670.
///
/// C. Croux and G. Haesbroeck. Influence function and efficiency of the minimum covariance determinant
/// scatter matrix estimator. Journal of Multivariate Analysis 71(2), 1999.
/// doi:10.1006/jmva.1999.1839.
#[derive(Clone, Debug, PartialEq)]
pub struct Mcd {
    params: McdParams,
}

/// Parameters of [`Mcd`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct McdParams {
    /// The share of the training samples in the half, from 0.5 to 1. By default
    /// `(n + d + 1) / 2` of them, which withstands most anomalies (Rousseeuw and Van Driessen).
    pub support: Option<f64>,
    /// What is added to the variances of columns that are scaled to 1, at least 0. Default 1e-12: a
    /// choice of ours, below what matters where the half varies. It is raised where samples lie in
    /// a plane and rounding leaves their covariance without an inverse.
    pub ridge: f64,
}

impl Default for McdParams {
    fn default() -> McdParams {
        McdParams { support: None, ridge: 1e-12 }
    }
}

impl Mcd {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: McdParams) -> Result<Mcd> {
        let support = params.support.unwrap_or(1.0);
        let ok = (0.5..=1.0).contains(&support);
        Error::check_parameter(STEP, "support", support, ok, "from 0.5 to 1")?;
        let (ridge, ok) = (params.ridge, params.ridge.is_finite() && 0.0 <= params.ridge);
        Error::check_parameter(STEP, "ridge", ridge, ok, "at least 0")?;
        Ok(Mcd { params })
    }

    fn fit_samples(&self, rows: &Flattened<'_>, seed: Seed) -> Result<FittedMcd> {
        let n_rows = rows.len();
        let search = Search::new(rows, self.params.ridge, STEP)?;
        let d = search.n_varying();
        if n_rows < d + 2 {
            return Err(Error::TooFewSamples { step: STEP, wanted: d + 2, found: n_rows });
        }
        let half = match self.params.support {
            Some(share) => (share * n_rows as f64) as usize,
            None => (n_rows + d + 2) / 2,
        };
        let half = half.clamp(d + 1, n_rows);
        let whitening = search.best(half, seed)?;
        let distances = search.distances(&whitening)?;
        // What the distances of normal samples are too small by.
        let scale = consistency(d, half as f64 / n_rows as f64);
        let limit = chi_square_quantile(1.0 - OUTSIDE, d) * scale;
        let mut inside: Vec<usize> = (0..n_rows).filter(|&row| distances[row] < limit).collect();
        if inside.len() <= d {
            inside = search.closest(&distances, half);
        }
        let scale = consistency(d, 1.0 - OUTSIDE);
        let whitening = search.whitening(&inside)?;
        let (mean, matrix) = search.original(&whitening, 1.0 / scale.sqrt());
        Ok(FittedMcd::new(mean, matrix, rows.shape()))
    }
}

/// What the covariance of the closest share of normal samples is too small by (Croux and
/// Haesbroeck).
fn consistency(d: usize, share: f64) -> f64 {
    if 1.0 <= share {
        return 1.0;
    }
    share / chi_square(chi_square_quantile(share, d), d + 2)
}

impl Detector for Mcd {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Flattened::with(train, |rows| self.fit_samples(rows, seed))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let d = shape.width();
        let mean = state.f64s("mean", &[d])?.to_vec();
        let matrix = state.f64s("whitening", &[d, ANY])?.to_vec();
        if matrix.is_empty() {
            return Err(state.wrong("whitening", "at least one column"));
        }
        Ok(Box::new(FittedMcd::new(mean, matrix, shape)))
    }
}

/// A fitted [`Mcd`].
struct FittedMcd {
    /// The squared norm of what comes out is the squared distance.
    map: Affine,
    /// A row a column, of zeros where it never varied.
    matrix: Vec<f64>,
    /// The diagonal of the inverse covariance.
    precisions: Vec<f64>,
    shape: Shape,
}

impl FittedMcd {
    fn new(mean: Vec<f64>, matrix: Vec<f64>, shape: Shape) -> FittedMcd {
        let n_outputs = matrix.len() / mean.len();
        let square = |row: &[f64]| row.iter().map(|value| value * value).sum();
        let precisions = matrix.chunks_exact(n_outputs).map(square).collect();
        let map = Affine::new(mean, n_outputs, &matrix);
        FittedMcd { map, matrix, precisions, shape }
    }
}

impl FittedDetector for FittedMcd {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.score_blocks(samples, |rows| self.map.squared_norms(rows))
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        self.shape.with(samples, |rows| {
            let weigh = |row: &[f64], weights: &mut [f64]| {
                let columns = row.iter().zip(self.map.centre()).zip(&self.precisions);
                for (weight, ((value, mean), precision)) in weights.iter_mut().zip(columns) {
                    *weight = (value - mean) * (value - mean) * precision;
                }
            };
            rows.column_weights(weigh).map(Some)
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        state.put_f64s("mean", &[self.map.width()], self.map.centre());
        state.put_f64s("whitening", &[self.map.width(), self.map.n_outputs()], &self.matrix);
        Some(state)
    }
}
