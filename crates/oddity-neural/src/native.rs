//! The native trainer behind the traits of a backend.

use std::sync::Arc;

use oddity_core::Result;
use oddity_kernels::{Level, Pool};

use crate::backend::{Backend, Engine, OptimizerState, Read, Scorer, Setup, StepParams};
use crate::evaluate::Evaluator;
use crate::examples::Examples;
use crate::language_model::{self, LanguageEngine, LanguageScorer, LanguageSetup, LanguageSizes};
use crate::load_error::LoadError;
use crate::model::Model;
use crate::network::Network;
use crate::precision::Precision;
use crate::trainer::Trainer;
use crate::weights::Weights;

/// The trainer of this crate, on the CPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Native;

/// The same trainer, with products in bfloat16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NativeBf16;

/// Both differ by their precision alone.
macro_rules! native_backend {
    ($backend:ty, $id:literal, $precision:expr) => {
        impl Backend for $backend {
            fn id(&self) -> &str {
                $id
            }

            fn in_bf16(&self) -> Result<Arc<dyn Backend>> {
                Ok(Arc::new(NativeBf16))
            }

            fn engine(&self, network: &Network, setup: Setup) -> Result<Box<dyn Engine>> {
                let model = Model::new(network, setup.seed)?;
                Ok(Box::new(trainer_of(model.in_precision($precision), setup)))
            }

            fn scorer(
                &self,
                network: &Network,
                weights: &Weights,
            ) -> Result<Box<dyn Scorer>, LoadError> {
                Ok(Box::new(Model::with_shapes(network, weights)?.in_precision($precision)))
            }

            fn engine_with(
                &self,
                network: &Network,
                setup: Setup,
                weights: &Weights,
            ) -> Result<Box<dyn Engine>, LoadError> {
                let model = Model::with_weights(network, weights)?;
                Ok(Box::new(trainer_of(model.in_precision($precision), setup)))
            }

            fn language_engine(
                &self,
                sizes: &LanguageSizes,
                setup: LanguageSetup,
            ) -> Result<Box<dyn LanguageEngine>> {
                language_model::engine(sizes, setup, $precision)
            }

            fn language_scorer(
                &self,
                sizes: &LanguageSizes,
                weights: &Weights,
            ) -> Result<Box<dyn LanguageScorer>, LoadError> {
                language_model::scorer(sizes, weights, $precision)
            }
        }
    };
}

native_backend!(Native, "native", Precision::F32);
native_backend!(NativeBf16, "native/bf16", Precision::Bf16);

/// Parameters of a network from which on several threads share a step of a single sample: below,
/// handing the work out costs more than it saves. The bits are the same.
const SHARED: usize = 1 << 17;

fn trainer_of(model: Model, setup: Setup) -> Trainer {
    let Setup { n_batch, has_target, .. } = setup;
    let alone = n_batch == 1 && model.plan.n_values < SHARED;
    let n_threads = if alone { 1 } else { rayon::current_num_threads() };
    Trainer::of(model, n_batch, has_target, n_threads)
}

impl Engine for Trainer {
    fn step(&mut self, examples: &dyn Examples, batch: &[usize], step: StepParams<'_>) -> f64 {
        let StepParams { training, learning_rate, seed } = step;
        Trainer::step(self, examples, batch, training.step(learning_rate, seed))
    }

    fn step_and_read(
        &mut self,
        examples: &dyn Examples,
        batch: &[usize],
        step: StepParams<'_>,
        read: Read<'_>,
    ) -> f64 {
        let loss = Engine::step(self, examples, batch, step);
        self.made(batch.len(), read);
        loss
    }

    fn evaluate(&mut self, examples: &dyn Examples, samples: &[usize], read: Read<'_>) {
        Trainer::evaluate(self, examples, samples, read);
    }

    fn weights(&self) -> Weights {
        self.model.weights()
    }

    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        self.model.set_weights(weights)?;
        self.transpose();
        Ok(())
    }

    fn optimizer(&self) -> OptimizerState {
        let moments = [0, 1].map(|moment| self.model.plan.export(&self.moments[moment]));
        OptimizerState { n_steps: self.n_steps, moments }
    }

    fn set_optimizer(&mut self, state: &OptimizerState) -> Result<(), LoadError> {
        for (moments, to) in state.moments.iter().zip(&mut self.moments) {
            self.model.plan.import(moments, to)?;
        }
        self.n_steps = state.n_steps;
        Ok(())
    }
}

impl Scorer for Model {
    fn evaluate(&self, examples: &dyn Examples, samples: &[usize], read: Read<'_>) {
        let mut pool = Pool::new(rayon::current_num_threads().min(samples.len().div_ceil(32)));
        let mut evaluator = Evaluator::default();
        evaluator.evaluate(self, Level::best(), &mut pool, examples, samples, read);
    }
}
