//! From layers to stages: what the trainer runs, with the place of every parameter.
//!
//! Batch norm is no stage: it belongs to what the stage before makes. A repeat layer before an
//! LSTM is none either, since the LSTM reads a repeated row as it is.

use oddity_core::Result;
use oddity_kernels::LANES;
use oddity_kernels::dropout::Dropout;
use oddity_kernels::lstm::{Cell, Shape};
use oddity_kernels::product::packed_len;

use crate::network::{Flow, Gate, Layer, Network, Returns};
use crate::tensor::{Form, Tensor};

/// A network as a chain of stages.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) input: Flow,
    pub(crate) stages: Vec<Stage>,
    /// Every parameter, in the order of the layers.
    pub(crate) tensors: Vec<Tensor>,
    /// Numbers that all parameters take.
    pub(crate) n_values: usize,
}

/// A stage and what it makes.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) op: Op,
    pub(crate) out: Out,
}

/// What a stage makes: `[step][row][padded]`.
#[derive(Clone, Debug)]
pub(crate) struct Out {
    pub(crate) width: usize,
    /// Steps that are stored: 1 for rows, and for rows that the next stage reads repeatedly.
    pub(crate) steps: usize,
    /// The norm that the next stage applies to it.
    pub(crate) norm: Option<NormPlan>,
}

/// A batch norm.
#[derive(Clone, Debug)]
pub(crate) struct NormPlan {
    /// Among all norms.
    pub(crate) index: usize,
    /// Index of the tensor gamma; beta is the next.
    pub(crate) gamma: usize,
    pub(crate) momentum: f64,
    pub(crate) epsilon: f64,
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Dense {
        inputs: usize,
        activation: oddity_kernels::Activation,
        activity_l1: f64,
        /// Index of the tensor kernel; the bias is the next.
        kernel: usize,
    },
    Lstm {
        shape: Shape,
        cell: Cell,
        n_steps: usize,
        /// Whether all steps read the same row.
        repeated: bool,
        last_only: bool,
        /// Index of the tensor kernel; recurrent kernel and bias are the next.
        kernel: usize,
    },
    /// Copies what it reads, normalised, to each step, and drops some.
    Spread { dropout: Option<Dropout>, index: usize },
}

impl Out {
    /// Numbers that a row takes.
    pub(crate) fn padded(&self) -> usize {
        self.width.next_multiple_of(LANES)
    }
}

impl Plan {
    pub(crate) fn new(network: &Network) -> Result<Plan> {
        // Memory is asked for by the plan: first that there is some.
        network.n_parameters()?;
        let flows = network.flows()?;
        let mut builder = Builder {
            plan: Plan {
                input: network.input(),
                stages: Vec::new(),
                tensors: Vec::new(),
                n_values: 0,
            },
            n_norms: 0,
            n_dropouts: 0,
        };
        let mut before = network.input();
        for (index, (layer, &flow)) in network.layers.iter().zip(&flows).enumerate() {
            builder.layer(index, layer, before, flow, network.layers.get(index + 1));
            before = flow;
        }
        builder.finish();
        Ok(builder.plan)
    }

    /// What a stage reads.
    pub(crate) fn input_of(&self, stage: usize) -> Out {
        match stage.checked_sub(1) {
            Some(before) => self.stages[before].out.clone(),
            None => {
                Out { width: self.input.width, steps: self.input.steps.unwrap_or(1), norm: None }
            }
        }
    }

    /// The norms with the channels of each.
    pub(crate) fn norms(&self) -> impl Iterator<Item = (&Out, &NormPlan)> {
        self.stages.iter().filter_map(|stage| Some((&stage.out, stage.out.norm.as_ref()?)))
    }

    /// What the last stage makes.
    pub(crate) fn output(&self) -> &Out {
        match self.stages.last() {
            Some(stage) => &stage.out,
            None => unreachable!("a network has a layer, and each makes a stage or joins one"),
        }
    }
}

struct Builder {
    plan: Plan,
    n_norms: usize,
    n_dropouts: usize,
}

