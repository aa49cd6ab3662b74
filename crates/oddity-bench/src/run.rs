//! A whole run of a suite: load, plan, compute what is missing, measure, report.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backend::BackendChoice;
use crate::budget::Budget;
use crate::dataset::Dataset;
use crate::environment::{Environment, peak_rss_bytes};
use crate::error::{Error, Result};
use crate::hook::Hook;
use crate::manifest::{Folder, Manifest};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::results::Results;
use crate::runner::protocol::Setup;
use crate::runner::{Isolation, Local, Runner, Summary, pool};
use crate::shard::Shard;
use crate::store::Store;
use crate::suite::Suite;
use crate::training::CHECKPOINT_EVERY;
use crate::{glob, report_files, report_pages};

/// How a suite is run.
#[derive(Clone)]
pub struct RunOptions<'a> {
    /// Folder of the data; else the environment variable `ODDITY_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// Run only pipelines whose id matches this pattern.
    pub only: Option<String>,
    /// What networks run on.
    pub backend: BackendChoice,
    /// Groups of cells computed at the same time; more than one spoils the timings.
    pub jobs: usize,
    /// The program whose workers compute the cells (`oddity-bench`), so that a crash costs one;
    /// without it they are computed in this process.
    pub workers: Option<PathBuf>,
    /// Limits of each cell, before those of the suite. Any needs workers.
    pub budget: Budget,
    /// Compute cells again that failed.
    pub retry: bool,
    /// Which share of the cells is computed; all where it is left out.
    pub shard: Option<Shard>,
    /// How often each cell is computed; the timings of every round are kept.
    pub rounds: usize,
    /// Threads of the models.
    pub threads: usize,
    /// Folder of the results.
    pub folder: PathBuf,
    /// Forget the stored cells and compute all of them.
    pub fresh: bool,
    /// Time between two checkpoints of a training ([`crate::training::CHECKPOINT_EVERY`]).
    pub checkpoint_every: Duration,
    /// Root of the working copy, whose commit is noted.
    pub root: Option<PathBuf>,
    /// Called around each cell that is computed in this process.
    pub hook: Option<&'a dyn Hook>,
}

impl RunOptions<'_> {
    /// A run into a folder, one cell at a time, on one thread.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        RunOptions {
            data_dir: None,
            only: None,
            backend: BackendChoice::default(),
            jobs: 1,
            workers: None,
            budget: Budget::default(),
            retry: false,
            shard: None,
            rounds: 1,
            threads: 1,
            folder: folder.into(),
            fresh: false,
            checkpoint_every: CHECKPOINT_EVERY,
            root: None,
            hook: None,
        }
    }

    /// What workers are told, where there are to be any.
    fn isolation(&self, suite: &Suite, environment: &Environment) -> Result<Option<Isolation>> {
        let of_pipelines = suite.tasks.iter().flat_map(|task| &task.pipelines);
        let budgets = of_pipelines.map(|pipeline| self.budget.or(pipeline.budget).or(suite.budget));
        let limited: Vec<Budget> = budgets.filter(|budget| !budget.is_unlimited()).collect();
        let Some(program) = &self.workers else {
            let needless = limited.is_empty();
            return if needless { Ok(None) } else { Err(Error::BudgetWithoutWorkers) };
        };
        if limited.iter().any(|budget| budget.memory_mib.is_some()) && peak_rss_bytes().is_none() {
            return Err(Error::MemoryBudget);
        }
        let broken = |reason: String| Error::Worker { reason };
        let setup = Setup {
            suite: toml::to_string(suite).map_err(|error| broken(error.to_string()))?,
            data_dir: self.data_dir.clone(),
            backend: self.backend,
            threads: self.threads,
            folder: self.folder.clone(),
            checkpoint_every: self.checkpoint_every.as_secs_f64(),
            environment: environment.clone(),
        };
        let setup = serde_json::to_string(&setup).map_err(|error| broken(error.to_string()))?;
        Ok(Some(Isolation { program: program.clone(), setup }))
    }
}

/// What a run gave.
pub struct Finished {
    /// Cells found, computed and failed.
    pub summary: Summary,
    /// Everything that was measured.
    pub results: Results,
    /// The report.
    pub report: PathBuf,
}

