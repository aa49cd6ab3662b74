//! What the solvers minimise: a convex function with its gradient and Hessian.

use faer::Mat;
use oddity_core::Result;

use super::{lbfgs, newton};

/// A convex function of coefficients, with an intercept after the columns of each function.
pub(super) trait Objective {
    /// Where the search starts.
    fn start(&self) -> Vec<f64>;

    /// The value, gradient and, where asked for, the Hessian's lower triangle.
    fn evaluate(&self, at: &[f64], hessian: bool) -> Evaluation;

    /// The Hessian of one function at the start, apart from those of the others, which
    /// L-BFGS takes as its first guess for each.
    fn curvature(&self) -> Mat<f64>;

    /// The sum of the sample weights, and `c`: what turns sums into means.
    fn total_weight(&self) -> f64;

    /// Number of functions, of `width` coefficients each.
    fn n_functions(&self) -> usize;

    /// Finds the minimum by the method that costs less.
    ///
    /// # Errors
    ///
    /// If the numbers leave the finite range.
    fn minimize(&self, stop: &Stop) -> Result<Optimum>
    where
        Self: Sized,
    {
        let start = self.start();
        let (n_functions, n_parameters) = (self.n_functions() as f64, start.len() as f64);
        let width = n_parameters / n_functions;
        let n_samples = self.n_samples() as f64;
        // Multiplications: Newton's method builds a Hessian for each pair of functions and
        // factors the whole about 6 times; L-BFGS reads the data about 100 times, at a third
        // of the speed, after one factor of one function.
        let pairs = n_functions * (n_functions + 1.0) / 2.0;
        let newton = 6.0 * (n_samples * width * width * pairs / 2.0 + n_parameters.powi(3) / 6.0);
        let lbfgs = 100.0 * 3.0 * 2.0 * n_samples * n_parameters
            + n_samples * width * width / 2.0
            + width.powi(3) / 6.0;
        if newton <= lbfgs {
            newton::minimize(self, start, stop)
        } else {
            lbfgs::minimize(self, start, self.curvature(), stop)
        }
    }

    /// Number of samples.
    fn n_samples(&self) -> usize;
}

/// When to stop.
pub(super) struct Stop {
    /// Largest component of the gradient of the mean, in units of its column.
    pub(super) tolerance: f64,
    /// Most iterations.
    pub(super) max_iterations: usize,
}

/// An objective at a point.
pub(super) struct Evaluation {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) hessian: Option<Mat<f64>>,
}

/// Where a solver ended.
pub(super) struct Optimum {
    pub(super) at: Vec<f64>,
    pub(super) converged: bool,
}

/// The largest component of the gradient of the mean, in units of the scales of each
/// function's coefficients.
pub(super) fn largest_component(gradient: &[f64], scales: &[f64], total_weight: f64) -> f64 {
    let components =
        gradient.iter().zip(scales.iter().cycle()).map(|(value, scale)| value.abs() / scale);
    components.fold(0.0, f64::max) / total_weight
}

/// The root mean square of each column, from the diagonal of a Hessian relative to that of
/// its function's intercept, whose column is 1 everywhere.
pub(super) fn scales(curvature: &Mat<f64>, width: usize) -> Vec<f64> {
    let of_parameter = |at: usize| {
        let intercept = at / width * width + width - 1;
        match (curvature[(at, at)] / curvature[(intercept, intercept)]).sqrt() {
            scale if scale.is_finite() && 0.0 < scale => scale,
            _ => 1.0,
        }
    };
    (0..curvature.nrows()).map(of_parameter).collect()
}
