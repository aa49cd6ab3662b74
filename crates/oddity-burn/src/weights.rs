//! Weights into burn's tensors and back, bit for bit.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorData};
use oddity_neural::{LoadError, Network, Weights};

/// Name and shape of a tensor; a module's come in its order.
pub(crate) type Named = (String, Vec<usize>);

/// Weights whose shapes were checked, to be looked up by layer and name.
pub(crate) struct Names<'a> {
    weights: &'a Weights,
    device: &'a Device,
}

impl<'a> Names<'a> {
    pub(crate) fn new(weights: &'a Weights, device: &'a Device) -> Names<'a> {
        Names { weights, device }
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
pub(crate) fn read<M: Module>(module: &M, tensors: &[Named]) -> Weights {
    let mut reader = Reader { rows: Vec::new() };
    module.visit(&mut reader);
    let mut weights = Weights::default();
    for ((name, shape), values) in tensors.iter().zip(reader.rows) {
        let inserted = weights.insert(name.clone(), shape, values);
        debug_assert!(inserted.is_ok(), "a module has the shapes that it was made with");
    }
    weights
}

/// Names and shapes of all tensors of a network that was checked.
pub(crate) fn tensors_of(network: &Network) -> Vec<Named> {
    match network.tensors() {
        Ok(tensors) => tensors,
        Err(error) => unreachable!("modules are made of networks that fit: {error}"),
    }
}

/// The module with other weights, which have its names and shapes.
pub(crate) fn write<M: Module>(module: M, tensors: &[Named], weights: &Weights) -> M {
    module.map(&mut Writer { weights, tensors, at: 0 })
}

/// The module as it is, without gradients.
pub(crate) fn plain<M: Module>(module: &M) -> M {
    module.clone().map(&mut Plain)
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
    tensors: &'a [Named],
    at: usize,
}

impl ModuleMapper for Writer<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let found = self.weights.get(&self.tensors[self.at].0);
        self.at += 1;
        let Some((shape, values)) = found else { return param };
        param.map(|old| {
            let new = tensor(shape, values, &old.device());
            new.set_require_grad(old.is_require_grad())
        })
    }
}

struct Plain;

impl ModuleMapper for Plain {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(Tensor::inner)
    }
}
