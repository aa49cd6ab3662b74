//! Decision values that are linear in the columns, and the classes and probabilities that
//! follow from them.

use oddity_core::{FrameView, Predicted, Result};
use oddity_linalg::vectorized;

use super::occurring::{predict_largest, spread};
use super::shards::fill_shards;
use super::softmax::softmax_rows;
use super::vector::dot;
use crate::exponential::exp_of_negative;

/// How probabilities follow from decision values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// One function for two classes: `1 / (1 + e^-z)` is the probability of the second.
    Logistic,
    /// A function a class, normalised together.
    Softmax,
    /// A function a class, each with its own logistic probability, then normalised.
    OneVsRest,
}

/// Linear functions of the columns: one for [`Link::Logistic`], else one a class.
#[derive(Clone, Debug)]
pub(crate) struct LinearDecision {
    /// `n_functions x n_columns`, row-major.
    pub(crate) coefficients: Vec<f64>,
    /// One a function.
    pub(crate) intercepts: Vec<f64>,
    pub(crate) n_columns: usize,
    pub(crate) link: Link,
    /// Code of each class that occurred in training.
    pub(crate) codes: Vec<u32>,
    pub(crate) n_names: usize,
}

impl LinearDecision {
    /// The classes and probabilities of the rows.
    pub(crate) fn predict(&self, rows: FrameView<'_>) -> Result<Predicted> {
        rows.expect_width(self.n_columns)?;
        let n_classes = self.codes.len();
        let mut values = vec![0.0; rows.n_rows() * n_classes];
        fill_shards(&mut values, n_classes, rows.n_rows(), self.n_columns, |range, out| {
            vectorized!(self.decide(rows.slice(range), out));
        });
        // The classes follow from the decision values: probabilities that have reached 0
        // or 1 no longer order them.
        let predicted = match self.link {
            Link::Logistic => {
                let second = |row: &[f64]| self.codes[usize::from(0.0 < row[0])];
                Predicted::new(values.chunks_exact(2).map(second).collect(), self.n_names)?
            }
            _ => predict_largest(&values, &self.codes, self.n_names)?,
        };
        fill_shards(&mut values, n_classes, rows.n_rows(), 8 * n_classes, |_, out| {
            vectorized!(self.link.probabilities(out, n_classes));
        });
        predicted.with_probabilities(spread(values, &self.codes, self.n_names, 0.0))
    }

    /// Writes the decision values of each row; [`Link::Logistic`] leaves the second at 0.
    #[inline(always)]
    fn decide(&self, rows: FrameView<'_>, out: &mut [f64]) {
        for (row, out) in rows.iter().zip(out.chunks_exact_mut(self.codes.len())) {
            for (function, (out, intercept)) in out.iter_mut().zip(&self.intercepts).enumerate() {
                let coefficients =
                    &self.coefficients[function * self.n_columns..][..self.n_columns];
                // Overflow to infinity would make the probabilities NaN.
                *out = (dot(row, coefficients) + intercept).clamp(-f64::MAX, f64::MAX);
            }
        }
    }
}

impl Link {
    /// Turns the decision values of each row into probabilities, in place.
    #[inline(always)]
    fn probabilities(self, values: &mut [f64], n_classes: usize) {
        match self {
            Link::Logistic => values.chunks_exact_mut(n_classes).for_each(logistic),
            Link::Softmax => softmax_rows(values, n_classes, |_, _, _| {}),
            Link::OneVsRest => {
                values.iter_mut().for_each(|value| *value = log_logistic(*value));
                softmax_rows(values, n_classes, |_, _, _| {});
            }
        }
    }
}

/// Turns the decision value of the second of two classes into the probabilities of both.
#[inline(always)]
fn logistic(row: &mut [f64]) {
    let small = exp_of_negative(-row[0].abs());
    let (large, small) = (1.0 / (1.0 + small), small / (1.0 + small));
    let positive = 0.0 < row[0];
    row[0] = if positive { small } else { large };
    row[1] = if positive { large } else { small };
}

/// `ln (1 / (1 + e^-z))`, which stays finite where the logistic function itself is 0.
fn log_logistic(z: f64) -> f64 {
    z.min(0.0) - (-z.abs()).exp().ln_1p()
}
