//! The linear kernel's problem in its few columns: an interior-point method whose cost is
//! linear in the number of samples.
//!
//! Sequential minimal optimisation takes more steps the longer the samples are, hundreds of
//! thousands where classes overlap. This method (Mehrotra 1992, doi:10.1137/0802028; for
//! support vectors Ferris and Munson 2002, doi:10.1137/S1052623400374379) takes 15 to 40,
//! each of which factors one matrix of `n_columns + 1` rows. What it leaves is close to the
//! optimum; the caller ends with the usual solver, so that the stopping rule is the same.
//!
//! In terms of the margin `y_i (w.x_i + b) = 1 - e_i + s_i`, with the error `e_i >= 0`
//! paired to `c_i - alpha_i` and the slack `s_i >= 0` to `alpha_i`.

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, Mat, MatRef, Par};

use super::gram::Rows;
use crate::linear::vector::add_scaled;
use crate::linear::{cholesky, dot, map_shards, solve_cholesky, sum_in_order};
use crate::vectorized::vectorized;

const MOST_ITERATIONS: usize = 80;
/// Rows whose scaled copy stays in the second-level cache.
const BLOCK_ROWS: usize = 256;
/// Variables that differ from their bounds by less have lost too many digits to go on.
const LEAST_GOAL: f64 = 1e-12;
/// How near to the boundary a step goes.
const NEAR: f64 = 0.995;

/// The dual variables `alpha y` of the optimum, about, as far as the numbers carry it or
/// until the mean complementarity is below `goal`, relative to the limits. Those that end at a
/// bound are set to it.
pub(super) fn solve(rows: &Rows, signs: &[f64], limits: &[f64], goal: f64) -> Vec<f64> {
    let mut state = State::new(rows, signs, limits);
    let goal = goal.max(LEAST_GOAL);
    let mut gap = state.complementarity();
    for _ in 0..MOST_ITERATIONS {
        if gap < goal {
            break;
        }
        let before = (state.alpha.clone(), state.slack.clone(), state.error.clone());
        let moved = state.step(gap);
        let after = state.complementarity();
        // Near the end rounding can throw it back: what was there before is the answer.
        if !moved || !after.is_finite() || 2.0 * gap < after {
            (state.alpha, state.slack, state.error) = before;
            break;
        }
        gap = after;
    }
    state.finish()
}

/// One value a sample for each vector, but for the function.
struct State<'a> {
    rows: &'a Rows,
    signs: &'a [f64],
    limits: &'a [f64],
    alpha: Vec<f64>,
    slack: Vec<f64>,
    error: Vec<f64>,
    /// `w.x + b`
    value: Vec<f64>,
    /// `w` and `b`.
    function: Vec<f64>,
}

/// A direction of all variables.
struct Direction {
    function: Vec<f64>,
    value: Vec<f64>,
    alpha: Vec<f64>,
    slack: Vec<f64>,
    error: Vec<f64>,
}

