//! How time goes from row to row: gaps, repeats, steps back.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    DurationNanosecondType, TimestampMicrosecondType, TimestampNanosecondType,
};
use arrow_array::{Array as _, RecordBatch};
use arrow_schema::{DataType, TimeUnit};

use crate::{Error, Result};

/// Counts of the steps of a time column, which grow batch by batch.
///
/// ```
/// use oddity_ingest::{Input, ReadOptions, TimeSteps, hai};
///
/// let text = "time,P1_B2004\n2019-09-11 20:00:00,1\n2019-09-11 20:00:01,1\n\
///             2019-09-11 20:00:01,1\n2019-09-11 20:00:09,1\n";
/// let input = Input::Bytes { name: "test1.csv".to_owned(), bytes: text.into() };
/// let mut steps = TimeSteps::new(1.0);
/// for batch in hai::open(input, &ReadOptions::default())? {
///     steps.update(&batch?, 0)?;
/// }
/// assert_eq!((steps.n_gaps, steps.n_repeats, steps.n_backwards), (1, 1, 0));
/// assert_eq!((steps.longest_gap, steps.first_gap), (8.0, Some(3)));
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimeSteps {
    /// Rows with a time.
    pub n_rows: usize,
    /// Rows without one.
    pub n_missing: usize,
    /// Steps longer than the usual one.
    pub n_gaps: usize,
    /// Rows at the time of the row before.
    pub n_repeats: usize,
    /// Rows before the time of the row before.
    pub n_backwards: usize,
    /// The longest step, in seconds; 0 where there is no gap.
    pub longest_gap: f64,
    /// Row after the first gap, counted from 0.
    pub first_gap: Option<usize>,
    step: f64,
    last: Option<i64>,
}

impl TimeSteps {
    /// For rows that are usually `step` seconds apart.
    pub fn new(step: f64) -> TimeSteps {
        TimeSteps {
            n_rows: 0,
            n_missing: 0,
            n_gaps: 0,
            n_repeats: 0,
            n_backwards: 0,
            longest_gap: 0.0,
            first_gap: None,
            step,
            last: None,
        }
    }

    /// The longest step in seconds that is no gap.
    pub fn step(&self) -> f64 {
        self.step
    }

    /// Takes the next batch, whose time is in `column`.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnType`] if the column holds no times.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    pub fn update(&mut self, batch: &RecordBatch, column: usize) -> Result<()> {
        let array = batch.column(column);
        let (values, unit): (&[i64], f64) = match array.data_type() {
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                (array.as_primitive::<TimestampMicrosecondType>().values(), 1e6)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                (array.as_primitive::<TimestampNanosecondType>().values(), 1e9)
            }
            DataType::Duration(TimeUnit::Nanosecond) => {
                (array.as_primitive::<DurationNanosecondType>().values(), 1e9)
            }
            other => {
                let (name, found) =
                    (batch.schema().field(column).name().clone(), other.to_string());
                return Err(Error::ColumnType { name, found, wanted: "times" });
            }
        };
        for (row, &value) in values.iter().enumerate() {
            if array.is_null(row) {
                self.n_missing += 1;
                continue;
            }
            if let Some(last) = self.last {
                let step = value.saturating_sub(last);
                let seconds = step as f64 / unit;
                self.n_repeats += usize::from(step == 0);
                self.n_backwards += usize::from(step < 0);
                if self.step < seconds {
                    self.n_gaps += 1;
                    self.longest_gap = self.longest_gap.max(seconds);
                    self.first_gap = self.first_gap.or(Some(self.n_rows + self.n_missing));
                }
            }
            self.last = Some(value);
            self.n_rows += 1;
        }
        Ok(())
    }
}
