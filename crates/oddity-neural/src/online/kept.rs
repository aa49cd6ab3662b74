//! A stream's detector as a state: arrays that it goes on from to the same bits.

use std::sync::Arc;

use oddity_core::{ANY, Epoch, Result, Seed, State as Kept, TrainingHistory};

use super::memory::Memory;
use super::params::OnlineLstmAutoencoderParams;
use super::stream::{OnlineNetwork, Snapshot, State};
use crate::backend::{OptimizerState, check_moments};
use crate::load_error::LoadError;
use crate::network::Network;
use crate::state::WEIGHTS;
use crate::weights::Weights;

/// The parts that Adam's moments are in, which are laid out as the weights.
const MOMENTS: [&str; 2] = ["moments_1", "moments_2"];

/// Counts of events stay below this, with room to go on.
const MANY: usize = 1 << 53;

impl Snapshot {
    /// The events in memory, the counts of events and of steps, the seed, and three sets of
    /// tensors: the weights and Adam's moments.
    pub(super) fn kept(&self) -> Kept {
        let Snapshot { state, weights, optimizer } = self;
        let events: Vec<f64> = state.memory.events().flatten().copied().collect();
        let mut kept = Kept::new();
        kept.put_count("n_columns", state.n_columns);
        kept.put_u64s("n_events", &[], &[state.n_events]);
        kept.put_u64s("n_steps", &[], &[optimizer.n_steps]);
        kept.put_u64s("seed", &[], &[state.seed.0]);
        kept.put_f64s("memory", &[state.memory.events().len(), state.n_columns], &events);
        kept.put_part(WEIGHTS, weights.state());
        for (part, moments) in MOMENTS.iter().zip(&optimizer.moments) {
            kept.put_part(part, moments.state());
        }
        kept
    }

    /// The snapshot of a stream with these parameters that was kept.
    pub(super) fn restore(params: &OnlineLstmAutoencoderParams, kept: &Kept) -> Result<Snapshot> {
        let weights = Weights::kept(&kept.part(WEIGHTS))?;
        // A column has weights of its own, so that no more memory is asked for than they take.
        let n_weights = weights.iter().map(|(_, _, values)| values.len()).sum();
        let n_columns = kept.count_within("n_columns", n_weights)?;
        let network = params.network(n_columns);
        weights.check(&network).map_err(|error| kept.refused(WEIGHTS, error))?;

        let n_events = kept.count_within("n_events", MANY)?;
        let n_steps = kept.u64s("n_steps", &[])?[0];
        let events = kept.f64s("memory", &[ANY, n_columns])?;
        let events = events.chunks_exact(n_columns).map(<[f64]>::to_vec).collect();
        let n_events = n_events as u64;
        let memory = Memory::behind(n_columns, params.memory, params.steps, n_events, events);
        let memory = memory.ok_or_else(|| kept.wrong("memory", "the last events of the stream"))?;

        let moments = |part: &str| Weights::kept(&kept.part(part));
        let moments = [moments(MOMENTS[0])?, moments(MOMENTS[1])?];
        let seed = Seed(kept.u64s("seed", &[])?[0]);
        let state = State { params: params.clone(), n_columns, seed, memory, n_events };
        let snapshot = Snapshot { state, weights, optimizer: OptimizerState { n_steps, moments } };
        snapshot.check(&network).map_err(|(entry, error)| kept.refused(entry, error))?;
        Ok(snapshot)
    }

    /// Checks what weights and memory do not say, of a snapshot that was read; an error comes with
    /// the entry that is wrong.
    pub(super) fn check(&self, network: &Network) -> Result<(), (&'static str, LoadError)> {
        let Snapshot { state: State { n_events, .. }, optimizer, .. } = self;
        let OptimizerState { n_steps, moments } = optimizer;
        let wrong = |message: &str| LoadError::Description { message: message.to_owned() };
        if (MANY as u64) < *n_events {
            return Err(("n_events", wrong("there are more events than a stream has")));
        }
        if n_events < n_steps {
            return Err(("n_steps", wrong("more was learnt than there were events")));
        }
        check_moments(moments, network).map_err(|(which, error)| (MOMENTS[which], error))
    }
}

impl OnlineNetwork {
    /// Goes on from what a stream with the same parameters and columns was kept as.
    pub(super) fn go_on(&mut self, kept: &Kept) -> Result<()> {
        let snapshot = Snapshot::restore(&self.state.params, kept)?;
        if snapshot.state.n_columns != self.state.n_columns {
            return Err(kept.wrong("n_columns", "those of the stream"));
        }
        let resumed = OnlineNetwork::resume(snapshot, Arc::clone(self.backend()));
        *self = resumed.map_err(|error| kept.refused(WEIGHTS, error))?;
        Ok(())
    }
}

/// Puts the one epoch of a detector that went through its training rows once.
pub(super) fn put_history(kept: &mut Kept, history: &TrainingHistory) {
    kept.put_f64("loss", history.epochs.first().map_or(0.0, |epoch| epoch.loss));
}

/// The history that was put.
pub(super) fn history(kept: &Kept, learning_rate: f64) -> Result<TrainingHistory> {
    let epoch = Epoch { loss: kept.f64("loss")?, validation_loss: None, learning_rate };
    Ok(TrainingHistory { epochs: vec![epoch], best: 0 })
}
