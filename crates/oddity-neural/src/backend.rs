//! What networks run on: traits that the native trainer implements, and other crates too.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use oddity_core::{Error, Result, Seed};

use crate::examples::Examples;
use crate::language_model::{LanguageEngine, LanguageScorer, LanguageSetup, LanguageSizes};
use crate::load_error::LoadError;
use crate::network::Network;
use crate::rows::Rows;
use crate::training::TrainingParams;
use crate::weights::{STATISTICS, Weights};

/// Makes networks that train and networks that score.
///
/// All backends start from the same weights ([`Network::initial_weights`]) and are shown the same
/// batches, so that their results differ by rounding alone.
pub trait Backend: fmt::Debug + Send + Sync {
    /// Its name, with the device where there are several: `native`, `burn/cpu`.
    fn id(&self) -> &str;

    /// A network in training, with initial weights that the seed decides.
    ///
    /// # Errors
    ///
    /// Those of [`Network::n_parameters`], and [`oddity_core::Error::Backend`] for a layer that
    /// the backend lacks.
    fn engine(&self, network: &Network, setup: Setup) -> Result<Box<dyn Engine>>;

    /// A network whose training is over.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for tensors that are missing or of another shape, and what
    /// [`engine`](Backend::engine) refuses. Numbers that are not finite are let pass.
    fn scorer(&self, network: &Network, weights: &Weights) -> Result<Box<dyn Scorer>, LoadError>;

    /// The same backend, whose products are of numbers that are rounded to bfloat16
    /// ([`Precision::Bf16`](crate::Precision)).
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Backend`] where it has no such products.
    fn in_bf16(&self) -> Result<Arc<dyn Backend>> {
        let (backend, problem) = (self.id().to_owned(), "has no products in bf16");
        Err(Error::Backend { step: "network", backend, problem })
    }

    /// A network in training that goes on from weights; Adam has seen no gradient.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`], and what [`engine`](Backend::engine) refuses.
    fn engine_with(
        &self,
        network: &Network,
        setup: Setup,
        weights: &Weights,
    ) -> Result<Box<dyn Engine>, LoadError> {
        let mut engine = self.engine(network, setup)?;
        engine.set_weights(weights)?;
        Ok(engine)
    }

    /// A language model in training, with the weights of [`LanguageSizes::initial_weights`].
    ///
    /// # Errors
    ///
    /// Those of [`LanguageSizes::initial_weights`].
    fn language_engine(
        &self,
        sizes: &LanguageSizes,
        setup: LanguageSetup,
    ) -> Result<Box<dyn LanguageEngine>>;

    /// A language model whose training is over.
    ///
    /// # Errors
    ///
    /// Those of [`LanguageSizes::check_shapes`]. Numbers that are not finite are let pass.
    fn language_scorer(
        &self,
        sizes: &LanguageSizes,
        weights: &Weights,
    ) -> Result<Box<dyn LanguageScorer>, LoadError>;
}

/// What a network in training is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Samples of a batch, at most.
    pub n_batch: usize,
    /// Whether the network should make something else than its input.
    pub has_target: bool,
    /// Of the initial weights.
    pub seed: Seed,
}

/// A network in training.
pub trait Engine: Send {
    /// One step of Adam on some of the examples, with the statistics of the batch; the loss
    /// before it: the mean over samples, steps and columns, and the penalties.
    ///
    /// Where that is not finite no step is taken: weights and optimiser stay as they are, though
    /// moving statistics may have taken the batch in.
    fn step(&mut self, examples: &dyn Examples, batch: &[usize], step: StepParams<'_>) -> f64;

    /// As [`step`](Engine::step), and hands what the network made of each sample on the way, before
    /// its weights changed and with what dropout left, to `read`, once.
    fn step_and_read(
        &mut self,
        examples: &dyn Examples,
        batch: &[usize],
        step: StepParams<'_>,
        read: Read<'_>,
    ) -> f64;

    /// Hands what the network makes of each sample in inference to `read`, once.
    fn evaluate(&mut self, examples: &dyn Examples, samples: &[usize], read: Read<'_>);

    /// All weights and moving statistics as they are now.
    fn weights(&self) -> Weights;

    /// Takes over weights. What the optimiser remembers stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`Weights::check`]; nothing is changed then.
    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError>;

    /// What the optimiser remembers.
    fn optimizer(&self) -> OptimizerState;

    /// Goes back to what the optimiser remembered.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for tensors that are missing or of another shape.
    fn set_optimizer(&mut self, state: &OptimizerState) -> Result<(), LoadError>;
}

/// A network whose training is over.
pub trait Scorer: fmt::Debug + Send + Sync {
    /// As [`Engine::evaluate`].
    fn evaluate(&self, examples: &dyn Examples, samples: &[usize], read: Read<'_>);
}

/// Reads a sample's place among the samples asked for, its target and its output. Samples may
/// come in any order and from several threads.
pub type Read<'a> = &'a (dyn Fn(usize, Rows<'_>, Rows<'_>) + Sync);

/// What `read` returns of each of `n` samples that `evaluate` hands over, in their order.
pub(crate) fn collect<T: Send>(
    n: usize,
    read: impl Fn(Rows<'_>, Rows<'_>) -> T + Sync,
    evaluate: impl FnOnce(Read<'_>),
) -> Vec<T> {
    let slots: Vec<Mutex<Option<T>>> = (0..n).map(|_| Mutex::new(None)).collect();
    evaluate(&|place, target, output| {
        let value = read(target, output);
        *slots[place].lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    });
    let value =
        |slot: Mutex<Option<T>>| match slot.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(value) => value,
            None => unreachable!("a backend hands over every sample"),
        };
    slots.into_iter().map(value).collect()
}

/// What a step depends on besides its batch.
#[derive(Clone, Copy, Debug)]
pub struct StepParams<'a> {
    /// Loss, Adam's numbers and where gradients are clipped.
    pub training: &'a TrainingParams,
    /// The learning rate of this epoch.
    pub learning_rate: f64,
    /// What dropout draws is a function of it and of the number of steps before.
    pub seed: Seed,
}

/// Checks moments that were read: a finite number for each trained weight of a network, those of
/// squares at least 0. An error comes with which of the two is wrong.
pub(crate) fn check_moments(
    moments: &[Weights; 2],
    network: &Network,
) -> Result<(), (usize, LoadError)> {
    let mut trained = network.tensors().map_err(|error| (0usize, LoadError::Network(error)))?;
    trained.retain(|(name, _)| !STATISTICS.iter().any(|statistic| name.ends_with(statistic)));
    check_moments_of(moments, &trained)
}

/// The same for trained tensors of these names and shapes.
pub(crate) fn check_moments_of(
    moments: &[Weights; 2],
    trained: &[(String, Vec<usize>)],
) -> Result<(), (usize, LoadError)> {
    for (which, moments) in moments.iter().enumerate() {
        moments.check_tensors(trained).map_err(|error| (which, error))?;
        moments.check_finite().map_err(|error| (which, error))?;
    }
    match moments[1].iter().find(|(_, _, values)| values.iter().any(|&square| square < 0.0)) {
        Some((name, ..)) => {
            let message = format!("a second moment of {name} is below 0");
            Err((1, LoadError::Description { message }))
        }
        None => Ok(()),
    }
}

/// What Adam remembers between steps.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimizerState {
    /// Steps that were taken.
    pub n_steps: u64,
    /// First and second moments of all trained weights, by the weights' names.
    pub moments: [Weights; 2],
}
