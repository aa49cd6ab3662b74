//! The epochs of a training run.

use std::collections::BTreeMap;

use oddity_core::{Epoch, Error, Progress, Result, Seed, TrainingHistory, Watch};
use rand::Rng;

use crate::backend::{Backend, Engine, Setup, StepParams, collect};
use crate::examples::Examples;
use crate::load_error::LoadError;
use crate::network::Network;
use crate::rows::Rows;
use crate::training::checkpoint::{Checkpoint, RateState, Training};
use crate::training::{Schedule, TrainingParams, ValidationSplit};
use crate::weights::Weights;

/// Parts of a seed that are drawn from separately.
const WEIGHTS: u64 = 0;
const HELD_OUT: u64 = 1;
const CHOICES: u64 = 2;
const ORDER: u64 = 3;

/// A trained network and how it got there.
pub(crate) struct Trained {
    pub(crate) weights: Weights,
    pub(crate) history: TrainingHistory,
}

/// What is trained, and on what.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// What names errors' origin.
    pub(crate) name: &'static str,
    pub(crate) network: &'a Network,
    pub(crate) params: &'a TrainingParams,
    pub(crate) backend: &'a dyn Backend,
    /// Whether the network should make something else than its input.
    pub(crate) has_target: bool,
}

/// Trains a network on all examples but those held out. `watch` sees each epoch, can end the
/// training, and can have kept where an earlier one stood.
pub(crate) fn train(
    subject: Subject<'_>,
    examples: &dyn Examples,
    seed: Seed,
    watch: &mut dyn Watch,
) -> Result<Trained> {
    let Subject { name, network, params, backend, has_target } = subject;
    let series = |sample| examples.series(sample);
    let (shown, held_out) = split(name, examples.len(), params, seed.derive(HELD_OUT), series)?;
    let n_batch = params.batch_size.min(shown.len());
    let setup = Setup { n_batch, has_target, seed: seed.derive(WEIGHTS) };
    let mut engine = backend.engine(network, setup)?;
    let training = Training::new(name, network, params, examples.len(), seed, backend.id());
    let mut run = Run { rate: Rate::new(params), history: TrainingHistory::default(), best: None };
    if let Some(bytes) = watch.resume() {
        run.resume(&training, &bytes, &mut *engine)
            .map_err(|source| Error::Checkpoint { step: name, source: source.into() })?;
    }
    for epoch in run.history.epochs.len()..params.epochs {
        if run.waited_enough() {
            break;
        }
        let order = order(&shown, params.shuffle, seed.derive(ORDER).derive(epoch as u64));
        let learning_rate = run.rate.of(epoch);
        let mut sum = 0.0;
        for (at, batch) in order.chunks(n_batch).enumerate() {
            let step = StepParams { training: params, learning_rate, seed: seed.derive(CHOICES) };
            let loss = engine.step(examples, batch, step);
            if !loss.is_finite() {
                return Err(Error::Diverged { step: name, epoch, batch: at, loss });
            }
            sum += loss * batch.len() as f64;
        }
        let loss = sum / order.len() as f64;
        let validation_loss =
            (!held_out.is_empty()).then(|| mean_loss(&mut *engine, params, examples, &held_out));
        let watched = validation_loss.unwrap_or(loss);
        if !watched.is_finite() {
            let batch = order.len().div_ceil(n_batch);
            return Err(Error::Diverged { step: name, epoch, batch, loss: watched });
        }
        let record = Epoch { loss, validation_loss, learning_rate };
        run.see(record, &*engine);
        let checkpoint = || run.checkpoint(&training, &*engine).to_bytes();
        let progress = Progress::new(record, epoch, params.epochs, &checkpoint);
        if watch.epoch(&progress).is_break() {
            break;
        }
    }
    let weights = match run.best {
        Some(best) if params.restore_best => best,
        _ => engine.weights(),
    };
    Ok(Trained { weights, history: run.history })
}

/// What a training keeps from epoch to epoch, besides its engine.
struct Run<'a> {
    rate: Rate<'a>,
    history: TrainingHistory,
    /// The weights of the best epoch, where they should stay.
    best: Option<Weights>,
}

