//! The program behind `cargo xtask bench`: runs suites, lists them, draws their reports.

use std::process::ExitCode;

fn main() -> ExitCode {
    oddity_bench::cli::main(None)
}
