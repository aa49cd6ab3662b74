//! `cargo xtask lint`: everything that can be said without running the code.

use anyhow::Result;

use crate::{cargo, deny, features, tidy};

/// Formatting, tidiness, licences, clippy, documentation: cheapest first.
pub(crate) fn run() -> Result<()> {
    cargo::run(&["fmt", "--all", "--check"], &[])?;
    tidy::run()?;
    deny::run()?;
    let features = features::arguments()?;
    let build =
        [&features.iter().map(String::as_str).collect::<Vec<_>>()[..], &["--locked"]].concat();
    let clippy = [&["clippy"], &build[..], &["--all-targets", "--", "--deny", "warnings"]];
    cargo::run(&clippy.concat(), &[])?;
    let doc = [&["doc", "--no-deps"], &build[..]].concat();
    cargo::run(&doc, &[("RUSTDOCFLAGS", "--deny warnings")])
}
