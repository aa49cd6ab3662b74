//! `cargo xtask`: the workspace's own automation, one file a command.

mod bench;
mod blas;
mod burn;
mod cargo;
mod deny;
mod features;
mod lint;
mod sanitizers;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask COMMAND

Commands:
  bench [ARGS]   run benchmark suites; without arguments the smoke suites on generated data
                 (`cargo xtask bench --help` lists the rest)
  generate NAME --rows N --out F
                 generate data in the format of a published dataset
                 (`cargo xtask generate --help` lists the names and the rest)
  fetch NAME     download a published dataset, after asking; `--list` shows the names
  measure --scores S --labels L
                 measure scores or alarms that any tool wrote (`cargo xtask measure --help`)
  lint           formatting, tidiness, clippy, documentation, licences; cheapest first
  test           unit, contract, integration and documentation tests, examples, a smoke run
  test blas      the tests of the feature `blas`, where the system has OpenBLAS
  test burn      tests and clippy of networks on burn, which takes long to build
  test sanitizers
                 the kernels' tests under the address and the thread sanitizer, on Linux
  features       print Cargo's arguments for the features that need nothing from outside, as
                 in `cargo clippy $(cargo xtask features)`
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_deref() {
        Some("bench") => return bench::run(&rest),
        Some("generate") => return bench::generate(&rest),
        Some("fetch") => return bench::run(&[&["fetch".to_owned()], &rest[..]].concat()),
        Some("measure") => return bench::run(&[&["measure".to_owned()], &rest[..]].concat()),
        Some("lint") => lint::run(),
        Some("test") if rest == ["blas"] => blas::run(),
        Some("test") if rest == ["burn"] => burn::run(),
        Some("test") if rest == ["sanitizers"] => sanitizers::run(),
        Some("test") => test::run(),
        Some("features") => features::print(),
        Some("help" | "--help" | "-h") => {
            cargo::say(HELP);
            return ExitCode::SUCCESS;
        }
        _ => {
            cargo::say(HELP);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cargo::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
