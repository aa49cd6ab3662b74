//! All steps of a layer, one after the other.

use super::cell::{self, Place};
use super::{Cell, Input, Shape, Weights};
use crate::bf16::Pairs;
use crate::norm::normalize;
use crate::product::{Entries, Out, PANEL, Right, Start, multiply};
use crate::simd::LANES;
use crate::{Buffer, Level};

/// A layer with what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Forward<'a> {
    /// Its size.
    pub shape: Shape,
    /// Its activations.
    pub cell: Cell,
    /// Its weights.
    pub weights: Weights<'a>,
    /// What it reads.
    pub input: Input<'a>,
    /// Rows of a step.
    pub n_rows: usize,
    /// Steps.
    pub n_steps: usize,
    /// Whether the states before the first step are those in the trace, and not 0.
    pub carried: bool,
}

/// What a layer made of its input, and what its backward pass needs of that.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Outputs, `[step][row][width]`, behind a step that holds the states before the first.
    h: Buffer,
    /// Cell states, laid out like the outputs.
    c: Buffer,
    /// Gates, `[step][panel][row][64]`; of one step where no backward pass follows.
    gates: Buffer,
    /// Normalised rows of one step.
    normalized: Buffer,
    /// Sums of a repeated input, `[panel][row][64]`.
    projected: Buffer,
    /// Rows of one step, of the input and of the outputs before, where products are of pairs.
    pairs: [Pairs; 2],
}

impl Trace {
    /// Room for a layer.
    ///
    /// `keeps` says whether a backward pass will follow.
    pub fn new(
        shape: Shape,
        n_rows: usize,
        n_steps: usize,
        input_width: usize,
        keeps: bool,
    ) -> Trace {
        let states = (n_steps + 1) * n_rows * shape.width();
        let gates = if keeps { n_steps } else { 1 } * n_rows * shape.columns();
        Trace {
            h: Buffer::zeros(states),
            c: Buffer::zeros(states),
            gates: Buffer::zeros(gates),
            normalized: Buffer::zeros(n_rows * input_width),
            projected: Buffer::zeros(n_rows * shape.columns()),
            pairs: Default::default(),
        }
    }

    /// Outputs of all steps, `[step][row][width]`.
    pub fn outputs(&self, shape: Shape, n_rows: usize, n_steps: usize) -> &[f32] {
        let step = n_rows * shape.width();
        &self.h[step..(n_steps + 1) * step]
    }

    /// Outputs of the step before each: those before the first are the first.
    pub(super) fn outputs_before(&self, len: usize) -> &[f32] {
        &self.h[..len]
    }

    pub(super) fn cells(&self) -> &[f32] {
        &self.c
    }

    pub(super) fn all_outputs(&self) -> &[f32] {
        &self.h
    }

    pub(super) fn gates(&self) -> &[f32] {
        &self.gates
    }

    /// Makes the states after the last step those before the first.
    pub fn carry(&mut self, shape: Shape, n_rows: usize, n_steps: usize) {
        let step = n_rows * shape.width();
        self.h.copy_within(n_steps * step..(n_steps + 1) * step, 0);
        self.c.copy_within(n_steps * step..(n_steps + 1) * step, 0);
    }
}

/// Runs a layer over all steps.
///
/// # Panics
///
/// If the trace, weights or input are too small for the shape.
pub fn forward(level: Level, layer: Forward<'_>, trace: &mut Trace) {
    let Forward { shape, input, n_rows, n_steps, .. } = layer;
    if n_rows == 0 {
        return;
    }
    let states = n_rows * shape.width();
    let gates = n_rows * shape.columns();
    let keeps = n_steps * gates <= trace.gates.len();
    if !layer.carried {
        // The first step reads no states, but gradients of its weights do.
        trace.h[..states].fill(0.0);
        trace.c[..states].fill(0.0);
    }
    let Trace { h, c, gates: all_gates, normalized, projected, pairs: [x_pairs, h_pairs] } = trace;
    if input.repeated {
        let x = rows_of(level, &input, n_rows, 0, normalized);
        project(level, &layer, x, projected, x_pairs);
    }
    let Weights { kernel, recurrent, bias } = layer.weights;
    let width = shape.width();
    for step in 0..n_steps {
        let (h_before, h) = h[step * states..(step + 2) * states].split_at_mut(states);
        let (c_before, c) = c[step * states..(step + 2) * states].split_at_mut(states);
        let has_before = 0 < step || layer.carried;
        let at = if keeps { step * gates } else { 0 };
        let gates = &mut all_gates[at..at + gates];
        let x = (!input.repeated).then(|| {
            let x = rows_of(level, &input, n_rows, step, normalized);
            x_pairs.left_rows(level, kernel.are_pairs(), x, input.width)
        });
        let before =
            has_before.then(|| h_pairs.left_rows(level, recurrent.are_pairs(), h_before, width));
        for panel in 0..shape.panels() {
            let sums = &mut gates[panel * n_rows * PANEL..][..n_rows * PANEL];
            match x {
                None => {
                    sums.copy_from_slice(&projected[panel * n_rows * PANEL..][..n_rows * PANEL])
                }
                Some(left) => {
                    let k = shape.inputs;
                    let bias = Start::Bias(&bias[panel * PANEL..]);
                    let kernel = panel_of(kernel, panel, k);
                    multiply(level, n_rows, k, 4, bias, left, kernel, Out::rows(sums, PANEL));
                }
            }
            if let Some(left) = before {
                let k = shape.units;
                let kernel = panel_of(recurrent, panel, k);
                multiply(level, n_rows, k, 4, Start::Out, left, kernel, Out::rows(sums, PANEL));
            }
            let place = Place { n_rows, groups: shape.width() / LANES, group: panel };
            let c_before = has_before.then_some(&*c_before);
            cell::forward(level, layer.cell, place, sums, c_before, c, h);
        }
    }
}

/// One panel of a packed matrix of `n_k` rows.
fn panel_of(packed: Entries<'_>, panel: usize, n_k: usize) -> Right<'_> {
    Right::packed(packed.skip(panel * packed.of_terms(n_k) * PANEL), n_k)
}

/// The sums of a repeated input.
fn project(level: Level, layer: &Forward<'_>, x: &[f32], projected: &mut [f32], pairs: &mut Pairs) {
    let (k, n_rows) = (layer.shape.inputs, layer.n_rows);
    let out = Out { data: projected, row: PANEL, panel: n_rows * PANEL };
    let kernel = Right::packed(layer.weights.kernel, k);
    let bias = Start::Bias(layer.weights.bias);
    let left = pairs.left_rows(level, layer.weights.kernel.are_pairs(), x, layer.input.width);
    multiply(level, n_rows, k, layer.shape.panels() * 4, bias, left, kernel, out);
}

/// The rows of a step, normalised if they are to be.
pub(super) fn rows_of<'a>(
    level: Level,
    input: &Input<'a>,
    n_rows: usize,
    step: usize,
    normalized: &'a mut [f32],
) -> &'a [f32] {
    let x = input.steps(n_rows, step..step + 1);
    match input.norm {
        Some(norm) => {
            let rows = &mut normalized[..x.len()];
            normalize(level, norm, input.width, x, rows);
            rows
        }
        None => x,
    }
}
