//! `cargo xtask test blas`: the tests of the feature `blas`, where the system has OpenBLAS.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::cargo;

/// The unit tests of the linear algebra, and the fixtures of scikit-learn.
///
/// In a folder of their own: LAPACK's crates change the features of shared dependencies, which
/// would be built twice beside each other. It takes nine CPU minutes when cold, which is why
/// `cargo xtask test` does without.
pub(crate) fn run() -> Result<()> {
    if !found() {
        cargo::say("skipped: OpenBLAS not found (asked pkg-config)");
        return Ok(());
    }
    let folder = cargo::target()?.join("blas");
    let folder = folder.to_string_lossy();
    let environment = [("CARGO_TARGET_DIR", folder.as_ref())];
    let packages = ["--package", "oddity-linalg", "--package", "oddity-features"];
    let features = ["--features", "oddity-linalg/blas,oddity-features/blas", "--locked"];
    let build = [&packages[..], &features].concat();
    cargo::run(&[&["test"], &build[..], &["--lib", "--test", "pca"]].concat(), &environment)?;
    let clippy = [&["clippy"], &build[..], &["--all-targets", "--", "--deny", "warnings"]];
    cargo::run(&clippy.concat(), &environment)
}

/// Whether pkg-config knows OpenBLAS: what the build of its crate asks, too.
fn found() -> bool {
    let mut command = Command::new("pkg-config");
    command.args(["--exists", "openblas"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
