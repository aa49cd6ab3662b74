//! Mean and deviation of each column of a stream of rows.

use oddity_core::{FrameView, Result};

use crate::stream::{Stream, Summary};
use crate::vectorized::vectorized;

/// Values of a run of rows that stays in the cache: 256 KiB.
pub(crate) const PANEL_VALUES: usize = 1 << 15;

/// Gathers the moments of each column from rows that come in parts.
#[derive(Clone, Debug)]
pub struct ColumnMoments(Stream<Moments>);

/// Number, mean and squared distances of the values of each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    n_rows: usize,
    means: Vec<f64>,
    /// Sum of the squared distances to the mean.
    squares: Vec<f64>,
}

impl ColumnMoments {
    /// Begins with no row.
    pub fn new(width: usize) -> ColumnMoments {
        ColumnMoments(Stream::new(width))
    }

    /// Takes more rows.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn update(&mut self, rows: FrameView<'_>) -> Result<()> {
        let width = self.0.width();
        rows.expect_width(width)?;
        self.0.update(rows.values(), 16 * width, |rows| of_shard(rows, width));
        Ok(())
    }

    /// Number of rows so far.
    pub fn n_rows(&self) -> usize {
        self.0.n_rows()
    }

    /// The moments of all rows: 0 where there was none.
    pub fn finish(self) -> Moments {
        let width = self.0.width();
        let none = || Moments { n_rows: 0, means: vec![0.0; width], squares: vec![0.0; width] };
        self.0.finish(|rows| of_shard(rows, width)).unwrap_or_else(none)
    }
}

impl Moments {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The mean of each column.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The sum of squared distances to the mean of each column.
    pub fn squares(&self) -> &[f64] {
        &self.squares
    }
}

impl Summary for Moments {
    /// With `d` the distance of the means: the squares are `a + b + d^2 n_a n_b / n`, the
    /// mean `mean_a + d n_b / n`.
    fn merge(mut self, later: Moments) -> Moments {
        let (ours, theirs) = (self.n_rows as f64, later.n_rows as f64);
        let (share, weight) = (theirs / (ours + theirs), ours * (theirs / (ours + theirs)));
        for column in 0..self.means.len() {
            let distance = later.means[column] - self.means[column];
            self.means[column] += distance * share;
            self.squares[column] += later.squares[column] + distance * distance * weight;
        }
        self.n_rows += later.n_rows;
        self
    }
}

fn of_shard(rows: &[f64], width: usize) -> Moments {
    let panels = rows.chunks(panel_rows(width) * width);
    let panels = panels.map(|panel| {
        let means = means(panel, width);
        let mut squares = vec![0.0; width];
        vectorized!(add_squares(&mut squares, panel, &means));
        Moments { n_rows: panel.len() / width, means, squares }
    });
    let none = || Moments { n_rows: 0, means: Vec::new(), squares: Vec::new() };
    panels.reduce(Summary::merge).unwrap_or_else(none)
}

/// Rows of a panel.
pub(crate) fn panel_rows(width: usize) -> usize {
    (PANEL_VALUES / width.max(1)).clamp(16, 512)
}

/// The means of the columns of a panel, in two passes: the second takes back what the first
/// lost by rounding.
pub(crate) fn means(panel: &[f64], width: usize) -> Vec<f64> {
    let n_rows = (panel.len() / width) as f64;
    let mut sums = vec![0.0; width];
    vectorized!(add_distances(&mut sums, panel, &[]));
    let mut means: Vec<f64> = sums.iter().map(|sum| sum / n_rows).collect();
    sums.fill(0.0);
    vectorized!(add_distances(&mut sums, panel, &means));
    means.iter_mut().zip(&sums).for_each(|(mean, sum)| *mean += sum / n_rows);
    means
}

/// Adds the distances of the values to `from`, or to 0 where it is empty, by column.
#[inline(always)]
fn add_distances(sums: &mut [f64], panel: &[f64], from: &[f64]) {
    let width = sums.len();
    let zeros = [0.0; 64];
    // Blocks of columns, whose sums stay in registers.
    for first in (0..width).step_by(64) {
        let size = 64.min(width - first);
        let from = if from.is_empty() { &zeros[..size] } else { &from[first..first + size] };
        let mut block = [0.0; 64];
        let block = &mut block[..size];
        for row in panel.chunks_exact(width) {
            for ((sum, value), from) in block.iter_mut().zip(&row[first..]).zip(from) {
                *sum += value - from;
            }
        }
        sums[first..first + size].iter_mut().zip(block).for_each(|(sum, part)| *sum += *part);
    }
}

/// Adds the squared distances of the values to `from`, by column.
#[inline(always)]
fn add_squares(squares: &mut [f64], panel: &[f64], from: &[f64]) {
    let width = squares.len();
    for row in panel.chunks_exact(width) {
        for ((square, value), from) in squares.iter_mut().zip(row).zip(from) {
            let distance = value - from;
            *square += distance * distance;
        }
    }
}
