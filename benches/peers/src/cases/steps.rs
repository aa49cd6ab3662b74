//! Fit and transform of a step from rows to rows.

use anyhow::{Context, Result, bail};
use oddity_core::{Samples, Step};
use oddity_features::StepConfig;
use rayon::ThreadPool;
use serde_json::json;

use super::repeated;
use crate::data::Data;
use crate::peer::{Peer, number};
use crate::report::Row;

/// Each side repeats a call until so many seconds have passed, in every turn.
const LEAST_SECONDS: f64 = 0.5;

/// A step on the rows of a table.
pub(crate) struct StepCase {
    step: &'static str,
    config: &'static str,
    /// Components as the peer's PCA takes them; 0 where it is a scaler.
    components: f64,
    n_rows: usize,
    n_columns: usize,
}

const STEPS: &[(&str, &str, f64)] = &[
    ("standardize", "kind = \"standardize\"", 0.0),
    ("pca variance 0.8", "kind = \"pca\"\ncomponents = { variance = 0.8 }", 0.8),
    ("pca 14 components", "kind = \"pca\"\ncomponents = 14", 14.0),
];

/// Three steps on two tables.
pub(crate) fn all() -> Vec<StepCase> {
    let sizes = [(125_000, 120), (1_000_000, 60)];
    let pairs = sizes.into_iter().flat_map(|size| STEPS.iter().map(move |step| (size, step)));
    pairs
        .map(|((n_rows, n_columns), &(step, config, components))| StepCase {
            step,
            config,
            components,
            n_rows,
            n_columns,
        })
        .collect()
}

impl StepCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        format!("{} {}x{}", self.step, self.n_rows, self.n_columns)
    }

    /// Both sides in turns: a row for the fit, a row for the transform, a row for both.
    pub(crate) fn run(
        &self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        let table = match self.n_rows {
            1_000_000 => data.large(peer)?,
            _ => {
                let wide = data.tables.iter().find(|table| table.frame.n_columns() == 120);
                wide.context("no table of 120 columns")?
            }
        };
        let samples = Samples::Rows(table.frame.view().slice(0..self.n_rows));
        let config: StepConfig = toml::from_str(self.config)?;
        let Step::Plain(step) = config.build()? else { bail!("{} sees classes", self.step) };
        let size = format!("{} x {}", self.n_rows, self.n_columns);
        let row = |what| Row::new(format!("{}: {what}", self.name()), size.clone());
        let (mut fit, mut transform, mut both) = (row("fit"), row("transform"), row("both"));
        for _ in 0..rounds {
            let (seconds, fitted) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(step.fit(&samples)?)))?;
            fit.ours.push(seconds);
            let (seconds, made) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(fitted.transform(&samples)?)))?;
            transform.ours.push(seconds);
            let made = made.into_dense()?;
            let answer = peer.ask(&json!({
                "command": "step",
                "data": table.name,
                "components": self.components,
                "n_rows": self.n_rows,
                "least_seconds": LEAST_SECONDS,
            }))?;
            let number = |field| number(&answer, field);
            fit.theirs.push(number("fit")?);
            transform.theirs.push(number("transform")?);
            let theirs = number("last")?;
            let ours = *made.values().last().context("no value")?;
            let widths = (made.n_columns(), number("width")?);
            transform.note = format!("last value {ours:.9} and {theirs:.9}, columns {widths:?}");
        }
        let sums = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect();
        both.ours = sums(&fit.ours, &transform.ours);
        both.theirs = sums(&fit.theirs, &transform.theirs);
        Ok(vec![fit, transform, both])
    }
}