impl Builder {
    fn layer(
        &mut self,
        index: usize,
        layer: &Layer,
        before: Flow,
        after: Flow,
        next: Option<&Layer>,
    ) {
        let (inputs, steps) = (before.width, before.steps.unwrap_or(1));
        match *layer {
            Layer::Dense { units, activation, activity_l1 } => {
                let kernel =
                    self.tensor(index, "kernel", Form::Matrix { n_rows: inputs, n_columns: units });
                self.tensor(index, "bias", Form::Row { n_columns: units });
                let op = Op::Dense { inputs, activation: activation.kernel(), activity_l1, kernel };
                self.stage(op, units, steps);
            }
            Layer::Lstm { units, activation, gate, returns } => {
                let gates = |n_rows| Form::Gates { n_rows, units };
                let kernel = self.tensor(index, "kernel", gates(inputs));
                let recurrent = self.tensor(index, "recurrent_kernel", gates(units));
                self.plan.tensors[recurrent].idle = steps == 1;
                self.tensor(index, "bias", Form::GateRow { units });
                let gate = match gate {
                    Gate::Sigmoid => oddity_kernels::Activation::Sigmoid,
                    Gate::HardSigmoid => oddity_kernels::Activation::HardSigmoid,
                };
                let last_only = returns == Returns::Last;
                let repeated =
                    self.plan.stages.last().is_some_and(|stage| stage.out.steps != steps);
                let op = Op::Lstm {
                    shape: Shape { inputs, units },
                    cell: Cell { activation: activation.kernel(), gate },
                    n_steps: steps,
                    repeated,
                    last_only,
                    kernel,
                };
                self.stage(op, units, if last_only { 1 } else { steps });
            }
            Layer::BatchNorm { momentum, epsilon } => {
                let takes_norm =
                    self.plan.stages.last().is_some_and(|stage| stage.out.norm.is_none());
                if !takes_norm {
                    self.spread(inputs, steps, None);
                }
                let gamma = self.tensor(index, "gamma", Form::Row { n_columns: inputs });
                self.tensor(index, "beta", Form::Row { n_columns: inputs });
                let norm = NormPlan { index: self.n_norms, gamma, momentum, epsilon };
                self.n_norms += 1;
                if let Some(stage) = self.plan.stages.last_mut() {
                    stage.out.norm = Some(norm);
                }
            }
            Layer::Dropout { rate } => {
                self.spread(inputs, steps, Some(Dropout::plain(rate as f32)));
            }
            Layer::AlphaDropout { rate } => {
                self.spread(inputs, steps, Some(Dropout::alpha(rate as f32)));
            }
            Layer::Repeat { .. } => {
                let read_by_lstm = matches!(next, Some(Layer::Lstm { .. }));
                if !read_by_lstm || self.plan.stages.is_empty() {
                    self.spread(inputs, after.steps.unwrap_or(1), None);
                }
            }
        }
    }

    fn spread(&mut self, width: usize, steps: usize, dropout: Option<Dropout>) {
        let index = self.n_dropouts;
        self.n_dropouts += usize::from(dropout.is_some());
        self.stage(Op::Spread { dropout, index }, width, steps);
    }

    /// What is read outside is not behind a norm and not a repeated row.
    fn finish(&mut self) {
        if let Some(stage) = self.plan.stages.last()
            && stage.out.norm.is_some()
        {
            let (width, steps) = (stage.out.width, stage.out.steps);
            self.spread(width, steps, None);
        }
    }

    fn stage(&mut self, op: Op, width: usize, steps: usize) {
        self.plan.stages.push(Stage { op, out: Out { width, steps, norm: None } });
    }

    fn tensor(&mut self, layer: usize, name: &'static str, form: Form) -> usize {
        let len = match form {
            Form::Matrix { n_rows, n_columns } => packed_len(n_rows, n_columns),
            Form::Gates { n_rows, units } => {
                packed_len(n_rows, Shape { inputs: n_rows, units }.columns())
            }
            Form::Row { n_columns } => n_columns.next_multiple_of(LANES),
            Form::GateRow { units } => Shape { inputs: 0, units }.columns(),
        };
        let start = self.plan.n_values;
        self.plan.n_values += len;
        let range = start..start + len;
        self.plan.tensors.push(Tensor { layer, name, form, range, idle: false });
        self.plan.tensors.len() - 1
    }
}
