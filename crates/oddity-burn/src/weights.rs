//! Weights into burn's tensors and back, bit for bit.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorData};
use oddity_neural::{LoadError, Network, Weights};

use crate::network::BurnNetwork;

/// Weights of a network, to be looked up by layer and name.
pub(crate) struct Names<'a> {
    weights: &'a Weights,
    device: &'a Device,
}

impl<'a> Names<'a> {
    /// Checks that they are the network's: all its tensors in its shapes, and no other.
    pub(crate) fn new(
        network: &Network,
        weights: &'a Weights,
        device: &'a Device,
    ) -> Result<Names<'a>, LoadError> {
        weights.check_shapes(network)?;
        Ok(Names { weights, device })
    }

    pub(crate) fn tensor<const D: usize>(
        &self,
        layer: usize,
        name: &str,
    ) -> Result<Tensor<D>, LoadError> {
        let name = format!("layers.{layer}.{name}");
        match self.weights.get(&name) {
            Some((shape, values)) => Ok(tensor(shape, values, self.device)),
            None => Err(LoadError::MissingTensor { name }),
        }
    }
}

/// Weights and moving statistics of a module, by their names.
pub(crate) fn read(module: &BurnNetwork, network: &Network) -> Weights {
    let mut reader = Reader { rows: Vec::new() };
    module.visit(&mut reader);
    named(network, reader.rows)
}

/// Puts one row of numbers a tensor, in the order of [`Network::tensors`], under their names.
pub(crate) fn named(network: &Network, rows: Vec<Vec<f32>>) -> Weights {
    let mut weights = Weights::default();
    for ((name, shape), values) in names(network).into_iter().zip(rows) {
        let inserted = weights.insert(name, &shape, values);
        debug_assert!(inserted.is_ok(), "a module has the network's shapes");
    }
    weights
}

/// Names and shapes of all tensors of a network that was checked.
pub(crate) fn names(network: &Network) -> Vec<(String, Vec<usize>)> {
    match network.tensors() {
        Ok(tensors) => tensors,
        Err(error) => unreachable!("modules are made of networks that fit: {error}"),
    }
}

/// The module with other weights, which are those of its network.
pub(crate) fn write(module: BurnNetwork, network: &Network, weights: &Weights) -> BurnNetwork {
    let names = names(network).into_iter().map(|(name, _)| name).collect();
    module.map(&mut Writer { weights, names, at: 0 })
}

/// A device's numbers.
///
/// # Panics
///
/// If the device is lost.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    match tensor.try_into_vec_as::<f32>() {
        Ok(values) => values,
        Err(error) => panic!("the device gave no numbers: {error:?}"),
    }
}

fn tensor<const D: usize>(shape: &[usize], values: &[f32], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape.to_vec()), device)
}

/// Visits tensors in the order of the layers' fields, which is that of their names.
struct Reader {
    rows: Vec<Vec<f32>>,
}

impl ModuleVisitor for Reader {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.rows.push(numbers(param.val().inner()));
    }
}

struct Writer<'a> {
    weights: &'a Weights,
    names: Vec<String>,
    at: usize,
}

impl ModuleMapper for Writer<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let found = self.weights.get(&self.names[self.at]);
        self.at += 1;
        let Some((shape, values)) = found else { return param };
        param.map(|old| {
            let new = tensor(shape, values, &old.device());
            new.set_require_grad(old.is_require_grad())
        })
    }
}
