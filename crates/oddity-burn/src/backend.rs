//! The backend: networks of `oddity-neural` that burn trains and scores with.

use oddity_core::{Error, Result};
use oddity_neural::{
    Backend, Engine, LanguageEngine, LanguageScorer, LanguageSetup, LanguageSizes, LoadError,
    Network, Scorer, Setup, Weights,
};

use crate::device::{BuildError, Device};
use crate::engine::{BurnEngine, BurnScorer};
use crate::language::{BurnLanguageEngine, BurnLanguageScorer};

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
    ///
    /// # Panics
    ///
    /// Burn panics where the machine has no such GPU or no driver of it, here or where the first
    /// network is made.
    pub fn new(device: Device) -> Result<BurnBackend, BuildError> {
        Ok(BurnBackend { id: format!("burn/{device}"), device: device.burn()? })
    }
}

impl Backend for BurnBackend {
    fn id(&self) -> &str {
        &self.id
    }

    fn engine(&self, network: &Network, setup: Setup) -> Result<Box<dyn Engine>> {
        BurnEngine::new(network, setup, &network.initial_weights(setup.seed)?, &self.device)
            .map(|engine| Box::new(engine) as Box<dyn Engine>)
            .map_err(refused)
    }

    fn scorer(&self, network: &Network, weights: &Weights) -> Result<Box<dyn Scorer>, LoadError> {
        Ok(Box::new(BurnScorer::new(network, weights, &self.device)?))
    }

    fn engine_with(
        &self,
        network: &Network,
        setup: Setup,
        weights: &Weights,
    ) -> Result<Box<dyn Engine>, LoadError> {
        weights.check(network)?;
        Ok(Box::new(BurnEngine::new(network, setup, weights, &self.device)?))
    }

    fn language_engine(
        &self,
        sizes: &LanguageSizes,
        setup: LanguageSetup,
    ) -> Result<Box<dyn LanguageEngine>> {
        let weights = sizes.initial_weights(setup.seed)?;
        BurnLanguageEngine::new(sizes, setup, &weights, &self.device)
            .map(|engine| Box::new(engine) as Box<dyn LanguageEngine>)
            .map_err(refused)
    }

    fn language_scorer(
        &self,
        sizes: &LanguageSizes,
        weights: &Weights,
    ) -> Result<Box<dyn LanguageScorer>, LoadError> {
        Ok(Box::new(BurnLanguageScorer::new(sizes, weights, &self.device)?))
    }
}

fn refused(error: LoadError) -> Error {
    match error {
        LoadError::Network(source) => source,
        other => Error::Foreign { step: "burn", source: other.into() },
    }
}
