//! Newton's method with a Cholesky factor, step halving and, near the optimum, old factors.

use faer::Mat;
use oddity_core::{Error, Result};

use super::STEP;
use super::objective::{Objective, Optimum, Stop, diagonal, largest_component, scales};
use crate::linear::{cholesky, solve_cholesky};

/// Below this decrement of the mean loss, the Hessian changes by a percent or less a step:
/// keeping its factor costs a step or two and saves the most expensive part of each.
const KEEP_FACTOR: f64 = 1e-5;

/// Minimises by Newton's method from a start.
pub(super) fn minimize(
    objective: &impl Objective,
    start: Vec<f64>,
    stop: &Stop,
) -> Result<Optimum> {
    let mut at = start;
    let mut here = objective.evaluate(&at, true);
    let total = objective.total_weight();
    let width = at.len() / objective.n_functions();
    let scales =
        here.hessian.as_ref().map_or_else(Vec::new, |hessian| scales(&diagonal(hessian), width));
    let mut factor = None;
    for _ in 0..stop.max_iterations {
        if !here.value.is_finite() {
            return Err(Error::Numeric { step: STEP, what: "the loss is not finite" });
        }
        if largest_component(&here.gradient, &scales, total) <= stop.tolerance {
            return Ok(Optimum { at, converged: true });
        }
        if let Some(hessian) = here.hessian.take() {
            factor = Some(factor_damped(hessian)?);
        }
        let mut step: Vec<f64> = here.gradient.iter().map(|value| -value).collect();
        if let Some(factor) = &factor {
            solve_cholesky(factor, &mut step);
        }
        let slope: f64 = step.iter().zip(&here.gradient).map(|(step, value)| step * value).sum();
        let keep = -slope <= KEEP_FACTOR * total;
        // The value is a sum whose rounding error can exceed what the last steps gain.
        let noise = 1e-13 * here.value.abs();
        let (mut length, mut accepted) = (1.0, None);
        while accepted.is_none() && 1e-10 < length {
            let trial: Vec<f64> =
                at.iter().zip(&step).map(|(value, step)| value + length * step).collect();
            let there = objective.evaluate(&trial, !keep && length == 1.0);
            if there.value <= here.value + 1e-4 * length * slope + noise {
                accepted = Some((trial, there));
            } else {
                length /= 2.0;
            }
        }
        let Some((trial, there)) = accepted else { return Ok(Optimum { at, converged: false }) };
        (at, here) = (trial, there);
        if length < 1.0 {
            here = objective.evaluate(&at, true);
        }
    }
    let converged = largest_component(&here.gradient, &scales, total) <= stop.tolerance;
    Ok(Optimum { at, converged })
}

/// The Cholesky factor, of a matrix with more on its diagonal where it is near singular.
fn factor_damped(hessian: Mat<f64>) -> Result<Mat<f64>> {
    let mut damping = 0.0;
    for _ in 0..8 {
        let mut damped = hessian.clone();
        for at in 0..damped.nrows() {
            // Relative to each column, so that the units of the columns do not matter.
            damped[(at, at)] += damping * damped[(at, at)] + f64::MIN_POSITIVE;
        }
        if let Some(factor) = cholesky(damped) {
            return Ok(factor);
        }
        damping = if damping == 0.0 { 1e-14 } else { 100.0 * damping };
    }
    Err(Error::Numeric { step: STEP, what: "the Hessian could not be factored" })
}