/// Runs a suite, and writes `results.jsonl`, `timings.jsonl` and `report.html` with its figures
/// and tables.
///
/// `loaded` is called when the data is there, with the datasets and the number of cells.
///
/// # Errors
///
/// Those of the data, the plan and the store. A cell that fails is no error.
pub fn run(
    suite: &Suite,
    options: &RunOptions<'_>,
    loaded: impl FnOnce(&[Dataset], usize),
) -> Result<Finished> {
    let environment = Environment::detect(options.root.as_deref(), options.threads, options.jobs);
    let pool = pool(options.threads)?;
    let data_dir = options.data_dir.as_deref();
    let only = |id: &str| options.only.as_deref().is_none_or(|only| glob::matches(only, id));
    let name = suite.name.clone();
    let suite = suite.only(only);
    if suite.tasks.is_empty() {
        let only = options.only.clone().unwrap_or_default();
        return Err(Error::NoPipeline { suite: name, only });
    }
    let (datasets, dataset_of) = pool.install(|| load(&suite, data_dir))?;
    let suite = suite.without_figures(|task| datasets[dataset_of[task]].stands_in);
    let mut plan = Plan::new(&suite, &datasets, &dataset_of, only)?.on(options.backend)?;
    let manifest = Manifest::of(&plan, options.backend, options.shard)?;
    if let Some(shard) = options.shard {
        let mut here = shard.takes(&plan).into_iter();
        plan.groups.retain(|_| here.next().unwrap_or(false));
    }
    loaded(&datasets, plan.n_cells());
    let isolation = options.isolation(&suite, &environment)?;
    let store = Store::open(&options.folder)?;
    let _lock = store.lock()?;
    let mut rounds_before = HashMap::new();
    if options.fresh {
        let keys = plan.groups.iter().flat_map(|group| &group.cells).map(|cell| &cell.key);
        rounds_before = keys.map(|key| (key.clone(), store.history(key).len())).collect();
        store.clear()?;
    }
    manifest.write(&options.folder)?;
    let runner = Runner {
        store: &store,
        local: Local {
            store: &store,
            environment: &environment,
            checkpoint_every: options.checkpoint_every,
            alone: false,
            hook: options.hook,
        },
        isolation,
        pool: &pool,
        jobs: options.jobs,
        budget: options.budget,
        retry: options.retry,
        rounds: options.rounds,
        rounds_before,
    };
    let summary = runner.run(&plan, &Progress::new(&suite.name, plan.n_cells()))?;
    let folder = Folder::open(&options.folder)?;
    let (results, report) = pool.install(|| write_results(&folder, &environment))?;
    Ok(Finished { summary, results, report })
}

/// Takes the measures from the stored cells of a folder, and writes `results.jsonl`,
/// `timings.jsonl` and `report.html` with its figures and tables; the page's path.
///
/// # Errors
///
/// Those of a cell that is missing or damaged, and of writing.
pub fn write_results(folder: &Folder, environment: &Environment) -> Result<(Results, PathBuf)> {
    let results = collect(folder)?;
    let report = write_report(&[(folder, &results)], environment, folder.store.folder())?;
    Ok((results, report))
}

/// Collects the results of a folder, with the intervals that it keeps, and writes them.
pub(crate) fn collect(folder: &Folder) -> Result<Results> {
    let results = Results::collect_kept(&folder.suite, &folder.manifest.cells, &folder.store)?;
    results.write(folder.store.folder())?;
    Ok(results)
}

/// Writes one report over the results of folders, all of the code of the first; gives its path.
pub(crate) fn write_report(
    folders: &[(&Folder, &Results)],
    environment: &Environment,
    out: &Path,
) -> Result<PathBuf> {
    let datasets = folders.iter().map(|(folder, _)| folder.datasets());
    let datasets = datasets.collect::<Result<Vec<_>>>()?;
    let mut plans = Vec::new();
    for ((folder, _), datasets) in folders.iter().zip(&datasets) {
        plans.push(Plan { suite: &folder.suite, datasets, groups: Vec::new() });
    }
    let suites: Vec<_> =
        plans.iter().zip(folders).map(|(plan, (_, results))| (plan, *results)).collect();
    let code = folders.first().map_or("", |(folder, _)| &folder.manifest.code_version);
    report_files::write(out, &report_pages::report(&suites, environment, code))
}

/// Each dataset of a suite once, and which of them is that of each task.
pub(crate) fn load(suite: &Suite, data_dir: Option<&Path>) -> Result<(Vec<Dataset>, Vec<usize>)> {
    let (mut configs, mut dataset_of) = (Vec::new(), Vec::new());
    for task in &suite.tasks {
        let config = suite.dataset_of(task)?;
        let known = configs.iter().position(|known| *known == config);
        dataset_of.push(known.unwrap_or(configs.len()));
        if known.is_none() {
            configs.push(config);
        }
    }
    let datasets = configs.into_iter().map(|config| Dataset::load(config, data_dir));
    Ok((datasets.collect::<Result<_>>()?, dataset_of))
}
