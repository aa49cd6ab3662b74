//! The truth in a file: a label a sample, or the intervals of events.

use std::path::Path;

use oddity_eval::measure::Events;
use serde::Serialize;

use super::column::{Column, Form, columns};
use super::{FileError, Result};

/// Where the truth stands.
#[derive(Clone, Debug, PartialEq)]
pub enum TruthSource<'a> {
    /// A label a sample, in the column named or in the only one.
    Labels(Option<&'a str>),
    /// An event a row, its first and last sample counted from 0, both included, in the columns
    /// named or in the only two.
    Intervals([Option<&'a str>; 2]),
}

/// How the truth was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TruthForm {
    /// A label a sample.
    Labels(Form),
    /// First and last samples of events.
    Intervals,
}

impl TruthForm {
    /// How a report says it.
    pub fn describe(self) -> &'static str {
        match self {
            TruthForm::Labels(form) => form.describe(),
            TruthForm::Intervals => "first and last samples of events",
        }
    }
}

/// Reads the truth about `n_samples` samples whose scores are in `scores_file`. `edges` are the
/// first samples of all series but the first.
///
/// # Errors
///
/// [`FileError`] for a file that cannot be read, for values that are no labels, for another number
/// of labels than of samples, and for intervals that are no events.
pub fn truth(
    path: &Path,
    source: &TruthSource<'_>,
    scores_file: &str,
    n_samples: usize,
    edges: &[usize],
) -> Result<(Events, TruthForm)> {
    let refuse = |source| FileError::Events { file: path.display().to_string(), source };
    match source {
        TruthSource::Labels(name) => {
            let [labels] = columns(path, [*name])?;
            let anomalous = flags(&labels)?;
            if anomalous.len() != n_samples {
                return Err(FileError::Length {
                    scores_file: scores_file.to_owned(),
                    n_scores: n_samples,
                    labels_file: labels.file,
                    n_labels: anomalous.len(),
                });
            }
            let events = Events::in_series(&anomalous, edges).map_err(refuse)?;
            Ok((events, TruthForm::Labels(labels.form)))
        }
        TruthSource::Intervals(names) => {
            let [starts, ends] = columns(path, *names)?;
            let intervals: Vec<(usize, usize)> =
                samples(&starts)?.into_iter().zip(samples(&ends)?).collect();
            let events = Events::from_intervals(n_samples, &intervals).map_err(refuse)?;
            Ok((events.cut_at(edges).map_err(refuse)?, TruthForm::Intervals))
        }
    }
}

/// The values of a column of labels.
fn flags(labels: &Column) -> Result<Vec<bool>> {
    if labels.form == Form::Numbers {
        let is_other = |value: &f64| *value != 0.0 && value.abs() != 1.0;
        // Where each value for itself would be one, both 0 and -1 occur.
        let row = labels.values.iter().position(is_other);
        let row = row.or_else(|| labels.values.iter().position(|&value| value < 0.0));
        let row = row.unwrap_or_default();
        return Err(FileError::NotLabel {
            file: labels.file.clone(),
            column: labels.name.clone(),
            row: row + 1,
            found: labels.values[row],
        });
    }
    labels.flags()
}

/// The values of a column of whole numbers. Such a column may look like flags.
fn samples(bounds: &Column) -> Result<Vec<usize>> {
    let of_row = |(row, &value): (usize, &f64)| {
        let is_whole = 0.0 <= value && value.fract() == 0.0 && value < 9e15;
        let is_count = matches!(bounds.form, Form::Numbers | Form::ZeroOne);
        if is_whole && is_count {
            return Ok(value as usize);
        }
        Err(FileError::NotSample {
            file: bounds.file.clone(),
            column: bounds.name.clone(),
            row: row + 1,
            found: value,
        })
    };
    bounds.values.iter().enumerate().map(of_row).collect()
}
