//! What the solvers minimise: a convex function with its gradient and Hessian.

use faer::Mat;
use oddity_core::{FrameView, Result};

use super::{lbfgs, newton};
use crate::linear::{map_shards, sum_in_order};

/// Coefficients of a function up to which L-BFGS starts from a whole Hessian, of at most 128 MiB for
/// each of up to 16 shards; beyond, from its diagonal.
const WIDEST: usize = 1 << 12;

/// A convex function of coefficients, with an intercept after the columns of each function.
pub(super) trait Objective {
    /// Where the search starts.
    fn start(&self) -> Vec<f64>;

    /// The value, gradient and, where asked for, the Hessian's lower triangle.
    fn evaluate(&self, at: &[f64], hessian: bool) -> Evaluation;

    /// The Hessian of one function at the start, apart from those of the others, which
    /// L-BFGS takes as its first guess for each.
    fn curvature(&self) -> Mat<f64>;

    /// Its diagonal alone, which takes no square of the width.
    fn diagonal_curvature(&self) -> Vec<f64>;

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
            return newton::minimize(self, start, stop);
        }
        let is_wide = WIDEST < start.len() / self.n_functions();
        let curvature = if is_wide {
            Curvature::Diagonal(self.diagonal_curvature())
        } else {
            Curvature::Whole(self.curvature())
        };
        lbfgs::minimize(self, start, curvature, stop)
    }

    /// Number of samples.
    fn n_samples(&self) -> usize;
}

/// The Hessian of one function, as far as it is known.
pub(super) enum Curvature {
    Whole(Mat<f64>),
    Diagonal(Vec<f64>),
}

/// `Σ f_i x_ij²` of each column `j` of the rows with a 1 after each, where `f_i` is the factor of the
/// row's class, and the penalties: 1 of each column, and that of the intercept.
pub(super) fn weighted_squares(
    rows: FrameView<'_>,
    classes: &[u32],
    factors: &[f64],
    intercept_penalty: f64,
) -> Vec<f64> {
    let width = rows.n_columns() + 1;
    let sums = map_shards(rows.n_rows(), width, |range| {
        let mut sums = vec![0.0; width];
        for (row, &class) in rows.slice(range.clone()).iter().zip(&classes[range]) {
            let factor = factors[class as usize];
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += factor * value * value);
            sums[width - 1] += factor;
        }
        sums
    });
    let mut squares = sum_in_order(sums).unwrap_or_else(|| vec![0.0; width]);
    squares.iter_mut().for_each(|square| *square += 1.0);
    squares[width - 1] += intercept_penalty - 1.0;
    squares
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

/// The diagonal of a matrix.
pub(super) fn diagonal(matrix: &Mat<f64>) -> Vec<f64> {
    (0..matrix.nrows()).map(|at| matrix[(at, at)]).collect()
}

/// The root mean square of each column, from the diagonal of a Hessian relative to that of
/// its function's intercept, whose column is 1 everywhere.
pub(super) fn scales(diagonal: &[f64], width: usize) -> Vec<f64> {
    let of_parameter = |at: usize| {
        let intercept = at / width * width + width - 1;
        match (diagonal[at] / diagonal[intercept]).sqrt() {
            scale if scale.is_finite() && 0.0 < scale => scale,
            _ => 1.0,
        }
    };
    (0..diagonal.len()).map(of_parameter).collect()
}

#[cfg(test)]
mod tests {
    use oddity_core::{Classes, Columns, Frame, Seed};

    use super::super::binomial::Binomial;
    use super::super::multinomial::Multinomial;
    use super::*;
    use crate::draws::Draws;
    use crate::linear::Occurring;

    /// Rows of three columns of very different scales, in three classes.
    fn made() -> (Frame, Classes) {
        let mut draws = Draws::new(Seed(4));
        let mut codes = Vec::new();
        let values = (0..90).flat_map(|row| {
            let class = row % 3;
            codes.push(class);
            [0.1, 1.0, 30.0].map(|scale| scale * (draws.normal() + 0.4 * f64::from(class)))
        });
        let frame = Frame::new(values.collect(), Columns::numbered("x", 3)).unwrap();
        (frame, Classes::new(codes, ["a", "b", "c"]).unwrap())
    }

    fn check(objective: &impl Objective) {
        let (whole, alone) = (diagonal(&objective.curvature()), objective.diagonal_curvature());
        assert_eq!(whole.len(), alone.len());
        for (whole, alone) in whole.iter().zip(&alone) {
            assert!((whole - alone).abs() < 1e-12 * whole, "{whole} {alone}");
        }
        let stop = Stop { tolerance: 1e-9, max_iterations: 1_000 };
        let curvatures = [Curvature::Whole(objective.curvature()), Curvature::Diagonal(alone)];
        let [whole, alone] = curvatures.map(|curvature| {
            let found = lbfgs::minimize(objective, objective.start(), curvature, &stop).unwrap();
            assert!(found.converged);
            found.at
        });
        for (whole, alone) in whole.iter().zip(&alone) {
            assert!((whole - alone).abs() < 1e-6 * whole.abs().max(1.0), "{whole} {alone}");
        }
    }

    #[test]
    fn the_diagonal_alone_leads_to_the_same_optimum() {
        let (frame, classes) = made();
        let occurring = Occurring::new(&classes, frame.n_rows(), "test").unwrap();
        let weights = [1.0, 2.0, 0.5];
        check(&Binomial::new(frame.view(), &occurring, &weights, 0.0, 1));
        check(&Multinomial::new(frame.view(), &occurring, &weights, 1.0));
    }
}
