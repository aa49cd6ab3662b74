//! Dense layers over the rows of a shard, a chunk of rows at a time.

use oddity_kernels::LANES;
use oddity_kernels::activation::{activate, activate_backward};
use oddity_kernels::bf16::Pairs;
use oddity_kernels::norm::normalize_backward;
use oddity_kernels::product::{Out, PANEL, Right, Start, multiply};
use oddity_kernels::sums::add_rows;

use crate::pass::{Read, Shared};
use crate::plan::{Op, Stage};
use crate::shard::{CHUNK, Memory, State};

pub(crate) fn forward(
    shared: Shared<'_>,
    stage: &Stage,
    read: Read<'_>,
    n_rows: usize,
    y: &mut [f32],
    normalized: &mut [f32],
    pairs: &mut Pairs,
) {
    let Op::Dense { inputs, activation, kernel, .. } = stage.op else {
        unreachable!("called for dense stages");
    };
    let (level, width) = (shared.level, stage.out.padded());
    let n_rows = stage.out.steps * n_rows;
    for start in (0..n_rows).step_by(CHUNK) {
        let end = (start + CHUNK).min(n_rows);
        let x = read.rows(level, start..end, normalized);
        let y = &mut y[start * width..end * width];
        let bias = Start::Bias(shared.tensor(kernel + 1));
        let kernel = shared.matrix(kernel);
        let right = Right::packed(kernel, inputs);
        let left = pairs.left_rows(level, kernel.are_pairs(), x, read.padded);
        let out = Out::rows(&mut *y, width);
        multiply(level, end - start, inputs, width / LANES, bias, left, right, out);
        activate(level, activation, y);
    }
}

pub(crate) fn backward(
    shared: Shared<'_>,
    stage: &Stage,
    read: Read<'_>,
    n_rows: usize,
    state: &mut State,
    gradient: &mut [f32],
    mut inputs_gradient: Option<&mut [f32]>,
) {
    let Op::Dense { inputs, activation, activity_l1, kernel } = stage.op else {
        unreachable!("called for dense stages");
    };
    let State { memory: Memory::Rows { y, normalized, pairs }, gradient: dy, .. } = state else {
        unreachable!("a stage keeps the memory of its kind");
    };
    let (level, width) = (shared.level, stage.out.padded());
    let n_rows = stage.out.steps * n_rows;
    let [kernel_range, bias_range] =
        [kernel, kernel + 1].map(|tensor| shared.plan.tensors[tensor].range.clone());
    let in_pairs = shared.matrix(kernel).are_pairs();
    let [of_left, of_right] = pairs;
    let penalty = (activity_l1 / shared.n_batch as f64) as f32;
    for start in (0..n_rows).step_by(CHUNK) {
        let end = (start + CHUNK).min(n_rows);
        let at = start * width..end * width;
        let (y, dy) = (&y[at.clone()], &mut dy[at]);
        if let Some(norm) = shared.norm_of(&stage.out) {
            normalize_backward(level, norm.gradient(), width, y, dy);
        }
        if penalty != 0.0 {
            // What fills a row up to whole vectors is no output, though an activation may make
            // it more than 0.
            for (dy, y) in dy.chunks_exact_mut(width).zip(y.chunks_exact(width)) {
                for (dy, &y) in dy[..stage.out.width].iter_mut().zip(y) {
                    *dy += if y == 0.0 { 0.0 } else { penalty.copysign(y) };
                }
            }
        }
        activate_backward(level, activation, y, dy);
        add_rows(level, dy, &mut gradient[bias_range.clone()]);
        let x = read.rows(level, start..end, normalized);
        let right = of_right.right_rows(level, in_pairs, dy, width);
        let of_kernel = &mut gradient[kernel_range.clone()];
        let out = Out { data: of_kernel, row: PANEL, panel: inputs * PANEL };
        let left = of_left.left_transposed(level, in_pairs, x, read.padded);
        multiply(level, inputs, end - start, width / LANES, Start::Out, left, right, out);
        if let Some(to) = inputs_gradient.as_deref_mut() {
            let to = &mut to[start * read.padded..end * read.padded];
            let n_columns = width.next_multiple_of(PANEL);
            let right = Right::packed(shared.transpose(kernel), n_columns);
            let left = of_left.left_rows(level, in_pairs, dy, width);
            let out = Out::rows(to, read.padded);
            let groups = read.padded / LANES;
            multiply(level, end - start, stage.out.width, groups, Start::Zero, left, right, out);
        }
    }
}

/// The penalty on the outputs' sizes that joins the loss.
pub(crate) fn activity_penalty(stage: &Stage, state: &State, n_rows: usize, n_batch: usize) -> f64 {
    let Op::Dense { activity_l1, .. } = stage.op else { return 0.0 };
    if activity_l1 == 0.0 {
        return 0.0;
    }
    let rows = state.values(stage, n_rows).chunks_exact(stage.out.padded());
    let sizes = rows.flat_map(|row| &row[..stage.out.width]).map(|&y| f64::from(y.abs()));
    activity_l1 * sizes.sum::<f64>() / n_batch as f64
}
