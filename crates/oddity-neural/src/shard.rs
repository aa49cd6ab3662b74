//! A fixed part of a batch, with all memory that its forward and backward passes take.

use oddity_kernels::Buffer;
use oddity_kernels::bf16::Pairs;
use oddity_kernels::lstm::{BackwardSpace, Trace};

use crate::norm_state::Moments;
use crate::plan::{Op, Out, Plan, Stage};

/// Rows of a dense layer that are multiplied at a time.
pub(crate) const CHUNK: usize = 128;

/// Some samples of a batch. Which ones does not depend on the number of threads.
#[derive(Clone, Debug)]
pub(crate) struct Shard {
    /// Samples that it holds now.
    pub(crate) n_rows: usize,
    /// Samples of the batch before its first.
    pub(crate) first: usize,
    /// `[step][row][padded]`.
    pub(crate) x: Buffer,
    /// What the last stage should make; empty where that is the input.
    pub(crate) target: Buffer,
    pub(crate) states: Vec<State>,
    /// Of all parameters; empty where no backward pass follows.
    pub(crate) gradient: Buffer,
    pub(crate) loss: f64,
}

/// What a stage made, and the memory of its passes.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) memory: Memory,
    /// Of what the next stage reads of it.
    pub(crate) gradient: Buffer,
    /// Of what it made.
    pub(crate) moments: Moments,
    /// Of the gradients of its norm.
    pub(crate) gradient_moments: Moments,
}

#[derive(Clone, Debug)]
pub(crate) enum Memory {
    Rows {
        y: Buffer,
        /// Normalised rows of a chunk that it reads.
        normalized: Buffer,
        /// The sides of a product, where they are in pairs of bfloat16.
        pairs: [Pairs; 2],
    },
    Lstm {
        trace: Trace,
        space: BackwardSpace,
    },
}

impl Shard {
    /// Memory for at most `n_rows` samples; `trains` if backward passes will follow, and
    /// `has_target` if the target is not the input.
    pub(crate) fn new(plan: &Plan, n_rows: usize, trains: bool, has_target: bool) -> Shard {
        let input = plan.input_of(0);
        let numbers = |out: &Out| out.steps * n_rows * out.padded();
        Shard {
            n_rows,
            first: 0,
            x: Buffer::zeros(numbers(&input)),
            target: Buffer::zeros(if has_target { numbers(plan.output()) } else { 0 }),
            states: plan
                .stages
                .iter()
                .enumerate()
                .map(|(at, stage)| State::new(plan, at, stage, n_rows, trains))
                .collect(),
            gradient: Buffer::zeros(if trains { plan.n_values } else { 0 }),
            loss: 0.0,
        }
    }
}

impl State {
    fn new(plan: &Plan, at: usize, stage: &Stage, n_rows: usize, trains: bool) -> State {
        let (out, input) = (&stage.out, plan.input_of(at));
        let numbers = out.steps * n_rows * out.padded();
        let memory = match stage.op {
            Op::Lstm { shape, n_steps, .. } => Memory::Lstm {
                trace: Trace::new(shape, n_rows, n_steps, input.padded(), trains),
                space: if trains {
                    BackwardSpace::new(shape, n_rows, input.padded())
                } else {
                    BackwardSpace::default()
                },
            },
            Op::Dense { .. } | Op::Spread { .. } => Memory::Rows {
                y: Buffer::zeros(numbers),
                normalized: Buffer::zeros(CHUNK * input.padded()),
                pairs: Default::default(),
            },
        };
        let channels = if trains && out.norm.is_some() { out.padded() } else { 0 };
        State {
            memory,
            gradient: Buffer::zeros(if trains { numbers } else { 0 }),
            moments: Moments::new(channels),
            gradient_moments: Moments::new(channels),
        }
    }

    /// What the stage made, `[step][row][padded]`.
    pub(crate) fn values(&self, stage: &Stage, n_rows: usize) -> &[f32] {
        let numbers = stage.out.steps * n_rows * stage.out.padded();
        match (&self.memory, &stage.op) {
            (Memory::Lstm { trace, .. }, Op::Lstm { shape, n_steps, .. }) => {
                let all = trace.outputs(*shape, n_rows, *n_steps);
                &all[all.len() - numbers..]
            }
            (Memory::Rows { y, .. }, _) => &y[..numbers],
            (Memory::Lstm { .. }, _) => unreachable!("a stage keeps the memory of its kind"),
        }
    }
}
