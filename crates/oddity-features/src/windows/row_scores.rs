//! Scores of windows back to the rows below them.

use oddity_core::{Error, Result, Scores, Windows};
use serde::{Deserialize, Serialize};

/// Which score a row gets from the windows around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowRule {
    /// That of the window that ends with it: known as soon as the row is.
    #[default]
    Last,
    /// The mean over all windows that cover it.
    Mean,
    /// The largest of the windows that cover it.
    Max,
}

/// Scores of rows, and the rows that have none.
#[derive(Clone, Debug, PartialEq)]
pub struct RowScores {
    /// The rows that have a score, ascending.
    pub rows: Vec<usize>,
    /// Their scores.
    pub scores: Scores,
    /// The rows that have none, ascending.
    pub unscored: Vec<usize>,
}

/// Brings the scores of windows back to rows.
///
/// # Errors
///
/// [`Error::Length`] unless there is one score a window, [`Error::ScoreNotFinite`] if a sum
/// of scores leaves the range of numbers.
pub fn row_scores(windows: &Windows<'_>, scores: &Scores, rule: RowRule) -> Result<RowScores> {
    let (expected, found) = (windows.len(), scores.len());
    if found != expected {
        return Err(Error::Length { what: "scores of windows", expected, found });
    }
    let n_rows = windows.frame().n_rows();
    let (mut sums, mut counts) = (vec![0.0f64; n_rows], vec![0u32; n_rows]);
    for (window, &score) in scores.values().iter().enumerate() {
        let end = windows.start(window) + windows.size();
        let first = if rule == RowRule::Last { end - 1 } else { windows.start(window) };
        for row in first..end {
            sums[row] = match rule {
                RowRule::Max if 0 < counts[row] => sums[row].max(score),
                RowRule::Mean => sums[row] + score,
                _ => score,
            };
            counts[row] += 1;
        }
    }
    let (rows, unscored): (Vec<usize>, Vec<usize>) = (0..n_rows).partition(|&row| 0 < counts[row]);
    let score = |&row: &usize| match rule {
        RowRule::Mean => sums[row] / f64::from(counts[row]),
        _ => sums[row],
    };
    let scores = Scores::new(rows.iter().map(score).collect())?;
    Ok(RowScores { rows, scores, unscored })
}
