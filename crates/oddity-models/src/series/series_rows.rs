//! Scores of the rows of series, one a column, for rows and for windows.

use std::ops::Range;

use oddity_core::{Error, Frame, FrameView, Result, Samples};

/// Scores each row of each series, and hands them to the samples.
///
/// `score` makes of the rows of one series as many rows of `n_columns` scores. All rows of a call are
/// one series; windows lie over the series of their table, and take the mean of their rows' scores.
///
/// # Errors
///
/// [`Error::Width`] for another number of columns, [`Error::Kind`] for sequences and records,
/// [`Error::NotFinite`] for a score that is not finite.
pub(super) fn column_scores(
    samples: &Samples<'_>,
    n_columns: usize,
    score: impl Fn(FrameView<'_>) -> Vec<f64>,
) -> Result<Frame> {
    let Samples::Windows(windows) = samples else {
        return samples.with_dense(|rows| {
            rows.expect_width(n_columns)?;
            Frame::new(score(rows), rows.columns())
        });
    };
    let (table, size) = (windows.frame(), windows.size());
    table.expect_width(n_columns)?;
    let mut rows = Vec::with_capacity(table.values().len());
    for series in windows.edges().windows(2) {
        rows.extend(score(table.slice(series[0]..series[1])));
    }
    let mut scores = vec![0.0; windows.len() * n_columns];
    for (window, scores) in scores.chunks_exact_mut(n_columns.max(1)).enumerate() {
        let start = windows.start(window);
        for row in rows[start * n_columns..(start + size) * n_columns].chunks_exact(n_columns) {
            scores.iter_mut().zip(row).for_each(|(sum, score)| *sum += score);
        }
        scores.iter_mut().for_each(|sum| *sum /= size as f64);
    }
    Frame::new(scores, table.columns())
}

/// The mean of each row.
pub(super) fn means(columns: &Frame) -> Vec<f64> {
    let n_columns = columns.n_columns() as f64;
    columns.view().iter().map(|row| row.iter().sum::<f64>() / n_columns).collect()
}

/// The runs of rows of each series that training may learn from: all rows of a call, or those that
/// windows cover.
///
/// # Errors
///
/// [`Error::Kind`] for sequences and records, [`Error::NoColumns`] for a table without columns,
/// and whatever `f` returns.
pub(super) fn with_training_rows<T>(
    samples: &Samples<'_>,
    step: &'static str,
    f: impl FnOnce(FrameView<'_>, &[Range<usize>]) -> Result<T>,
) -> Result<T> {
    let f = |rows: FrameView<'_>, runs: &[Range<usize>]| {
        if rows.n_columns() == 0 {
            return Err(Error::NoColumns { step });
        }
        f(rows, runs)
    };
    let Samples::Windows(windows) = samples else {
        return samples.with_dense(|rows| f(rows, std::slice::from_ref(&(0..rows.n_rows()))));
    };
    let mut runs: Vec<Range<usize>> = Vec::new();
    for row in windows.covered() {
        let is_first = windows.edges().binary_search(&row).is_ok();
        match runs.last_mut() {
            Some(run) if run.end == row && !is_first => run.end += 1,
            _ => runs.push(row..row + 1),
        }
    }
    f(windows.frame(), &runs)
}

#[cfg(test)]
mod tests {
    use oddity_core::WindowsOwned;

    use super::*;

    #[test]
    fn windows_take_the_mean_of_their_rows_and_no_series_reads_another() {
        let table = Frame::new((0..7).map(f64::from).collect(), ["x"]).unwrap();
        let windows = WindowsOwned::new(table, vec![0, 4, 7], 2, 2).unwrap();
        // The score of a row is its distance to the first row of its series.
        let score =
            |rows: FrameView<'_>| rows.values().iter().map(|v| v - rows.row(0)[0]).collect();
        let scores = column_scores(&windows.samples(), 1, score).unwrap();
        assert_eq!(scores.values(), [0.5, 2.5, 0.5]);
        let runs = with_training_rows(&windows.samples(), "test", |_, runs| Ok(runs.to_vec()));
        assert_eq!(runs.unwrap(), [0..4, 4..6]);
    }
}
