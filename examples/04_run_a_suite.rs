//! A benchmark of two detectors from Rust, with a report: `cargo run --example 04_run_a_suite`.

use oddity_bench::run::{RunOptions, run};
use oddity_bench::suite::Suite;

const SUITE: &str = r#"
name = "plant"
title = "A simulated plant"
description = "Two detectors on the same rows."

[[task]]
id = "rows"
description = "Rows by themselves."
dataset = { kind = "hai_generated", seed = 7, n_rows = 7200, attack_interval = 1200 }
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
measures = ["roc_auc", "average_precision"]

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction", components = { variance = 0.8 } }

[[task.pipeline]]
id = "random"
detector = { kind = "random" }
"#;

#[expect(clippy::print_stdout, reason = "an example shows what comes out")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let suite = Suite::parse(SUITE, "plant.toml")?;
    let folder = std::env::temp_dir().join("oddity-example-suite");
    let finished = run(&suite, &RunOptions::new(&folder), |_, n_cells| {
        println!("{n_cells} cells");
    })?;
    for row in &finished.results.rows {
        println!("{} {} {:?}", row.pipeline, row.measure, row.value);
    }
    println!("the report: {}", finished.report.display());
    assert_eq!(finished.summary.failed, 0);
    Ok(())
}
