//! Computes cells in this process, and stores them.

use std::time::Duration;

use crate::budget::Budget;
use crate::cell::Status;
use crate::environment::{Environment, peak_rss_bytes, reset_peak_rss};
use crate::error::Result;
use crate::execute::{self, Computed, Prepared, SharedFeatures};
use crate::hook::Hook;
use crate::plan::{Cell, Group};
use crate::progress::Progress;
use crate::store::{CellRecord, Outcome, PeakOf, RunSection, Store};
use crate::training::Training;

/// Computes cells in this process.
#[derive(Clone, Copy)]
pub struct Local<'a> {
    /// Where cells are stored.
    pub store: &'a Store,
    /// Kept beside each cell's timings.
    pub environment: &'a Environment,
    /// Time between two checkpoints of a training.
    pub checkpoint_every: Duration,
    /// Whether this process computes one cell at a time and nothing else, so that its peak of
    /// memory can be taken for each.
    pub alone: bool,
    /// Called around each cell.
    pub hook: Option<&'a dyn Hook>,
}

/// A cell to compute.
pub(crate) struct Job<'a> {
    pub(crate) cell: &'a Cell<'a>,
    pub(crate) budget: Budget,
    /// Whether the cell is stored, and is computed once more for its timings.
    pub(crate) again: bool,
    pub(crate) progress: &'a Progress,
}

/// A group, and its samples after the shared features once a cell has asked for them.
pub(crate) struct InGroup<'a> {
    pub(crate) group: &'a Group<'a>,
    shared: &'a SharedFeatures,
    prepared: Option<Prepared>,
}

impl<'a> InGroup<'a> {
    pub(crate) fn new(group: &'a Group<'a>, shared: &'a SharedFeatures) -> InGroup<'a> {
        InGroup { group, shared, prepared: None }
    }
}

impl Local<'_> {
    /// Computes a cell and stores it, with its timings.
    ///
    /// A cell that was stored before gets one more round in its history, and is an error if its
    /// scores are others this time.
    pub(crate) fn compute(&self, job: &Job<'_>, group: &mut InGroup<'_>) -> Result<Status> {
        let Job { cell, progress, .. } = job;
        let can_reset = self.alone && reset_peak_rss();
        let id = &cell.name.pipeline;
        let within = |done, total| progress.within(id, done, total);
        let every = self.checkpoint_every;
        let mut training = Training::new(self.store, &cell.key, &cell.name, progress, every);
        let mut computed = match execute::guarded(|| self.before(cell)) {
            Ok(()) => {
                let InGroup { group, shared, prepared } = group;
                let prepared = prepared.get_or_insert_with(|| execute::prepare(group, shared));
                execute::compute(group, cell, prepared, &within, &mut training)
            }
            Err(reason) => Computed::failed(Outcome::of(group.group), reason),
        };
        if let Some(hook) = self.hook {
            hook.after(&cell.name, &mut computed);
        }
        let run = RunSection {
            timings: std::mem::take(&mut computed.timings),
            peak_rss_bytes: peak_rss_bytes(),
            peak_rss_of: if can_reset { PeakOf::Cell } else { PeakOf::Process },
            resumed: training.resumed(),
            budget: job.budget,
            environment: self.environment.clone(),
        };
        let status = if job.again {
            self.repeat(job, computed, run)?
        } else {
            self.write(cell, computed, run)?
        };
        training.done();
        Ok(status)
    }

    fn before(&self, cell: &Cell<'_>) -> Result<(), String> {
        if let Some(hook) = self.hook {
            hook.before(&cell.name);
        }
        Ok(())
    }

    fn write(&self, cell: &Cell<'_>, mut computed: Computed, run: RunSection) -> Result<Status> {
        let artefacts = computed.kept.iter().flat_map(|kept| &kept.artefacts);
        computed.outcome.artefacts = self.store.write_artefacts(&cell.name, artefacts)?;
        let record = CellRecord {
            key: cell.key.clone(),
            name: cell.name.clone(),
            status: computed.status,
            reason: computed.reason,
            outcome: computed.outcome,
            identity: cell.identity.clone(),
            run,
        };
        if record.status == Status::Ok {
            self.store.add_round(&cell.key, &record.run)?;
        }
        self.store.write(&record, computed.kept.as_ref().map(|kept| &kept.table))?;
        Ok(record.status)
    }

    /// Keeps the timings of a stored cell's repetition.
    fn repeat(&self, job: &Job<'_>, mut computed: Computed, run: RunSection) -> Result<Status> {
        let cell = job.cell;
        let (_, stored) = self.store.read(&cell.key)?;
        let same = computed.kept.as_ref().map(|kept| &kept.table) == stored.as_ref();
        if computed.status == Status::Ok && same {
            self.store.add_round(&cell.key, &run)?;
            return Ok(Status::Ok);
        }
        if computed.status == Status::Ok {
            computed.status = Status::Error;
            computed.reason = Some("computed again, the scores are others".to_owned());
            computed.kept = None;
        }
        job.progress.warn(&format!(
            "{}: {}",
            cell.name,
            computed.reason.as_deref().unwrap_or("computed again, it failed")
        ));
        self.write(cell, computed, run)
    }
}
