//! One shard through some stages, forward and back.

use oddity_kernels::lstm::{self, Backward, Forward, Input, LayerGradients, Weights};
use oddity_kernels::norm::{add_gradient_moments, add_moments, normalize};
use oddity_kernels::product::Entries;
use oddity_kernels::{Buffer, Level, loss};

use crate::norm_state::NormState;
use crate::plan::{Op, Out, Plan, Stage};
use crate::precision::Rounded;
use crate::shard::{Memory, Shard, State};
use crate::{dense, spread};

/// What all shards read.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) level: Level,
    pub(crate) plan: &'a Plan,
    /// All parameters.
    pub(crate) values: &'a [f32],
    /// Its matrices, where products are in bfloat16.
    pub(crate) rounded: &'a Rounded,
    /// Of each tensor that a backward pass reads, the transpose.
    pub(crate) transposed: &'a [Buffer],
    /// Those, where products are in bfloat16.
    pub(crate) rounded_transposed: &'a Rounded,
    pub(crate) norms: &'a [NormState],
    /// Samples of the batch.
    pub(crate) n_batch: usize,
    /// What dropout's choices are made from; none outside training.
    pub(crate) key: Option<u64>,
}

impl<'a> Shared<'a> {
    pub(crate) fn tensor(&self, index: usize) -> &'a [f32] {
        &self.values[self.plan.tensors[index].range.clone()]
    }

    /// A tensor as products read it.
    pub(crate) fn matrix(&self, index: usize) -> Entries<'a> {
        self.rounded.of(index, self.tensor(index))
    }

    /// Its transpose as products read it; empty where no pass does.
    pub(crate) fn transpose(&self, index: usize) -> Entries<'a> {
        self.rounded_transposed.of(index, &self.transposed[index])
    }

    pub(crate) fn norm_of(&self, out: &Out) -> Option<&'a NormState> {
        out.norm.as_ref().map(|norm| &self.norms[norm.index])
    }
}

/// What a stage reads.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    pub(crate) x: &'a [f32],
    pub(crate) padded: usize,
    pub(crate) steps: usize,
    pub(crate) norm: Option<&'a NormState>,
}

impl<'a> Read<'a> {
    fn new(
        shared: &Shared<'a>,
        at: usize,
        x: &'a Buffer,
        before: &'a [State],
        n_rows: usize,
    ) -> Read<'a> {
        let out = shared.plan.input_of(at);
        let x = match before.last() {
            Some(state) => state.values(&shared.plan.stages[at - 1], n_rows),
            None => &x[..out.steps * n_rows * out.padded()],
        };
        let norm = shared.norm_of(&out);
        Read { x, padded: out.padded(), steps: out.steps, norm }
    }

    /// Some rows, normalised into `space` if they are to be.
    pub(crate) fn rows<'b>(
        &self,
        level: Level,
        rows: std::ops::Range<usize>,
        space: &'b mut [f32],
    ) -> &'b [f32]
    where
        'a: 'b,
    {
        let x = &self.x[rows.start * self.padded..rows.end * self.padded];
        match self.norm {
            Some(norm) => {
                let space = &mut space[..x.len()];
                normalize(level, norm.norm(), self.padded, x, space);
                space
            }
            None => x,
        }
    }
}

/// Runs one stage forward. `trains` says whether moments are taken.
pub(crate) fn forward(shared: Shared<'_>, shard: &mut Shard, at: usize, trains: bool) {
    let stage = &shared.plan.stages[at];
    let n_rows = shard.n_rows;
    let (before, rest) = shard.states.split_at_mut(at);
    let state = &mut rest[0];
    let read = Read::new(&shared, at, &shard.x, before, n_rows);
    match (&stage.op, &mut state.memory) {
        (Op::Dense { .. }, Memory::Rows { y, normalized, pairs }) => {
            dense::forward(shared, stage, read, n_rows, y, normalized, &mut pairs[0]);
        }
        (Op::Spread { .. }, Memory::Rows { y, .. }) => {
            spread::forward(shared, stage, read, n_rows, shard.first, y);
        }
        (Op::Lstm { .. }, Memory::Lstm { trace, .. }) => {
            lstm::forward(shared.level, layer(&shared, stage, read, n_rows), trace);
        }
        _ => unreachable!("a stage keeps the memory of its kind"),
    }
    if trains && stage.out.norm.is_some() {
        let State { moments, .. } = state;
        let mut moments = std::mem::take(moments);
        moments.clear();
        let values = state.values(stage, n_rows);
        add_moments(
            shared.level,
            stage.out.padded(),
            values,
            &mut moments.sums,
            &mut moments.products,
        );
        state.moments = moments;
    }
}

