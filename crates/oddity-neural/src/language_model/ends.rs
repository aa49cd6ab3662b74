//! The layers at both ends of a language model: embeddings, and an output a class.

use oddity_kernels::bf16::Pairs;
use oddity_kernels::product::{Out, PANEL, Right, Start, multiply};
use oddity_kernels::sums::{add, add_rows};
use oddity_kernels::{LANES, Level};

use super::layout::Model;
use super::pass::Shared;
use crate::shard::CHUNK;

/// Numbers that a row takes.
pub(super) fn padded(width: usize) -> usize {
    width.next_multiple_of(LANES)
}

/// Copies each symbol's row of the embeddings, which lie in panels.
pub(super) fn embed(model: &Model, symbols: &[u32], x: &mut [f32]) {
    let (width, n_rows) = (padded(model.sizes.embedding), model.sizes.n_inputs);
    let values = &model.values[model.embeddings().range.clone()];
    for (row, &symbol) in x.chunks_exact_mut(width).zip(symbols) {
        for (panel, to) in row.chunks_mut(PANEL).enumerate() {
            let at = (panel * n_rows + symbol as usize) * PANEL;
            to.copy_from_slice(&values[at..at + to.len()]);
        }
    }
}

/// Adds each symbol's gradient to its row of the embeddings, in the order of the symbols.
pub(super) fn embed_backward(
    level: Level,
    model: &Model,
    symbols: &[u32],
    gradients: &[f32],
    to: &mut [f32],
) {
    let (width, n_rows) = (padded(model.sizes.embedding), model.sizes.n_inputs);
    let to = &mut to[model.embeddings().range.clone()];
    for (row, &symbol) in gradients.chunks_exact(width).zip(symbols) {
        for (panel, from) in row.chunks(PANEL).enumerate() {
            let at = (panel * n_rows + symbol as usize) * PANEL;
            add(level, from, &mut to[at..at + from.len()]);
        }
    }
}

/// What the last layer makes of rows, before the softmax.
pub(super) fn output(
    level: Level,
    model: &Model,
    h: &[f32],
    logits: &mut [f32],
    pairs: &mut Pairs,
) {
    let (inputs, width) = widths(model);
    let bias = Start::Bias(model.tensor(model.output + 1));
    let kernel = model.matrix(model.output);
    let right = Right::packed(kernel, inputs);
    let (n, h_width) = (logits.len() / width, padded(inputs));
    let left = pairs.left_rows(level, kernel.are_pairs(), &h[..n * h_width], h_width);
    multiply(level, n, inputs, width / LANES, bias, left, right, Out::rows(logits, width));
}

/// Numbers that the last layer reads of a row, and that a row which it makes takes.
fn widths(model: &Model) -> (usize, usize) {
    let inputs = model.sizes.units.last().copied().unwrap_or(model.sizes.embedding);
    (inputs, padded(model.sizes.n_classes))
}

/// The gradients of the last layer's weights, which are added to, and of what it reads.
pub(super) fn output_backward(
    shared: Shared<'_>,
    h: &[f32],
    logits: &[f32],
    n: usize,
    gradient: &mut [f32],
    to: &mut [f32],
    pairs: &mut [Pairs; 2],
) {
    let Shared { level, model, .. } = shared;
    let in_pairs = model.matrix(model.output).are_pairs();
    let [of_left, of_right] = pairs;
    let (inputs, width) = widths(model);
    let h_width = padded(inputs);
    let [of_kernel, of_bias] =
        [0, 1].map(|tensor| model.plan.tensors[model.output + tensor].range.clone());
    for start in (0..n).step_by(CHUNK) {
        let end = (start + CHUNK).min(n);
        let dy = &logits[start * width..end * width];
        add_rows(level, dy, &mut gradient[of_bias.clone()]);
        let data = &mut gradient[of_kernel.clone()];
        let out = Out { data, row: PANEL, panel: inputs * PANEL };
        let h = &h[start * h_width..end * h_width];
        let left = of_left.left_transposed(level, in_pairs, h, h_width);
        let right = of_right.right_rows(level, in_pairs, dy, width);
        multiply(level, inputs, end - start, width / LANES, Start::Out, left, right, out);
        let to = &mut to[start * h_width..end * h_width];
        let n_columns = width.next_multiple_of(PANEL);
        let right = Right::packed(shared.transpose(model.output), n_columns);
        let left = of_left.left_rows(level, in_pairs, dy, width);
        let out = Out::rows(to, h_width);
        let (k, groups) = (model.sizes.n_classes, h_width / LANES);
        multiply(level, end - start, k, groups, Start::Zero, left, right, out);
    }
}
