//! `cargo xtask test burn`: networks on burn, in the crate of their own and in the benchmark.

use anyhow::Result;

use crate::cargo;

/// The crate that brings burn.
pub(crate) const PACKAGE: &str = "oddity-burn";

/// Its tests, clippy, documentation, and the benchmark's tests with the feature `burn`.
///
/// In a folder of their own: burn changes the features of shared dependencies, which would be
/// built twice beside each other. Burn alone takes about ten CPU minutes when cold, which is why
/// `cargo xtask test` does without. No GPU is needed.
pub(crate) fn run() -> Result<()> {
    let folder = cargo::target()?.join("burn");
    let folder = folder.to_string_lossy();
    let environment = [("CARGO_TARGET_DIR", folder.as_ref())];
    let build = ["--package", PACKAGE, "--package", "oddity-bench"];
    let build = [&build[..], &["--features", "oddity-bench/burn", "--locked"]].concat();
    let test = [&["test"], &build[..]].concat();
    // Tests start the example that plants faults.
    cargo::run(&[&["build"], &build[..], &["--examples"]].concat(), &environment)?;
    cargo::run(&[&test[..], &["--lib", "--bins", "--tests"]].concat(), &environment)?;
    // With the same packages and features, so that nothing is built again.
    cargo::run(&[&test[..], &["--doc"]].concat(), &environment)?;
    let clippy = [&["clippy"], &build[..], &["--all-targets", "--", "--deny", "warnings"]];
    cargo::run(&clippy.concat(), &environment)?;
    let documentation = [&["doc", "--no-deps"], &build[..]].concat();
    cargo::run(&documentation, &[environment[0], ("RUSTDOCFLAGS", "--deny warnings")])
}
