//! The autoencoder on its way along a stream: scores an event, then learns from it.

use std::sync::Arc;

use oddity_core::{Error, OnlineDetector, Result, Seed, State as Kept};

use super::NAME;
use super::event::Event;
use super::memory::Memory;
use super::params::{OnlineLstmAutoencoderParams, Outliers};
use crate::backend::{Backend, Engine, OptimizerState, Setup, StepParams, collect};
use crate::load_error::LoadError;
use crate::native::Native;
use crate::network::Network;
use crate::score::ErrorScore;
use crate::training::TrainingParams;
use crate::weights::Weights;

/// Parts of a seed that are drawn from separately.
const WEIGHTS: u64 = 0;
const CHOICES: u64 = 2;

/// An [`OnlineLstmAutoencoder`](super::OnlineLstmAutoencoder) somewhere on its way along a stream
/// of events. [`observe`](OnlineNetwork::observe) scores an event and learns from it;
/// [`OnlineDetector::score_one`] and [`OnlineDetector::learn_one`] do the two by themselves, to
/// the same bits.
pub struct OnlineNetwork {
    pub(super) state: State,
    backend: Arc<dyn Backend>,
    network: Network,
    engine: Box<dyn Engine>,
    event: Event,
    /// Events that were learnt from.
    n_learnt: u64,
}

/// What passes from event to event besides the engine's weights and moments.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) params: OnlineLstmAutoencoderParams,
    pub(super) n_columns: usize,
    pub(super) seed: Seed,
    pub(super) memory: Memory,
    /// Events that were taken in.
    pub(super) n_events: u64,
}

/// What a stream's detector is at an event, to go on from there.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) state: State,
    pub(super) weights: Weights,
    pub(super) optimizer: OptimizerState,
}

impl State {
    /// An event a step, and the seed of the initial weights.
    fn setup(seed: Seed) -> Setup {
        Setup { n_batch: 1, has_target: true, seed: seed.derive(WEIGHTS) }
    }

    fn step<'a>(&self, training: &'a TrainingParams) -> StepParams<'a> {
        let (learning_rate, seed) = (training.learning_rate, self.seed.derive(CHOICES));
        StepParams { training, learning_rate, seed }
    }

    /// Room for an event of the stream.
    fn event(&self, network: &Network) -> Result<Event> {
        let made = network.flows()?.last().and_then(|flow| flow.steps).unwrap_or(1);
        Ok(Event::new(self.n_columns, self.params.steps, made))
    }
}

impl OnlineNetwork {
    /// Before the first event of a stream of so many columns.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a parameter outside its range, layers that do not fit, or no
    /// column.
    pub fn new(
        params: OnlineLstmAutoencoderParams,
        n_columns: usize,
        seed: Seed,
    ) -> Result<OnlineNetwork> {
        OnlineNetwork::begin(params, n_columns, seed, Arc::new(Native))
    }

    /// The same on a backend.
    pub(super) fn begin(
        params: OnlineLstmAutoencoderParams,
        n_columns: usize,
        seed: Seed,
        backend: Arc<dyn Backend>,
    ) -> Result<OnlineNetwork> {
        params.check()?;
        let network = params.network(n_columns);
        let engine = backend.engine(&network, State::setup(seed))?;
        let memory = Memory::new(n_columns, params.memory, params.steps);
        let state = State { params, n_columns, seed, memory, n_events: 0 };
        let event = state.event(&network)?;
        Ok(OnlineNetwork { state, backend, network, engine, event, n_learnt: 0 })
    }

    /// The same stream on another backend than [`Native`]: later scores differ by rounding.
    ///
    /// # Errors
    ///
    /// Those of [`Backend::engine_with`].
    pub fn on(self, backend: Arc<dyn Backend>) -> Result<OnlineNetwork, LoadError> {
        OnlineNetwork::resume(self.snapshot(), backend)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let (weights, optimizer) = (self.engine.weights(), self.engine.optimizer());
        Snapshot { state: self.state.clone(), weights, optimizer }
    }

    pub(super) fn resume(
        snapshot: Snapshot,
        backend: Arc<dyn Backend>,
    ) -> Result<OnlineNetwork, LoadError> {
        let Snapshot { state, weights, optimizer } = snapshot;
        let network = state.params.network(state.n_columns);
        let setup = State::setup(state.seed);
        let mut engine = backend.engine_with(&network, setup, &weights)?;
        engine.set_optimizer(&optimizer)?;
        let event = state.event(&network)?;
        let n_learnt = optimizer.n_steps;
        Ok(OnlineNetwork { state, backend, network, engine, event, n_learnt })
    }

