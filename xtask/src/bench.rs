//! `cargo xtask bench` and `generate`: hand their arguments to the benchmark program.

use std::process::ExitCode;

use crate::cargo;

/// Builds and runs `oddity-bench`, and passes its exit code on: 0 all good, 1 something
/// failed or got worse, 2 incomplete or called wrongly.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let mut command = cargo::command(&["run", "--package", "oddity-bench", "--"]);
    if let Ok(directory) = std::env::current_dir() {
        // Paths given on the command line are relative to where the user stands.
        command.current_dir(directory).arg("--root").arg(cargo::root());
    }
    match command.args(arguments).status() {
        Ok(status) => {
            ExitCode::from(u8::try_from(status.code().unwrap_or(2).clamp(0, 255)).unwrap_or(2))
        }
        Err(error) => {
            cargo::say(&format!("error: cargo could not be started: {error}"));
            ExitCode::from(2)
        }
    }
}

/// Hands the arguments to the program's command `generate`.
pub(crate) fn generate(arguments: &[String]) -> ExitCode {
    let command = std::iter::once("generate".to_owned());
    run(&command.chain(arguments.iter().cloned()).collect::<Vec<_>>())
}
