//! What a reader noticed of a timeline's times and of what it left out.

use arrow_array::RecordBatch;

use crate::{Result, TimeSteps};

/// What was noticed while a timeline was read: whole once the last batch was.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineReport {
    /// Rows that were given.
    pub n_rows: u64,
    /// Events that the options left out.
    pub n_dropped: u64,
    /// Entries of a body file without any of their four times: they make no row.
    pub n_without_event: u64,
    /// How time went from row to row: rows without one, gaps, repeats, steps back.
    pub steps: TimeSteps,
}

impl TimelineReport {
    /// A report of nothing, in which a step of more than `gap` seconds will count as a gap.
    pub(super) fn new(gap: f64) -> TimelineReport {
        TimelineReport { n_rows: 0, n_dropped: 0, n_without_event: 0, steps: TimeSteps::new(gap) }
    }

    /// Notes the rows of a batch, whose first column is the time if `has_time`.
    pub(super) fn note(&mut self, batch: &RecordBatch, has_time: bool) -> Result<()> {
        self.n_rows += batch.num_rows() as u64;
        if has_time { self.steps.update(batch, 0) } else { Ok(()) }
    }
}
