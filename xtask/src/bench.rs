//! `cargo xtask bench` and `generate`: hand their arguments to the benchmark program.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::{cargo, features};

/// Builds and runs `oddity-bench`, and passes its exit code on: 0 all good, 1 something
/// failed or got worse, 2 incomplete or called wrongly.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let code = build().and_then(|program| {
        // Paths given on the command line are relative to where the user stands.
        let mut command = Command::new(&program);
        let status = command.arg("--root").arg(cargo::root()).args(arguments).status();
        let status = status.with_context(|| program.display().to_string())?;
        Ok(u8::try_from(status.code().unwrap_or(2).clamp(0, 255)).unwrap_or(2))
    });
    code.map_or_else(
        |error| {
            cargo::say(&format!("error: {error:#}"));
            ExitCode::from(2)
        },
        ExitCode::from,
    )
}

/// Builds the program from what the tests are built from, and gives its path: with other
/// features of shared dependencies half of them would be built again.
fn build() -> Result<PathBuf> {
    let features = features::arguments()?;
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    // The example is named so that Cargo counts what tests depend on, as `cargo test` does.
    let wanted = ["--bin", "oddity-bench", "--example", "sample_report"];
    let status = cargo::command(&[&["build"], &features[..], &wanted].concat()).status();
    let status = status.context("cargo could not be started")?;
    ensure!(status.success(), "oddity-bench could not be built: {status}");
    cargo::program("oddity-bench")
}

/// Hands the arguments to the program's command `generate`.
pub(crate) fn generate(arguments: &[String]) -> ExitCode {
    let command = std::iter::once("generate".to_owned());
    run(&command.chain(arguments.iter().cloned()).collect::<Vec<_>>())
}
