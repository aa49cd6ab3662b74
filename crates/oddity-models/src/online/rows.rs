//! What every online detector refuses in a row.

use oddity_core::{Error, Result};

/// Refuses a row of another width, or with a value that is not finite; `at` is its number.
pub(super) fn check_row(row: &[f64], n_columns: usize, at: u64) -> Result<()> {
    let (expected, found) = (n_columns, row.len());
    if expected != found {
        return Err(Error::Width { expected, found });
    }
    match row.iter().position(|value| !value.is_finite()) {
        Some(column) => Err(Error::NotFinite { row: at as usize, column, value: row[column] }),
        None => Ok(()),
    }
}

/// Refuses a stream without columns.
pub(super) fn check_width(step: &'static str, n_columns: usize) -> Result<()> {
    Error::check_parameter(step, "n_columns", n_columns as f64, 1 <= n_columns, "at least 1")
}

/// Refuses a score that left the range of numbers.
pub(super) fn finite(value: f64, at: u64) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::ScoreNotFinite { sample: at as usize, value })
}
