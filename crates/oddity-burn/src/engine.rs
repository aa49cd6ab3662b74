//! A network in training, and one that scores.

use burn::tensor::Device;
use oddity_core::Result;
use oddity_neural::{
    Engine, Examples, LoadError, Network, OptimizerState, Read, Rows, Scorer, Setup, StepParams,
    Weights,
};

use crate::adam::Adam;
use crate::batch::{Shape, Side, flow, gather, rows, steps_of};
use crate::loss::mean_loss;
use crate::network::{BurnNetwork, Pass};
use crate::weights;

/// Samples that go through the network at a time outside training, always as many: so no score
/// depends on how many others there are.
const ROWS: usize = 64;

/// A network in training.
pub(crate) struct BurnEngine {
    network: Network,
    /// None only within a step.
    module: Option<BurnNetwork>,
    adam: Adam,
    has_target: bool,
    /// Without gradients.
    device: Device,
}

/// A network whose training is over.
#[derive(Debug)]
pub(crate) struct BurnScorer {
    network: Network,
    weights: Weights,
    device: Device,
}

impl BurnEngine {
    pub(crate) fn new(
        network: &Network,
        setup: Setup,
        device: &Device,
    ) -> Result<BurnEngine, LoadError> {
        let weights = network.initial_weights(setup.seed)?;
        let module = BurnNetwork::new(network, &weights, &device.clone().autodiff())?;
        Ok(BurnEngine {
            network: network.clone(),
            module: Some(module),
            adam: Adam::new(network, device),
            has_target: setup.has_target,
            device: device.clone(),
        })
    }

    fn module(&self) -> &BurnNetwork {
        match &self.module {
            Some(module) => module,
            None => unreachable!("a step puts the module back"),
        }
    }
}

impl Engine for BurnEngine {
    fn step(&mut self, examples: &dyn Examples, batch: &[usize], step: StepParams<'_>) -> f64 {
        let Some(mut module) = self.module.take() else {
            unreachable!("a step puts the module back");
        };
        let device = self.device.clone().autodiff();
        let (from, to) = (Shape::of_input(&self.network), Shape::of_output(&self.network));
        let n_batch = batch.len();
        let inputs = gather(examples, batch, Side::Input, from, n_batch);
        let targets = if self.has_target {
            gather(examples, batch, Side::Target, to, n_batch)
        } else {
            inputs.clone()
        };
        let key = step.seed.derive(self.adam.n_steps).0;
        let mut pass = Pass { trains: true, n_batch, key, penalties: Vec::new() };
        let outputs = module.forward(flow(inputs, from, &device), &mut pass).into_whole();
        let loss = mean_loss(step.training.loss, outputs, rows(targets, to, &device));
        let loss = pass.penalties.into_iter().fold(loss, |loss, penalty| loss + penalty);
        let gradients = loss.backward();
        let module = self.adam.step(module, gradients, step.training, step.learning_rate);
        self.module = Some(module);
        f64::from(weights::numbers(loss.inner())[0])
    }

    fn evaluate(&mut self, examples: &dyn Examples, samples: &[usize], read: Read<'_>) {
        // Without gradients: a module of its own on the plain device.
        let scorer = BurnScorer {
            network: self.network.clone(),
            weights: self.weights(),
            device: self.device.clone(),
        };
        scorer.evaluate(examples, samples, read);
    }

    fn weights(&self) -> Weights {
        self.module().weights()
    }

    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        weights.check(&self.network)?;
        self.module =
            self.module.take().map(|module| weights::write(module, &self.network, weights));
        Ok(())
    }

    fn optimizer(&self) -> OptimizerState {
        self.adam.state(&self.network)
    }

    fn set_optimizer(&mut self, state: &OptimizerState) -> Result<(), LoadError> {
        self.adam.set_state(&self.network, &self.device, state)
    }
}

impl BurnScorer {
    pub(crate) fn new(
        network: &Network,
        weights: &Weights,
        device: &Device,
    ) -> Result<BurnScorer, LoadError> {
        // Refuses what does not fit.
        BurnNetwork::new(network, weights, device)?;
        let device = device.clone();
        Ok(BurnScorer { network: network.clone(), weights: weights.clone(), device })
    }
}

impl Scorer for BurnScorer {
    fn evaluate(&self, examples: &dyn Examples, samples: &[usize], read: Read<'_>) {
        let (from, to) = (Shape::of_input(&self.network), Shape::of_output(&self.network));
        let mut module = match BurnNetwork::new(&self.network, &self.weights, &self.device) {
            Ok(module) => module,
            Err(error) => unreachable!("checked before: {error}"),
        };
        for (index, block) in samples.chunks(ROWS).enumerate() {
            let inputs = gather(examples, block, Side::Input, from, ROWS);
            let mut pass = Pass { trains: false, n_batch: ROWS, key: 0, penalties: Vec::new() };
            let outputs = module.forward(flow(inputs, from, &self.device), &mut pass);
            let outputs = weights::numbers(outputs.into_whole());
            let targets = gather(examples, block, Side::Target, to, ROWS);
            for row in 0..block.len() {
                let [target, output] =
                    [&targets, &outputs].map(|values| steps_of(values, to, ROWS, row));
                let [target, output] = [&target, &output].map(|rows| Rows::new(rows, to.width));
                read(index * ROWS + row, target, output);
            }
        }
    }
}
