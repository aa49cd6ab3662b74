//! A language model's weights: embeddings, LSTM layers, and a layer with an output a class.

use oddity_core::{Result, Seed};
use oddity_kernels::lstm::{Cell, Shape};
use oddity_kernels::product::{Entries, packed_len};
use oddity_kernels::{Buffer, Level, Pool};
use rand::Rng;

use super::sizes::LanguageSizes;
use crate::activation::Activation;
use crate::initial::initial;
use crate::network::{Gate, Layer, Network, Returns};
use crate::plan::{Op, Plan};
use crate::precision::{Precision, Rounded};
use crate::tensor::{Form, Tensor};

/// A language model with its weights.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// A stage an LSTM layer and one for the last layer; behind the tensors of all of them lie
    /// the embeddings.
    pub(super) plan: Plan,
    pub(super) values: Buffer,
    /// Its matrices, where it multiplies in bfloat16.
    pub(super) rounded: Rounded,
    pub(super) sizes: LanguageSizes,
    pub(super) lstms: Vec<Lstm>,
    /// Of the last layer: index of the tensor kernel; the bias is the next.
    pub(super) output: usize,
}

/// An LSTM layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lstm {
    pub(super) shape: Shape,
    pub(super) cell: Cell,
    /// Index of the tensor kernel; recurrent kernel and bias are the next.
    pub(super) kernel: usize,
}

impl Model {
    /// With initial weights: those of Keras for the layers, embeddings uniform within 1 of 0.
    pub(super) fn new(sizes: &LanguageSizes, seed: Seed) -> Result<Model> {
        let mut model = Model::zeros(sizes)?;
        for (index, tensor) in model.plan.tensors.iter().enumerate() {
            let seed = seed.derive(index as u64);
            let rows = if tensor.name == "embeddings" {
                uniform(sizes.n_inputs * sizes.embedding, seed)
            } else {
                initial(tensor, seed)
            };
            tensor.write(&rows, &mut model.values);
        }
        Ok(model)
    }

    /// With weights of 0.
    pub(super) fn zeros(sizes: &LanguageSizes) -> Result<Model> {
        sizes.check_sizes()?;
        let mut plan = Plan::new(&network(sizes))?;
        // The embeddings are the first layer, although they lie last.
        for tensor in &mut plan.tensors {
            tensor.layer += 1;
            // The plan is that of one step; a chunk has several.
            tensor.idle = false;
        }
        let (n_rows, n_columns) = (sizes.n_inputs, sizes.embedding);
        let start = plan.n_values;
        plan.n_values += packed_len(n_rows, n_columns);
        plan.tensors.push(Tensor {
            layer: 0,
            name: "embeddings",
            form: Form::Matrix { n_rows, n_columns },
            range: start..plan.n_values,
            idle: false,
        });
        let lstms: Vec<Lstm> = (plan.stages.iter())
            .filter_map(|stage| match stage.op {
                Op::Lstm { shape, cell, kernel, .. } => Some(Lstm { shape, cell, kernel }),
                _ => None,
            })
            .collect();
        let values = Buffer::zeros(plan.n_values);
        // Each LSTM layer has three tensors.
        let output = 3 * lstms.len();
        let rounded = Rounded::default();
        Ok(Model { plan, values, rounded, sizes: sizes.clone(), lstms, output })
    }

    /// The same model, which multiplies in this precision.
    pub(super) fn in_precision(mut self, precision: Precision) -> Model {
        self.rounded = Rounded::new(precision, &self.plan);
        self.rounded.take(Level::best(), &mut Pool::new(1), &self.plan, &self.values);
        self
    }

    /// The packed numbers of a tensor.
    pub(super) fn tensor(&self, index: usize) -> &[f32] {
        &self.values[self.plan.tensors[index].range.clone()]
    }

    /// A tensor as products read it.
    pub(super) fn matrix(&self, index: usize) -> Entries<'_> {
        self.rounded.of(index, self.tensor(index))
    }

    /// The embeddings among the tensors.
    pub(super) fn embeddings(&self) -> &Tensor {
        match self.plan.tensors.last() {
            Some(tensor) => tensor,
            None => unreachable!("a model has embeddings"),
        }
    }
}

/// The layers behind the embeddings.
fn network(sizes: &LanguageSizes) -> Network {
    let lstm = |&units: &usize| Layer::Lstm {
        units,
        activation: Activation::Tanh,
        gate: Gate::Sigmoid,
        returns: Returns::All,
    };
    let mut layers: Vec<Layer> = sizes.units.iter().map(lstm).collect();
    let (units, activation) = (sizes.n_classes, Activation::Linear);
    layers.push(Layer::Dense { units, activation, activity_l1: 0.0 });
    Network { inputs: sizes.embedding, steps: Some(1), layers }
}

fn uniform(n: usize, seed: Seed) -> Vec<f32> {
    let mut rng = seed.rng();
    (0..n).map(|_| (rng.next_u32() >> 8) as f32 / 8_388_608.0 - 1.0).collect()
}
