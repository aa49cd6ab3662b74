//! `cargo xtask lint`: everything that can be said without running the code.

use anyhow::Result;

use crate::{cargo, deny, tidy};

/// Formatting, tidiness, licences, clippy, documentation: cheapest first.
pub(crate) fn run() -> Result<()> {
    cargo::run(&["fmt", "--all", "--check"], &[])?;
    tidy::run()?;
    deny::run()?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--all-features", "--locked"];
    cargo::run(&[&clippy[..], &["--", "--deny", "warnings"]].concat(), &[])?;
    let doc = ["doc", "--workspace", "--no-deps", "--all-features", "--locked"];
    cargo::run(&doc, &[("RUSTDOCFLAGS", "--deny warnings")])
}
