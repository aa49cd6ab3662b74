//! Calls to Cargo from the workspace's root, and what is said around them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// A call of the Cargo that runs this program, in the root.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

/// Says what comes, calls Cargo, and fails where it fails.
pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    say(&format!("$ cargo {}", arguments.join(" ")));
    let status = command(arguments).envs(environment.iter().copied()).status();
    let status = status.context("cargo could not be started")?;
    ensure!(status.success(), "cargo {} failed: {status}", arguments.join(" "));
    Ok(())
}

/// The folder of what is built, as Cargo has it from its configuration and the environment.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = workspace()?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no folder")?;
    Ok(PathBuf::from(target))
}

/// Where a program of the workspace lies once it is built.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    Ok(target()?.join(format!("debug/{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// What `cargo metadata` says of the workspace and of all that it can depend on.
pub(crate) fn metadata() -> Result<serde_json::Value> {
    read_metadata(&["--all-features"])
}

/// What `cargo metadata` says of the workspace alone.
pub(crate) fn workspace() -> Result<serde_json::Value> {
    read_metadata(&["--no-deps"])
}

fn read_metadata(arguments: &[&str]) -> Result<serde_json::Value> {
    let arguments = [&["metadata", "--format-version", "1"], arguments].concat();
    let output = command(&arguments).output();
    let output = output.context("cargo metadata could not be started")?;
    ensure!(output.status.success(), "cargo metadata failed: {}", output.status);
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

/// A line on standard error, where Cargo's own progress goes.
#[expect(clippy::print_stderr, reason = "a command-line program speaks to its terminal")]
pub(crate) fn say(text: &str) {
    eprintln!("{}", text.trim_end());
}
