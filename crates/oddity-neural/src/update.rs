//! From the shards' gradients to new weights, a panel at a time.

use oddity_kernels::adam::{self, AdamStep};
use oddity_kernels::pack::{pack_transposed, transposed_len, transposed_rows};
use oddity_kernels::product::PANEL;
use oddity_kernels::{Buffer, Level, Pool, sums};

use crate::plan::{Op, Plan};
use crate::tensor::{Form, Tensor};

/// Adam's numbers, as Keras has them: epsilon joins the root of the raw second moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adam {
    pub(crate) beta_1: f64,
    pub(crate) beta_2: f64,
    pub(crate) epsilon: f64,
}

impl Adam {
    /// The numbers of step `n`, counted from 1.
    pub(crate) fn step(self, learning_rate: f64, n: u64) -> AdamStep {
        let rest = |beta: f64| 1.0 - beta.powf(n as f64);
        AdamStep {
            beta_1: self.beta_1 as f32,
            beta_2: self.beta_2 as f32,
            rate: (learning_rate * rest(self.beta_2).sqrt() / rest(self.beta_1)) as f32,
            epsilon: self.epsilon as f32,
            gradient_scale: 1.0,
        }
    }
}

/// All parameters with what training keeps of each.
pub(crate) struct Parameters<'a> {
    pub(crate) values: &'a mut [f32],
    pub(crate) gradient: &'a mut [f32],
    pub(crate) m: &'a mut [f32],
    pub(crate) v: &'a mut [f32],
    pub(crate) transposed: &'a mut [Buffer],
}

/// A panel of a tensor, or a whole tensor of one row.
struct Piece<'a> {
    values: &'a mut [f32],
    gradient: &'a mut [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
    /// Where it lies among all parameters.
    start: usize,
    n_rows: usize,
    /// What it writes of its tensor's transpose.
    transposed: Vec<&'a mut [f32]>,
    /// Of its gradient.
    sum_of_squares: f64,
}

/// Sums the shards' gradients, in their order, and takes a step.
pub(crate) fn update(
    level: Level,
    pool: &mut Pool,
    plan: &Plan,
    parameters: Parameters<'_>,
    shards: &[&[f32]],
    mut step: AdamStep,
    clip_norm: Option<f64>,
) {
    let mut pieces = pieces(plan, parameters);
    let take_step = |piece: &mut Piece<'_>, step: AdamStep| {
        let Piece { start, values, gradient, m, v, n_rows, transposed, .. } = piece;
        let gradients = summed(shards, *start, gradient);
        adam::step(level, step, adam::Weights { values, gradients, m, v });
        if !transposed.is_empty() {
            pack_transposed(values, *n_rows, transposed);
        }
    };
    match clip_norm {
        None => pool.for_each(&mut pieces, |_, piece| {
            piece.add_up(level, shards);
            take_step(piece, step);
        }),
        Some(clip_norm) => {
            pool.for_each(&mut pieces, |_, piece| {
                piece.add_up(level, shards);
                piece.sum_of_squares =
                    sums::sum_of_squares(level, summed(shards, piece.start, piece.gradient));
            });
            let norm = pieces.iter().map(|piece| piece.sum_of_squares).sum::<f64>().sqrt();
            if clip_norm < norm {
                step.gradient_scale = (clip_norm / norm) as f32;
            }
            pool.for_each(&mut pieces, |_, piece| take_step(piece, step));
        }
    }
}

/// The sum over shards that was added up, or the one shard's part.
fn summed<'a>(shards: &[&'a [f32]], start: usize, sum: &'a [f32]) -> &'a [f32] {
    match shards {
        [shard] => &shard[start..start + sum.len()],
        _ => sum,
    }
}

impl Piece<'_> {
    /// The sum over shards, in their order; a single one is read where it lies.
    fn add_up(&mut self, level: Level, shards: &[&[f32]]) {
        if shards.len() == 1 {
            return;
        }
        let range = self.start..self.start + self.gradient.len();
        for (index, shard) in shards.iter().enumerate() {
            let part = &shard[range.clone()];
            if index == 0 {
                self.gradient.copy_from_slice(part);
            } else {
                sums::add(level, part, self.gradient);
            }
        }
    }
}

fn pieces<'a>(plan: &Plan, parameters: Parameters<'a>) -> Vec<Piece<'a>> {
    let Parameters { mut values, mut gradient, mut m, mut v, transposed } = parameters;
    let mut pieces = Vec::new();
    for (tensor, transposed) in plan.tensors.iter().zip(transposed) {
        let (n_rows, n_panels) = tensor.panels();
        let len = tensor.range.len() / n_panels;
        let mut blocks = if transposed.is_empty() {
            Vec::new()
        } else {
            transposed_rows(transposed, n_panels, n_rows)
        };
        blocks.resize_with(n_panels, Vec::new);
        for (panel, transposed) in blocks.into_iter().enumerate() {
            let cut = |all: &mut &'a mut [f32]| {
                let (piece, rest) = std::mem::take(all).split_at_mut(len);
                *all = rest;
                piece
            };
            let piece = Piece {
                values: cut(&mut values),
                gradient: cut(&mut gradient),
                m: cut(&mut m),
                v: cut(&mut v),
                start: tensor.range.start + panel * len,
                n_rows,
                transposed,
                sum_of_squares: 0.0,
            };
            if !tensor.idle {
                pieces.push(piece);
            }
        }
    }
    pieces
}

impl Tensor {
    /// Rows of a panel, and panels; a tensor of one row is cut into nothing.
    pub(crate) fn panels(&self) -> (usize, usize) {
        match self.form {
            Form::Matrix { n_rows, .. } | Form::Gates { n_rows, .. } => {
                (n_rows, self.range.len() / (n_rows * PANEL))
            }
            Form::Row { .. } | Form::GateRow { .. } => (1, 1),
        }
    }
}

/// Memory for the transposes that backward passes read: of recurrent kernels, and of kernels
/// behind a stage that asks for its gradients.
pub(crate) fn transposes(plan: &Plan) -> Vec<Buffer> {
    let mut transposed = vec![Buffer::default(); plan.tensors.len()];
    for (at, stage) in plan.stages.iter().enumerate() {
        let (kernel, recurrent) = match stage.op {
            Op::Dense { kernel, .. } => (kernel, None),
            Op::Lstm { kernel, .. } => (kernel, Some(kernel + 1)),
            Op::Spread { .. } => continue,
        };
        for index in (0 < at).then_some(kernel).into_iter().chain(recurrent) {
            let (n_rows, n_panels) = plan.tensors[index].panels();
            transposed[index] = Buffer::zeros(transposed_len(n_panels, n_rows));
        }
    }
    transposed
}

/// Writes all transposes.
pub(crate) fn transpose(plan: &Plan, values: &[f32], transposed: &mut [Buffer]) {
    for (tensor, transposed) in plan.tensors.iter().zip(transposed) {
        if transposed.is_empty() {
            continue;
        }
        let (n_rows, n_panels) = tensor.panels();
        let parts = transposed_rows(transposed, n_panels, n_rows);
        for (panel, mut to) in values[tensor.range.clone()].chunks_exact(n_rows * PANEL).zip(parts)
        {
            pack_transposed(panel, n_rows, &mut to);
        }
    }
}
