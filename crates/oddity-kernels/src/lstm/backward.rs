//! The gradients of a layer, from its last step to its first.
//!
//! Steps are taken in chunks of about 128 rows: the gradients of a chunk's sums stay in the
//! cache while they are turned into those of weights and inputs, one product each.

use super::cell::{self, Gradients, Place, States, Upstream};
use super::forward::{Forward, Trace};
use crate::bf16::Pairs;
use crate::norm::{NormGradient, normalize};
use crate::product::{Entries, Left, Out, PANEL, Right, Start, multiply};
use crate::simd::LANES;
use crate::{Buffer, Level};

/// Rows of a chunk, at most; a single step may have more.
const CHUNK: usize = 128;

/// What a backward pass reads besides the layer.
#[derive(Clone, Copy, Debug)]
pub struct Backward<'a> {
    /// Gradients of the outputs, `[step][row][width]`, or of the last step alone.
    pub outputs: &'a [f32],
    /// Whether only the last step's outputs were used.
    pub last_only: bool,
    /// The norm that those gradients are behind.
    pub norm: Option<NormGradient<'a>>,
    /// Recurrent weights, transposed and packed: [`pack_transposed`](crate::pack::pack_transposed).
    /// In pairs if the layer's weights are.
    pub recurrent: Entries<'a>,
    /// Kernel, transposed and packed; empty if nobody asks for the inputs' gradients.
    pub kernel: Entries<'a>,
}

/// Gradients of a layer's weights, which are added to, and of its inputs, which are written.
#[derive(Debug)]
pub struct LayerGradients<'a> {
    /// As [`Weights::kernel`](super::Weights::kernel).
    pub kernel: &'a mut [f32],
    /// As [`Weights::recurrent`](super::Weights::recurrent).
    pub recurrent: &'a mut [f32],
    /// As [`Weights::bias`](super::Weights::bias).
    pub bias: &'a mut [f32],
    /// `[step][row][input width]`, or `[row][input width]` of a repeated input.
    pub inputs: Option<&'a mut [f32]>,
}

/// Memory of a backward pass.
#[derive(Clone, Debug, Default)]
pub struct BackwardSpace {
    /// Gradients of a chunk's sums, `[panel][step][row][64]`.
    sums: Buffer,
    /// Of the outputs, from the step after.
    h: Buffer,
    /// Of the cell states.
    c: Buffer,
    /// Of the sums over all steps, for a repeated input.
    total: Buffer,
    /// Normalised inputs of a chunk.
    normalized: Buffer,
    /// What is multiplied, where that is in pairs.
    pairs: ChunkPairs,
}

/// A chunk in pairs.
#[derive(Clone, Debug, Default)]
struct ChunkPairs {
    /// Gradients of the sums, a row's neighbours together: `[panel][step][row][32]`.
    rows: Pairs,
    /// The same, a column's neighbours together: `[panel][(step, row) / 2][64]`.
    columns: Pairs,
    /// Outputs before, then inputs, a column's neighbours together.
    left: Pairs,
}

fn steps_of_chunk(n_rows: usize) -> usize {
    (CHUNK / n_rows.max(1)).max(1)
}

impl BackwardSpace {
    /// Room for a layer of this size.
    pub fn new(shape: super::Shape, n_rows: usize, input_width: usize) -> BackwardSpace {
        // Fewer rows come in longer chunks, of at most as many rows.
        let chunk = steps_of_chunk(n_rows).max(1) * n_rows.max(1);
        let rows = chunk.max(CHUNK);
        BackwardSpace {
            sums: Buffer::zeros(rows * shape.columns()),
            h: Buffer::zeros(n_rows * shape.width()),
            c: Buffer::zeros(n_rows * shape.width()),
            total: Buffer::zeros(n_rows * shape.columns()),
            normalized: Buffer::zeros(rows * input_width),
            pairs: ChunkPairs::default(),
        }
    }
}

