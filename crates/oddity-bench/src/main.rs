//! The program behind `cargo xtask bench`: runs suites, lists them, draws their reports.

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Runs reproducible benchmark suites of anomaly detectors.
///
/// Without a command it runs the suites `smoke` and `synthetic`, on data that it generates itself.
#[derive(Parser)]
#[command(name = "cargo xtask bench", version, about)]
struct Arguments {
    /// Root of the working copy.
    #[arg(long, hide = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Generate data shaped like a published dataset, in its official format.
    #[command(after_help = commands::generate::after_help())]
    Generate(commands::generate::GenerateArguments),
    /// List the suites, or the pipelines of the suites named.
    List {
        /// Suites whose pipelines to list.
        suites: Vec<String>,
    },
    /// Run suites: compute the cells that are missing, then measure and report.
    #[command(after_help = "Examples:
  cargo xtask bench run smoke
  cargo xtask bench run adfa-ld --data-dir ~/data
  cargo xtask bench run adfa-ld --only 'one-class/*' --threads 1

Exit status: 0 all cells computed, 1 a cell failed, 2 the run could not be made.")]
    Run(commands::run::RunArguments),
    /// Measure scores or alarms of any tool against labels or events, from files.
    #[command(after_help = commands::measure::AFTER_HELP)]
    Measure(commands::measure::MeasureArguments),
    /// Download a published dataset; asks before it requests anything.
    #[command(after_help = "Examples:
  cargo xtask fetch --list
  cargo xtask fetch nsl-kdd
  cargo xtask fetch smd hai-22.04 --out ~/data --yes

Exit status: 0 all is there, 2 it could not be had, or nobody said yes.")]
    Fetch(commands::fetch::FetchArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root.as_deref();
    let outcome = match arguments.command {
        None => commands::run::run(&commands::run::RunArguments::smoke(), root),
        Some(Command::Run(arguments)) => commands::run::run(&arguments, root),
        Some(Command::Generate(arguments)) => commands::generate::run(&arguments),
        Some(Command::List { suites }) => commands::list::run(&suites),
        Some(Command::Measure(arguments)) => commands::measure::run(&arguments),
        Some(Command::Fetch(arguments)) => commands::fetch::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            commands::say(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}
