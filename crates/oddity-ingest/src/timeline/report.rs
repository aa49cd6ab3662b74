//! What a reader noticed of a timeline's times and of what it left out.

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{Array, RecordBatch};

/// What was noticed while a timeline was read: whole once the last batch was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimelineReport {
    /// Rows that were given.
    pub n_rows: u64,
    /// Events that the options left out.
    pub n_dropped: u64,
    /// Rows without a time.
    pub n_without_time: u64,
    /// Entries of a body file without any of their four times: they make no row.
    pub n_without_event: u64,
    /// Rows whose time is before that of the last row that has one.
    pub n_backward: u64,
    /// Rows whose time is more than the gap of the options after that of the last.
    pub n_gaps: u64,
    /// The longest time from one row to the next, in microseconds.
    pub longest_gap: i64,
    /// The time of the last row that has one.
    last: Option<i64>,
}

impl TimelineReport {
    /// Notes the rows of a batch, `gap` in microseconds.
    pub(super) fn note(&mut self, batch: &RecordBatch, gap: i64) {
        self.n_rows += batch.num_rows() as u64;
        let Some(column) = batch.column_by_name("time") else { return };
        let times = column.as_primitive_opt::<TimestampMicrosecondType>();
        self.n_without_time += column.null_count() as u64;
        for time in times.into_iter().flatten().flatten() {
            if let Some(last) = self.last {
                let step = time.saturating_sub(last);
                self.n_backward += u64::from(step < 0);
                self.n_gaps += u64::from(gap < step);
                self.longest_gap = self.longest_gap.max(step);
            }
            self.last = Some(time);
        }
    }
}
