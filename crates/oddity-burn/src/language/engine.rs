//! A language model in training, and one that scores.

use std::ops::Range;

use burn::tensor::{Device, Tensor};
use oddity_neural::{
    LanguageEngine, LanguageScorer, LanguageSetup, LanguageSizes, LoadError, OptimizerState,
    ReadLosses, StepParams, SymbolRows, Weights,
};

use super::chunk::Chunk;
use super::masks::Masks;
use super::module::LanguageModule;
use crate::adam::Adam;
use crate::lstm::State;
use crate::weights;

/// Rows that go through the model at a time outside training, always as many: so no score depends
/// on how many others there are.
const ROWS: usize = 64;

/// Steps of a chunk outside training.
const STEPS: usize = 64;

/// A language model in training.
pub(crate) struct BurnLanguageEngine {
    sizes: LanguageSizes,
    setup: LanguageSetup,
    /// None only within a step.
    module: Option<LanguageModule>,
    /// What it is trained on.
    device: Device,
    adam: Adam,
    /// What the last chunk left, without gradients: these end between chunks.
    states: Option<Vec<State>>,
}

/// A language model whose training is over.
#[derive(Debug)]
pub(crate) struct BurnLanguageScorer {
    sizes: LanguageSizes,
    weights: Weights,
    device: Device,
}

impl BurnLanguageEngine {
    pub(crate) fn new(
        sizes: &LanguageSizes,
        setup: LanguageSetup,
        weights: &Weights,
        device: &Device,
    ) -> Result<BurnLanguageEngine, LoadError> {
        let module = LanguageModule::new(sizes, weights, &device.clone().autodiff())?;
        Ok(BurnLanguageEngine {
            sizes: sizes.clone(),
            setup,
            module: Some(module),
            device: device.clone(),
            adam: Adam::new(sizes.tensors(), device),
            states: None,
        })
    }

    fn module(&self) -> &LanguageModule {
        match &self.module {
            Some(module) => module,
            None => unreachable!("a step puts the module back"),
        }
    }
}

impl LanguageEngine for BurnLanguageEngine {
    fn step(&mut self, rows: &dyn SymbolRows, steps: Range<usize>, step: StepParams<'_>) -> f64 {
        assert!(0 < rows.n_rows() && steps.start < rows.len(0), "a row goes on");
        let Some(module) = self.module.take() else {
            unreachable!("a step puts the module back");
        };
        let start = steps.start;
        let chunk = Chunk::new(rows, 0..rows.n_rows(), steps, None);
        let n_rows = chunk.steps.first().map_or(0, |step| step.read.len());
        let before = match self.states.take() {
            Some(states) if 0 < start => {
                states.into_iter().map(|state| state.map(Tensor::autodiff)).collect()
            }
            _ => module.beginning(n_rows),
        };
        let masks = Masks::new(self.setup, step.seed.derive(self.adam.n_steps), n_rows);
        let (outputs, behind) = module.forward(&chunk, before, masks.as_ref());
        self.states = Some(behind.into_iter().map(|state| state.map(Tensor::inner)).collect());
        let losses = module.losses(Tensor::cat(outputs, 0), &chunk.classes());
        let scale = 1.0 / self.setup.divisor as f64;
        let gradients = losses.clone().sum().mul_scalar(scale).backward();
        self.module = Some(self.adam.step(module, gradients, step.training, step.learning_rate));
        weights::numbers(losses.inner()).into_iter().map(f64::from).sum()
    }

    fn evaluate(&mut self, rows: &dyn SymbolRows, read: ReadLosses<'_>) {
        evaluate(&weights::plain(self.module()), rows, read);
    }

    fn weights(&self) -> Weights {
        weights::read(self.module(), &self.sizes.tensors())
    }

    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        self.sizes.check(weights)?;
        let tensors = self.sizes.tensors();
        self.module = self.module.take().map(|module| weights::write(module, &tensors, weights));
        Ok(())
    }

    fn optimizer(&self) -> OptimizerState {
        self.adam.state()
    }

    fn set_optimizer(&mut self, state: &OptimizerState) -> Result<(), LoadError> {
        self.adam.set_state(&self.device, state)
    }
}

impl BurnLanguageScorer {
    pub(crate) fn new(
        sizes: &LanguageSizes,
        weights: &Weights,
        device: &Device,
    ) -> Result<BurnLanguageScorer, LoadError> {
        // Refuses what does not fit.
        LanguageModule::new(sizes, weights, device)?;
        let (sizes, weights, device) = (sizes.clone(), weights.clone(), device.clone());
        Ok(BurnLanguageScorer { sizes, weights, device })
    }
}

impl LanguageScorer for BurnLanguageScorer {
    fn evaluate(&self, rows: &dyn SymbolRows, read: ReadLosses<'_>) {
        match LanguageModule::new(&self.sizes, &self.weights, &self.device) {
            Ok(module) => evaluate(&module, rows, read),
            Err(error) => unreachable!("checked before: {error}"),
        }
    }
}

/// Hands the losses of all rows' symbols to `read`.
fn evaluate(module: &LanguageModule, rows: &dyn SymbolRows, read: ReadLosses<'_>) {
    let n_rows = rows.n_rows();
    for first in (0..n_rows).step_by(ROWS) {
        let block = first..n_rows.min(first + ROWS);
        let mut states = module.beginning(ROWS);
        for start in (0..rows.len(first)).step_by(STEPS) {
            let chunk = Chunk::new(rows, block.clone(), start..start + STEPS, Some(ROWS));
            let (outputs, behind) = module.forward(&chunk, states, None);
            states = behind;
            let losses = outputs.into_iter().zip(&chunk.steps);
            let losses = losses.map(|(rows, step)| module.losses(rows, &step.classes));
            let losses = weights::numbers(Tensor::cat(losses.collect(), 0));
            for row in block.clone().take_while(|&row| start < rows.len(row)) {
                let of_row = chunk.steps.iter().zip(losses.chunks_exact(ROWS));
                let of_row = of_row.take(rows.len(row) - start).map(|(step, losses)| {
                    let at = row - first;
                    (step.classes[at], losses[at])
                });
                read(row, &of_row.collect::<Vec<_>>());
            }
        }
    }
}
