//! `cargo xtask test`: everything that runs the code.

use anyhow::Result;

use crate::cargo;

/// Unit, contract, integration and documentation tests, the examples, and a smoke run.
///
/// Tests on real data run where `ODDITY_DATA_DIR` names its folder, and say that they are
/// skipped elsewhere.
pub(crate) fn run() -> Result<()> {
    let test = ["test", "--workspace", "--all-features", "--locked"];
    cargo::run(&[&test[..], &["--lib", "--bins", "--tests", "--examples"]].concat(), &[])?;
    cargo::run(&[&test[..], &["--doc"]].concat(), &[])?;
    let out = cargo::root().join("target/bench-smoke-test");
    let out = out.to_string_lossy();
    let run = ["run", "--package", "oddity-bench", "--all-features", "--locked", "--"];
    cargo::run(&[&run[..], &["run", "smoke", "--fresh", "--out", &out]].concat(), &[])
}
