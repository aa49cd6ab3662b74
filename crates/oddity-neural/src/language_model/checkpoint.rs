//! Everything that a language model's training needs to go on, as bytes.

use oddity_core::{Seed, SequencesView, Symbol, TrainingHistory};
use serde::{Deserialize, Serialize};

use super::NAME;
use super::engine::LanguageEngine;
use super::params::LstmLanguageModelParams;
use super::sizes::LanguageSizes;
use super::text::Vocabulary;
use crate::backend::{OptimizerState, check_moments_of};
use crate::load_error::LoadError;
use crate::training::RateState;
use crate::weights::{Archive, Weights, write_archive};

/// The form of descriptions that is written, and the last that is read.
const FORM: u32 = 1;
/// What stands before the names of the tensors of the member in training.
const WEIGHTS: &str = "weights.";
const MOMENTS: [&str; 2] = ["moments_1.", "moments_2."];
const BEST: &str = "best.";

/// A member whose training is over.
pub(super) type Trained = (Weights, TrainingHistory);

/// Where a member's training is, behind one of its epochs.
pub(super) struct Standing {
    pub(super) weights: Weights,
    pub(super) optimizer: OptimizerState,
    pub(super) rate: RateState,
    pub(super) history: TrainingHistory,
    /// The weights of the best epoch, unless that is the last or they are not wanted.
    pub(super) best: Option<Weights>,
}

/// Which training it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Training {
    detector: String,
    n_sequences: usize,
    n_symbols: usize,
    /// As text, since TOML has no unsigned numbers of 64 bits.
    seed: String,
    backend: String,
    /// The known symbols.
    symbols: Vec<Symbol>,
    params: LstmLanguageModelParams,
}

/// All but the tensors.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    form: u32,
    /// Steps of the optimiser.
    n_steps: u64,
    training: Training,
    rate: RateState,
    history: TrainingHistory,
    /// Of the members whose training is over.
    members: Vec<TrainingHistory>,
}

impl Training {
    pub(super) fn new(
        params: &LstmLanguageModelParams,
        sequences: SequencesView<'_>,
        vocabulary: &Vocabulary,
        seed: Seed,
        backend: &str,
    ) -> Training {
        Training {
            detector: NAME.to_owned(),
            n_sequences: sequences.len(),
            n_symbols: (0..sequences.len()).map(|at| sequences.get(at).len()).sum(),
            seed: seed.0.to_string(),
            backend: backend.to_owned(),
            symbols: vocabulary.known(),
            params: params.clone(),
        }
    }

    /// The bytes: the same for the same training and epoch.
    pub(super) fn to_bytes<'a>(
        &self,
        members: impl Iterator<Item = (&'a Weights, &'a TrainingHistory)>,
        standing: &Standing,
    ) -> Vec<u8> {
        let Standing { weights, optimizer, rate, history, best } = standing;
        let mut tensors = Weights::default();
        let mut histories = Vec::new();
        for (index, (weights, history)) in members.enumerate() {
            tensors.extend(&prefix(index), weights.clone());
            histories.push(history.clone());
        }
        tensors.extend(WEIGHTS, weights.clone());
        for (prefix, moments) in MOMENTS.iter().zip(&optimizer.moments) {
            tensors.extend(prefix, moments.clone());
        }
        if let Some(best) = best {
            tensors.extend(BEST, best.clone());
        }
        let description = Description {
            form: FORM,
            n_steps: optimizer.n_steps,
            training: self.clone(),
            rate: *rate,
            history: history.clone(),
            members: histories,
        };
        write_archive(&tensors, Some(&description))
    }

    /// The members whose training is over, and where that of the next one is. `sizes` are those
    /// of all members.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for bytes that are not what was written, cut or altered, or are of another
    /// training.
    pub(super) fn read(
        &self,
        bytes: &[u8],
        sizes: &[LanguageSizes],
    ) -> Result<(Vec<Trained>, Standing), LoadError> {
        let archive = Archive::read(bytes)?;
        let found: Description = archive.description(FORM)?;
        self.check(&found.training)?;
        let tensors = &archive.weights;
        let wrong = |message: &str| LoadError::Description { message: message.to_owned() };
        let Some((sizes, of_done)) =
            sizes.get(found.members.len()).zip(sizes.get(..found.members.len()))
        else {
            return Err(wrong("members that the parameters do not name"));
        };
        let mut n_tensors = 0;
        let mut take = |prefix: &str| {
            let weights = tensors.below(prefix);
            n_tensors += weights.len();
            weights
        };
        let mut done = Vec::new();
        for (index, (history, sizes)) in found.members.into_iter().zip(of_done).enumerate() {
            let weights = take(&prefix(index));
            sizes.check(&weights)?;
            done.push((weights, history));
        }
        let (weights, moments) = (take(WEIGHTS), MOMENTS.map(&mut take));
        sizes.check(&weights)?;
        check_moments_of(&moments, &sizes.tensors()).map_err(|(_, error)| error)?;
        let history = found.history;
        let is_apart = self.params.training.restore_best && history.best + 1 < history.epochs.len();
        let best = is_apart.then(|| take(BEST));
        best.iter().try_for_each(|best| sizes.check(best))?;
        let histories = done.iter().map(|(_, history)| history).chain([&history]);
        let most = self.params.training.epochs;
        if histories.into_iter().any(|h| h.epochs.len() <= h.best || most < h.epochs.len()) {
            return Err(wrong("epochs that the training does not have"));
        }
        if n_tensors != tensors.len() {
            return Err(wrong("tensors that are none of the training's"));
        }
        let optimizer = OptimizerState { n_steps: found.n_steps, moments };
        Ok((done, Standing { weights, optimizer, rate: found.rate, history, best }))
    }

    /// Checks that a checkpoint is of this training.
    fn check(&self, other: &Training) -> Result<(), LoadError> {
        let what = match other {
            _ if self.detector != other.detector => "detector",
            _ if self.params != other.params => "parameters",
            _ if self.seed != other.seed => "seed",
            _ if self.backend != other.backend => "backend",
            _ if self != other => "sequences",
            _ => return Ok(()),
        };
        Err(LoadError::OtherTraining { what })
    }
}

impl Standing {
    /// Where an engine is.
    pub(super) fn of(
        engine: &dyn LanguageEngine,
        rate: RateState,
        history: &TrainingHistory,
        best: Option<&Weights>,
    ) -> Standing {
        let (weights, optimizer) = (engine.weights(), engine.optimizer());
        let is_apart = history.best + 1 < history.epochs.len();
        let best = best.filter(|_| is_apart).cloned();
        Standing { weights, optimizer, rate, history: history.clone(), best }
    }
}

fn prefix(member: usize) -> String {
    format!("members.{member}.")
}
