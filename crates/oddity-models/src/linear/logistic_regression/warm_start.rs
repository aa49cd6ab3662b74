//! Many rows: the optimum of a part of them, with its Hessian, is where the search over all
//! of them starts.
//!
//! A Hessian costs as much as several readings of the data, and the optimum of some
//! thousand rows is close to that of all. From there L-BFGS, which takes the part's Hessian
//! for its first guess, reads all rows about five times; Newton's method from nothing would
//! read them eight times and build five Hessians.

use oddity_core::{Columns, Frame, Result};

use super::binomial::Binomial;
use super::objective::{Curvature, Objective, Optimum, Stop};
use super::{lbfgs, newton};

/// Rows of a part, at least.
const LEAST_ROWS: usize = 8192;
/// Rows of a part for each column, at least.
const ROWS_PER_COLUMN: usize = 32;
/// Rows of each class in a part, at least.
const ROWS_PER_CLASS: usize = 200;

/// Minimises by way of a part of the rows where there are many, else directly.
pub(super) fn minimize(objective: &Binomial<'_>, stop: &Stop) -> Result<Optimum> {
    let Some(part) = Part::of(objective) else { return objective.minimize(stop) };
    let part = part.objective(objective);
    let rough = Stop { tolerance: stop.tolerance.max(1e-4), max_iterations: stop.max_iterations };
    let start = newton::minimize(&part, part.start(), &rough)?.at;
    let Some(curvature) = part.evaluate(&start, true).hessian else {
        return objective.minimize(stop);
    };
    let few = Stop { tolerance: stop.tolerance, max_iterations: stop.max_iterations.min(30) };
    let optimum = lbfgs::minimize(objective, start, Curvature::Whole(curvature), &few)?;
    if optimum.converged || stop.max_iterations <= few.max_iterations {
        return Ok(optimum);
    }
    // Columns that matter may hardly occur in the part.
    newton::minimize(objective, optimum.at, stop)
}

/// A part of the rows, with weights that give each class the total that it has in all.
struct Part {
    rows: Frame,
    classes: Vec<u32>,
    counts: Vec<usize>,
    weights: Vec<f64>,
}

impl Part {
    /// One row of each run of rows, at a scattered position in it, so that a period in the
    /// data does no harm. `None` where a part would be no gain or too few of a class.
    fn of(objective: &Binomial<'_>) -> Option<Part> {
        let Binomial { rows, classes, counts, weights, .. } = objective;
        let n_wanted = LEAST_ROWS.max(ROWS_PER_COLUMN * rows.n_columns());
        let n_rows = rows.n_rows();
        if n_rows < 4 * n_wanted {
            return None;
        }
        let chosen: Vec<usize> = (0..n_wanted)
            .map(|run| {
                let (start, end) = (run * n_rows / n_wanted, (run + 1) * n_rows / n_wanted);
                // Fibonacci hashing: the upper half of a product with 2^64 / golden ratio.
                let scattered = (run as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
                start + scattered as usize % (end - start)
            })
            .collect();
        let mut chosen_counts = vec![0; counts.len()];
        chosen.iter().for_each(|&row| chosen_counts[classes[row] as usize] += 1);
        if chosen_counts.iter().any(|&count| count < ROWS_PER_CLASS) {
            return None;
        }
        let totals = weights.iter().zip(*counts).zip(&chosen_counts);
        let values = chosen.iter().flat_map(|&row| rows.row(row)).copied().collect();
        Some(Part {
            rows: Frame::new(values, Columns::clone(rows.columns())).ok()?,
            classes: chosen.iter().map(|&row| classes[row]).collect(),
            weights: totals.map(|((weight, &all), &n)| weight * all as f64 / n as f64).collect(),
            counts: chosen_counts,
        })
    }

    fn objective(&self, whole: &Binomial<'_>) -> Binomial<'_> {
        Binomial {
            rows: self.rows.view(),
            classes: &self.classes,
            counts: &self.counts,
            weights: &self.weights,
            intercept_penalty: whole.intercept_penalty,
            positive: whole.positive,
        }
    }
}
