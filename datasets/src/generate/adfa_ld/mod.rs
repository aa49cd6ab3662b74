//! System-call traces shaped like ADFA-LD, for tests and smoke runs without the real data.
//!
//! ADFA-LD (Creech and Hu 2013, doi:10.1109/WCNC.2013.6555301) holds the system calls of
//! processes of a 32-bit Ubuntu server: 833 normal traces to learn from, 4,372 normal traces to
//! count false alarms on, and 746 traces of six attacks in ten numbered folders each. The data
//! made here is called [`NAME`], never `adfa-ld`, and a report that shows a figure of it prints
//! [`DIFFERENCES`].
//!
//! # How a trace comes about
//!
//! A program is a probabilistic state machine whose states make calls. The machine has some
//! thirty of them: services, programs of a desktop, tools. Each exists in several versions,
//! which make some calls in another way. A normal trace is a process: the loader's calls,
//! unless it ran before tracing began, then a walk through the machine, then its exit, with
//! unrelated calls falling in between. Validation traces are partly of rare programs and of
//! other versions (`drift`). An attack trace is a process of a program that the attack comes
//! in by, whose own walk alternates with that of the attack; how much of it is the attack's
//! differs from trace to trace, and the attack's tool differs from folder to folder. Some
//! traces of an attack folder are of processes which merely ran beside it (`bystanders`).
//!
//! # How it differs from ADFA-LD
//!
//! - The state machines are written by hand from what such programs do; nothing of them is
//!   fitted on ADFA-LD, and no part of a trace is copied. Counts of folders, the range and
//!   rough quantiles of the lengths, and the difficulty for STIDE are alike; the frequencies
//!   of single calls, their order and their long-range structure are not.
//! - There are fewer distinct n-grams (about 20,000 of length 6 in the training traces, where
//!   ADFA-LD has 60,000), and attacks make more different calls in a trace. Short n-grams tell
//!   more: the ROC AUC of STIDE is 0.82 for every n from 2 to 10, where on ADFA-LD it climbs
//!   from 0.63 to 0.83; the nearest neighbour by frequencies of single calls has 0.84, on
//!   ADFA-LD 0.75.
//! - Each trace is drawn on its own: no two processes of a session speak with each other, and
//!   no process turns up in several attack folders, as they do in ADFA-LD.
//! - Figures measured on it say whether code works, never how well a method works.
//!
//! # What a seed fixes
//!
//! The calls of a trace depend on `seed`, `noise`, `drift`, `bystanders`, and on the trace's
//! group (training, validation, or the attack and folder) and position in the group: not on
//! how many traces are asked for. More training, validation or attack traces only add traces to
//! the groups. A file's number has as many digits as its group needs, but at least four.

mod attacks;
mod calls;
mod layout;
mod machine;
mod params;
mod programs;
mod walk;
mod write;

use oddity_core::Sequences;
use rayon::prelude::*;

pub use calls::call_name;
pub use layout::{Attack, Subset, TraceInfo};
pub use params::AdfaLdParams;

use self::layout::{Group, Layout};
use crate::Result;

/// The name of the generated data.
pub const NAME: &str = "adfa-ld-generated";

/// What a report says beside figures of generated traces.
pub const DIFFERENCES: &str = "adfa-ld-generated: system-call traces made by hand-written state \
    machines in the layout of ADFA-LD. They share its counts, its rough lengths and its \
    difficulty for STIDE, but no trace of it: figures on them say whether code works, not how \
    well a method works.";

/// The shortest trace, in calls.
pub const MIN_CALLS: usize = 75;

/// Traces that are made in parallel before they are handed on in order.
const BATCH: usize = 1024;

/// A trace with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedTrace {
    /// Its place in the layout of ADFA-LD.
    pub info: TraceInfo,
    /// The numbers of the calls, in order; at least [`MIN_CALLS`] of them, each with a name
    /// by [`call_name`].
    pub calls: Vec<u16>,
}

/// A generator of traces, any of which it makes at any time.
///
/// Traces stand in this order: attacks by class in the order of [`Attack`], in a class by
/// folder; then training, then validation.
///
/// ```
/// use oddity_datasets::{AdfaLdGenerator, AdfaLdParams, Attack};
///
/// let generator = AdfaLdGenerator::new(AdfaLdParams::default())?;
/// assert_eq!(generator.n_traces(), 833 + 4372 + 746);
/// let first = generator.trace(0);
/// assert_eq!(first.info.class, Some(Attack::Adduser));
/// assert_eq!(first.info.file, "Attack_Data_Master/Adduser_1/UAD-Adduser-1-0001.txt");
/// assert!(75 <= first.calls.len());
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AdfaLdGenerator {
    params: AdfaLdParams,
    layout: Layout,
}

impl AdfaLdGenerator {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Parameter`] for a chance outside 0 to 1, or more than a thousand million
    /// traces of a subset.
    pub fn new(params: AdfaLdParams) -> Result<AdfaLdGenerator> {
        params.check()?;
        let layout = Layout::new(params.n_training, params.n_validation, params.n_attack);
        Ok(AdfaLdGenerator { params, layout })
    }

    /// What is generated.
    pub fn params(&self) -> &AdfaLdParams {
        &self.params
    }

    /// Number of traces.
    pub fn n_traces(&self) -> usize {
        self.layout.n_traces()
    }

    /// Trace `trace`, counted from 0. It is the same whatever traces were made before.
    ///
    /// # Panics
    ///
    /// If there is no such trace.
    pub fn trace(&self, trace: usize) -> GeneratedTrace {
        let n_traces = self.n_traces();
        assert!(trace < n_traces, "trace {trace} of {n_traces}");
        let place = self.layout.place(trace);
        let calls = walk::trace(&self.params, place.group, place.index);
        GeneratedTrace { info: place.info(), calls }
    }

    /// All traces, in order, one at a time.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = GeneratedTrace> + '_ {
        (0..self.n_traces()).map(|trace| self.trace(trace))
    }

    /// All traces, in order. They are made on all threads of the pool, and are the same for
    /// any number of them.
    pub fn generate(&self) -> (Sequences, Vec<TraceInfo>) {
        let traces: Vec<GeneratedTrace> =
            (0..self.n_traces()).into_par_iter().map(|trace| self.trace(trace)).collect();
        let sequences = traces.iter().map(|trace| &trace.calls).collect();
        (sequences, traces.into_iter().map(|trace| trace.info).collect())
    }

    /// Hands what `make` makes of each trace on in order; it is made on all threads of the
    /// pool a batch at a time, so that memory does not grow with the number of traces.
    fn in_batches<T: Send>(
        &self,
        make: impl Fn(GeneratedTrace) -> T + Sync,
        mut take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        for start in (0..self.n_traces()).step_by(BATCH) {
            let batch = start..self.n_traces().min(start + BATCH);
            let batch = batch.into_par_iter().map(|trace| make(self.trace(trace)));
            batch.collect::<Vec<T>>().into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}