impl Run<'_> {
    /// Takes the record of an epoch.
    fn see(&mut self, record: Epoch, engine: &dyn Engine) {
        let loss = |epoch: &Epoch| epoch.validation_loss.unwrap_or(epoch.loss);
        let least = self.history.epochs.get(self.history.best).map(loss);
        if least.is_none_or(|least| loss(&record) < least) {
            self.history.best = self.history.epochs.len();
            self.best = self.rate.params.restore_best.then(|| engine.weights());
        }
        self.rate.see(loss(&record));
        self.history.epochs.push(record);
    }

    /// Whether the best epoch was too long ago.
    fn waited_enough(&self) -> bool {
        let TrainingHistory { epochs, best } = &self.history;
        self.rate.params.patience.is_some_and(|patience| best + patience < epochs.len())
    }

    fn checkpoint(&self, training: &Training, engine: &dyn Engine) -> Checkpoint {
        let rate = self.rate.state();
        Checkpoint::new(training.clone(), engine, rate, &self.history, self.best.as_ref())
    }

    /// Goes back to where a checkpoint was made.
    fn resume(
        &mut self,
        training: &Training,
        bytes: &[u8],
        engine: &mut dyn Engine,
    ) -> std::result::Result<(), LoadError> {
        let checkpoint = Checkpoint::from_bytes(bytes)?;
        training.check(&checkpoint.description.training)?;
        self.best = Some(checkpoint.restore(engine)?);
        self.rate.go_back(checkpoint.description.rate);
        self.history = checkpoint.description.history;
        Ok(())
    }
}

/// The samples that are shown, and those held out; `series` says which series each is of.
pub(crate) fn split(
    name: &'static str,
    n: usize,
    params: &TrainingParams,
    seed: Seed,
    series: impl Fn(usize) -> usize,
) -> Result<(Vec<usize>, Vec<usize>)> {
    // As Keras rounds: what is shown is cut.
    let share = 1.0 - params.validation;
    let shown = |n: usize| (n as f64 * share) as usize;
    let n_shown = shown(n);
    if n_shown == 0 {
        let mut wanted = (1.0 / share) as usize;
        while shown(wanted) == 0 {
            wanted += 1;
        }
        return Err(Error::TooFewSamples { step: name, found: n, wanted });
    }
    let mut all: Vec<usize> = (0..n).collect();
    match params.validation_split {
        ValidationSplit::Last => {}
        ValidationSplit::Random => shuffle(&mut all, seed),
        ValidationSplit::Series if n_shown < n => {
            let n_held_out = n - n_shown;
            return split_series(name, all.into_iter().map(series), n_held_out, seed);
        }
        ValidationSplit::Series => {}
    }
    let mut held_out = all.split_off(n_shown);
    all.sort_unstable();
    held_out.sort_unstable();
    Ok((all, held_out))
}

/// Holds out whole series, in an order drawn from the seed, until at least `n_held_out` samples
/// are held out; the last one stays.
fn split_series(
    name: &'static str,
    series: impl Iterator<Item = usize>,
    n_held_out: usize,
    seed: Seed,
) -> Result<(Vec<usize>, Vec<usize>)> {
    let mut samples: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (sample, series) in series.enumerate() {
        samples.entry(series).or_default().push(sample);
    }
    let found = samples.len();
    if found < 2 {
        return Err(Error::TooFewSeries { step: name, found, wanted: 2 });
    }
    let mut order: Vec<usize> = samples.keys().copied().collect();
    shuffle(&mut order, seed);
    let mut held_out = Vec::new();
    for series in &order[1..] {
        if n_held_out <= held_out.len() {
            break;
        }
        held_out.extend(samples.remove(series).unwrap_or_default());
    }
    let mut shown: Vec<usize> = samples.into_values().flatten().collect();
    shown.sort_unstable();
    held_out.sort_unstable();
    Ok((shown, held_out))
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
    engine: &mut dyn Engine,
    params: &TrainingParams,
    examples: &dyn Examples,
    samples: &[usize],
) -> f64 {
    let loss = |target: Rows<'_>, output: Rows<'_>| {
        let (mut sum, mut n) = (0.0, 0usize);
        for (target, output) in target.steps().zip(output.steps()) {
            let errors = output.iter().zip(target).map(|(&y, &t)| f64::from(y) - f64::from(t));
            sum += errors.map(|error| params.loss.of(error)).sum::<f64>();
            n += output.len();
        }
        sum / n as f64
    };
    let losses = collect(samples.len(), loss, |read| engine.evaluate(examples, samples, read));
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

    /// What it remembers of the epochs so far.
    pub(crate) fn state(&self) -> RateState {
        RateState { factor: self.factor, least: self.least, waited: self.waited }
    }

    /// Goes back to what it remembered.
    pub(crate) fn go_back(&mut self, state: RateState) {
        let RateState { factor, least, waited } = state;
        (self.factor, self.least, self.waited) = (factor, least, waited);
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
