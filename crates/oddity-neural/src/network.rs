//! Networks as data: layers, sizes, activations.

use oddity_core::{Error, Result};
use oddity_kernels::LANES;
use serde::{Deserialize, Serialize};

use crate::activation::Activation;

/// What names an error's origin.
pub(crate) const STEP: &str = "network";

/// Most numbers that all layers make of one sample, together with the sample's own: 64 MiB. Steps
/// are in no tensor's shape, so that a file could ask for any memory by them.
const MOST_NUMBERS: usize = 1 << 24;

/// Most parameters: 4 GiB, and three times as much again in training.
pub(crate) const MOST_PARAMETERS: usize = 1 << 30;

/// A chain of layers over rows or windows.
///
/// ```
/// use oddity_neural::{Layer, Network};
///
/// let network: Network = toml::from_str(
///     "inputs = 3
///      steps = 10
///      layers = [
///          { layer = 'lstm', units = 8, returns = 'last' },
///          { layer = 'repeat', steps = 10 },
///          { layer = 'lstm', units = 8 },
///          { layer = 'dense', units = 3 },
///      ]",
/// )?;
/// assert_eq!(network.n_parameters()?, 4 * 8 * (3 + 8 + 1) + 4 * 8 * (8 + 8 + 1) + 3 * 9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Numbers of an input row.
    pub inputs: usize,
    /// Rows of an input window; none where the network reads single rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// The layers, the first reads the input.
    pub layers: Vec<Layer>,
}

/// One layer. Numbers not given have the defaults of Keras.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "layer", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Layer {
    /// `a(x W + b)` of every row.
    Dense {
        /// Numbers of an output row.
        units: usize,
        /// Applied to each.
        #[serde(default)]
        activation: Activation,
        /// This times the sum of the outputs' sizes, over the batch's samples, joins the loss.
        #[serde(default)]
        activity_l1: f64,
    },
    /// Long short-term memory (doi:10.1162/neco.1997.9.8.1735).
    Lstm {
        /// Numbers of an output row.
        units: usize,
        /// Of the candidate and of the output.
        #[serde(default = "tanh")]
        activation: Activation,
        /// Of the gates.
        #[serde(default)]
        gate: Gate,
        /// Which outputs the next layer reads.
        #[serde(default)]
        returns: Returns,
    },
    /// Batch norm a column, over samples and steps (arXiv 1502.03167).
    BatchNorm {
        /// Share of the moving statistics that a batch leaves as they were.
        #[serde(default = "momentum")]
        momentum: f64,
        /// Added to the variance.
        #[serde(default = "epsilon")]
        epsilon: f64,
    },
    /// Sets a share of the numbers to 0 in training.
    Dropout {
        /// The share.
        rate: f64,
    },
    /// Dropout that keeps mean and variance behind SELU (arXiv 1706.02515).
    AlphaDropout {
        /// The share.
        rate: f64,
    },
    /// Makes a row a sequence of equal rows.
    Repeat {
        /// Rows of the sequence.
        steps: usize,
    },
}

/// The activation of an LSTM's gates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// `1 / (1 + exp(-x))`.
    #[default]
    Sigmoid,
    /// `clip(0.2 x + 0.5, 0, 1)`, the default of Keras until 2.2.
    HardSigmoid,
}

/// Which outputs of a sequence layer the next layer reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Returns {
    /// Those of all steps.
    #[default]
    All,
    /// Those of the last step.
    Last,
}

fn tanh() -> Activation {
    Activation::Tanh
}

fn momentum() -> f64 {
    0.99
}

fn epsilon() -> f64 {
    1e-3
}

/// What flows between layers: rows of `width` numbers, `steps` of them a sample in sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) width: usize,
    pub(crate) steps: Option<usize>,
}

impl Network {
    /// Checks that the layers fit each other, and counts their parameters: weights, biases, and
    /// for batch norm the moving statistics too, as Keras counts them.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a size of 0, a rate outside 0 to 1, a layer that cannot read
    /// what the one before makes, more than 2^30 parameters, or more than 2^24 numbers that all
    /// layers make of one sample, rows rounded up to multiples of 16.
    pub fn n_parameters(&self) -> Result<usize> {
        let mut n = 0usize;
        let mut flow = self.input();
        for (layer, after) in self.layers.iter().zip(self.flows()?) {
            // Sizes that no number counts are too large as well.
            let (inputs, units, n_each) = match *layer {
                Layer::Dense { units, .. } => (flow.width, units, 1),
                Layer::Lstm { units, .. } => (flow.width.saturating_add(units), units, 4),
                Layer::BatchNorm { .. } => (3, flow.width, 1),
                _ => (0, 0, 0),
            };
            let of_layer = inputs.saturating_add(1).saturating_mul(units).saturating_mul(n_each);
            n = n.saturating_add(of_layer);
            flow = after;
        }
        let wanted = "at most 2^30 parameters";
        Error::check_parameter(STEP, "layers", n as f64, n <= MOST_PARAMETERS, wanted)?;
        Ok(n)
    }

