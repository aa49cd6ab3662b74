//! A network as a burn module.

use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor};
use oddity_core::{Error, Result};
use oddity_neural::{Layer, LoadError, Network, Weights};

use crate::activation::known;
use crate::batch_norm::BatchNorm;
use crate::dense::Dense;
use crate::dropout::Dropout;
use crate::flow::Flow;
use crate::lstm::Lstm;
use crate::weights;

/// The layers of a [`Network`] as a burn module: its parameters and moving statistics in the order
/// and the shapes of [`Weights`].
///
/// ```
/// use burn::module::Module;
/// use burn::store::ModuleRecord;
/// use burn::tensor::{Device, Tensor};
/// use oddity_burn::BurnNetwork;
/// use oddity_core::Seed;
/// use oddity_neural::Network;
///
/// let network: Network = toml::from_str(
///     "inputs = 3\nsteps = 5\nlayers = [{ layer = 'lstm', units = 4 }, { layer = 'dense', units = 3 }]",
/// )?;
/// let weights = network.initial_weights(Seed(1))?;
/// let module = BurnNetwork::new(&network, &weights, &Device::flex())?;
/// let outputs = module.infer(Tensor::ones([2, 5, 3], &Device::flex()));
/// assert_eq!(outputs.dims(), [2, 5, 3]);
/// assert_eq!(module.weights(), weights);
///
/// // Burn's own format.
/// let record = ModuleRecord::from_bytes(module.clone().into_record().into_bytes()?)?;
/// let zeros = network.initial_weights(Seed(2))?;
/// let again = BurnNetwork::new(&network, &zeros, &Device::flex())?.load_record(record);
/// assert_eq!(again.weights(), weights);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct BurnNetwork {
    layers: Vec<BurnLayer>,
    #[module(skip)]
    network: Network,
}

#[derive(Module, Debug)]
enum BurnLayer {
    Dense(Dense),
    Lstm(Lstm),
    BatchNorm(BatchNorm),
    Dropout(Dropout),
    Repeat(Repeat),
}

/// Makes a row a sequence of equal rows.
#[derive(Module, Debug)]
struct Repeat {
    #[module(skip)]
    steps: usize,
}

/// What a pass through the layers depends on and leaves.
pub(crate) struct Pass {
    /// Whether it is one of training.
    pub(crate) trains: bool,
    /// Samples of the batch.
    pub(crate) n_batch: usize,
    /// What dropout's choices are a function of.
    pub(crate) key: u64,
    /// What joins the loss.
    pub(crate) penalties: Vec<Tensor<1>>,
}

impl Pass {
    fn inference() -> Pass {
        Pass { trains: false, n_batch: 1, key: 0, penalties: Vec::new() }
    }
}

impl BurnNetwork {
    /// A network with these weights on a device.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`] but for numbers that are not finite, which are let pass, and
    /// [`Error::Backend`], as [`LoadError::Network`], for a layer that is not known here.
    pub fn new(
        network: &Network,
        weights: &Weights,
        device: &Device,
    ) -> Result<BurnNetwork, LoadError> {
        let mut n_dropouts = 0;
        let mut layers = Vec::with_capacity(network.layers.len());
        weights.check_shapes(network)?;
        let names = weights::Names::new(weights, device);
        for (index, layer) in network.layers.iter().enumerate() {
            layers.push(layer_of(layer, index, &names, &mut n_dropouts)?);
        }
        Ok(BurnNetwork { layers, network: network.clone() })
    }

    /// What the network makes of samples, `[sample][step][column]`, in inference; rows have one
    /// step.
    ///
    /// # Panics
    ///
    /// If the samples are not of the network's shape.
    pub fn infer(&self, samples: Tensor<3>) -> Tensor<3> {
        let [n_samples, n_steps, width] = samples.dims();
        let rows = samples.swap_dims(0, 1).reshape([n_steps * n_samples, width]);
        let flow = self.clone().forward(Flow::Whole { rows, n_steps }, &mut Pass::inference());
        let n_steps = flow.n_steps();
        let rows = flow.into_whole();
        let [_, width] = rows.dims();
        rows.reshape([n_steps, n_samples, width]).swap_dims(0, 1)
    }

    /// The layers.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Weights and moving statistics as they are now.
    ///
    /// # Panics
    ///
    /// If the device is lost.
    pub fn weights(&self) -> Weights {
        weights::read(self, &weights::tensors_of(&self.network))
    }

    /// One pass; in training batch norms take up the batch's statistics.
    pub(crate) fn forward(&mut self, mut flow: Flow, pass: &mut Pass) -> Flow {
        for layer in &mut self.layers {
            flow = match layer {
                BurnLayer::Dense(layer) => layer.forward(flow, pass),
                BurnLayer::Lstm(layer) => layer.forward(flow, pass),
                BurnLayer::BatchNorm(layer) => layer.forward(flow, pass),
                BurnLayer::Dropout(layer) => layer.forward(flow, pass),
                BurnLayer::Repeat(Repeat { steps }) => {
                    Flow::Repeated { rows: flow.into_whole(), n_steps: *steps }
                }
            };
        }
        flow
    }
}

fn layer_of(
    layer: &Layer,
    index: usize,
    names: &weights::Names<'_>,
    n_dropouts: &mut usize,
) -> Result<BurnLayer, LoadError> {
    let matrix = |name| names.tensor::<2>(index, name).map(Param::from_tensor);
    let row = |name| names.tensor::<1>(index, name).map(Param::from_tensor);
    // No parameter of training.
    let statistic = |name| {
        let tensor = names.tensor::<1>(index, name)?;
        Ok::<_, LoadError>(Param::initialized(ParamId::new(), tensor))
    };
    let mut dropout = |kernel| {
        *n_dropouts += 1;
        BurnLayer::Dropout(Dropout { kernel, index: *n_dropouts - 1 })
    };
    let known_activation = |activation| {
        if known(activation) { Ok(activation) } else { Err(unknown("has no such activation")) }
    };
    Ok(match *layer {
        Layer::Dense { activation, activity_l1, .. } => BurnLayer::Dense(Dense {
            kernel: matrix("kernel")?,
            bias: row("bias")?,
            activation: known_activation(activation)?,
            activity_l1,
        }),
        Layer::Lstm { activation, gate, returns, .. } => BurnLayer::Lstm(Lstm {
            kernel: matrix("kernel")?,
            recurrent_kernel: matrix("recurrent_kernel")?,
            bias: row("bias")?,
            activation: known_activation(activation)?,
            gate,
            returns,
        }),
        Layer::BatchNorm { momentum, epsilon } => BurnLayer::BatchNorm(BatchNorm {
            gamma: row("gamma")?,
            beta: row("beta")?,
            moving_mean: statistic("moving_mean")?,
            moving_variance: statistic("moving_variance")?,
            momentum,
            epsilon,
        }),
        Layer::Dropout { rate } => dropout(oddity_kernels::dropout::Dropout::plain(rate as f32)),
        Layer::AlphaDropout { rate } => {
            dropout(oddity_kernels::dropout::Dropout::alpha(rate as f32))
        }
        Layer::Repeat { steps } => BurnLayer::Repeat(Repeat { steps }),
        _ => return Err(unknown("has no such layer").into()),
    })
}

fn unknown(problem: &'static str) -> Error {
    Error::Backend { step: "network", backend: "burn".to_owned(), problem }
}
