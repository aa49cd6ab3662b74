//! The sizes of a language model, and the tensors that they make.

use oddity_core::{Error, Seed};

use super::NAME;
use super::layout::Model;
use crate::load_error::LoadError;
use crate::network::MOST_PARAMETERS;
use crate::weights::Weights;

/// The sizes of a language model: an embedding, LSTM layers with tanh and sigmoid gates, and a
/// dense layer, whose softmax gives each class a probability. All are at least 1.
///
/// ```
/// use oddity_core::Seed;
/// use oddity_neural::LanguageSizes;
///
/// let sizes = LanguageSizes { n_inputs: 5, embedding: 3, units: vec![2], n_classes: 4 };
/// let weights = sizes.initial_weights(Seed(1))?;
/// assert_eq!(weights.get("layers.0.embeddings").map(|(shape, _)| shape), Some(&[5, 3][..]));
/// assert_eq!(weights.get("layers.2.kernel").map(|(shape, _)| shape), Some(&[2, 4][..]));
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageSizes {
    /// Symbols that it reads.
    pub n_inputs: usize,
    /// Numbers of an embedded symbol.
    pub embedding: usize,
    /// Units of each LSTM layer, of which there is at least one.
    pub units: Vec<usize>,
    /// Symbols that it gives probabilities.
    pub n_classes: usize,
}

impl LanguageSizes {
    /// Names and shapes of all tensors, in the order of the layers: layer 0 has the `embeddings`,
    /// `[symbol][number]`; the layers behind are named and laid out as in [`Weights`].
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors =
            vec![("layers.0.embeddings".to_owned(), vec![self.n_inputs, self.embedding])];
        let mut width = self.embedding;
        for (layer, &units) in self.units.iter().enumerate() {
            // Sizes that no tensor has fit none.
            let gates = units.saturating_mul(4);
            let mut tensor =
                |name: &str, shape| tensors.push((format!("layers.{}.{name}", layer + 1), shape));
            tensor("kernel", vec![width, gates]);
            tensor("recurrent_kernel", vec![units, gates]);
            tensor("bias", vec![gates]);
            width = units;
        }
        let last = self.units.len() + 1;
        tensors.push((format!("layers.{last}.kernel"), vec![width, self.n_classes]));
        tensors.push((format!("layers.{last}.bias"), vec![self.n_classes]));
        tensors
    }

    /// Weights before training: embeddings uniform within 1 of 0, the others as Keras draws them.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a size of 0, no LSTM layer, more than 2^30 embedded numbers, and
    /// what [`Network::n_parameters`](crate::Network::n_parameters) finds too large.
    pub fn initial_weights(&self, seed: Seed) -> oddity_core::Result<Weights> {
        Ok(Model::new(self, seed)?.weights())
    }

    /// Checks what the layers behind the embeddings do not say.
    pub(super) fn check_sizes(&self) -> oddity_core::Result<()> {
        let LanguageSizes { n_inputs, embedding, ref units, .. } = *self;
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(NAME, name, found, ok, wanted);
        check("n_inputs", n_inputs as f64, 1 <= n_inputs, "at least 1")?;
        check("units", units.len() as f64, !units.is_empty(), "at least 1 layer")?;
        let n = n_inputs.saturating_mul(embedding);
        check("embedding", n as f64, n <= MOST_PARAMETERS, "at most 2^30 numbers in all")
    }

    /// Checks that weights are those of a model of these sizes: all its tensors and no other, in
    /// its shapes, with finite numbers.
    ///
    /// # Errors
    ///
    /// [`LoadError::MissingTensor`], [`LoadError::UnknownTensor`], [`LoadError::Shape`] and
    /// [`LoadError::NotFinite`], each with the tensor's name.
    pub fn check(&self, weights: &Weights) -> Result<(), LoadError> {
        self.check_shapes(weights)?;
        weights.check_finite()
    }

    /// Checks names and shapes alone. It comes before any memory is asked for.
    ///
    /// # Errors
    ///
    /// As [`check`](LanguageSizes::check), but for those about numbers.
    pub fn check_shapes(&self, weights: &Weights) -> Result<(), LoadError> {
        weights.check_tensors(&self.tensors())
    }
}

impl Model {
    /// With weights that a training gave: their shapes are checked, not their numbers.
    pub(super) fn with_shapes(
        sizes: &LanguageSizes,
        weights: &Weights,
    ) -> Result<Model, LoadError> {
        sizes.check_shapes(weights)?;
        let mut model = Model::zeros(sizes)?;
        model.write(weights);
        Ok(model)
    }

    /// All weights, by the names of their tensors.
    pub(super) fn weights(&self) -> Weights {
        self.plan.export(&self.values)
    }

    /// Writes weights that were checked.
    pub(super) fn write(&mut self, weights: &Weights) {
        self.plan.write(weights, &mut self.values);
    }
}
