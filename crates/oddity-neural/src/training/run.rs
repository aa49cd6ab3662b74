//! The epochs of a training run.

use std::ops::ControlFlow;

use oddity_core::{Epoch, Error, Result, Seed, TrainingHistory};
use rand::Rng;

use crate::examples::Examples;
use crate::model::Model;
use crate::network::Network;
use crate::trainer::{Step, Trainer};
use crate::training::{Schedule, TrainingParams, ValidationSplit};

/// Parts of a seed that are drawn from separately.
const WEIGHTS: u64 = 0;
const HELD_OUT: u64 = 1;
const CHOICES: u64 = 2;
const ORDER: u64 = 3;

/// A trained network and how it got there.
pub(crate) struct Trained {
    /// Its moving statistics are in use.
    pub(crate) model: Model,
    pub(crate) history: TrainingHistory,
}

/// Trains a network on all examples but those held out. `watch` sees each epoch's record, and
/// can end the training.
pub(crate) fn train(
    name: &'static str,
    network: &Network,
    params: &TrainingParams,
    examples: &dyn Examples,
    has_target: bool,
    seed: Seed,
    watch: &mut dyn FnMut(&Epoch) -> ControlFlow<()>,
) -> Result<Trained> {
    let (shown, held_out) = split(name, examples.len(), params, seed.derive(HELD_OUT))?;
    let n_batch = params.batch_size.min(shown.len());
    let n_threads = rayon::current_num_threads();
    let mut trainer = Trainer::new(network, n_batch, has_target, n_threads, seed.derive(WEIGHTS))?;
    let mut rate = Rate::new(params);
    let mut history = TrainingHistory::default();
    let mut best: Option<(f64, Model)> = None;
    for epoch in 0..params.epochs {
        let order = order(&shown, params.shuffle, seed.derive(ORDER).derive(epoch as u64));
        let learning_rate = rate.of(epoch);
        let mut sum = 0.0;
        for (at, batch) in order.chunks(n_batch).enumerate() {
            let step = Step {
                loss: params.loss.kernel(),
                adam: params.adam(),
                learning_rate,
                clip_norm: params.clip_norm,
                seed: seed.derive(CHOICES),
            };
            let loss = trainer.step(examples, batch, step);
            if !loss.is_finite() {
                return Err(Error::Diverged { step: name, epoch, batch: at, loss });
            }
            sum += loss * batch.len() as f64;
        }
        let loss = sum / order.len() as f64;
        let validation_loss =
            (!held_out.is_empty()).then(|| mean_loss(&mut trainer, params, examples, &held_out));
        let watched = validation_loss.unwrap_or(loss);
        if !watched.is_finite() {
            let batch = order.len().div_ceil(n_batch);
            return Err(Error::Diverged { step: name, epoch, batch, loss: watched });
        }
        let record = Epoch { loss, validation_loss, learning_rate };
        history.epochs.push(record);
        rate.see(watched);
        if best.as_ref().is_none_or(|(least, _)| watched < *least) {
            history.best = epoch;
            best = Some((watched, trainer.model.clone()));
        }
        let stop = watch(&record).is_break();
        if stop || params.patience.is_some_and(|patience| history.best + patience <= epoch) {
            break;
        }
    }
    let mut model = match best {
        Some((_, model)) if params.restore_best => model,
        _ => trainer.model,
    };
    model.use_moving_statistics();
    Ok(Trained { model, history })
}

/// The samples that are shown, and those held out.
pub(crate) fn split(
    name: &'static str,
    n: usize,
    params: &TrainingParams,
    seed: Seed,
) -> Result<(Vec<usize>, Vec<usize>)> {
    // As Keras rounds: what is shown is cut.
    let n_shown = (n as f64 * (1.0 - params.validation)) as usize;
    if n_shown == 0 {
        return Err(Error::TooFewSamples {
            step: name,
            found: n,
            wanted: if n == 0 { 1 } else { 2 },
        });
    }
    let mut all: Vec<usize> = (0..n).collect();
    if params.validation_split == ValidationSplit::Random {
        shuffle(&mut all, seed);
    }
    let mut held_out = all.split_off(n_shown);
    all.sort_unstable();
    held_out.sort_unstable();
    Ok((all, held_out))
}

pub(crate) fn order(samples: &[usize], shuffles: bool, seed: Seed) -> Vec<usize> {
    let mut order = samples.to_vec();
    if shuffles {
        shuffle(&mut order, seed);
    }
    order
}

/// Fisher and Yates's way, as Durstenfeld gave it (1964, doi:10.1145/364520.364540).
fn shuffle(samples: &mut [usize], seed: Seed) {
    let mut rng = seed.rng();
    for last in (1..samples.len()).rev() {
        // The high half of a product is below the bound; its bias is below 2^-32 for any
        // table that fits a machine.
        let at = (u128::from(rng.next_u64()) * (last as u128 + 1)) >> 64;
        samples.swap(last, at as usize);
    }
}

/// The loss over some samples, with the moving statistics.
fn mean_loss(
    trainer: &mut Trainer,
    params: &TrainingParams,
    examples: &dyn Examples,
    samples: &[usize],
) -> f64 {
    let losses = trainer.evaluate(examples, samples, |_, target, output| {
        let (mut sum, mut n) = (0.0, 0usize);
        for (target, output) in target.steps().zip(output.steps()) {
            let errors = output.iter().zip(target).map(|(&y, &t)| f64::from(y) - f64::from(t));
            sum += errors.map(|error| params.loss.of(error)).sum::<f64>();
            n += output.len();
        }
        sum / n as f64
    });
    losses.iter().sum::<f64>() / losses.len() as f64
}

/// The learning rate of the epochs.
pub(crate) struct Rate<'a> {
    params: &'a TrainingParams,
    factor: f64,
    least: f64,
    waited: usize,
}

impl Rate<'_> {
    pub(crate) fn new(params: &TrainingParams) -> Rate<'_> {
        Rate { params, factor: 1.0, least: f64::INFINITY, waited: 0 }
    }

    pub(crate) fn of(&self, epoch: usize) -> f64 {
        let factor = match self.params.schedule {
            Schedule::Constant => 1.0,
            Schedule::Exponential { factor } => factor.powf(epoch as f64),
            Schedule::Cosine => {
                let share = epoch as f64 / self.params.epochs as f64;
                (1.0 + (std::f64::consts::PI * share).cos()) / 2.0
            }
            Schedule::Plateau { .. } => self.factor,
        };
        self.params.learning_rate * factor
    }

    /// Takes the loss of an epoch.
    pub(crate) fn see(&mut self, loss: f64) {
        let Schedule::Plateau { factor, patience } = self.params.schedule else { return };
        if loss < self.least {
            (self.least, self.waited) = (loss, 0);
            return;
        }
        self.waited += 1;
        if patience <= self.waited {
            self.factor *= factor;
            self.waited = 0;
        }
    }
}
