//! The parameters of the online LSTM autoencoder.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::NAME;
use crate::activation::Activation;
use crate::network::{Gate, Layer, Network, Returns};
use crate::training::{Loss, TrainingParams};

/// Parameters of [`OnlineLstmAutoencoder`](super::OnlineLstmAutoencoder).
///
/// The study that the detector comes from reads single events (`steps = 1`), with encoding 248
/// (`layers` of 248, 248, 124, 124 and 248 units with ReLU, `output = { lstm = "sigmoid" }`,
/// `target = "same"`, `scale = false`), and takes a tolerance of 0.1 standard errors of a
/// memory of 50, which are 0.0141 deviations (`outliers = { zeros = { tolerance = 0.0141 } }`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OnlineLstmAutoencoderParams {
    /// Events that the network reads at a time. Default 10.
    pub steps: usize,
    /// Layers from the events to the output layer: dense, LSTM and dropout. Where an LSTM
    /// returns its last step, one event is made, else one of each step. By default an LSTM of
    /// 64 units that returns its last step.
    pub layers: Vec<Layer>,
    /// The layer that makes as many columns as an event has.
    pub output: OnlineOutput,
    /// What the network should make.
    pub target: OnlineTarget,
    /// Events behind the running mean and deviation of each column. Default 50, the study's.
    pub memory: usize,
    /// Whether columns are centred by the running mean and divided by the running deviation.
    /// By default they are.
    pub scale: bool,
    /// What is learnt from events that are far from those in memory.
    pub outliers: Outliers,
    /// Whether the detector goes on learning while it scores. By default it does.
    pub adapts: bool,
    /// What a step of learning makes smaller.
    pub loss: Loss,
    /// Of Adam, whose other numbers are those of Keras. Default 0.001.
    pub learning_rate: f64,
    /// Gradients longer than this are shortened to it. By default none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
}

/// The layer that makes as many columns as an event has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnlineOutput {
    /// A dense layer with this activation.
    Dense(Activation),
    /// An LSTM layer with this activation of candidate and output; its gates are sigmoid.
    Lstm(Activation),
}

/// What the network should make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnlineTarget {
    /// The event that follows those it reads.
    #[default]
    Next,
    /// The last event that it reads.
    Same,
}

/// What is learnt from events that are far from those in memory: of which some column is more
/// than the tolerance, in running deviations, off its running mean. Until the memory is full
/// every event counts as one. All events enter the memory: else a lasting change of the stream
/// would be rejected for good.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outliers {
    /// As much as from the others; nothing waits for the memory.
    Learn,
    /// Nothing.
    Skip {
        /// Running deviations, more than 0.
        tolerance: f64,
    },
    /// To make them from zeros, which the network then reads in their place: what the layer of
    /// the timeline study does.
    Zeros {
        /// Running deviations, more than 0.
        tolerance: f64,
    },
}

impl Default for Outliers {
    /// Skips what is more than 10 deviations off: a flag that one event in a memory of 50 has
    /// is 7 off at the next event that has it.
    fn default() -> Outliers {
        Outliers::Skip { tolerance: 10.0 }
    }
}

impl Default for OnlineLstmAutoencoderParams {
    fn default() -> OnlineLstmAutoencoderParams {
        let lstm = Layer::Lstm {
            units: 64,
            activation: Activation::Tanh,
            gate: Gate::Sigmoid,
            returns: Returns::Last,
        };
        OnlineLstmAutoencoderParams {
            steps: 10,
            layers: vec![lstm],
            output: OnlineOutput::Dense(Activation::Linear),
            target: OnlineTarget::Next,
            memory: 50,
            scale: true,
            outliers: Outliers::default(),
            adapts: true,
            loss: Loss::default(),
            learning_rate: 1e-3,
            clip_norm: None,
        }
    }
}

impl OnlineLstmAutoencoderParams {
    pub(super) fn check(&self) -> Result<()> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(NAME, name, found, ok, wanted);
        check("steps", self.steps as f64, 1 <= self.steps, "at least 1")?;
        check("memory", self.memory as f64, 1 <= self.memory, "at least 1")?;
        if let Outliers::Skip { tolerance } | Outliers::Zeros { tolerance } = self.outliers {
            let ok = 0.0 < tolerance && tolerance.is_finite();
            check("tolerance", tolerance, ok, "more than 0")?;
        }
        self.training().check(NAME)?;
        let normed = |layer: &&Layer| matches!(layer, Layer::BatchNorm { .. });
        let n_norms = self.layers.iter().filter(normed).count();
        check("layers", n_norms as f64, n_norms == 0, "no batch norm: an event is no batch")?;
        let flows = self.network(1).flows()?;
        let steps = flows.last().and_then(|flow| flow.steps).unwrap_or(self.steps);
        check("layers", steps as f64, steps == self.steps, "as many steps made as are read")
    }

    /// The network for events of this many columns.
    pub(super) fn network(&self, n_columns: usize) -> Network {
        let mut layers = self.layers.clone();
        layers.push(match self.output {
            OnlineOutput::Dense(activation) => {
                Layer::Dense { units: n_columns, activation, activity_l1: 0.0 }
            }
            OnlineOutput::Lstm(activation) => Layer::Lstm {
                units: n_columns,
                activation,
                gate: Gate::Sigmoid,
                returns: Returns::All,
            },
        });
        Network { inputs: n_columns, steps: Some(self.steps), layers }
    }

    /// What a step of learning depends on; the parts of a training in epochs are not read.
    pub(super) fn training(&self) -> TrainingParams {
        TrainingParams {
            loss: self.loss,
            learning_rate: self.learning_rate,
            clip_norm: self.clip_norm,
            ..TrainingParams::default()
        }
    }

    /// Whether the network makes in training what it makes in inference.
    pub(super) fn drops_nothing(&self) -> bool {
        let drops =
            |layer: &Layer| matches!(layer, Layer::Dropout { .. } | Layer::AlphaDropout { .. });
        !self.layers.iter().any(drops)
    }
}