    /// The backend that it runs on.
    pub(super) fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    /// The layers.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Events that were taken in.
    pub fn n_events(&self) -> u64 {
        self.state.n_events
    }

    /// Events that the weights were changed by: those that were not skipped.
    pub fn n_learnt(&self) -> u64 {
        self.n_learnt
    }

    /// The score of the next event, before it is learnt; then learns from it. One pass through
    /// the network serves both.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for an event of another width, [`Error::NotFinite`] for a value that is
    /// not finite, [`Error::ScoreNotFinite`] and [`Error::Diverged`] if score or loss leave the
    /// range of numbers. Nothing is learnt or remembered of an event that is refused.
    pub fn observe(&mut self, row: &[f64]) -> Result<f64> {
        if !self.state.params.drops_nothing() || self.skips(row) {
            let score = self.score_one(row)?;
            self.learn_one(row)?;
            return Ok(score);
        }
        self.take(row)?;
        let mut loss = f64::NAN;
        let scores = collect(
            1,
            |target, output| ErrorScore::LastStep.of(target, output),
            |read| {
                let training = self.state.params.training();
                let step = self.state.step(&training);
                loss = self.engine.step_and_read(&self.event, &[0], step, read);
            },
        );
        self.learnt(loss)?;
        self.remember(row);
        self.finite(scores[0], self.state.n_events - 1)
    }

    /// The score of the next event; learns nothing, but remembers the event.
    ///
    /// # Errors
    ///
    /// Those of [`OnlineDetector::score_one`].
    pub fn pass(&mut self, row: &[f64]) -> Result<f64> {
        let score = self.score_one(row)?;
        self.remember(row);
        Ok(score)
    }

    /// Takes the loss of a step, which was taken if that is finite.
    fn learnt(&mut self, loss: f64) -> Result<()> {
        if !loss.is_finite() {
            let batch = self.n_learnt as usize;
            return Err(Error::Diverged { step: NAME, epoch: 0, batch, loss });
        }
        self.n_learnt += 1;
        Ok(())
    }

    fn remember(&mut self, row: &[f64]) {
        self.state.memory.push(row.to_vec());
        self.state.n_events += 1;
    }

    fn is_outlier(&self, row: &[f64]) -> bool {
        let memory = &self.state.memory;
        match self.state.params.outliers {
            Outliers::Learn => false,
            Outliers::Skip { tolerance } | Outliers::Zeros { tolerance } => {
                !memory.is_full() || tolerance < memory.distance(row)
            }
        }
    }

    fn skips(&self, row: &[f64]) -> bool {
        matches!(self.state.params.outliers, Outliers::Skip { .. }) && self.is_outlier(row)
    }

    fn take(&mut self, row: &[f64]) -> Result<()> {
        let (expected, found) = (self.state.n_columns, row.len());
        if found != expected {
            return Err(Error::Width { expected, found });
        }
        if let Some(column) = row.iter().position(|value| !value.is_finite()) {
            let at = self.state.n_events as usize;
            return Err(Error::NotFinite { row: at, column, value: row[column] });
        }
        let hides = matches!(self.state.params.outliers, Outliers::Zeros { .. });
        let hidden = hides && self.is_outlier(row);
        self.event.take(&self.state.params, &self.state.memory, row, hidden);
        Ok(())
    }

    fn finite(&self, value: f64, event: u64) -> Result<f64> {
        if value.is_finite() {
            return Ok(value);
        }
        Err(Error::ScoreNotFinite { sample: event as usize, value })
    }
}

impl OnlineDetector for OnlineNetwork {
    fn score_one(&mut self, row: &[f64]) -> Result<f64> {
        self.take(row)?;
        let scores = collect(
            1,
            |target, output| ErrorScore::LastStep.of(target, output),
            |read| {
                self.engine.evaluate(&self.event, &[0], read);
            },
        );
        self.finite(scores[0], self.state.n_events)
    }

    fn learn_one(&mut self, row: &[f64]) -> Result<()> {
        self.take(row)?;
        if !self.skips(row) {
            let training = self.state.params.training();
            let loss = self.engine.step(&self.event, &[0], self.state.step(&training));
            self.learnt(loss)?;
        }
        self.remember(row);
        Ok(())
    }
    /// As arrays: `weights`, Adam's `moments_1` and `moments_2`, the events in `memory`, counts.
    fn state(&self) -> Option<Kept> {
        Some(self.snapshot().kept())
    }

    fn resume(&mut self, state: &Kept) -> Result<()> {
        self.go_on(state)
    }
}
