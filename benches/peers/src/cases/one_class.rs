//! Fit and score of one detector on one table or series.

use anyhow::{Context, Result};
use oddity_core::{Columns, Frame, Samples, Seed, WindowsOwned};
use oddity_models::catalogue::DetectorConfig;
use rayon::ThreadPool;
use serde_json::json;

use super::repeated;
use crate::data::Data;
use crate::peer::{Peer, number};
use crate::report::Row;

/// Each side repeats a call until so many seconds have passed, in every turn.
const LEAST_SECONDS: f64 = 0.2;

/// A detector, and what it is timed on.
pub(crate) struct OneClassCase {
    config: &'static str,
    /// What the peer calls it.
    peer_model: &'static str,
    on: On,
}

enum On {
    /// The first rows of a table, scoring its last ones.
    Table { columns: usize, n_train: usize, n_test: usize },
    /// The windows of a random walk, compared with each other.
    Series { n_rows: usize, size: usize },
}

/// The detectors over rows on two tables, and the profile of a series by itself.
pub(crate) fn all() -> Vec<OneClassCase> {
    let small = On::Table { columns: 90, n_train: 6_000, n_test: 1_200 };
    let machine = On::Table { columns: 120, n_train: 20_000, n_test: 2_000 };
    let part = || On::Table { columns: 90, n_train: 1_000, n_test: 1_200 };
    let large = || On::Table { columns: 120, n_train: 125_000, n_test: 12_500 };
    let six = || On::Table { columns: 90, n_train: 6_000, n_test: 1_200 };
    let svm = "kind = \"one_class_svm\"";
    let kpca = "kind = \"kernel_pca\"\ncomponents = 20\nkernel = { rbf = { gamma = \"auto\" } }";
    let gmm = "kind = \"gmm\"\nn_components = 3";
    let diag = "kind = \"gmm\"\nn_components = 3\ncovariance = \"diag\"";
    let profile = "kind = \"matrix_profile\"\ncompared_with = \"call\"";
    let series = |log: u32| On::Series { n_rows: 1 << log, size: 100 };
    [
        (svm, "one_class_svm", small),
        (svm, "one_class_svm", machine),
        (kpca, "kernel_pca", part()),
        (gmm, "gmm", six()),
        (gmm, "gmm", large()),
        (diag, "gmm/diag", large()),
        ("kind = \"mcd\"", "mcd", six()),
        (profile, "matrix_profile", series(15)),
        (profile, "matrix_profile", series(16)),
        (profile, "matrix_profile", series(17)),
    ]
    .map(|(config, peer_model, on)| OneClassCase { config, peer_model, on })
    .into()
}

impl OneClassCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        match self.on {
            On::Table { columns, n_train, .. } => {
                format!("one-class {} {n_train}x{columns}", self.peer_model)
            }
            On::Series { n_rows, .. } => format!("one-class {} {n_rows}", self.peer_model),
        }
    }

    /// Both sides in turns: a row for the fit, a row for the scores.
    pub(crate) fn run(
        &self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        match self.on {
            On::Table { columns, n_train, n_test } => {
                let table = data.tables.iter().find(|table| table.frame.n_columns() == columns);
                let table = table.with_context(|| format!("no table of {columns} columns"))?;
                let (rows, n_rows) = (table.frame.view(), table.frame.n_rows());
                let train = Samples::Rows(rows.slice(0..n_train));
                let test = Samples::Rows(rows.slice(n_rows - n_test..n_rows));
                let size = format!("{n_train} + {n_test} rows");
                let command = json!({ "data": table.name, "n_train": n_train, "n_test": n_test });
                self.turns(peer, pool, rounds, &train, &test, size, command)
            }
            On::Series { n_rows, size } => {
                let uniform = |at: u64| (Seed(5).derive(at).0 >> 11) as f64 / (1u64 << 53) as f64;
                let mut level = 0.0;
                let walk = (0..n_rows as u64).map(|at| {
                    level += uniform(at) - 0.5;
                    level
                });
                let frame = Frame::new(walk.collect(), Columns::numbered("x", 1))?;
                // The peer gets the same numbers through a file, as the tables.
                let path = data.folder.join("walk.f64");
                let bytes: Vec<u8> = frame.values().iter().flat_map(|v| v.to_le_bytes()).collect();
                std::fs::write(&path, bytes)?;
                let windows = WindowsOwned::new(frame, vec![0, n_rows], size, 1)?;
                let command = json!({ "path": path, "size": size });
                let what = format!("{n_rows} rows, windows of {size}");
                let samples = windows.samples();
                let rows = self.turns(peer, pool, rounds, &samples, &samples, what, command);
                std::fs::remove_file(&path)?;
                rows
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what both kinds of cases share")]
    fn turns(
        &self,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
        train: &Samples<'_>,
        test: &Samples<'_>,
        size: String,
        mut command: serde_json::Value,
    ) -> Result<Vec<Row>> {
        let config: DetectorConfig = toml::from_str(self.config)?;
        let detector = config.build()?;
        let mut fit = Row::new(format!("{}: fit", self.name()), size.clone());
        let mut score = Row::new(format!("{}: score", self.name()), size);
        command["command"] = "one_class".into();
        command["model"] = self.peer_model.into();
        command["least_seconds"] = LEAST_SECONDS.into();
        for _ in 0..rounds {
            let (seconds, fitted) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(detector.fit(train, Seed(0))?)))?;
            fit.ours.push(seconds);
            let (seconds, scores) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(fitted.score(test)?)))?;
            score.ours.push(seconds);
            let answer = peer.ask(&command)?;
            let number = |field| number(&answer, field);
            score.theirs.push(number("score")?);
            // A profile by itself has no fit.
            match answer["fit"].as_f64() {
                Some(seconds) => fit.theirs.push(seconds),
                None => fit.ours.clear(),
            }
            let mean = scores.values().iter().sum::<f64>() / scores.len() as f64;
            score.note = format!("mean score {mean:.6} and {:.6}", number("mean")?);
        }
        Ok([fit, score].into_iter().filter(|row| !row.ours.is_empty()).collect())
    }
}
