//! LSTM layers, forward and backward over all steps, for a few rows at a time.
//!
//! Units lie in panels of sixteen: a panel's 64 columns are its input, forget, candidate and
//! output gates, 16 columns each. Weights are packed panel by panel, each `[k][64]`; columns
//! of units that do not exist are 0 and stay so.

mod backward;
mod cell;
mod forward;
#[cfg(test)]
mod pairs_tests;
#[cfg(test)]
mod tests;

pub use backward::{Backward, BackwardSpace, LayerGradients, backward};
pub use cell::Upstream;
pub use forward::{Forward, Trace, forward};

use crate::activation::Activation;
use crate::norm::Norm;
use crate::product::{Entries, PANEL};
use crate::simd::LANES;

/// Gates of a unit: input, forget, candidate, output.
pub const GATES: usize = 4;

/// The activations of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Of the candidate and of the output.
    pub activation: Activation,
    /// Of the gates: [`Activation::Sigmoid`] or [`Activation::HardSigmoid`]; any other is
    /// taken as the sigmoid.
    pub gate: Activation,
}

/// The size of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Numbers of an input row.
    pub inputs: usize,
    /// Numbers of an output row.
    pub units: usize,
}

impl Shape {
    /// Panels of sixteen units.
    pub fn panels(self) -> usize {
        self.units.div_ceil(LANES)
    }

    /// Numbers that an output row takes: whole vectors.
    pub fn width(self) -> usize {
        self.panels() * LANES
    }

    /// Columns of all panels.
    pub fn columns(self) -> usize {
        self.panels() * PANEL
    }
}

/// Packed weights of a layer. Where the matrices are in pairs of bfloat16
/// ([`bf16`](crate::bf16)), all that is multiplied is rounded to them, in the backward pass too;
/// sums, gates and states stay as they are.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// From the inputs: `[panel][input][64]`.
    pub kernel: Entries<'a>,
    /// From the outputs of the step before: `[panel][unit][64]`.
    pub recurrent: Entries<'a>,
    /// `[panel][64]`.
    pub bias: &'a [f32],
}

/// What a layer reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Rows of `width` numbers, those of one step after those of the step before.
    pub x: &'a [f32],
    /// Numbers that a row takes, at least the layer's inputs; a multiple of 16 if there is
    /// a norm or the weights are in pairs, then with 0 behind the inputs.
    pub width: usize,
    /// Whether every step reads the same rows, which then are there once.
    pub repeated: bool,
    /// Applied to each row first.
    pub norm: Option<Norm<'a>>,
}

impl<'a> Input<'a> {
    /// The rows of some steps.
    fn steps(&self, n_rows: usize, steps: core::ops::Range<usize>) -> &'a [f32] {
        let step = n_rows * self.width;
        &self.x[steps.start * step..steps.end * step]
    }
}
