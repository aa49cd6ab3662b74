//! Runs the cells of a plan that are missing in the store.

mod isolated;
mod local;
mod process;
pub(crate) mod protocol;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::budget::Budget;
use crate::cell::Status;
use crate::error::{Error, Result};
use crate::execute::SharedFeatures;
use crate::plan::{Cell, Group, Plan};
use crate::progress::Progress;
use crate::store::Store;

pub(crate) use isolated::Isolated;
pub use local::Local;
pub(crate) use local::{InGroup, Job};

/// How a plan is run.
pub struct Runner<'a> {
    /// Where cells are stored.
    pub store: &'a Store,
    /// Computes cells in this process.
    pub local: Local<'a>,
    /// The program whose workers compute them instead, and what these are told.
    pub isolation: Option<Isolation>,
    /// Threads that the models share.
    pub pool: &'a rayon::ThreadPool,
    /// Groups of cells computed at the same time, by workers or in this process. More than one
    /// spoils the timings.
    pub jobs: usize,
    /// Limits from outside of the suite.
    pub budget: Budget,
    /// Whether cells that failed are computed again.
    pub retry: bool,
    /// How often each cell is computed, for its timings.
    pub rounds: usize,
    /// Rounds of each cell, by key, that do not count: those before a fresh run.
    pub rounds_before: HashMap<String, usize>,
}

/// Cells in processes of their own.
#[derive(Clone, Debug)]
pub struct Isolation {
    /// The program, which has the command `worker`.
    pub program: PathBuf,
    /// The first line that a worker reads.
    pub setup: String,
}

/// How many cells a run computed, and how many were there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cells that were stored before.
    pub found: usize,
    /// Cells computed now.
    pub computed: usize,
    /// Times that a stored cell was computed again, for its timings.
    pub repeated: usize,
    /// Cells, computed now or before, that did not end well.
    pub failed: usize,
}

impl Summary {
    fn add(&mut self, other: Summary) {
        self.found += other.found;
        self.computed += other.computed;
        self.repeated += other.repeated;
        self.failed += other.failed;
    }
}

/// What computes the cells of one job after the other.
enum Computer<'a> {
    Local(&'a Local<'a>, &'a rayon::ThreadPool),
    Isolated(Box<Isolated<'a>>),
}

impl Computer<'_> {
    /// Computes and stores a cell.
    fn compute(&mut self, job: &Job<'_>, group: &mut InGroup<'_>) -> Result<Status> {
        match self {
            Computer::Local(local, pool) => pool.install(|| local.compute(job, group)),
            Computer::Isolated(isolated) => isolated.compute(job, group.group),
        }
    }
}

impl Runner<'_> {
    /// Computes what is missing, stores each cell as it ends, and goes on past failures.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if a cell cannot be stored, [`Error::Worker`] if workers do not start;
    /// the run then stops.
    pub fn run(&self, plan: &Plan<'_>, progress: &Progress) -> Result<Summary> {
        let shared = SharedFeatures::default();
        let mut summary = Summary::default();
        let rounds = (0..self.rounds).try_for_each(|round| {
            summary.add(self.round(round, plan, &shared, progress)?);
            Ok(())
        });
        progress.finish();
        rounds.map(|()| summary)
    }

    /// Goes over all groups once: in the first round for what is missing, in the others for
    /// cells that were not computed as often yet. So a drift of the machine meets all alike.
    fn round(
        &self,
        round: usize,
        plan: &Plan<'_>,
        shared: &SharedFeatures,
        progress: &Progress,
    ) -> Result<Summary> {
        let (next, summary) = (AtomicUsize::new(0), Mutex::new(Ok(Summary::default())));
        let work = || {
            let mut computer = match &self.isolation {
                None => Computer::Local(&self.local, self.pool),
                Some(isolation) => Computer::Isolated(Box::new(Isolated::new(
                    isolation,
                    self.store,
                    progress,
                    self.local.environment,
                ))),
            };
            while let Some(group) = plan.groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                if summary.lock().unwrap_or_else(PoisonError::into_inner).is_err() {
                    return;
                }
                let mut in_group = InGroup::new(group, shared);
                let done = self.run_group(round, plan, &mut in_group, &mut computer, progress);
                let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
                match (&mut *summary, done) {
                    (Ok(sum), Ok(done)) => sum.add(done),
                    (Ok(_), Err(error)) => *summary = Err(error),
                    (Err(_), _) => return,
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.jobs {
                scope.spawn(work);
            }
            work();
        });
        summary.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn run_group(
        &self,
        round: usize,
        plan: &Plan<'_>,
        in_group: &mut InGroup<'_>,
        computer: &mut Computer<'_>,
        progress: &Progress,
    ) -> Result<Summary> {
        let mut summary = Summary::default();
        let group: &Group<'_> = in_group.group;
        for cell in &group.cells {
            let budget = self.budget.or(cell.pipeline.budget).or(plan.suite.budget);
            let again = match self.stored(cell, &budget) {
                Some(status) if round == 0 => {
                    summary.found += 1;
                    summary.failed += usize::from(status != Status::Ok);
                    progress.done(1, "stored before");
                    continue;
                }
                Some(Status::Ok) if self.has_fewer_rounds(&cell.key, round + 1) => true,
                Some(_) => continue,
                // Ended otherwise in the first round of this very run.
                None if 0 < round => continue,
                None => false,
            };
            let status = computer.compute(&Job { cell, budget, again, progress }, in_group)?;
            if again {
                summary.repeated += 1;
                continue;
            }
            summary.computed += 1;
            summary.failed += usize::from(status != Status::Ok);
            progress.done(1, &cell.name.to_string());
        }
        Ok(summary)
    }

    /// How a stored cell ended; nothing for one that is to be computed.
    fn stored(&self, cell: &Cell<'_>, budget: &Budget) -> Option<Status> {
        let (record, _) = self.store.read(&cell.key).ok()?;
        let failed = record.status != Status::Ok;
        let again = failed && (self.retry || budget.allows_more(&record.run.budget, record.status));
        (!again).then_some(record.status)
    }

    fn has_fewer_rounds(&self, key: &str, wanted: usize) -> bool {
        let before = self.rounds_before.get(key).copied().unwrap_or(0);
        self.store.history(key).len() < before + wanted
    }
}

/// A pool of threads for the models.
///
/// # Errors
///
/// [`Error::Threads`] if the system refuses them.
pub fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|_| Error::Threads { threads })
}
