//! The program behind `cargo xtask bench`, as a function, so that a program around it can
//! plant faults and look what becomes of them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::hook::Hook;
use crate::{commands, worker};

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
  cargo xtask bench run hai --isolate --jobs 2 --budget 600 --memory 4096

With --isolate the cells are computed by workers, processes of their own that load the data
once each: worth it where a cell may crash, hang or run out of memory, and where the peak of
memory of each cell is wanted. A worker that dies costs the cell it was at.

Exit status: 0 all cells computed, 1 a cell failed, 2 the run could not be made.")]
    Run(commands::run::RunArguments),
    /// Compute the cells that standard input names; `run --isolate` starts it.
    #[command(hide = true)]
    Worker,
    /// Download a published dataset; asks before it requests anything.
    #[command(after_help = "Examples:
  cargo xtask fetch --list
  cargo xtask fetch nsl-kdd
  cargo xtask fetch smd hai-22.04 --out ~/data --yes

Exit status: 0 all is there, 2 it could not be had, or nobody said yes.")]
    Fetch(commands::fetch::FetchArguments),
}

/// Reads the command line, does what it says, and gives the exit code.
pub fn main(hook: Option<&dyn Hook>) -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root.as_deref();
    let outcome = match arguments.command {
        Some(Command::Worker) => return worker::work(hook),
        None => commands::run::run(&commands::run::RunArguments::smoke(), root, hook),
        Some(Command::Run(arguments)) => commands::run::run(&arguments, root, hook),
        Some(Command::Generate(arguments)) => commands::generate::run(&arguments),
        Some(Command::List { suites }) => commands::list::run(&suites),
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
