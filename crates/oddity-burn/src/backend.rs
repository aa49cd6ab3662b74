//! The backend: networks of `oddity-neural` that burn trains and scores with.

use oddity_core::{Error, Result};
use oddity_neural::{Backend, Engine, LoadError, Network, Scorer, Setup, Weights};

use crate::device::{BuildError, Device};
use crate::engine::{BurnEngine, BurnScorer};

/// Burn on a device, as a backend of neural detectors.
///
/// - On the CPU the same seed gives the same bits for any number of threads; on a GPU it need not.
/// - Recurrent layers run a step at a time, as tensor operations: on the CPU the native trainer
///   is several times faster.
#[derive(Clone, Debug)]
pub struct BurnBackend {
    id: String,
    device: burn::tensor::Device,
}

impl BurnBackend {
    /// Burn on this device.
    ///
    /// # Errors
    ///
    /// [`BuildError`] if the device's feature is not built.
    pub fn new(device: Device) -> Result<BurnBackend, BuildError> {
        Ok(BurnBackend { id: format!("burn/{device}"), device: device.burn()? })
    }
}

impl Backend for BurnBackend {
    fn id(&self) -> &str {
        &self.id
    }

    fn engine(&self, network: &Network, setup: Setup) -> Result<Box<dyn Engine>> {
        match BurnEngine::new(network, setup, &self.device) {
            Ok(engine) => Ok(Box::new(engine)),
            Err(LoadError::Network(source)) => Err(source),
            Err(other) => Err(Error::Foreign { step: "burn", source: other.into() }),
        }
    }

    fn scorer(&self, network: &Network, weights: &Weights) -> Result<Box<dyn Scorer>, LoadError> {
        Ok(Box::new(BurnScorer::new(network, weights, &self.device)?))
    }
}
