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
    /// Samples that go through the network at a time outside training.
    rows: usize,
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
        weights: &Weights,
        device: &Device,
    ) -> Result<BurnEngine, LoadError> {
        let module = BurnNetwork::new(network, weights, &device.clone().autodiff())?;
        Ok(BurnEngine {
            network: network.clone(),
            module: Some(module),
            adam: Adam::new(weights::tensors_of(network), device),
            has_target: setup.has_target,
            device: device.clone(),
            // A stream has one at a time.
            rows: if setup.n_batch == 1 { 1 } else { ROWS },
        })
    }

    fn module(&self) -> &BurnNetwork {
        match &self.module {
            Some(module) => module,
            None => unreachable!("a step puts the module back"),
        }
    }
}

impl BurnEngine {
    /// One step; `read` is handed what the network made on the way.
    fn train(
        &mut self,
        examples: &dyn Examples,
        batch: &[usize],
        step: StepParams<'_>,
        read: Option<Read<'_>>,
    ) -> f64 {
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
        let made = read.map(|read| (read, outputs.clone().inner(), targets.clone()));
        let loss = mean_loss(step.training.loss, outputs, rows(targets, to, &device));
        let loss = pass.penalties.into_iter().fold(loss, |loss, penalty| loss + penalty);
        let value = f64::from(weights::numbers(loss.clone().inner())[0]);
        // Gradients of a loss that is not finite are no numbers, nor would the weights be.
        if value.is_finite() {
            let gradients = loss.backward();
            module = self.adam.step(module, gradients, step.training, step.learning_rate);
        }
        self.module = Some(module);
        if let Some((read, outputs, targets)) = made {
            let outputs = weights::numbers(outputs);
            (0..n_batch)
                .for_each(|row| hand([&targets[..], &outputs[..]], to, n_batch, row, row, read));
        }
        value
    }
}

impl Engine for BurnEngine {
    fn step(&mut self, examples: &dyn Examples, batch: &[usize], step: StepParams<'_>) -> f64 {
        self.train(examples, batch, step, None)
    }

    fn step_and_read(
        &mut self,
        examples: &dyn Examples,
        batch: &[usize],
        step: StepParams<'_>,
        read: Read<'_>,
    ) -> f64 {
        self.train(examples, batch, step, Some(read))
    }

    fn evaluate(&mut self, examples: &dyn Examples, samples: &[usize], read: Read<'_>) {
        let module = weights::plain(self.module());
        evaluate(module, &self.device, self.rows, examples, samples, read);
    }

    fn weights(&self) -> Weights {
        self.module().weights()
    }

    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        weights.check(&self.network)?;
        let tensors = weights::tensors_of(&self.network);
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
        match BurnNetwork::new(&self.network, &self.weights, &self.device) {
            Ok(module) => evaluate(module, &self.device, ROWS, examples, samples, read),
            Err(error) => unreachable!("checked before: {error}"),
        }
    }
}

/// Hands what a network without gradients makes of samples, `n_rows` at a time, to `read`.
fn evaluate(
    mut module: BurnNetwork,
    device: &Device,
    n_rows: usize,
    examples: &dyn Examples,
    samples: &[usize],
    read: Read<'_>,
) {
    let (from, to) = (Shape::of_input(module.network()), Shape::of_output(module.network()));
    for (index, block) in samples.chunks(n_rows).enumerate() {
        let inputs = gather(examples, block, Side::Input, from, n_rows);
        let mut pass = Pass { trains: false, n_batch: n_rows, key: 0, penalties: Vec::new() };
        let outputs = module.forward(flow(inputs, from, device), &mut pass);
        let outputs = weights::numbers(outputs.into_whole());
        let targets = gather(examples, block, Side::Target, to, n_rows);
        for row in 0..block.len() {
            hand([&targets[..], &outputs[..]], to, n_rows, row, index * n_rows + row, read);
        }
    }
}

/// Hands target and output of a row, of numbers that lie step by step, to `read`.
fn hand(sides: [&[f32]; 2], shape: Shape, n_rows: usize, row: usize, place: usize, read: Read<'_>) {
    let [target, output] = sides.map(|values| steps_of(values, shape, n_rows, row));
    read(place, Rows::new(&target, shape.width), Rows::new(&output, shape.width));
}
