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
    /// The median over all windows that cover it: of an even number the mean of the two in the
    /// middle.
    Median,
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
    if rule == RowRule::Median {
        return medians(windows, scores);
    }
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

/// The median of the windows that cover each row. Memory grows with rows and windows, not with
/// their product.
fn medians(windows: &Windows<'_>, scores: &Scores) -> Result<RowScores> {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|&window| windows.start(window));
    let (mut first, mut end) = (0, 0);
    let (mut rows, mut unscored, mut medians) = (Vec::new(), Vec::new(), Vec::new());
    let mut covering = Vec::new();
    for row in 0..windows.frame().n_rows() {
        while end < order.len() && windows.start(order[end]) <= row {
            end += 1;
        }
        while first < end && windows.start(order[first]) + windows.size() <= row {
            first += 1;
        }
        covering.clear();
        covering.extend(order[first..end].iter().map(|&window| scores.values()[window]));
        covering.sort_unstable_by(f64::total_cmp);
        let middle = covering.len() / 2;
        match covering.get(middle) {
            None => unscored.push(row),
            Some(&high) => {
                let low = covering[(covering.len() - 1) / 2];
                rows.push(row);
                medians.push(low / 2.0 + high / 2.0);
            }
        }
    }
    Ok(RowScores { rows, scores: Scores::new(medians)?, unscored })
}
