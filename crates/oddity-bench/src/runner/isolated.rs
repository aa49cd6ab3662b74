//! Has cells computed by a worker process, so that a crash costs one cell.

use std::time::{Duration, Instant};

use super::Isolation;
use super::local::Job;
use super::process::{Death, Process};
use super::protocol::{Order, Reply};
use crate::cell::Status;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::plan::Group;
use crate::progress::Progress;
use crate::store::{CellRecord, Outcome, PeakOf, RunSection, Store};

/// Between two looks at a worker's clock and memory.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How long a worker that somebody else killed stays unexplained: whoever kills a whole run
/// reaches its workers first by a moment, and then the cell is not to blame.
const GRACE: Duration = Duration::from_millis(300);

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

/// A worker, started when a cell comes and again after one that died.
pub(crate) struct Isolated<'a> {
    isolation: &'a Isolation,
    store: &'a Store,
    progress: &'a Progress,
    environment: &'a Environment,
    process: Option<Process>,
}

/// How a cell ended that its worker did not store.
struct Ended {
    status: Status,
    reason: String,
    peak_rss_bytes: Option<u64>,
}

impl<'a> Isolated<'a> {
    pub(crate) fn new(
        isolation: &'a Isolation,
        store: &'a Store,
        progress: &'a Progress,
        environment: &'a Environment,
    ) -> Isolated<'a> {
        Isolated { isolation, store, progress, environment, process: None }
    }

    /// Has a cell computed and stored. One whose worker dies is stored from here.
    pub(crate) fn compute(&mut self, job: &Job<'_>, group: &Group<'_>) -> Result<Status> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start()?,
        };
        let (key, budget) = (job.cell.key.clone(), job.budget);
        process.order(&Order { key, again: job.again, budget });
        let began = Instant::now();
        let mut peak: Option<u64> = None;
        let ended = loop {
            match process.reply(LOOK_EVERY) {
                Ok(Some(Reply::Done(status))) => {
                    self.process = Some(process);
                    return Ok(status);
                }
                Ok(Some(Reply::Say(text))) => self.progress.warn(&text),
                Ok(Some(Reply::Broken(reason))) => return Err(Error::Worker { reason }),
                Ok(Some(Reply::Ready) | None) => {}
                Err(_) => break explain(process.death(), peak)?,
            }
            let seconds = began.elapsed().as_secs_f64();
            if let Some(limit) = budget.seconds.filter(|&limit| limit < seconds) {
                process.kill();
                let reason = format!("over its budget of {limit} s");
                break Ended { status: Status::Timeout, reason, peak_rss_bytes: peak };
            }
            let rss = process.rss_bytes();
            peak = peak.max(rss);
            let limit = budget.memory_bytes().filter(|&limit| rss.is_some_and(|rss| limit < rss));
            if let Some(limit) = limit {
                process.kill();
                let reason = format!("over its budget of {} MiB", limit >> 20);
                break Ended { status: Status::OutOfMemory, reason, peak_rss_bytes: peak };
            }
        };
        self.store_ended(job, group, ended)
    }

    /// Starts a worker and waits until it has its data.
    fn start(&self) -> Result<Process> {
        let process = Process::start(self.isolation)?;
        loop {
            match process.reply(Duration::from_secs(3600)) {
                Ok(Some(Reply::Ready)) => return Ok(process),
                Ok(Some(Reply::Say(text))) => self.progress.warn(&text),
                Ok(Some(Reply::Broken(reason))) => return Err(Error::Worker { reason }),
                Ok(Some(Reply::Done(_)) | None) => {}
                Err(_) => {
                    let Ended { reason, .. } = explain(process.death(), None)?;
                    return Err(Error::Worker { reason: format!("before any cell: {reason}") });
                }
            }
        }
    }

    fn store_ended(&self, job: &Job<'_>, group: &Group<'_>, ended: Ended) -> Result<Status> {
        let cell = job.cell;
        if job.again {
            // What is stored stays; the round is none.
            let (status, reason) = (ended.status.as_str(), &ended.reason);
            self.progress.warn(&format!("{}: computed again, {status}: {reason}", cell.name));
            return Ok(ended.status);
        }
        let run = RunSection {
            timings: Vec::new(),
            peak_rss_bytes: ended.peak_rss_bytes,
            peak_rss_of: PeakOf::Process,
            resumed: false,
            budget: job.budget,
            environment: self.environment.clone(),
        };
        let record = CellRecord {
            key: cell.key.clone(),
            name: cell.name.clone(),
            status: ended.status,
            reason: Some(ended.reason),
            outcome: Outcome::of(group),
            identity: cell.identity.clone(),
            run,
        };
        self.store.write(&record, None)?;
        Ok(ended.status)
    }
}

/// Why a worker died: the cell's fault, the system's lack of memory, or somebody's will.
fn explain(death: Death, peak_rss_bytes: Option<u64>) -> Result<Ended> {
    let Death { signal, text, out_of_memory } = death;
    if let Some(signal @ (SIGHUP | SIGINT | SIGKILL | SIGTERM)) = signal {
        std::thread::sleep(GRACE);
        if signal != SIGKILL {
            return Err(Error::Interrupted { signal });
        }
        let reason = format!("{text}, not by us: as the system does that runs out of memory");
        return Ok(Ended { status: Status::OutOfMemory, reason, peak_rss_bytes });
    }
    let status = if out_of_memory { Status::OutOfMemory } else { Status::Error };
    Ok(Ended { status, reason: text, peak_rss_bytes })
}
