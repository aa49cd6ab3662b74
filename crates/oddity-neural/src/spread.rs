//! Copies of what a stage reads: normalised, at each step, with some numbers dropped.

use oddity_kernels::norm::{normalize, normalize_backward};
use oddity_kernels::sums::add;

use crate::norm_state::NormState;
use crate::pass::{Read, Shared};
use crate::plan::{Op, Stage};
use crate::shard::{Memory, State};

/// The dropout of a stage in training, with the key of its choices.
fn dropout(shared: &Shared<'_>, stage: &Stage) -> Option<(oddity_kernels::dropout::Dropout, u64)> {
    let Op::Spread { dropout, index, .. } = stage.op else {
        unreachable!("called for spread stages");
    };
    // Each dropout of a network makes choices of its own.
    Some((dropout?, shared.key?.wrapping_add((index as u64) << 48)))
}

pub(crate) fn forward(
    shared: Shared<'_>,
    stage: &Stage,
    read: Read<'_>,
    n_rows: usize,
    first: usize,
    y: &mut [f32],
) {
    let (steps, width) = (stage.out.steps, stage.out.padded());
    let n = n_rows * width;
    let norm = read.norm.map(NormState::norm);
    for step in 0..steps {
        let from = if read.steps == steps { step } else { 0 };
        let (x, y) = (&read.x[from * n..(from + 1) * n], &mut y[step * n..(step + 1) * n]);
        match norm {
            Some(norm) => normalize(shared.level, norm, width, x, y),
            None => y.copy_from_slice(x),
        }
        if let Some((dropout, key)) = dropout(&shared, stage) {
            for (row, y) in y.chunks_exact_mut(width).enumerate() {
                dropout.apply(key, place(first + row, step, steps, width), y);
            }
        }
    }
}

pub(crate) fn backward(
    shared: Shared<'_>,
    stage: &Stage,
    read: Read<'_>,
    n_rows: usize,
    first: usize,
    state: &mut State,
    inputs: Option<&mut [f32]>,
) {
    let State { memory: Memory::Rows { y, .. }, gradient, .. } = state else {
        unreachable!("a stage keeps the memory of its kind");
    };
    let Some(inputs) = inputs else { return };
    let (steps, width) = (stage.out.steps, stage.out.padded());
    let n = n_rows * width;
    for step in 0..steps {
        let (y, dy) = (&y[step * n..(step + 1) * n], &mut gradient[step * n..(step + 1) * n]);
        if let Some(norm) = shared.norm_of(&stage.out) {
            normalize_backward(shared.level, norm.gradient(), width, y, dy);
        }
        if let Some((dropout, key)) = dropout(&shared, stage) {
            for (row, dy) in dy.chunks_exact_mut(width).enumerate() {
                dropout.backward(key, place(first + row, step, steps, width), dy);
            }
        }
        if read.steps == steps {
            inputs[step * n..(step + 1) * n].copy_from_slice(dy);
        } else if step == 0 {
            inputs.copy_from_slice(dy);
        } else {
            add(shared.level, dy, inputs);
        }
    }
}

/// The place of a row's first number in its batch.
fn place(row: usize, step: usize, steps: usize, width: usize) -> u64 {
    ((row * steps + step) * width) as u64
}
