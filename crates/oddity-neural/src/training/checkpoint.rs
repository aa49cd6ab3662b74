//! Everything that a training needs to go on, as bytes.

use oddity_core::{Seed, TrainingHistory};
use serde::{Deserialize, Serialize};

use crate::backend::{Engine, OptimizerState, check_moments};
use crate::load_error::LoadError;
use crate::network::Network;
use crate::training::TrainingParams;
use crate::weights::{Archive, Weights, write_archive};

/// The form of descriptions that is written, and the last that is read.
const FORM: u32 = 1;
/// What stands before the names of the four sets of tensors.
const WEIGHTS: &str = "weights.";
const MOMENTS: [&str; 2] = ["moments_1.", "moments_2."];
const BEST: &str = "best.";

/// A training behind one of its epochs.
///
/// A watcher is given its bytes ([`oddity_core::Progress::checkpoint`]); a training goes on from
/// them to the same bits, on a processor with the same vector instructions. The bytes are
/// safetensors: `weights.*`, Adam's `moments_1.*` and `moments_2.*`, and `best.*`, each named as
/// in [`Weights`], with a checksum over everything.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub(super) description: Description,
    pub(super) weights: Weights,
    pub(super) moments: [Weights; 2],
    /// Those of the best epoch, unless that is the last or they are not wanted.
    pub(super) best: Option<Weights>,
}

/// All but the tensors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Description {
    form: u32,
    /// Steps of the optimiser.
    pub(super) n_steps: u64,
    pub(super) training: Training,
    pub(super) rate: RateState,
    pub(super) history: TrainingHistory,
}

/// Which training it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Training {
    pub(super) name: String,
    pub(super) n_samples: usize,
    /// As text, since TOML has no unsigned numbers of 64 bits.
    pub(super) seed: String,
    pub(super) network: Network,
    pub(super) params: TrainingParams,
    /// On which backend.
    #[serde(default = "native", skip_serializing_if = "is_native")]
    pub(super) backend: String,
}

fn native() -> String {
    "native".to_owned()
}

fn is_native(backend: &str) -> bool {
    backend == "native"
}

/// What a schedule remembers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RateState {
    pub(crate) factor: f64,
    pub(crate) least: f64,
    pub(crate) waited: usize,
}

impl Checkpoint {
    /// The bytes: the same for the same training and epoch.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut tensors = Weights::default();
        tensors.extend(WEIGHTS, self.weights.clone());
        for (prefix, moments) in MOMENTS.iter().zip(&self.moments) {
            tensors.extend(prefix, moments.clone());
        }
        if let Some(best) = &self.best {
            tensors.extend(BEST, best.clone());
        }
        write_archive(&tensors, Some(&self.description))
    }

    /// Reads what [`to_bytes`](Checkpoint::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for bytes that are not what was written, cut or altered.
    pub fn from_bytes(bytes: &[u8]) -> Result<Checkpoint, LoadError> {
        let archive = Archive::read(bytes)?;
        let description: Description = archive.description(FORM)?;
        let Description { training, history, .. } = &description;
        training.params.check("checkpoint")?;
        let n_epochs = history.epochs.len();
        if n_epochs <= history.best || training.params.epochs < n_epochs {
            let message = "epochs that the training does not have".to_owned();
            return Err(LoadError::Description { message });
        }
        let best = training.params.restore_best && history.best + 1 < n_epochs;
        let tensors = &archive.weights;
        let checkpoint = Checkpoint {
            weights: tensors.below(WEIGHTS),
            moments: MOMENTS.map(|prefix| tensors.below(prefix)),
            best: best.then(|| tensors.below(BEST)),
            description,
        };
        let network = &checkpoint.description.training.network;
        checkpoint.weights.check(network)?;
        check_moments(&checkpoint.moments, network).map_err(|(_, error)| error)?;
        checkpoint.best.iter().try_for_each(|best| best.check(network))?;
        let known = [WEIGHTS, MOMENTS[0], MOMENTS[1], BEST];
        let unknown = |name: &&str| !known.iter().any(|prefix| name.starts_with(prefix));
        match tensors.iter().map(|(name, ..)| name).find(unknown) {
            Some(name) => Err(LoadError::UnknownTensor { name: name.to_owned() }),
            None => Ok(checkpoint),
        }
    }

    /// Every epoch that was run, in order.
    pub fn history(&self) -> &TrainingHistory {
        &self.description.history
    }

    /// The network in training.
    pub fn network(&self) -> &Network {
        &self.description.training.network
    }

    /// The weights behind the last epoch.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The weights of the best epoch, if they are not those of the last one and the parameters
    /// say that they should stay.
    pub fn best(&self) -> Option<&Weights> {
        self.best.as_ref()
    }

    /// Of a training between two epochs.
    pub(super) fn new(
        training: Training,
        engine: &dyn Engine,
        rate: RateState,
        history: &TrainingHistory,
        best: Option<&Weights>,
    ) -> Checkpoint {
        let apart = training.params.restore_best && history.best + 1 < history.epochs.len();
        let OptimizerState { n_steps, moments } = engine.optimizer();
        Checkpoint {
            weights: engine.weights(),
            moments,
            best: best.filter(|_| apart).cloned(),
            description: Description {
                form: FORM,
                n_steps,
                training,
                rate,
                history: history.clone(),
            },
        }
    }

    /// Sets a new engine where the checkpoint is; returns the weights of the best epoch, or those
    /// of the last where the best are not kept.
    pub(super) fn restore(&self, engine: &mut dyn Engine) -> Result<Weights, LoadError> {
        engine.set_weights(&self.weights)?;
        let n_steps = self.description.n_steps;
        engine.set_optimizer(&OptimizerState { n_steps, moments: self.moments.clone() })?;
        Ok(self.best.as_ref().unwrap_or(&self.weights).clone())
    }
}

impl Training {
    pub(super) fn new(
        name: &str,
        network: &Network,
        params: &TrainingParams,
        n_samples: usize,
        seed: Seed,
        backend: &str,
    ) -> Training {
        Training {
            name: name.to_owned(),
            n_samples,
            seed: seed.0.to_string(),
            network: network.clone(),
            params: params.clone(),
            backend: backend.to_owned(),
        }
    }

    /// Checks that a checkpoint is of this training.
    pub(super) fn check(&self, other: &Training) -> Result<(), LoadError> {
        let what = match other {
            _ if self.name != other.name => "detector",
            _ if self.network != other.network => "network",
            _ if self.params != other.params => "training parameters",
            _ if self.seed != other.seed => "seed",
            _ if self.n_samples != other.n_samples => "number of samples",
            _ if self.backend != other.backend => "backend",
            _ => return Ok(()),
        };
        Err(LoadError::OtherTraining { what })
    }
}
