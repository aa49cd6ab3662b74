//! Which tensors a network has, and its weights in and out.

use oddity_core::Seed;

use crate::load_error::LoadError;
use crate::model::Model;
use crate::network::{Layer, Network};
use crate::plan::Plan;
use crate::weights::Weights;

/// The tensors of a batch norm that are moved from batch to batch, and not trained.
pub(crate) const STATISTICS: [&str; 2] = ["moving_mean", "moving_variance"];

impl Weights {
    /// Checks that these are the weights of a network: all its tensors and no other, in its
    /// shapes, with finite numbers and no variance below 0.
    ///
    /// # Errors
    ///
    /// [`LoadError::MissingTensor`], [`LoadError::UnknownTensor`], [`LoadError::Shape`],
    /// [`LoadError::NotFinite`] and [`LoadError::Variance`], each with the tensor's name, and
    /// [`LoadError::Network`] for a network that is none.
    pub fn check(&self, network: &Network) -> Result<(), LoadError> {
        self.check_shapes(network)?;
        self.check_finite()?;
        for (name, _, values) in self.iter().filter(|(name, ..)| name.ends_with(STATISTICS[1])) {
            if let Some(index) = values.iter().position(|&value| value < 0.0) {
                let (name, value) = (name.to_owned(), values[index]);
                return Err(LoadError::Variance { name, index, value });
            }
        }
        Ok(())
    }

    /// Checks names and shapes alone. It comes before any memory is asked for, so that no size of
    /// a broken description is believed that the tensors do not have.
    ///
    /// # Errors
    ///
    /// As [`check`](Weights::check), but for those about numbers.
    pub fn check_shapes(&self, network: &Network) -> Result<(), LoadError> {
        self.check_tensors(&network.tensors()?)
    }

