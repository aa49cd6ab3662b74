//! A stream's detector as a state: arrays that it goes on from to the same bits.

use std::sync::Arc;

use oddity_core::{ANY, Epoch, Result, Seed, State as Kept, TrainingHistory};

use super::memory::Memory;
use super::params::OnlineLstmAutoencoderParams;
use super::stream::{OnlineNetwork, Snapshot, State};
use crate::backend::OptimizerState;
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
        let n_steps = kept.count_within("n_steps", n_events)? as u64;
        let events = kept.f64s("memory", &[ANY, n_columns])?;
        let mut memory = Memory::new(n_columns, params.memory, params.steps);
        if events.len() / n_columns != n_events.min(params.memory.max(params.steps)) {
            return Err(kept.wrong("memory", "the last events of the stream"));
        }
        events.chunks_exact(n_columns).for_each(|event| memory.push(event.to_vec()));

        let moments = |part: &str| {
            let moments = Weights::kept(&kept.part(part))?;
            // A network without batch norms has a moment for each of its tensors.
            moments.check_shapes(&network).map_err(|error| kept.refused(part, error))?;
            Ok(moments)
        };
        let moments = [moments(MOMENTS[0])?, moments(MOMENTS[1])?];
        let negative = |values: &[f32]| values.iter().any(|square| *square < 0.0);
        if moments[1].iter().any(|(_, _, values)| negative(values)) {
            return Err(kept.wrong(MOMENTS[1], "numbers of at least 0"));
        }
        let seed = Seed(kept.u64s("seed", &[])?[0]);
        let n_events = n_events as u64;
        let state = State { params: params.clone(), n_columns, seed, memory, n_events };
        Ok(Snapshot { state, weights, optimizer: OptimizerState { n_steps, moments } })
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
