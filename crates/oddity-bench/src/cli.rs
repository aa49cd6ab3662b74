//! The program behind `cargo xtask bench`, as a function, so that a program around it can
//! plant faults and look what becomes of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

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
    /// Join the folders of shards: the same results as of one run.
    #[command(after_help = "Example:
  cargo xtask bench run hai --shard 1/2 --out one     (on one machine)
  cargo xtask bench run hai --shard 2/2 --out two     (on another)
  cargo xtask bench merge one two --out all

Exit status: 0 all cells are there, 2 some are missing, or the folders do not fit together.")]
    Merge(commands::merge::MergeArguments),
    /// Compute a stored cell again, and compare the scores bit for bit.
    #[command(after_help = "Exit status: 0 the same bits, 1 other ones, 2 it could not be done.")]
    Repro(commands::repro::ReproArguments),
    /// Read a folder of results, and take every measure again from the stored scores.
    #[command(after_help = "Exit status: 0 complete and right, 1 something is wrong, 2 cells \
are missing.")]
    Check {
        /// The folder.
        folder: PathBuf,
    },
    /// Write the results and the report of folders again, from the stored cells.
    #[command(after_help = "Example: one report over the default suites
  cargo xtask bench
  cargo xtask bench report target/bench/smoke target/bench/synthetic --out target/bench")]
    Report {
        /// The folders.
        #[arg(required = true)]
        folders: Vec<PathBuf>,
        /// Write one report over all of them to this folder.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Compare new results with old ones: has quality, speed or memory become worse?
    #[command(after_help = "Quality: a measure counts as worse where it lost at least \
--least-loss, and more than chance makes of it
(paired bootstrap over traces, or events of series in order). Speed: the median ratio of rounds \
(`run --rounds`, `turns`)
above 1 + --least-slowdown, and above what the spread of rounds allows; with eight rounds and more the
quickest rounds likewise, which tell more on a busy machine. Memory: the median peak \
above 1 + --least-growth.
Missing and failed cells, and too few rounds, are incomplete, unless a cell failed before too.

Exit status: 0 the same or better, 1 a regression, 2 incomplete.")]
    Compare(commands::compare::CompareArguments),
    /// Run two programs in turns on the same suite, and compare what they left.
    #[command(after_help = "Example:
  oddity-bench turns --base old/oddity-bench --head new/oddity-bench smoke --rounds 5 --out turns

Exit status: that of compare.")]
    Turns(commands::turns::TurnsArguments),
    /// Compute the cells that standard input names; `run --isolate` starts it.
    #[command(hide = true)]
    Worker,
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

/// The commands of the benchmark, as a part of another program.
#[derive(Args)]
pub struct Bench {
    #[command(subcommand)]
    command: Option<Command>,
}

/// `measure`, as a part of another program.
#[derive(Args)]
pub struct Measure {
    #[command(flatten)]
    arguments: commands::measure::MeasureArguments,
}

/// `compare`, as a part of another program.
#[derive(Args)]
pub struct Compare {
    #[command(flatten)]
    arguments: commands::compare::CompareArguments,
}

impl Bench {
    /// Does what the command line says.
    ///
    /// # Errors
    ///
    /// What a command could not do, for people.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        run(self.command, None, None)
    }
}

impl Measure {
    /// Measures the files.
    ///
    /// # Errors
    ///
    /// For a file, a column or a measure that is refused.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        commands::measure::run(&self.arguments)
    }
}

impl Compare {
    /// Compares two folders of results.
    ///
    /// # Errors
    ///
    /// For a folder that cannot be read.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        commands::compare::run(&self.arguments)
    }
}

/// Computes the cells that standard input names: the program behind this command starts itself
/// with the argument `worker` for `run --isolate`.
pub fn work() -> ExitCode {
    worker::work(None)
}

/// Reads the command line, does what it says, and gives the exit code.
pub fn main(hook: Option<&dyn Hook>) -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command, arguments.root.as_deref(), hook) {
        Ok(code) => code,
        Err(error) => {
            commands::say(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(
    command: Option<Command>,
    root: Option<&Path>,
    hook: Option<&dyn Hook>,
) -> anyhow::Result<ExitCode> {
    match command {
        Some(Command::Worker) => Ok(worker::work(hook)),
        None => commands::run::run(&commands::run::RunArguments::smoke(), root, hook),
        Some(Command::Run(arguments)) => commands::run::run(&arguments, root, hook),
        Some(Command::Generate(arguments)) => commands::generate::run(&arguments),
        Some(Command::List { suites }) => commands::list::run(&suites),
        Some(Command::Merge(arguments)) => commands::merge::run(&arguments, root),
        Some(Command::Repro(arguments)) => commands::repro::run(&arguments, root, hook),
        Some(Command::Check { folder }) => commands::check::run(&folder),
        Some(Command::Report { folders, out }) => {
            commands::report::run(&folders, out.as_deref(), root)
        }
        Some(Command::Compare(arguments)) => commands::compare::run(&arguments),
        Some(Command::Turns(arguments)) => commands::turns::run(&arguments),
        Some(Command::Measure(arguments)) => commands::measure::run(&arguments),
        Some(Command::Fetch(arguments)) => commands::fetch::run(&arguments),
    }
}
