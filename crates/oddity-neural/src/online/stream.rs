//! The autoencoder on its way along a stream: scores an event, then learns from it.

use oddity_core::{Error, OnlineDetector, Result, Seed, State as Kept};

use super::NAME;
use super::event::Event;
use super::memory::Memory;
use super::params::{OnlineLstmAutoencoderParams, Outliers};
use crate::model::Model;
use crate::network::Network;
use crate::score::ErrorScore;
use crate::trainer::{Step, Trainer};

/// Parts of a seed that are drawn from separately.
const WEIGHTS: u64 = 0;
const CHOICES: u64 = 2;

/// Parameters of a network from which on several threads share a step: below, handing the work
/// out costs more than it saves. The bits are the same.
const SHARED: usize = 1 << 17;

/// An [`OnlineLstmAutoencoder`](super::OnlineLstmAutoencoder) somewhere on its way along a stream
/// of events. [`observe`](OnlineNetwork::observe) scores an event and learns from it;
/// [`OnlineDetector::score_one`] and [`OnlineDetector::learn_one`] do the two by themselves, to
/// the same bits.
pub struct OnlineNetwork {
    pub(super) state: State,
    trainer: Trainer,
    event: Event,
}

/// What passes from event to event besides the trainer's weights and moments.
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
    pub(super) model: Model,
    pub(super) moments: [oddity_kernels::Buffer; 2],
    /// Events that were learnt from.
    pub(super) n_steps: u64,
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
        params.check()?;
        let model = Model::new(&params.network(n_columns), seed.derive(WEIGHTS))?;
        let memory = Memory::new(n_columns, params.memory, params.steps);
        let state = State { params, n_columns, seed, memory, n_events: 0 };
        Ok(OnlineNetwork::at(state, model))
    }

    /// With a model's weights; Adam has seen no gradient.
    pub(super) fn at(state: State, model: Model) -> OnlineNetwork {
        let n_threads = if model.plan.n_values < SHARED { 1 } else { rayon::current_num_threads() };
        let State { n_columns, params, .. } = &state;
        let event = Event::new(*n_columns, params.steps, model.plan.output().steps);
        let trainer = Trainer::of(model, 1, true, n_threads);
        OnlineNetwork { state, trainer, event }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            state: self.state.clone(),
            model: self.trainer.model.clone(),
            moments: self.trainer.moments.clone(),
            n_steps: self.trainer.n_steps,
        }
    }

    pub(super) fn resume(snapshot: Snapshot) -> OnlineNetwork {
        let Snapshot { state, model, moments, n_steps } = snapshot;
        let mut network = OnlineNetwork::at(state, model);
        (network.trainer.moments, network.trainer.n_steps) = (moments, n_steps);
        network
    }

    /// The layers.
    pub fn network(&self) -> &Network {
        &self.trainer.model.network
    }

    /// Events that were taken in.
    pub fn n_events(&self) -> u64 {
        self.state.n_events
    }

    /// Events that the weights were changed by: those that were not skipped.
    pub fn n_learnt(&self) -> u64 {
        self.trainer.n_steps
    }

    /// The score of the next event, before it is learnt; then learns from it. One pass through
    /// the network serves both.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for an event of another width, [`Error::NotFinite`] for a value that is
    /// not finite, [`Error::ScoreNotFinite`] and [`Error::Diverged`] if score or loss leave the
    /// range of numbers.
    pub fn observe(&mut self, row: &[f64]) -> Result<f64> {
        if !self.state.params.drops_nothing() || self.skips(row) {
            let score = self.score_one(row)?;
            self.learn_one(row)?;
            return Ok(score);
        }
        self.learn_one(row)?;
        let (target, output) = self.trainer.first();
        let score = ErrorScore::LastStep.of(target, output);
        self.finite(score, self.state.n_events - 1)
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
        let score = |_, target: crate::model::Rows<'_>, output: crate::model::Rows<'_>| {
            ErrorScore::LastStep.of(target, output)
        };
        let scores = self.trainer.evaluate(&self.event, &[0], score);
        self.finite(scores[0], self.state.n_events)
    }

    fn learn_one(&mut self, row: &[f64]) -> Result<()> {
        self.take(row)?;
        if !self.skips(row) {
            let training = self.state.params.training();
            let step = Step {
                loss: training.loss.kernel(),
                adam: training.adam(),
                learning_rate: training.learning_rate,
                clip_norm: training.clip_norm,
                seed: self.state.seed.derive(CHOICES),
            };
            let batch = self.trainer.n_steps as usize;
            let loss = self.trainer.step(&self.event, &[0], step);
            if !loss.is_finite() {
                return Err(Error::Diverged { step: NAME, epoch: 0, batch, loss });
            }
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