    pub(crate) fn input(&self) -> Flow {
        Flow { width: self.inputs, steps: self.steps }
    }

    /// What each layer makes.
    pub(crate) fn flows(&self) -> Result<Vec<Flow>> {
        let check = Error::check_parameter;
        check(STEP, "inputs", self.inputs as f64, 1 <= self.inputs, "at least 1")?;
        let steps = self.steps.unwrap_or(1);
        check(STEP, "steps", steps as f64, 1 <= steps, "at least 1")?;
        let n_layers = self.layers.len();
        check(STEP, "layers", n_layers as f64, 1 <= n_layers, "at least 1")?;
        let mut flow = self.input();
        let mut n = flow.numbers();
        self.layers
            .iter()
            .map(|layer| {
                flow = layer.after(flow)?;
                n = n.saturating_add(flow.numbers());
                let wanted = "at most 2^24 numbers of one sample, those of all layers together";
                check(STEP, "layers", n as f64, n <= MOST_NUMBERS, wanted)?;
                Ok(flow)
            })
            .collect()
    }

    /// Checks that the network fits together and makes what it reads, for an algorithm of that
    /// name.
    pub(crate) fn check_repeats(&self, step: &'static str) -> Result<()> {
        self.n_parameters()?;
        let (input, output) = (self.input(), self.flows()?.last().copied());
        let output = output.unwrap_or(input);
        let found =
            if output.width == input.width { output.steps.unwrap_or(1) } else { output.width };
        let wanted = "an output of the input's shape";
        Error::check_parameter(step, "layers", found as f64, output == input, wanted)
    }
}

impl Flow {
    /// Numbers that it takes, of one sample, in rows of whole vectors.
    fn numbers(self) -> usize {
        let padded = self.width.checked_next_multiple_of(LANES).unwrap_or(usize::MAX);
        padded.saturating_mul(self.steps.unwrap_or(1))
    }
}

impl Layer {
    /// What the layer makes of what it reads.
    fn after(&self, flow: Flow) -> Result<Flow> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(STEP, name, found, ok, wanted);
        match *self {
            Layer::Dense { units, activity_l1, .. } => {
                check("units", units as f64, 1 <= units, "at least 1")?;
                let ok = 0.0 <= activity_l1 && (activity_l1 as f32).is_finite();
                check(
                    "activity_l1",
                    activity_l1,
                    ok,
                    "at least 0, and finite in single precision",
                )?;
                Ok(Flow { width: units, ..flow })
            }
            Layer::Lstm { units, returns, .. } => {
                check("units", units as f64, 1 <= units, "at least 1")?;
                let wanted = "a sequence: windows, or a repeat layer before an lstm layer";
                check("steps", 0.0, flow.steps.is_some(), wanted)?;
                let steps = if returns == Returns::All { flow.steps } else { None };
                Ok(Flow { width: units, steps })
            }
            Layer::BatchNorm { momentum, epsilon } => {
                let ok = (0.0..1.0).contains(&momentum);
                check("momentum", momentum, ok, "at least 0 and less than 1")?;
                check("epsilon", epsilon, 0.0 < epsilon && epsilon.is_finite(), "more than 0")?;
                Ok(flow)
            }
            Layer::Dropout { rate } | Layer::AlphaDropout { rate } => {
                let ok = 0.0 <= rate && (rate as f32) < 1.0;
                check("rate", rate, ok, "at least 0, and less than 1 in single precision")?;
                Ok(flow)
            }
            Layer::Repeat { steps } => {
                check("steps", steps as f64, 1 <= steps, "at least 1")?;
                let wanted = "rows, not a sequence, before a repeat layer";
                check("steps", flow.steps.unwrap_or(0) as f64, flow.steps.is_none(), wanted)?;
                Ok(Flow { steps: Some(steps), ..flow })
            }
        }
    }
}