/// Runs a layer backward over all steps.
///
/// # Panics
///
/// If the trace is not that of [`forward`](super::forward) with the same layer and room for a
/// backward pass, or another part is too small.
pub fn backward(
    level: Level,
    layer: Forward<'_>,
    trace: &Trace,
    pass: Backward<'_>,
    space: &mut BackwardSpace,
    gradients: LayerGradients<'_>,
) {
    let Forward { shape, input, n_rows, n_steps, .. } = layer;
    if n_rows == 0 {
        return;
    }
    let LayerGradients { kernel, recurrent, bias, mut inputs } = gradients;
    let (states, columns) = (n_rows * shape.width(), shape.columns());
    let in_pairs = layer.weights.kernel.are_pairs();
    let panel_gates = n_rows * PANEL;
    if input.repeated {
        space.total[..n_rows * columns].fill(0.0);
    }
    let mut end = n_steps;
    while 0 < end {
        let start = end.saturating_sub(steps_of_chunk(n_rows));
        let rows = (end - start) * n_rows;
        // From one panel's sums to the next.
        let stride = rows * PANEL;
        for step in (start..end).rev() {
            let is_last = step + 1 == n_steps;
            let upstream = upstream(&pass, step, is_last, states);
            let has_before = 0 < step || layer.carried;
            let before = &trace.cells()[step * states..(step + 1) * states];
            let after = (step + 1) * states..(step + 2) * states;
            for panel in 0..shape.panels() {
                let at = step * n_rows * columns + panel * panel_gates;
                let chunk_at = panel * stride + (step - start) * panel_gates;
                cell::backward(
                    level,
                    layer.cell,
                    Place { n_rows, groups: shape.width() / LANES, group: panel },
                    &trace.gates()[at..at + panel_gates],
                    States {
                        c_before: has_before.then_some(before),
                        c: &trace.cells()[after.clone()],
                        h: &trace.all_outputs()[after.clone()],
                    },
                    upstream,
                    Gradients {
                        h: (!is_last).then_some(&space.h[..states]),
                        c: &mut space.c[..states],
                        is_last,
                        sums: &mut space.sums[chunk_at..chunk_at + panel_gates],
                        bias: &mut bias[panel * PANEL..(panel + 1) * PANEL],
                        total: input.repeated.then(|| {
                            &mut space.total[panel * panel_gates..(panel + 1) * panel_gates]
                        }),
                    },
                );
            }
            let asks = inputs.is_some() && !input.repeated;
            let at = (step - start) * panel_gates;
            if in_pairs && (0 < step || asks) {
                for at in (0..shape.panels()).map(|panel| panel * stride + at) {
                    let sums = &space.sums[at..at + panel_gates];
                    space.pairs.rows.take_rows_at(level, sums, at / 2);
                }
            }
            if 0 < step {
                let left = rows_of_sums(in_pairs, &space.sums, &space.pairs.rows, at, stride);
                let right = Right::packed(pass.recurrent, columns);
                let out = Out::rows(&mut space.h, shape.width());
                multiply(level, n_rows, columns, shape.panels(), Start::Zero, left, right, out);
            }
        }
        let BackwardSpace { sums: all_sums, normalized, pairs, .. } = &mut *space;
        let ChunkPairs { rows: row_pairs, columns: column_pairs, left: left_pairs } = pairs;
        let sums = columns_of_sums(
            level,
            in_pairs,
            &all_sums[..shape.panels() * stride],
            stride,
            column_pairs,
        );
        let groups = shape.panels() * 4;
        // The outputs before each of the chunk's steps.
        let before = &trace.outputs_before(end * states)[start * states..];
        let out = Out { data: &mut *recurrent, row: PANEL, panel: shape.units * PANEL };
        let left = left_pairs.left_transposed(level, in_pairs, before, shape.width());
        multiply(level, shape.units, rows, groups, Start::Out, left, sums, out);
        if !input.repeated {
            let x = input.steps(n_rows, start..end);
            let x = match input.norm {
                Some(norm) => {
                    normalize(level, norm, input.width, x, &mut normalized[..x.len()]);
                    &normalized[..x.len()]
                }
                None => x,
            };
            let out = Out { data: &mut *kernel, row: PANEL, panel: shape.inputs * PANEL };
            let left = left_pairs.left_transposed(level, in_pairs, x, input.width);
            multiply(level, shape.inputs, rows, groups, Start::Out, left, sums, out);
            if let Some(inputs) = &mut inputs {
                let out = Out::rows(&mut inputs[start * n_rows * input.width..], input.width);
                let left = rows_of_sums(in_pairs, all_sums, row_pairs, 0, stride);
                let right = Right::packed(pass.kernel, columns);
                let groups = shape.inputs.div_ceil(LANES);
                multiply(level, rows, columns, groups, Start::Zero, left, right, out);
            }
        }
        end = start;
    }
    if input.repeated {
        repeated_input(level, &layer, pass.kernel, space, kernel, inputs);
    }
}

