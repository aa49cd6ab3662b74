//! Online detectors and hidden Markov models against river, rrcf and hmmlearn.

use std::path::PathBuf;

use anyhow::Result;
use oddity_core::{Detector, Seed, Sequences};
use oddity_models::catalogue::OnlineConfig;
use oddity_models::sequence::{Hmm, HmmParams};
use rayon::ThreadPool;
use serde_json::{Value, json};

use super::repeated;
use crate::peer::{Peer, number};
use crate::report::Row;

/// The script of the peers.
const SCRIPT: &str = "streams.py";
/// Our side repeats a run until so many seconds have passed, in every turn; a run of the peers
/// takes longer.
const LEAST_SECONDS: f64 = 0.5;
/// Columns of a stream.
const WIDTH: usize = 8;

/// A detector; the peers know it by its kind.
pub(crate) struct StreamCase {
    kind: &'static str,
    n_samples: usize,
    python: PathBuf,
}

/// Two online detectors, with the parameters of the script, and a hidden Markov model.
pub(crate) fn all(python: Option<&PathBuf>) -> Vec<StreamCase> {
    let kinds = [("half_space_trees", 5_000), ("robust_random_cut_forest", 600), ("hmm", 200)];
    let case = |(kind, n_samples)| Some(StreamCase { kind, n_samples, python: python?.clone() });
    kinds.into_iter().filter_map(case).collect()
}

impl StreamCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        format!("stream {}", self.kind)
    }

    /// Both sides in turns.
    pub(crate) fn run(&self, pool: &ThreadPool, rounds: usize) -> Result<Vec<Row>> {
        let mut peer = Peer::start(&self.python, SCRIPT, pool.current_num_threads())?;
        let versions = peer.versions.to_string();
        let mut rows = match self.kind {
            "hmm" => self.hmm(&mut peer, pool, rounds)?,
            _ => vec![self.online(&mut peer, rounds)?],
        };
        rows.iter_mut().for_each(|row| row.note.clone_from(&versions));
        Ok(rows)
    }

    fn online(&self, peer: &mut Peer, rounds: usize) -> Result<Row> {
        let uniform = |at: usize| (Seed(3).derive(at as u64).0 >> 11) as f64 / (1u64 << 53) as f64;
        let rows: Vec<Vec<f64>> = (0..self.n_samples)
            .map(|row| (0..WIDTH).map(|column| uniform(row * WIDTH + column)).collect())
            .collect();
        let config = match self.kind {
            "half_space_trees" => json!({ "kind": self.kind, "scale": "none" }),
            kind => json!({ "kind": kind }),
        };
        let model = serde_json::from_value::<OnlineConfig>(config)?.build()?;
        let command = json!({ "command": self.kind, "rows": rows });
        let size = format!("{} x {WIDTH}", self.n_samples);
        let mut row = Row::new(format!("{}: score and learn", self.name()), size);
        for _ in 0..rounds {
            let ours = repeated(LEAST_SECONDS, || {
                let mut stream = model.begin(WIDTH, Seed(1))?;
                let mut sum = 0.0;
                for row in &rows {
                    sum += stream.score_one(row)?;
                    stream.learn_one(row)?;
                }
                Ok(sum)
            });
            row.ours.push(ours?.0);
            row.theirs.push(peer.seconds(&command, "seconds")?);
        }
        Ok(row)
    }

    fn hmm(&self, peer: &mut Peer, pool: &ThreadPool, rounds: usize) -> Result<Vec<Row>> {
        let symbol = |at: usize| (Seed(3).derive(at as u64).0 % 41 * (at % 3) as u64 % 40) as u16;
        let traces: Vec<Vec<u16>> = (0..self.n_samples)
            .map(|row| (row * 400..row * 400 + 400).map(symbol).collect())
            .collect();
        let sequences: Sequences = traces.iter().collect();
        let params =
            HmmParams { n_starts: 1, iterations: 10, tolerance: 0.0, ..HmmParams::default() };
        let hmm = Hmm::new(params)?;
        let command = json!({ "command": "hmm", "sequences": traces });
        let size = format!("{} x 400, 10 states", self.n_samples);
        let row = |what| Row::new(format!("{}: {what}", self.name()), size.clone());
        let (mut fit, mut score) = (row("10 iterations"), row("score"));
        for _ in 0..rounds {
            let (seconds, fitted) = pool.install(|| {
                repeated(LEAST_SECONDS, || Ok(hmm.fit(&sequences.samples(), Seed(1))?))
            })?;
            fit.ours.push(seconds);
            let scored = pool
                .install(|| repeated(LEAST_SECONDS, || Ok(fitted.score(&sequences.samples())?)))?;
            score.ours.push(scored.0);
            let answer: Value = peer.ask(&command)?;
            let number = |field| number(&answer, field);
            fit.theirs.push(number("fit")?);
            score.theirs.push(number("score")?);
        }
        Ok(vec![fit, score])
    }
}
