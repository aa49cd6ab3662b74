//! `bench run`: runs suites and prints what came out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::backend::{BackendChoice, BackendName, DeviceName};
use crate::budget::Budget;
use crate::cell::Status;
use crate::hook::Hook;
use crate::manifest::Folder;
use crate::run::{Finished, RunOptions, run as run_suite, write_report};
use crate::shard::Shard;
use crate::suite::{Size, Suite, embedded};
use crate::table;
use crate::training::CHECKPOINT_EVERY;
use anyhow::{Context, ensure};
use clap::Args;

use super::report::environment;
use super::{print, say};

/// Failed cells named at the end of a run, at most.
const MAX_FAILURES: usize = 20;

/// What `bench run` can be told.
#[derive(Args, Default)]
pub(crate) struct RunArguments {
    /// Suites to run, by name or as a TOML file.
    #[arg(required = true)]
    suites: Vec<String>,
    /// Folder of the data; else the environment variable `ODDITY_DATA_DIR`.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Run only pipelines whose id matches, such as `one-class/*`.
    #[arg(long, value_name = "GLOB")]
    only: Option<String>,
    /// What networks run on.
    #[arg(long, value_enum, default_value_t)]
    backend: BackendName,
    /// What that backend computes on; `native` knows the CPU alone.
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
    /// Groups of cells computed at the same time, or workers; more than one spoils the timings.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Compute the cells in processes of their own, so that a crash costs one cell.
    #[arg(long)]
    isolate: bool,
    /// Seconds that a cell may take; it ends as `timeout`. Implies --isolate.
    #[arg(long, value_name = "SECONDS")]
    budget: Option<f64>,
    /// Resident memory that a worker may hold; its cell ends as `out_of_memory`. Implies
    /// --isolate.
    #[arg(long, value_name = "MIB")]
    memory: Option<u64>,
    /// Compute cells again that failed. Those that were over a budget are computed again
    /// without it where the budget is larger now.
    #[arg(long)]
    retry: bool,
    /// Compute each cell so often, all cells once before any twice; the timings of every round
    /// are kept, for `bench compare`.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Compute one share of the cells, such as 1/2; `merge` joins the folders of all shares.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Threads of the models; all processors where it is left out.
    #[arg(long)]
    threads: Option<usize>,
    /// Folder of the results; `target/bench/<suite>` where it is left out.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Run at the study's own size, where a suite has a smaller one: it may take days.
    #[arg(long)]
    full: bool,
    /// Forget the stored cells, but not their timings, and compute all of them.
    #[arg(long)]
    fresh: bool,
    /// Seconds between two checkpoints of a training; an interrupted run goes on from the last.
    #[arg(long, value_name = "SECONDS")]
    checkpoint_every: Option<u64>,
}

impl RunArguments {
    /// The default run: the suites that need no data and little time.
    pub(crate) fn smoke() -> RunArguments {
        RunArguments {
            suites: vec!["smoke".to_owned(), "synthetic".to_owned()],
            jobs: 1,
            rounds: 1,
            ..RunArguments::default()
        }
    }

    fn options<'a>(
        &self,
        suite: &Suite,
        root: Option<&Path>,
        hook: Option<&'a dyn Hook>,
    ) -> anyhow::Result<RunOptions<'a>> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let size = if suite.size == Size::Full { "-full" } else { "" };
        let folder = Path::new("target/bench").join(format!("{}{size}", suite.name));
        let folder = root.map_or_else(|| folder.clone(), |root| root.join(&folder));
        let budget = Budget { seconds: self.budget, memory_mib: self.memory };
        budget.check().map_err(anyhow::Error::msg)?;
        let workers = self.isolate || !budget.is_unlimited() || suite.has_budget();
        Ok(RunOptions {
            data_dir: self.data_dir.clone(),
            only: self.only.clone(),
            backend: BackendChoice { name: self.backend, device: self.device },
            jobs: self.jobs,
            threads: self.threads.unwrap_or(processors),
            folder: self.out.clone().unwrap_or(folder),
            fresh: self.fresh,
            checkpoint_every: self.checkpoint_every.map_or(CHECKPOINT_EVERY, Duration::from_secs),
            root: root.map(Path::to_owned),
            workers: if workers { Some(std::env::current_exe()?) } else { None },
            budget,
            retry: self.retry,
            shard: self.shard,
            rounds: self.rounds,
            hook,
        })
    }
}

/// Runs the suites; the exit code says whether a cell failed.
pub(crate) fn run(
    arguments: &RunArguments,
    root: Option<&Path>,
    hook: Option<&dyn Hook>,
) -> anyhow::Result<ExitCode> {
    ensure!(1 <= arguments.rounds, "--rounds is 0, wanted at least 1");
    ensure!(1 <= arguments.jobs, "--jobs is 0, wanted at least 1");
    ensure!(arguments.threads != Some(0), "--threads is 0, wanted at least 1");
    let single = arguments.suites.len() == 1;
    ensure!(single || arguments.out.is_none(), "--out takes the results of one suite");
    let (mut failed, mut finished) = (0, Vec::new());
    for name in &arguments.suites {
        let mut suite = read(name)?;
        if arguments.full {
            ensure!(suite.has_full(), "suite {} has one size: run it without --full", suite.name);
            suite = suite.at_full()?;
        }
        let options = arguments.options(&suite, root, hook)?;
        let done = run_one(&suite, &options).with_context(|| format!("suite {}", suite.name))?;
        failed += done.summary.failed;
        finished.push((Folder::open(&options.folder)?, done.results));
    }
    if let (false, Some(above)) = (single, finished[0].0.path().parent()) {
        let folders: Vec<_> = finished.iter().map(|(folder, results)| (folder, results)).collect();
        let report = write_report(&folders, &environment(&finished[0].0, root), above)?;
        say(&format!("{} suites in one report: {}", folders.len(), report.display()));
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(name: &str) -> anyhow::Result<Suite> {
    if !name.ends_with(".toml") {
        return Ok(embedded(name)?);
    }
    let text = std::fs::read_to_string(name).with_context(|| name.to_owned())?;
    Ok(Suite::parse(&text, name)?)
}

/// Runs one suite, and says what came of it.
fn run_one(suite: &Suite, options: &RunOptions<'_>) -> anyhow::Result<Finished> {
    let finished = run_suite(suite, options, |datasets, n_cells| {
        for dataset in datasets {
            say(&format!(
                "{}: {} samples of {} ({}) in {:.2} s",
                suite.name,
                dataset.len(),
                dataset.name,
                dataset.source,
                dataset.seconds
            ));
        }
        say(&format!("{}: {n_cells} cells", suite.name));
    })?;
    let summary = &finished.summary;
    print(&table::render(&finished.results.rows));
    say(&format!(
        "{}: {} cells computed, {} stored before, {} failed; report: {}",
        suite.name,
        summary.computed,
        summary.found,
        summary.failed,
        finished.report.display()
    ));
    if 0 < summary.repeated {
        say(&format!(
            "{}: {} cells computed again for their timings",
            suite.name, summary.repeated
        ));
    }
    let failures = finished.results.cells.iter().map(|cell| &cell.record);
    for record in failures.filter(|record| record.status != Status::Ok).take(MAX_FAILURES) {
        let reason = record.reason.as_deref().unwrap_or("without a reason");
        say(&format!("  {}: {}: {reason}", record.name, record.status.as_str()));
    }
    Ok(finished)
}
