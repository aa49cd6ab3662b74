//! Means of columns to more than the digits of one number.
//!
//! Where a mean is a million times the deviation, the distance of two means rounded to `f64`
//! would have an error that shows in the variance. So each mean comes with what rounding took.

use crate::vectorized;

/// Columns whose sums stay in registers.
const BLOCK: usize = 64;

/// Means of columns, each a sum of two numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Means {
    /// The means, rounded.
    pub(crate) rounded: Vec<f64>,
    /// What is to be added to them.
    pub(crate) rest: Vec<f64>,
}

impl Means {
    /// The means of the columns of a panel, in two passes.
    pub(crate) fn of(panel: &[f64], width: usize) -> Means {
        let n_rows = (panel.len() / width) as f64;
        let mut sums = vec![0.0; width];
        vectorized!(add_distances(&mut sums, panel, &[]));
        let rounded: Vec<f64> = sums.iter().map(|sum| sum / n_rows).collect();
        sums.fill(0.0);
        vectorized!(add_distances(&mut sums, panel, &rounded));
        sums.iter_mut().for_each(|sum| *sum /= n_rows);
        Means { rounded, rest: sums }
    }

    /// Moves the means by `share` of the way to those of later rows, and gives the ways.
    pub(crate) fn merge(&mut self, later: &Means, share: f64) -> Vec<f64> {
        let ours = self.rounded.iter_mut().zip(&mut self.rest);
        let theirs = later.rounded.iter().zip(&later.rest);
        let step = |((rounded, rest), (later, later_rest)): ((&mut f64, &mut f64), _)| {
            let way: f64 = (later - *rounded) + (later_rest - *rest);
            let (sum, step) = (*rounded, *rest + way * share);
            // The error of a sum, by Knuth.
            *rounded = sum + step;
            let added = *rounded - sum;
            *rest = (sum - (*rounded - added)) + (step - added);
            way
        };
        ours.zip(theirs.map(|(&later, &rest)| (later, rest))).map(step).collect()
    }
}

/// Adds the distances of the values to `from`, or to 0 where it is empty, by column.
#[inline(always)]
fn add_distances(sums: &mut [f64], panel: &[f64], from: &[f64]) {
    let width = sums.len();
    let zeros = [0.0; BLOCK];
    for first in (0..width).step_by(BLOCK) {
        let size = BLOCK.min(width - first);
        let from = if from.is_empty() { &zeros[..size] } else { &from[first..first + size] };
        let mut block = [0.0; BLOCK];
        let block = &mut block[..size];
        for row in panel.chunks_exact(width) {
            for ((sum, value), from) in block.iter_mut().zip(&row[first..]).zip(from) {
                *sum += value - from;
            }
        }
        sums[first..first + size].iter_mut().zip(block).for_each(|(sum, part)| *sum += *part);
    }
}