    /// Checks that these are tensors of such names and shapes, and no other.
    pub(crate) fn check_tensors(&self, wanted: &[(String, Vec<usize>)]) -> Result<(), LoadError> {
        for (name, expected) in wanted {
            let Some((found, _)) = self.get(name) else {
                return Err(LoadError::MissingTensor { name: name.clone() });
            };
            if found != expected {
                let (expected, found) = (expected.clone(), found.to_vec());
                return Err(LoadError::Shape { name: name.clone(), expected, found });
            }
        }
        let unknown = |(name, ..): &(&str, &[usize], &[f32])| {
            !wanted.iter().any(|(wanted, _)| wanted == name)
        };
        match self.iter().find(unknown) {
            Some((name, ..)) => Err(LoadError::UnknownTensor { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Checks that all numbers are finite.
    pub(crate) fn check_finite(&self) -> Result<(), LoadError> {
        for (name, _, values) in self.iter() {
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                let (name, value) = (name.to_owned(), values[index]);
                return Err(LoadError::NotFinite { name, index, value });
            }
        }
        Ok(())
    }
}

impl Network {
    /// Names and shapes of all tensors ([`Weights`]), in the order of the layers and, within a
    /// layer, of the table there.
    ///
    /// # Errors
    ///
    /// Those of [`Network::n_parameters`].
    pub fn tensors(&self) -> oddity_core::Result<Vec<(String, Vec<usize>)>> {
        let mut tensors = Vec::new();
        let mut before = self.input();
        for (index, (layer, flow)) in self.layers.iter().zip(self.flows()?).enumerate() {
            let mut tensor = |name: &str, shape: &[usize]| {
                tensors.push((format!("layers.{index}.{name}"), shape.to_vec()));
            };
            match *layer {
                Layer::Dense { units, .. } => {
                    tensor("kernel", &[before.width, units]);
                    tensor("bias", &[units]);
                }
                Layer::Lstm { units, .. } => {
                    // A size that has no product has no tensor either.
                    let gates = units.saturating_mul(4);
                    tensor("kernel", &[before.width, gates]);
                    tensor("recurrent_kernel", &[units, gates]);
                    tensor("bias", &[gates]);
                }
                Layer::BatchNorm { .. } => {
                    for name in ["gamma", "beta", STATISTICS[0], STATISTICS[1]] {
                        tensor(name, &[before.width]);
                    }
                }
                _ => {}
            }
            before = flow;
        }
        Ok(tensors)
    }
}

impl Network {
    /// Weights before training, as Keras draws them: kernels Glorot uniform, recurrent kernels
    /// orthogonal, biases 0 with forget bias 1, and batch norms that change nothing.
    ///
    /// # Errors
    ///
    /// Those of [`Network::n_parameters`].
    pub fn initial_weights(&self, seed: Seed) -> oddity_core::Result<Weights> {
        Ok(Model::new(self, seed)?.weights())
    }
}

impl Model {
    /// With weights that a training gave: their shapes are checked, not their numbers.
    pub(crate) fn with_shapes(network: &Network, weights: &Weights) -> Result<Model, LoadError> {
        weights.check_shapes(network)?;
        let mut model = Model::zeros(network)?;
        model.write(weights);
        Ok(model)
    }

    /// With these weights; its moving statistics are in use.
    pub(crate) fn with_weights(network: &Network, weights: &Weights) -> Result<Model, LoadError> {
        weights.check(network)?;
        Model::with_shapes(network, weights)
    }

    /// All weights and moving statistics.
    pub(crate) fn weights(&self) -> Weights {
        let mut weights = self.plan.export(&self.values);
        for (layer, statistics) in self.statistics() {
            for (name, values) in STATISTICS.iter().zip(statistics) {
                put(&mut weights, format!("layers.{layer}.{name}"), vec![values.len()], values);
            }
        }
        weights
    }

    /// Takes over weights and moving statistics.
    pub(crate) fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        weights.check(&self.network)?;
        self.write(weights);
        Ok(())
    }

    /// Writes weights that were checked.
    fn write(&mut self, weights: &Weights) {
        self.plan.write(weights, &mut self.values);
        for (_, norm) in self.plan.norms() {
            let layer = self.plan.tensors[norm.gamma].layer;
            let state = &mut self.norms[norm.index];
            for (name, to) in
                STATISTICS.iter().zip([&mut state.moving_mean, &mut state.moving_variance])
            {
                if let Some((_, values)) = weights.get(&format!("layers.{layer}.{name}")) {
                    to.copy_from_slice(values);
                }
            }
        }
        self.use_moving_statistics();
    }

    /// Moving mean and variance of each batch norm, by its layer.
    fn statistics(&self) -> impl Iterator<Item = (usize, [&[f32]; 2])> {
        self.plan.norms().map(|(_, norm)| {
            let state = &self.norms[norm.index];
            let statistics = [&*state.moving_mean, &*state.moving_variance];
            (self.plan.tensors[norm.gamma].layer, statistics)
        })
    }
}

impl Plan {
    /// One number a parameter, packed as the parameters are, by the parameters' names.
    pub(crate) fn export(&self, values: &[f32]) -> Weights {
        let mut weights = Weights::default();
        for tensor in &self.tensors {
            put(&mut weights, tensor.full_name(), tensor.sizes(), &tensor.read(values));
        }
        weights
    }

    /// The inverse of [`Plan::export`]; nothing is changed where it fails.
    pub(crate) fn import(&self, weights: &Weights, values: &mut [f32]) -> Result<(), LoadError> {
        for tensor in &self.tensors {
            let name = tensor.full_name();
            let Some((found, _)) = weights.get(&name) else {
                return Err(LoadError::MissingTensor { name });
            };
            let expected = tensor.sizes();
            if found != expected {
                return Err(LoadError::Shape { name, expected, found: found.to_vec() });
            }
        }
        self.write(weights, values);
        Ok(())
    }

    /// Writes weights that were checked.
    pub(crate) fn write(&self, weights: &Weights, values: &mut [f32]) {
        for tensor in &self.tensors {
            if let Some((_, rows)) = weights.get(&tensor.full_name()) {
                tensor.write(rows, values);
            }
        }
    }
}

fn put(weights: &mut Weights, name: String, shape: Vec<usize>, values: &[f32]) {
    let numbers = super::Numbers { shape, values: values.to_vec() };
    weights.tensors.insert(name, numbers);
}
