//! A step of training and of inference of the studies' networks.

use std::path::PathBuf;

use anyhow::{Context, Result};
use oddity_core::Seed;
use oddity_neural::{Network, Precision, Session, TrainingParams};
use rayon::ThreadPool;
use serde_json::json;

use super::repeated;
use crate::peer::Peer;
use crate::report::Row;

/// Each side repeats a step until so many seconds have passed, in every turn.
const LEAST_SECONDS: f64 = 1.0;

/// The peers' scripts.
const PEERS: [(&str, &str); 2] = [("PyTorch", "neural_torch.py"), ("Keras", "neural_keras.py")];

/// How a peer is to compute: as it is fastest in single precision, and in bfloat16.
const VARIANTS: [&str; 2] = ["best", "autocast"];

/// A network at the size of its study; the peers know it by its name.
pub(crate) struct NeuralCase {
    name: &'static str,
    /// Rows of a batch.
    n_batch: usize,
    network: &'static str,
    python: PathBuf,
}

const NETWORKS: [(&str, usize, &str); 6] = [
    (
        "hai",
        64,
        "inputs = 59\nsteps = 100\nlayers = [
            { layer = 'lstm', units = 128 }, { layer = 'batch_norm' },
            { layer = 'lstm', units = 64, returns = 'last' }, { layer = 'batch_norm' },
            { layer = 'dense', units = 32, activation = 'relu' },
            { layer = 'dense', units = 64, activation = 'relu' }, { layer = 'batch_norm' },
            { layer = 'repeat', steps = 100 },
            { layer = 'lstm', units = 64 }, { layer = 'batch_norm' },
            { layer = 'lstm', units = 128 }, { layer = 'batch_norm' },
            { layer = 'dense', units = 59 },
        ]",
    ),
    (
        "kdd",
        64,
        "inputs = 14\nsteps = 10\nlayers = [
            { layer = 'lstm', units = 80, activation = 'selu' },
            { layer = 'alpha_dropout', rate = 0.2 },
            { layer = 'lstm', units = 50, activation = 'selu' },
            { layer = 'lstm', units = 20, activation = 'selu', returns = 'last' },
            { layer = 'repeat', steps = 10 },
            { layer = 'lstm', units = 50, activation = 'selu' },
            { layer = 'lstm', units = 80, activation = 'selu' },
            { layer = 'dense', units = 14 },
        ]",
    ),
    (
        "adfa_lstm",
        64,
        "inputs = 87\nsteps = 5\nlayers = [
            { layer = 'lstm', units = 32, activation = 'relu', gate = 'hard_sigmoid' },
            { layer = 'lstm', units = 16, activation = 'relu', gate = 'hard_sigmoid', returns = 'last' },
            { layer = 'repeat', steps = 5 },
            { layer = 'lstm', units = 16, activation = 'relu', gate = 'hard_sigmoid' },
            { layer = 'lstm', units = 32, activation = 'relu', gate = 'hard_sigmoid' },
            { layer = 'dense', units = 87 },
        ]",
    ),
    (
        "adfa_dense",
        32,
        "inputs = 87\nlayers = [
            { layer = 'dense', units = 87, activation = 'tanh', activity_l1 = 1e-4 },
            { layer = 'dense', units = 43, activation = 'relu' },
            { layer = 'dense', units = 43, activation = 'tanh' },
            { layer = 'dense', units = 87, activation = 'relu' },
        ]",
    ),
    (
        "device_40",
        32,
        "inputs = 40\nlayers = [
            { layer = 'dense', units = 50, activation = 'relu' },
            { layer = 'dense', units = 3, activation = 'relu' },
            { layer = 'dense', units = 50, activation = 'relu' }, { layer = 'dense', units = 40 },
        ]",
    ),
    (
        "device_2000",
        32,
        "inputs = 2000\nlayers = [
            { layer = 'dense', units = 50, activation = 'relu' },
            { layer = 'dense', units = 3, activation = 'relu' },
            { layer = 'dense', units = 50, activation = 'relu' }, { layer = 'dense', units = 2000 },
        ]",
    ),
];

/// The studies' networks.
pub(crate) fn all(python: &std::path::Path) -> Vec<NeuralCase> {
    NETWORKS
        .iter()
        .map(|&(name, n_batch, network)| NeuralCase {
            name,
            n_batch,
            network,
            python: python.into(),
        })
        .collect()
}

impl NeuralCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        format!("network {}", self.name)
    }

    /// All sides in turns: a row a peer, for training and for inference, each in single precision
    /// and in bfloat16.
    pub(crate) fn run(&self, pool: &ThreadPool, rounds: usize) -> Result<Vec<Row>> {
        let network: Network = toml::from_str(self.network)?;
        let n_threads = pool.current_num_threads();
        let session = |precision| {
            let params = TrainingParams { precision, ..TrainingParams::default() };
            Session::new(&network, &params, self.n_batch, n_threads, Seed(1))
        };
        let mut sessions = [session(Precision::F32)?, session(Precision::Bf16)?];
        let n_values = self.n_batch * network.inputs * network.steps.unwrap_or(1);
        let batch: Vec<f32> = (0..n_values).map(|i| (i as f32 * 0.37).sin()).collect();
        let size = format!("{} of {} values", self.n_batch, n_values / self.n_batch);
        let mut rows = Vec::new();
        for (peer_name, script) in PEERS {
            let mut peer = Peer::start(&self.python, script, n_threads)?;
            // Keras has no bfloat16 for LSTM layers on a CPU that is faster than single precision.
            let variants = if peer_name == "PyTorch" { &VARIANTS[..] } else { &VARIANTS[..1] };
            let row = |mode: &str, precision: &str| {
                let name = format!("{} {mode}{precision} against {peer_name}", self.name());
                Row::new(name, size.clone())
            };
            for mode in ["train", "infer"] {
                let mut single = row(mode, "");
                let mut rounded = row(mode, " in bf16");
                let mut both = row(mode, ", both in bf16");
                for _ in 0..rounds {
                    let [ours, ours_rounded] = {
                        let each = |session: &mut Session| -> Result<f64> {
                            let (seconds, _) = repeated(LEAST_SECONDS, || match mode {
                                "train" => Ok(session.step(&batch).map(|_| ())?),
                                _ => Ok(session.outputs(&batch).map(|_| ())?),
                            })?;
                            Ok(seconds)
                        };
                        let [single, rounded] = &mut sessions;
                        [each(single)?, each(rounded)?]
                    };
                    let theirs = self.ask(&mut peer, mode, VARIANTS[0], &mut single.note)?;
                    rounded.note.clone_from(&single.note);
                    single.ours.push(ours);
                    single.theirs.push(theirs);
                    rounded.ours.push(ours_rounded);
                    rounded.theirs.push(theirs);
                    for variant in &variants[1..] {
                        both.ours.push(ours_rounded);
                        both.theirs.push(self.ask(&mut peer, mode, variant, &mut both.note)?);
                    }
                }
                rows.extend([single, rounded, both].into_iter().filter(|row| !row.ours.is_empty()));
            }
        }
        Ok(rows)
    }

    fn ask(&self, peer: &mut Peer, mode: &str, variant: &str, note: &mut String) -> Result<f64> {
        let answer = peer.ask(&json!({
            "command": "neural",
            "network": self.name,
            "mode": mode,
            "batch": self.n_batch,
            "variant": variant,
            "least_seconds": LEAST_SECONDS,
        }))?;
        *note = format!("{}; {}", answer["variant"].as_str().unwrap_or("unnamed"), peer.versions);
        answer["seconds"].as_f64().with_context(|| format!("no seconds in {answer}"))
    }
}
