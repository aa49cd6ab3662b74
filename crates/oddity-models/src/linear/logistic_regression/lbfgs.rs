//! Limited-memory BFGS that starts from the curvature of one function, for data where a
//! whole Hessian costs too much.

use std::collections::VecDeque;

use faer::Mat;
use oddity_core::{Error, Result};

use super::STEP;
use super::objective::{
    Curvature, Evaluation, Objective, Optimum, Stop, diagonal, largest_component, scales,
};
use crate::linear::{cholesky, dot, solve_cholesky};

/// Pairs of steps and gradient changes that are kept (Nocedal and Wright 2006, section 7.2,
/// advise 3 to 20).
const N_PAIRS: usize = 20;

/// Minimises by L-BFGS from a start; `curvature` is about the Hessian of each function.
pub(super) fn minimize(
    objective: &impl Objective,
    start: Vec<f64>,
    curvature: Curvature,
    stop: &Stop,
) -> Result<Optimum> {
    let total = objective.total_weight();
    let (guess, diagonal) = Guess::new(curvature);
    let scales = scales(&diagonal, diagonal.len());
    let mut at = start;
    let mut here = objective.evaluate(&at, false);
    let mut pairs: VecDeque<Pair> = VecDeque::with_capacity(N_PAIRS);
    for _ in 0..stop.max_iterations {
        if !here.value.is_finite() {
            return Err(Error::Numeric { step: STEP, what: "the loss is not finite" });
        }
        if largest_component(&here.gradient, &scales, total) <= stop.tolerance {
            return Ok(Optimum { at, converged: true });
        }
        let step = direction(&here.gradient, &pairs, &guess);
        let Some((there_at, there)) = search(objective, &at, &here, &step) else {
            // Rounding can leave an old pair in the way; without pairs this is the end.
            if pairs.is_empty() {
                return Ok(Optimum { at, converged: false });
            }
            pairs.clear();
            continue;
        };
        let step: Vec<f64> = there_at.iter().zip(&at).map(|(there, here)| there - here).collect();
        let change = there.gradient.iter().zip(&here.gradient).map(|(there, here)| there - here);
        let change: Vec<f64> = change.collect();
        let product = dot(&step, &change);
        if f64::EPSILON * dot(&change, &change).sqrt() * dot(&step, &step).sqrt() < product {
            if pairs.len() == N_PAIRS {
                pairs.pop_front();
            }
            pairs.push_back(Pair { step, change, product });
        }
        (at, here) = (there_at, there);
    }
    let converged = largest_component(&here.gradient, &scales, total) <= stop.tolerance;
    Ok(Optimum { at, converged })
}

/// A step and the change of the gradient along it.
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    /// Their inner product.
    product: f64,
}

/// The first guess of the inverse Hessian: the same block for each function.
enum Guess {
    Factor(Mat<f64>),
    Diagonal(Vec<f64>),
}

impl Guess {
    /// The guess, and the diagonal of the curvature.
    fn new(curvature: Curvature) -> (Guess, Vec<f64>) {
        let (factor, diagonal) = match curvature {
            Curvature::Whole(hessian) => {
                let diagonal = diagonal(&hessian);
                (cholesky(hessian), diagonal)
            }
            Curvature::Diagonal(diagonal) => (None, diagonal),
        };
        let guess = factor.map_or_else(|| Guess::Diagonal(diagonal.clone()), Guess::Factor);
        (guess, diagonal)
    }

    fn solve(&self, right: &mut [f64]) {
        match self {
            Guess::Factor(factor) => {
                right.chunks_exact_mut(factor.nrows()).for_each(|part| solve_cholesky(factor, part))
            }
            Guess::Diagonal(diagonal) => right.chunks_exact_mut(diagonal.len()).for_each(|part| {
                part.iter_mut().zip(diagonal).for_each(|(value, curvature)| *value /= curvature)
            }),
        }
    }
}

/// Minus the product of the inverse Hessian that the pairs imply and the gradient: the two
/// loops of Nocedal (1980, doi:10.1090/S0025-5718-1980-0572855-7).
fn direction(gradient: &[f64], pairs: &VecDeque<Pair>, guess: &Guess) -> Vec<f64> {
    let mut step: Vec<f64> = gradient.iter().map(|value| -value).collect();
    let add = |step: &mut [f64], factor: f64, vector: &[f64]| {
        step.iter_mut().zip(vector).for_each(|(step, value)| *step += factor * value);
    };
    let mut factors = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let factor = dot(&pair.step, &step) / pair.product;
        add(&mut step, -factor, &pair.change);
        factors.push(factor);
    }
    if let Some(last) = pairs.back() {
        // The newest pair says how far off the guess is along it.
        let mut scaled = last.change.clone();
        guess.solve(&mut scaled);
        let ratio = last.product / dot(&last.change, &scaled);
        guess.solve(&mut step);
        if ratio.is_finite() && 0.0 < ratio {
            step.iter_mut().for_each(|value| *value *= ratio);
        }
    } else {
        guess.solve(&mut step);
    }
    for (pair, factor) in pairs.iter().zip(factors.iter().rev()) {
        let correction = factor - dot(&pair.change, &step) / pair.product;
        add(&mut step, correction, &pair.step);
    }
    step
}

/// A point along the step that satisfies the weak Wolfe conditions, by bisection (Lewis and
/// Overton 2013, doi:10.1007/s10107-012-0514-2).
fn search(
    objective: &impl Objective,
    at: &[f64],
    here: &Evaluation,
    step: &[f64],
) -> Option<(Vec<f64>, Evaluation)> {
    let slope = dot(&here.gradient, step);
    if 0.0 <= slope {
        return None;
    }
    // The value is a sum whose rounding error can exceed what the last steps gain.
    let noise = 1e-13 * here.value.abs();
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..40 {
        let point: Vec<f64> = at.iter().zip(step).map(|(at, step)| at + length * step).collect();
        let there = objective.evaluate(&point, false);
        if there.value <= here.value + 1e-4 * length * slope + noise {
            if 0.9 * slope <= dot(&there.gradient, step) {
                return Some((point, there));
            }
            low = length;
        } else {
            high = length;
        }
        length = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * length };
    }
    None
}
