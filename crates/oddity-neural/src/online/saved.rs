//! A stream's detector as bytes, to go on from to the same bits.

use std::sync::Arc;

use oddity_core::Seed;
use serde::{Deserialize, Serialize};

use super::memory::Memory;
use super::params::OnlineLstmAutoencoderParams;
use super::stream::{OnlineNetwork, Snapshot, State};
use crate::backend::OptimizerState;
use crate::load_error::LoadError;
use crate::native::Native;
use crate::weights::{Archive, Weights, write_archive};

/// The form of descriptions that is written, and the last that is read.
const FORM: u32 = 1;
/// What a description is of.
const KIND: &str = "online_lstm_autoencoder";
/// What stands before the names of the three sets of tensors.
const SETS: [&str; 3] = ["weights.", "moments_1.", "moments_2."];

/// All but the tensors.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    form: u32,
    kind: String,
    n_columns: usize,
    n_events: u64,
    n_steps: u64,
    /// As text, since TOML has no unsigned numbers of 64 bits.
    seed: String,
    /// The events in memory, the oldest first.
    memory: Vec<Vec<f64>>,
    params: OnlineLstmAutoencoderParams,
}

impl OnlineNetwork {
    /// The detector as it stands between two events: weights, Adam's moments, the events in
    /// memory and the parameters. The bytes are safetensors with a checksum over everything; read
    /// back, it goes on to the same bits on a processor with the same vector instructions.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Snapshot { state, weights, optimizer } = self.snapshot();
        let OptimizerState { n_steps, moments: [m, v] } = optimizer;
        let mut tensors = Weights::default();
        let sets = [weights, m, v];
        SETS.iter().zip(sets).for_each(|(prefix, set)| tensors.extend(prefix, set));
        let description = Description {
            form: FORM,
            kind: KIND.to_owned(),
            n_columns: state.n_columns,
            n_events: state.n_events,
            n_steps,
            seed: state.seed.0.to_string(),
            memory: state.memory.events().map(<[f64]>::to_vec).collect(),
            params: state.params,
        };
        write_archive(&tensors, Some(&description))
    }

    /// Reads what [`to_bytes`](OnlineNetwork::to_bytes) wrote, on the native trainer
    /// ([`on`](OnlineNetwork::on) moves it).
    ///
    /// # Errors
    ///
    /// [`LoadError`] for bytes that are not what was written, cut or altered: no safetensors,
    /// another checksum, a description that is missing, of a later form or of something else,
    /// tensors that are not the network's, numbers that no stream has, and parameters that are
    /// refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<OnlineNetwork, LoadError> {
        let archive = Archive::read(bytes)?;
        let wrong = |message: &str| LoadError::Description { message: message.to_owned() };
        let Description {
            kind, n_columns, n_events, n_steps, seed, memory: events, params, ..
        } = archive.description(FORM)?;
        if kind != KIND {
            return Err(LoadError::Use { wanted: "an online LSTM autoencoder" });
        }
        let seed = Seed(seed.parse().map_err(|_| wrong("the seed is no number"))?);
        params.check()?;
        let network = params.network(n_columns);
        let [weights, m, v] = SETS.map(|prefix| archive.weights.below(prefix));
        // A column has weights of its own, so that no more memory is asked for than they take.
        weights.check(&network)?;
        if weights.len() + m.len() + v.len() != archive.weights.len() {
            return Err(wrong("there are tensors that the detector does not have"));
        }
        let memory = Memory::behind(n_columns, params.memory, params.steps, n_events, events);
        let memory = memory
            .ok_or_else(|| wrong("the memory does not hold the last events of the stream"))?;
        let state = State { params, n_columns, seed, memory, n_events };
        let optimizer = OptimizerState { n_steps, moments: [m, v] };
        let snapshot = Snapshot { state, weights, optimizer };
        snapshot.check(&network).map_err(|(_, error)| error)?;
        OnlineNetwork::resume(snapshot, Arc::new(Native))
    }
}
