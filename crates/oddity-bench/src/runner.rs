//! Runs the cells of a plan that are missing in the store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::cell::Status;
use crate::environment::{Environment, peak_rss_bytes};
use crate::error::{Error, Result};
use crate::execute::{self, SharedFeatures};
use crate::plan::{Cell, Group, Plan};
use crate::progress::Progress;
use crate::store::{CellRecord, RunSection, Store};
use crate::training::Training;

/// How a plan is run.
pub struct Runner<'a> {
    /// Where cells are stored.
    pub store: &'a Store,
    /// Kept beside each cell's timings.
    pub environment: &'a Environment,
    /// Threads that the models share.
    pub pool: &'a rayon::ThreadPool,
    /// Groups of cells computed at the same time. More than one spoils the timings.
    pub jobs: usize,
    /// Time between two checkpoints of a training.
    pub checkpoint_every: Duration,
}

/// How many cells a run computed, and how many were there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cells that were stored before.
    pub found: usize,
    /// Cells computed now.
    pub computed: usize,
    /// Cells, computed now or before, that did not end well.
    pub failed: usize,
}

impl Runner<'_> {
    /// Computes what is missing, stores each cell as it ends, and goes on past failures.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if a cell cannot be stored; the run then stops.
    pub fn run(&self, plan: &Plan<'_>, progress: &Progress) -> Result<Summary> {
        let shared = SharedFeatures::default();
        let (next, summary) = (AtomicUsize::new(0), Mutex::new(Ok(Summary::default())));
        let work = || {
            while let Some(group) = plan.groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                let done = self.pool.install(|| self.run_group(group, &shared, progress));
                let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
                match (&mut *summary, done) {
                    (Ok(sum), Ok(done)) => {
                        sum.found += done.found;
                        sum.computed += done.computed;
                        sum.failed += done.failed;
                    }
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
        progress.finish();
        summary.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn run_group(
        &self,
        group: &Group<'_>,
        shared: &SharedFeatures,
        progress: &Progress,
    ) -> Result<Summary> {
        let mut summary = Summary::default();
        let mut missing = Vec::new();
        for cell in &group.cells {
            match self.store.read(&cell.key) {
                Ok((record, _)) => {
                    summary.found += 1;
                    summary.failed += usize::from(record.status != Status::Ok);
                }
                Err(_) => missing.push(cell),
            }
        }
        if 0 < summary.found {
            progress.done(summary.found, "stored before");
        }
        if missing.is_empty() {
            return Ok(summary);
        }
        let prepared = execute::prepare(group, shared);
        for cell in missing {
            let id = &cell.name.pipeline;
            let within = |done, total| progress.within(id, done, total);
            let every = self.checkpoint_every;
            let mut training = Training::new(self.store, &cell.key, &cell.name, progress, every);
            let computed = execute::compute(group, cell, &prepared, &within, &mut training);
            summary.computed += 1;
            summary.failed += usize::from(computed.status != Status::Ok);
            self.write(cell, computed)?;
            training.done();
            progress.done(1, &cell.name.to_string());
        }
        Ok(summary)
    }

    fn write(&self, cell: &Cell<'_>, mut computed: execute::Computed) -> Result<()> {
        let artefacts = computed.kept.iter().flat_map(|kept| &kept.artefacts);
        computed.outcome.artefacts = self.store.write_artefacts(&cell.name, artefacts)?;
        let run = RunSection {
            timings: computed.timings,
            peak_rss_bytes: peak_rss_bytes(),
            environment: self.environment.clone(),
        };
        let record = CellRecord {
            key: cell.key.clone(),
            name: cell.name.clone(),
            status: computed.status,
            reason: computed.reason,
            outcome: computed.outcome,
            identity: cell.identity.clone(),
            run,
        };
        self.store.write(&record, computed.kept.as_ref().map(|kept| &kept.table))
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