/// The gradients of a chunk's sums as a left side, those behind the first `at` of each panel.
fn rows_of_sums<'a>(
    in_pairs: bool,
    sums: &'a Buffer,
    pairs: &'a Pairs,
    at: usize,
    stride: usize,
) -> Left<'a> {
    if in_pairs {
        Left::panels(pairs.entries().skip(at / 2), stride / 2)
    } else {
        Left::panels(&sums[at..], stride)
    }
}

/// The gradients of sums as a right side: their rows, in panels of `stride` numbers.
fn columns_of_sums<'a>(
    level: Level,
    in_pairs: bool,
    sums: &'a [f32],
    stride: usize,
    pairs: &'a mut Pairs,
) -> Right<'a> {
    if in_pairs {
        let n_rows = stride / PANEL;
        Right::packed(pairs.take_packed(level, sums, n_rows), n_rows)
    } else {
        Right::panels(sums, stride)
    }
}

/// What comes back to a step's outputs.
fn upstream<'a>(pass: &Backward<'a>, step: usize, is_last: bool, states: usize) -> Upstream<'a> {
    if pass.last_only && !is_last {
        return Upstream::Nothing;
    }
    let at = if pass.last_only { 0 } else { step * states };
    let outputs = &pass.outputs[at..at + states];
    match pass.norm {
        Some(norm) => Upstream::Normalized(outputs, norm),
        None => Upstream::Plain(outputs),
    }
}

/// The gradients of a repeated input and its kernel, from the sums' gradients over all steps.
fn repeated_input(
    level: Level,
    layer: &Forward<'_>,
    transposed: Entries<'_>,
    space: &mut BackwardSpace,
    kernel: &mut [f32],
    inputs: Option<&mut [f32]>,
) {
    let Forward { shape, input, n_rows, .. } = *layer;
    let BackwardSpace { total, normalized, pairs, .. } = space;
    let in_pairs = layer.weights.kernel.are_pairs();
    let x = super::forward::rows_of(level, &input, n_rows, 0, normalized);
    let (stride, columns) = (n_rows * PANEL, shape.columns());
    let total = &total[..n_rows * columns];
    let out = Out { data: kernel, row: PANEL, panel: shape.inputs * PANEL };
    let right = columns_of_sums(level, in_pairs, total, stride, &mut pairs.columns);
    let left = pairs.left.left_transposed(level, in_pairs, x, input.width);
    multiply(level, shape.inputs, n_rows, shape.panels() * 4, Start::Out, left, right, out);
    if let Some(inputs) = inputs {
        let left = if in_pairs {
            Left::panels(pairs.rows.take_rows(level, total), stride / 2)
        } else {
            Left::panels(total, stride)
        };
        let right = Right::packed(transposed, columns);
        let (groups, out) = (shape.inputs.div_ceil(LANES), Out::rows(inputs, input.width));
        multiply(level, n_rows, columns, groups, Start::Zero, left, right, out);
    }
}
