//! A whole run of a suite: load, plan, compute what is missing, measure, report.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backend::BackendChoice;
use crate::dataset::Dataset;
use crate::environment::Environment;
use crate::error::Result;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::results::Results;
use crate::runner::{Runner, Summary, pool};
use crate::store::Store;
use crate::suite::Suite;
use crate::{glob, report_files, report_pages};

/// How a suite is run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Folder of the data; else the environment variable `ODDITY_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// Run only pipelines whose id matches this pattern.
    pub only: Option<String>,
    /// What networks run on.
    pub backend: BackendChoice,
    /// Groups of cells computed at the same time; more than one spoils the timings.
    pub jobs: usize,
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
    options: &RunOptions,
    loaded: impl FnOnce(&[Dataset], usize),
) -> Result<Finished> {
    let environment = Environment::detect(options.root.as_deref(), options.threads, options.jobs);
    let pool = pool(options.threads)?;
    let data_dir = options.data_dir.as_deref();
    let only = |id: &str| options.only.as_deref().is_none_or(|only| glob::matches(only, id));
    let suite = suite.only(only);
    let (datasets, dataset_of) = pool.install(|| load(&suite, data_dir))?;
    let suite = suite.without_figures(|task| datasets[dataset_of[task]].stands_in);
    let plan = Plan::new(&suite, &datasets, &dataset_of, only)?.on(options.backend)?;
    loaded(&datasets, plan.n_cells());
    let store = Store::open(&options.folder)?;
    if options.fresh {
        store.clear()?;
    }
    let progress = Progress::new(&suite.name, plan.n_cells());
    let runner = Runner {
        store: &store,
        environment: &environment,
        pool: &pool,
        jobs: options.jobs,
        checkpoint_every: options.checkpoint_every,
    };
    let summary = runner.run(&plan, &progress)?;
    let results = pool.install(|| Results::collect(&plan, &store))?;
    results.write(&options.folder)?;
    let page = report_pages::report(&[(&plan, &results)], &environment);
    let report = pool.install(|| report_files::write(&options.folder, &page))?;
    Ok(Finished { summary, results, report })
}

/// Each dataset of a suite once, and which of them is that of each task.
fn load(suite: &Suite, data_dir: Option<&Path>) -> Result<(Vec<Dataset>, Vec<usize>)> {
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
