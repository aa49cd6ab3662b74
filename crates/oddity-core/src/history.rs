//! How a training in epochs went.

use serde::{Deserialize, Serialize};

/// The record of a training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingHistory {
    /// Every epoch that was run, in order.
    pub epochs: Vec<Epoch>,
    /// Index of the epoch with the least validation loss, or training loss where nothing was
    /// held out.
    pub best: usize,
}

/// The record of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Mean over the training samples, each with the weights at its turn.
    pub loss: f64,
    /// Mean over the samples held out, with the weights behind the epoch.
    pub validation_loss: Option<f64>,
    /// The optimiser's.
    pub learning_rate: f64,
}
