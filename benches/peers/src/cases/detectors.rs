//! Fit and score of one-class detectors over rows.

use anyhow::{Context, Result};
use oddity_core::{Columns, Frame, Samples, Seed};
use oddity_models::catalogue::DetectorConfig;
use rayon::ThreadPool;
use serde_json::json;

use super::repeated;
use crate::data::Data;
use crate::peer::{Peer, number};
use crate::report::Row;

/// Each side repeats a call until so many seconds have passed, in every turn.
const LEAST_SECONDS: f64 = 0.2;

/// A detector on the first rows and columns of a synthetic table.
pub(crate) struct DetectorCase {
    kind: &'static str,
    n_rows: usize,
    n_columns: usize,
}

const MARGINAL_AND_CENTRES: &[&str] =
    &["isolation_forest", "hbos", "ecod", "copod", "k_means_distance", "cblof"];
const NEIGHBOURS: &[&str] = &["knn_distance", "lof"];
const CENTRES: &[&str] = &["k_means_distance", "cblof"];

/// Eight detectors on two tables each, those that compare all rows with smaller ones, those with
/// centres on narrow ones too.
pub(crate) fn all() -> Vec<DetectorCase> {
    let cases = |kinds: &'static [&'static str], sizes: [(usize, usize); 2]| {
        sizes.into_iter().flat_map(move |(n_rows, n_columns)| {
            kinds.iter().map(move |kind| DetectorCase { kind, n_rows, n_columns })
        })
    };
    let few = cases(NEIGHBOURS, [(20_000, 3), (6_000, 90)]);
    let many = cases(NEIGHBOURS, [(20_000, 40), (20_000, 6)]);
    let others = cases(MARGINAL_AND_CENTRES, [(6_000, 90), (125_000, 120)]);
    let narrow = cases(CENTRES, [(20_000, 3), (20_000, 40)]);
    others.chain(few).chain(many).chain(narrow).collect()
}

impl DetectorCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        format!("detector {} {}x{}", self.kind, self.n_rows, self.n_columns)
    }

    /// Both sides in turns: a row for the fit, a row for the score of the same rows.
    pub(crate) fn run(
        &self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        let width = if self.n_rows == 6_000 { 90 } else { 120 };
        let table = data.tables.iter().find(|table| table.frame.n_columns() == width);
        let table = table.context("no such table")?;
        let kept: Vec<usize> = (0..self.n_columns).collect();
        let rows = table.frame.view().slice(0..self.n_rows).select_columns(&kept);
        let rows = Frame::new(rows.into_values(), Columns::numbered("x", self.n_columns))?;
        let samples = Samples::Rows(rows.view());
        // With PyOD's default of 0.9 it refuses clusters of about the same size.
        let alpha = if self.kind == "cblof" { "alpha = 0.8" } else { "" };
        let config: DetectorConfig = toml::from_str(&format!("kind = '{}'\n{alpha}", self.kind))?;
        let detector = config.build()?;
        let size = format!("{} x {}", self.n_rows, self.n_columns);
        let row = |what| Row::new(format!("{}: {what}", self.name()), size.clone());
        let (mut fit, mut score) = (row("fit"), row("score"));
        for _ in 0..rounds {
            let (seconds, fitted) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(detector.fit(&samples, Seed(0))?)))?;
            fit.ours.push(seconds);
            let (seconds, scores) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(fitted.score(&samples)?)))?;
            score.ours.push(seconds);
            let answer = peer.ask(&json!({
                "command": "detector",
                "data": table.name,
                "kind": self.kind,
                "n_rows": self.n_rows,
                "n_columns": self.n_columns,
                "threads": peer.threads,
                "least_seconds": LEAST_SECONDS,
            }))?;
            let number = |field| number(&answer, field);
            fit.theirs.push(number("fit")?);
            score.theirs.push(number("score")?);
            let ours = scores.values().iter().sum::<f64>() / scores.len() as f64;
            score.note = format!("mean score {ours:.4} and {:.4}", number("mean")?);
        }
        Ok(vec![fit, score])
    }
}
