//! How things are said on a terminal: tables, times, and what to do about an error.

use oddity_core::Error as CoreError;
use oddity_ingest::Error as IngestError;

use crate::{Error, SavedProblem};

/// Rows of cells as lines, each column as wide as its widest cell; numbers to the right.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(head[column].chars().count())
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let is_number = |column: usize| {
        rows.iter().all(|row| row[column].is_empty() || row[column].parse::<f64>().is_ok())
    };
    let right: Vec<bool> = (0..head.len()).map(is_number).collect();
    let line = |cells: &[&str]| {
        let cells = cells.iter().enumerate().map(|(column, cell)| {
            let blank = " ".repeat(widths[column] - cell.chars().count());
            if right[column] { format!("{blank}{cell}") } else { format!("{cell}{blank}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(head)];
    lines.extend(rows.iter().map(|row| line(&row.iter().map(String::as_str).collect::<Vec<_>>())));
    lines.join("\n")
}

/// A number with as many digits as a reader wants.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if value.fract() == 0.0 && size < 1e15 {
        format!("{value}")
    } else if (1e-3..1e6).contains(&size) {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
}

/// Seconds since 1970 as date and time in UTC; the number itself where it is no date.
pub(super) fn moment(seconds: f64, is_date: bool) -> String {
    let micros = (seconds * 1e6).round();
    let date = chrono::DateTime::from_timestamp_micros(micros as i64).filter(|_| is_date);
    match date {
        Some(date) if seconds.fract() == 0.0 => date.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Some(date) => date.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
        None => number(seconds),
    }
}

/// What a user can do about an error.
pub(super) fn what_next(error: &anyhow::Error) -> Option<&'static str> {
    match error.downcast_ref::<Error>()? {
        Error::Core(error) => of_core(error),
        Error::Ingest(error) => of_ingest(error),
        Error::MissingColumn { .. } => {
            Some("name a column that is there in [data], or leave the line out")
        }
        Error::Pipeline { .. } => {
            Some("`oddity new FILE` writes a pipeline that works; `oddity list` has all parameters")
        }
        Error::Eval(_) => Some("`oddity list thresholds` has the rules and their parameters"),
        Error::TooFew { .. } => Some("take more data, smaller windows, or a smaller held_out"),
        Error::Saved { problem: SavedProblem::Version { .. }, .. } => {
            Some("install the newer version, or fit the pipeline again")
        }
        Error::Saved { .. } => Some("copy the file again from where it was made, or fit again"),
        _ => None,
    }
}

fn of_core(error: &CoreError) -> Option<&'static str> {
    match error {
        CoreError::Kind { .. } => {
            Some("put a step before the detector that makes numbers of columns: numeric or one_hot")
        }
        CoreError::MissingValue { .. } => {
            Some("say what becomes of gaps: missing = \"mean\" in the step numeric or one_hot")
        }
        CoreError::UnseenText { .. } | CoreError::UnseenCategory { .. } => {
            Some("say what becomes of new categories: unseen = \"column\" in the step one_hot")
        }
        CoreError::Diverged { .. } => Some("put a step standardize before the detector"),
        CoreError::NoColumns { .. } => Some("`oddity inspect FILE` says what each column holds"),
        _ => None,
    }
}

fn of_ingest(error: &IngestError) -> Option<&'static str> {
    match error {
        IngestError::Io { .. } => Some("check the path"),
        IngestError::Empty { .. } => Some("the file has nothing to read: check that it is whole"),
        IngestError::MissingColumn { .. } => Some(
            "the file lacks a column that the pipeline was fitted with: score files of one kind",
        ),
        _ => None,
    }
}