/// The loss of what the last stage made, over all samples of the batch, and its gradient.
pub(crate) fn take_loss(shared: Shared<'_>, shard: &mut Shard, kind: loss::Loss) {
    let plan = shared.plan;
    let (Some(stage), Some(state)) = (plan.stages.last(), shard.states.last_mut()) else {
        return;
    };
    let out = &stage.out;
    let n = shard.n_rows * out.steps * out.padded();
    let scale = 1.0 / (shared.n_batch * out.steps * out.width) as f32;
    let mut gradient = std::mem::take(&mut state.gradient);
    gradient[..n].copy_from_slice(state.values(stage, shard.n_rows));
    let target = if shard.target.is_empty() { &shard.x } else { &shard.target };
    let (width, padded) = (out.width, out.padded());
    shard.loss =
        loss::loss(shared.level, kind, width, padded, scale, &target[..n], &mut gradient[..n]);
    state.gradient = gradient;
}

/// Runs one stage backward, from its gradient to those of its parameters and its input.
pub(crate) fn backward(shared: Shared<'_>, shard: &mut Shard, at: usize) {
    let stage = &shared.plan.stages[at];
    let n_rows = shard.n_rows;
    let (before, rest) = shard.states.split_at_mut(at);
    let state = &mut rest[0];
    // The input's gradient lies with the stage before; it is taken out, since that stage's
    // values are read meanwhile.
    let mut inputs = before.last_mut().map(|state| std::mem::take(&mut state.gradient));
    let read = Read::new(&shared, at, &shard.x, before, n_rows);
    let n_inputs = read.x.len();
    let to = inputs.as_mut().map(|inputs| &mut inputs[..n_inputs]);
    match &stage.op {
        Op::Dense { .. } => {
            dense::backward(shared, stage, read, n_rows, state, &mut shard.gradient, to)
        }
        Op::Spread { .. } => spread::backward(shared, stage, read, n_rows, shard.first, state, to),
        Op::Lstm { .. } => {
            lstm_backward(shared, stage, read, n_rows, state, &mut shard.gradient, to)
        }
    }
    let norm = shared.norm_of(&shared.plan.input_of(at));
    if let (Some(gradient), Some(state)) = (inputs, before.last_mut()) {
        if let Some(norm) = norm {
            let mut moments = std::mem::take(&mut state.gradient_moments);
            moments.clear();
            let (x, dy) =
                (state.values(&shared.plan.stages[at - 1], n_rows), &gradient[..n_inputs]);
            let padded = shared.plan.input_of(at).padded();
            let (sums, products) = (&mut moments.sums, &mut moments.products);
            add_gradient_moments(shared.level, padded, norm.mean(), x, dy, sums, products);
            state.gradient_moments = moments;
        }
        state.gradient = gradient;
    }
}

fn layer<'a>(shared: &Shared<'a>, stage: &Stage, read: Read<'a>, n_rows: usize) -> Forward<'a> {
    let Op::Lstm { shape, cell, n_steps, repeated, kernel, .. } = stage.op else {
        unreachable!("called for LSTM stages");
    };
    Forward {
        shape,
        cell,
        weights: Weights {
            kernel: shared.matrix(kernel),
            recurrent: shared.matrix(kernel + 1),
            bias: shared.tensor(kernel + 2),
        },
        input: Input {
            x: read.x,
            width: read.padded,
            repeated,
            norm: read.norm.map(NormState::norm),
        },
        n_rows,
        n_steps,
        carried: false,
    }
}

fn lstm_backward(
    shared: Shared<'_>,
    stage: &Stage,
    read: Read<'_>,
    n_rows: usize,
    state: &mut State,
    gradient: &mut [f32],
    inputs: Option<&mut [f32]>,
) {
    let (Op::Lstm { last_only, kernel, .. }, Memory::Lstm { trace, space }) =
        (&stage.op, &mut state.memory)
    else {
        unreachable!("called for LSTM stages");
    };
    let layer = layer(&shared, stage, read, n_rows);
    let pass = Backward {
        outputs: &state.gradient,
        last_only: *last_only,
        norm: shared.norm_of(&stage.out).map(NormState::gradient),
        recurrent: shared.transpose(kernel + 1),
        kernel: shared.transpose(*kernel),
    };
    // The three tensors of a layer lie behind each other.
    let [a, b, c] = [0, 1, 2].map(|part| shared.plan.tensors[kernel + part].range.clone());
    let (of_kernel, rest) = gradient[a.start..c.end].split_at_mut(a.len());
    let (of_recurrent, of_bias) = rest.split_at_mut(b.len());
    let gradients =
        LayerGradients { kernel: of_kernel, recurrent: of_recurrent, bias: of_bias, inputs };
    lstm::backward(shared.level, layer, trace, pass, space, gradients);
}
