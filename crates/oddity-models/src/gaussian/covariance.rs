//! Covariances as maps that whiten.

use faer::linalg::triangular_inverse::invert_lower_triangular;
use faer::{Mat, Par};
use oddity_core::{Error, Result};
use oddity_linalg::Affine;

use crate::linear::cholesky;

/// The map `x -> (x - mean) W` with `W Wᵀ` the inverse of a covariance, so that the squared norm of
/// what comes out is the squared Mahalanobis distance to the mean.
#[derive(Clone, Debug)]
pub(super) struct Whitening {
    pub(super) map: Affine,
    /// `W`, `d x d`, row-major: the transposed inverse of the lower Cholesky factor.
    pub(super) matrix: Vec<f64>,
    /// `ln det` of the covariance.
    pub(super) ln_determinant: f64,
}

impl Whitening {
    /// Of a covariance, `d x d`, symmetric; only its lower triangle is read.
    ///
    /// # Errors
    ///
    /// [`Error::Numeric`] where it is not positive definite.
    pub(super) fn new(mean: Vec<f64>, covariance: &[f64], step: &'static str) -> Result<Whitening> {
        let d = mean.len();
        let lower = Mat::from_fn(d, d, |i, j| if j <= i { covariance[i * d + j] } else { 0.0 });
        let what = "a covariance is not positive definite";
        let factor = cholesky(lower).ok_or(Error::Numeric { step, what })?;
        let mut inverse = Mat::<f64>::zeros(d, d);
        invert_lower_triangular(inverse.as_mut(), factor.as_ref(), Par::Seq);
        let mut matrix = vec![0.0; d * d];
        for i in 0..d {
            for j in 0..=i {
                matrix[j * d + i] = inverse[(i, j)];
            }
        }
        if matrix.iter().any(|value| !value.is_finite()) {
            return Err(Error::Numeric { step, what });
        }
        Whitening::of_matrix(mean, matrix).ok_or(Error::Numeric { step, what })
    }

    /// From the mean and `W`, as a state keeps them; `None` where `W` has no inverse.
    pub(super) fn of_matrix(mean: Vec<f64>, matrix: Vec<f64>) -> Option<Whitening> {
        let d = mean.len();
        let diagonal = (0..d).map(|at| matrix[at * d + at]);
        if diagonal.clone().any(|value| value <= 0.0) {
            return None;
        }
        let ln_determinant = -2.0 * diagonal.map(f64::ln).sum::<f64>();
        let map = Affine::new(mean, d, &matrix);
        ln_determinant.is_finite().then_some(Whitening { map, matrix, ln_determinant })
    }

    /// The same covariance around another mean.
    pub(super) fn around(&self, mean: Vec<f64>) -> Whitening {
        let map = Affine::new(mean, self.map.n_outputs(), &self.matrix);
        Whitening { map, matrix: self.matrix.clone(), ln_determinant: self.ln_determinant }
    }

    /// The diagonal of the inverse covariance.
    pub(super) fn precisions(&self) -> Vec<f64> {
        let d = self.map.width();
        self.matrix.chunks_exact(d.max(1)).map(|row| row.iter().map(|w| w * w).sum()).collect()
    }
}