impl<'a> State<'a> {
    fn new(rows: &'a Rows, signs: &'a [f64], limits: &'a [f64]) -> State<'a> {
        let n_samples = rows.len();
        State {
            rows,
            signs,
            limits,
            alpha: limits.iter().map(|limit| 0.5 * limit).collect(),
            slack: vec![1.0; n_samples],
            error: vec![1.0; n_samples],
            value: vec![0.0; n_samples],
            function: vec![0.0; rows.width + 1],
        }
    }

    /// The mean product of paired variables, relative to the limits.
    fn complementarity(&self) -> f64 {
        let products = (0..self.alpha.len()).map(|at| {
            let alpha = self.alpha[at];
            (alpha * self.slack[at] + (self.limits[at] - alpha) * self.error[at]) / self.limits[at]
        });
        products.sum::<f64>() / (2 * self.alpha.len()) as f64
    }

    /// Predicts, corrects and moves; whether it could.
    fn step(&mut self, gap: f64) -> bool {
        let n_samples = self.alpha.len();
        let theta: Vec<f64> = (0..n_samples)
            .map(|at| {
                let alpha = self.alpha[at];
                1.0 / (self.error[at] / (self.limits[at] - alpha) + self.slack[at] / alpha)
            })
            .collect();
        let mut matrix = gram(self.rows, &theta);
        for at in 0..self.rows.width {
            matrix[(at, at)] += 1.0;
        }
        let Some(factor) = cholesky(matrix) else { return false };

        let none = vec![0.0; n_samples];
        let predicted = self.direction(&factor, &theta, &none, &none);
        let length = self.longest(&predicted).min(1.0);
        let ahead = self.complementarity_after(&predicted, length);
        let centring = (ahead / gap).powi(3).min(1.0) * gap;
        let target = |at: usize| centring * self.limits[at];
        let (for_slack, for_error): (Vec<f64>, Vec<f64>) = (0..n_samples)
            .map(|at| {
                let alpha = predicted.alpha[at];
                let slack = target(at) - alpha * predicted.slack[at];
                (slack, target(at) + alpha * predicted.error[at])
            })
            .unzip();
        let direction = self.direction(&factor, &theta, &for_slack, &for_error);
        let length = (NEAR * self.longest(&direction)).min(1.0);
        if !(1e-8 < length) {
            return false;
        }
        add_scaled(&mut self.function, length, &direction.function);
        add_scaled(&mut self.value, length, &direction.value);
        add_scaled(&mut self.alpha, length, &direction.alpha);
        add_scaled(&mut self.slack, length, &direction.slack);
        add_scaled(&mut self.error, length, &direction.error);
        true
    }

    /// The Newton direction towards `alpha slack = for_slack` and `(c - alpha) error =
    /// for_error` (both less what is there).
    fn direction(
        &self,
        factor: &Mat<f64>,
        theta: &[f64],
        for_slack: &[f64],
        for_error: &[f64],
    ) -> Direction {
        let n_samples = self.alpha.len();
        let (mut wanted, mut slack_rest, mut error_rest) =
            (vec![0.0; n_samples], vec![0.0; n_samples], vec![0.0; n_samples]);
        for at in 0..n_samples {
            let (alpha, sign) = (self.alpha[at], self.signs[at]);
            let rest = self.limits[at] - alpha;
            slack_rest[at] = for_slack[at] - alpha * self.slack[at];
            error_rest[at] = for_error[at] - rest * self.error[at];
            let margin = sign * self.value[at] - 1.0 + self.error[at] - self.slack[at];
            wanted[at] = -margin - error_rest[at] / rest + slack_rest[at] / alpha;
        }
        let weights: Vec<f64> = (0..n_samples)
            .map(|at| self.signs[at] * (self.alpha[at] + theta[at] * wanted[at]))
            .collect();
        let mut function = weighted_sum(self.rows, &weights);
        let width = self.rows.width;
        add_scaled(&mut function[..width], -1.0, &self.function[..width]);
        solve_cholesky(factor, &mut function);
        let value = values(self.rows, &function);
        let mut direction =
            Direction { function, value, alpha: wanted, slack: slack_rest, error: error_rest };
        for at in 0..n_samples {
            let alpha = self.alpha[at];
            let moved = self.signs[at] * direction.value[at];
            let change = theta[at] * (direction.alpha[at] - moved);
            direction.alpha[at] = change;
            direction.slack[at] = (direction.slack[at] - self.slack[at] * change) / alpha;
            direction.error[at] =
                (direction.error[at] + self.error[at] * change) / (self.limits[at] - alpha);
        }
        direction
    }

    /// How far a direction can be followed until a variable reaches 0.
    fn longest(&self, direction: &Direction) -> f64 {
        let room = |value: f64, change: f64| {
            if change < 0.0 { -value / change } else { f64::INFINITY }
        };
        let mut least = f64::INFINITY;
        for at in 0..self.alpha.len() {
            least = least
                .min(room(self.alpha[at], direction.alpha[at]))
                .min(room(self.limits[at] - self.alpha[at], -direction.alpha[at]))
                .min(room(self.slack[at], direction.slack[at]))
                .min(room(self.error[at], direction.error[at]));
        }
        least
    }

    fn complementarity_after(&self, direction: &Direction, length: f64) -> f64 {
        let products = (0..self.alpha.len()).map(|at| {
            let alpha = self.alpha[at] + length * direction.alpha[at];
            let slack = self.slack[at] + length * direction.slack[at];
            let error = self.error[at] + length * direction.error[at];
            (alpha * slack + (self.limits[at] - alpha) * error) / self.limits[at]
        });
        products.sum::<f64>() / (2 * self.alpha.len()) as f64
    }

    /// Sets variables near a bound to it and makes the sum over both classes 0.
    fn finish(self) -> Vec<f64> {
        let mut beta: Vec<f64> = (0..self.alpha.len())
            .map(|at| {
                let (limit, alpha) = (self.limits[at], self.alpha[at]);
                let (low, high) = (alpha / limit, (limit - alpha) / limit);
                let alpha = if low < 1e-3 && low < self.slack[at] {
                    0.0
                } else if high < 1e-3 && high < self.error[at] {
                    limit
                } else {
                    alpha.clamp(0.0, limit)
                };
                self.signs[at] * alpha
            })
            .collect();
        let mut excess: f64 = beta.iter().sum();
        // Those with the most room take up what the rounding to bounds has left over.
        let room = |beta: f64, at: usize| {
            let (least, most) =
                if 0.0 < self.signs[at] { (0.0, self.limits[at]) } else { (-self.limits[at], 0.0) };
            if 0.0 < excess { beta - least } else { most - beta }
        };
        let mut order: Vec<(f64, usize)> =
            beta.iter().enumerate().map(|(at, &beta)| (room(beta, at), at)).collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (room, at) in order {
            let change = excess.abs().min(room).copysign(excess);
            beta[at] -= change;
            excess -= change;
            if excess == 0.0 {
                break;
            }
        }
        beta
    }
}

/// `sum weight x x'` over the rows with a 1 after each, lower triangle.
fn gram(rows: &Rows, weights: &[f64]) -> Mat<f64> {
    let (width, size) = (rows.width, rows.width + 1);
    let parts = map_shards(rows.len(), width, |range| {
        let mut total = Mat::zeros(size, size);
        let mut scaled = vec![0.0; BLOCK_ROWS * size];
        for start in range.clone().step_by(BLOCK_ROWS) {
            let block = start..range.end.min(start + BLOCK_ROWS);
            let n_rows = block.len();
            vectorized!({
                for (out, at) in scaled.chunks_exact_mut(size).zip(block) {
                    let root = weights[at].sqrt();
                    out.iter_mut().zip(rows.row(at)).for_each(|(out, value)| *out = root * value);
                    out[width] = root;
                }
            });
            let scaled = MatRef::from_row_major_slice(&scaled[..n_rows * size], n_rows, size);
            matmul(
                total.as_mut(),
                BlockStructure::TriangularLower,
                Accum::Add,
                scaled.transpose(),
                BlockStructure::Rectangular,
                scaled,
                BlockStructure::Rectangular,
                1.0,
                Par::Seq,
            );
        }
        total
    });
    let total = parts.into_iter().reduce(|total, part| total + part);
    total.unwrap_or_else(|| Mat::zeros(size, size))
}

/// `sum weight x` over the rows with a 1 after each.
pub(super) fn weighted_sum(rows: &Rows, weights: &[f64]) -> Vec<f64> {
    let width = rows.width;
    let parts = map_shards(rows.len(), width, |range| {
        let mut total = vec![0.0; width + 1];
        vectorized!({
            for at in range {
                add_scaled(&mut total[..width], weights[at], rows.row(at));
                total[width] += weights[at];
            }
        });
        total
    });
    sum_in_order(parts).unwrap_or_else(|| vec![0.0; width + 1])
}

/// The value of a function, with its constant last, at each row.
pub(super) fn values(rows: &Rows, function: &[f64]) -> Vec<f64> {
    let (coefficients, constant) = function.split_at(rows.width);
    let parts = map_shards(rows.len(), rows.width, |range| {
        vectorized!(
            range.map(|at| dot(rows.row(at), coefficients) + constant[0]).collect::<Vec<f64>>()
        )
    });
    parts.concat()
}
