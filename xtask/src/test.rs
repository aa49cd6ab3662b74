//! `cargo xtask test`: everything that runs the code.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{cargo, features};

/// Unit, contract, integration and documentation tests, the examples, and a smoke run.
///
/// Tests on real data run where `ODDITY_DATA_DIR` names its folder, and say that they are
/// skipped elsewhere.
pub(crate) fn run() -> Result<()> {
    let features = features::arguments()?;
    let test =
        [&["test"], &features.iter().map(String::as_str).collect::<Vec<_>>()[..], &["--locked"]]
            .concat();
    // Tests start the example that plants faults; examples are built by nothing else here.
    let build = [&["build"], &test[1..], &["--examples"]].concat();
    cargo::run(&build, &[])?;
    cargo::run(&[&test[..], &["--lib", "--bins", "--tests"]].concat(), &[])?;
    cargo::run(&[&test[..], &["--doc"]].concat(), &[])?;
    examples()?;
    smoke_run()
}

/// Runs the examples that show how the library is used: each checks what comes out.
fn examples() -> Result<()> {
    let folder = cargo::root().join("examples");
    let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            names.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    names.sort();
    ensure!(!names.is_empty(), "found no example in {}", folder.display());
    for name in names {
        let program = cargo::program(&format!("examples/{name}"))?;
        cargo::say(&format!("$ {}", program.display()));
        let status = Command::new(&program).status();
        let status = status.with_context(|| program.display().to_string())?;
        ensure!(status.success(), "the example {name} failed: {status}");
    }
    Ok(())
}

/// Runs the program that the tests were built with: `cargo run` would choose other features
/// for shared dependencies, and build half of them again.
fn smoke_run() -> Result<()> {
    let target = cargo::target()?;
    let program = cargo::program("oddity-bench")?;
    let out = target.join("bench-smoke-test");
    cargo::say(&format!("$ {} run smoke --fresh --out {}", program.display(), out.display()));
    let mut command = Command::new(&program);
    command.args(["run", "smoke", "--fresh", "--out"]).arg(&out).current_dir(cargo::root());
    let status = command.status().with_context(|| program.display().to_string())?;
    ensure!(status.success(), "the smoke suite failed: {status}");
    Ok(())
}
