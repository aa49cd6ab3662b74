//! A language model as a burn module.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, activation};
use oddity_neural::{Activation, Gate, LanguageSizes, LoadError, Returns, Weights};

use super::chunk::{Chunk, symbols};
use super::masks::Masks;
use crate::lstm::{Lstm, State};
use crate::weights::Names;

/// The layers, in the order and the shapes of [`LanguageSizes::tensors`].
#[derive(Module, Debug)]
pub(crate) struct LanguageModule {
    embeddings: Param<Tensor<2>>,
    lstms: Vec<Lstm>,
    kernel: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
}

impl LanguageModule {
    /// With these weights on a device.
    pub(crate) fn new(
        sizes: &LanguageSizes,
        weights: &Weights,
        device: &Device,
    ) -> Result<LanguageModule, LoadError> {
        sizes.check_shapes(weights)?;
        let names = Names::new(weights, device);
        let matrix = |layer, name| names.tensor::<2>(layer, name).map(Param::from_tensor);
        let row = |layer, name| names.tensor::<1>(layer, name).map(Param::from_tensor);
        let lstm = |layer| {
            Ok::<_, LoadError>(Lstm {
                kernel: matrix(layer, "kernel")?,
                recurrent_kernel: matrix(layer, "recurrent_kernel")?,
                bias: row(layer, "bias")?,
                activation: Activation::Tanh,
                gate: Gate::Sigmoid,
                returns: Returns::All,
            })
        };
        let n_lstms = sizes.units.len();
        Ok(LanguageModule {
            embeddings: matrix(0, "embeddings")?,
            lstms: (1..=n_lstms).map(lstm).collect::<Result<_, _>>()?,
            kernel: matrix(n_lstms + 1, "kernel")?,
            bias: row(n_lstms + 1, "bias")?,
        })
    }

    /// The states of each LSTM layer before the first step: zeros, not nothing, so that recurrent
    /// kernels have gradients of 0 where a chunk has one step.
    pub(crate) fn beginning(&self, n_rows: usize) -> Vec<State> {
        let device = self.embeddings.val().device();
        let zeros = |lstm: &Lstm| {
            let [units, _] = lstm.recurrent_kernel.val().dims();
            let zeros = Tensor::zeros([n_rows, units], &device);
            State { output: zeros.clone(), cell: zeros }
        };
        self.lstms.iter().map(zeros).collect()
    }

    /// What the last layer reads of each step, `[row][unit]`, and the states of each LSTM layer
    /// behind the chunk. `states` are those before it, of no fewer rows.
    pub(crate) fn forward(
        &self,
        chunk: &Chunk,
        mut states: Vec<State>,
        masks: Option<&Masks>,
    ) -> (Vec<Tensor<2>>, Vec<State>) {
        let embeddings = self.embeddings.val();
        let device = embeddings.device();
        let drop = |layer: usize, step: usize, rows: Tensor<2>| match masks {
            Some(masks) => masks.apply(layer, step, rows),
            None => rows,
        };
        let mut outputs = Vec::with_capacity(chunk.steps.len());
        for (at, step) in chunk.steps.iter().enumerate() {
            let mut rows = embeddings.clone().select(0, symbols(&step.read, &device));
            for (layer, (lstm, state)) in self.lstms.iter().zip(&mut states).enumerate() {
                let before = first(state.clone(), step.read.len());
                *state = lstm.step(drop(layer, at, rows), before);
                rows = state.output.clone();
            }
            outputs.push(drop(self.lstms.len(), at, rows));
        }
        (outputs, states)
    }

    /// `-ln p` of a class a row.
    pub(crate) fn losses(&self, rows: Tensor<2>, classes: &[u32]) -> Tensor<1> {
        let logits = rows.matmul(self.kernel.val()) + self.bias.val().unsqueeze();
        let classes = symbols(classes, &logits.device()).unsqueeze_dim::<2>(1);
        activation::log_softmax(logits, 1).gather(1, classes).neg().squeeze_dim(1)
    }
}

/// The states of the first rows.
fn first(state: State, n_rows: usize) -> State {
    let [n_before, _] = state.output.dims();
    if n_rows == n_before { state } else { state.map(|rows| rows.narrow(0, 0, n_rows)) }
}
