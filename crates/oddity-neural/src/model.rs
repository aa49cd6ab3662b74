//! A network with its weights, and samples in and out of a shard.

use oddity_core::{Result, Seed};
use oddity_kernels::{Buffer, Level, Pool};

use crate::examples::Examples;
use crate::initial::initial;
use crate::network::Network;
use crate::norm_state::NormState;
use crate::plan::Plan;
use crate::precision::{Precision, Rounded};
use crate::rows::Rows;
use crate::shard::Shard;

/// A network with weights and moving statistics.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) network: Network,
    pub(crate) plan: Plan,
    /// All parameters, packed.
    pub(crate) values: Buffer,
    /// Its matrices, where it multiplies in bfloat16.
    pub(crate) rounded: Rounded,
    pub(crate) norms: Vec<NormState>,
}

impl Model {
    /// With initial weights.
    pub(crate) fn new(network: &Network, seed: Seed) -> Result<Model> {
        let mut model = Model::zeros(network)?;
        for (index, tensor) in model.plan.tensors.iter().enumerate() {
            tensor.write(&initial(tensor, seed.derive(index as u64)), &mut model.values);
        }
        Ok(model)
    }

    /// With weights of 0.
    pub(crate) fn zeros(network: &Network) -> Result<Model> {
        let plan = Plan::new(network)?;
        let values = Buffer::zeros(plan.n_values);
        let norms = plan.norms().map(|(out, _)| NormState::new(out)).collect();
        let rounded = Rounded::default();
        Ok(Model { network: network.clone(), plan, values, rounded, norms })
    }

    /// The same model, which multiplies in this precision.
    pub(crate) fn in_precision(mut self, precision: Precision) -> Model {
        self.rounded = Rounded::new(precision, &self.plan);
        self.rounded.take(Level::best(), &mut Pool::new(1), &self.plan, &self.values);
        self
    }

    /// Makes the statistics over batches those that are applied.
    pub(crate) fn use_moving_statistics(&mut self) {
        for (_, norm) in self.plan.norms() {
            let [gamma, beta] = [norm.gamma, norm.gamma + 1]
                .map(|tensor| &self.values[self.plan.tensors[tensor].range.clone()]);
            self.norms[norm.index].take_moving(norm, gamma, beta);
        }
    }
}

impl Shard {
    /// Takes some samples of a batch, of which `first` lie before these.
    pub(crate) fn fill(
        &mut self,
        plan: &Plan,
        examples: &dyn Examples,
        samples: &[usize],
        first: usize,
    ) {
        (self.n_rows, self.first) = (samples.len(), first);
        let input = plan.input_of(0);
        let padded = input.padded();
        for step in 0..input.steps {
            let rows = self.x[step * samples.len() * padded..].chunks_exact_mut(padded);
            for (row, &sample) in rows.zip(samples) {
                examples.input(sample, step, &mut row[..input.width]);
            }
        }
        let out = plan.output();
        let padded = out.padded();
        for step in 0..if self.target.is_empty() { 0 } else { out.steps } {
            let rows = self.target[step * samples.len() * padded..].chunks_exact_mut(padded);
            for (row, &sample) in rows.zip(samples) {
                examples.target(sample, step, &mut row[..out.width]);
            }
        }
    }

    /// Target and output of one of its samples.
    pub(crate) fn sides(&self, plan: &Plan, row: usize) -> (Rows<'_>, Rows<'_>) {
        let out = plan.output();
        let padded = out.padded();
        let (stride, n) = (self.n_rows * padded, out.steps * self.n_rows * padded);
        let rows = |values| Rows::apart(values, out.width, stride);
        let output = match (self.states.last(), plan.stages.last()) {
            (Some(state), Some(stage)) => state.values(stage, self.n_rows),
            _ => &[],
        };
        // Autoencoders have no target but what they read.
        let target = if self.target.is_empty() { &self.x } else { &self.target };
        (rows(&target[row * padded..n]), rows(&output[row * padded..n]))
    }
}
