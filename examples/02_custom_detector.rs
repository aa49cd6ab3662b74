//! A detector of one's own in a suite, beside those of the catalogue, with a report:
//! `cargo run --example 02_custom_detector`.

use std::sync::Arc;

use oddity::prelude::*;
use oddity_bench::run::{RunOptions, run};
use oddity_bench::suite::Suite;
use oddity_models::register_detector;

/// Scores a row by its largest distance to the mean of a column.
struct LargestDistance;

struct Fitted {
    means: Vec<f64>,
}

impl Detector for LargestDistance {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> oddity_core::Result<Box<dyn FittedDetector>> {
        let rows = train.rows()?;
        let mut means = vec![0.0; rows.n_columns()];
        for row in rows.iter() {
            means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x / rows.n_rows() as f64);
        }
        Ok(Box::new(Fitted { means }))
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> oddity_core::Result<Scores> {
        let rows = samples.rows()?;
        rows.expect_width(self.means.len())?;
        let distance = |row: &[f64]| {
            row.iter().zip(&self.means).map(|(x, mean)| (x - mean).abs()).fold(0.0, f64::max)
        };
        Scores::new(rows.iter().map(distance).collect())
    }
}

const SUITE: &str = r#"
name = "own"
title = "A detector of one's own"
description = "Beside one of the catalogue."
[[task]]
id = "plant"
description = "Rows of a simulated plant."
dataset = { kind = "hai_generated", seed = 7, n_rows = 7200, attack_interval = 1200 }
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
measures = ["roc_auc"]

[[task.pipeline]]
id = "largest-distance"
detector = { kind = "custom", name = "largest_distance", params = { version = 1 } }

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction" }
"#;

#[expect(clippy::print_stdout, reason = "an example shows what comes out")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    register_detector("largest_distance", |_| Ok(Arc::new(LargestDistance)));
    let suite = Suite::parse(SUITE, "own.toml")?;
    let folder = std::env::temp_dir().join("oddity-example-own");
    let finished = run(&suite, &RunOptions::new(&folder), |_, _| {})?;
    for row in &finished.results.rows {
        println!("{}: {} {:?}", row.pipeline, row.measure, row.value);
    }
    println!("the report: {}", finished.report.display());
    assert_eq!(finished.summary.failed, 0);
    Ok(())
}
