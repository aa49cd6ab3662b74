//! Mean and deviation of each column of a stream of rows.

use oddity_core::{FrameView, Result};

use crate::means::Means;
use crate::stream::{Stream, Summary};
use crate::vectorized;

/// Values of a run of rows that stays in the cache: 256 KiB.
pub(crate) const PANEL_VALUES: usize = 1 << 15;

/// Gathers the moments of each column from rows that come in parts.
#[derive(Clone, Debug)]
pub struct ColumnMoments(Stream<Moments>);

/// Number, mean and squared distances of the values of each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    n_rows: usize,
    means: Means,
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
        self.0.finish(|rows| of_shard(rows, width)).unwrap_or_else(|| Moments::none(width))
    }
}

impl Moments {
    fn none(width: usize) -> Moments {
        let zeros = || vec![0.0; width];
        Moments { n_rows: 0, means: Means { rounded: zeros(), rest: zeros() }, squares: zeros() }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The mean of each column.
    pub fn means(&self) -> &[f64] {
        &self.means.rounded
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
        let ways = self.means.merge(&later.means, share);
        for ((square, later), way) in self.squares.iter_mut().zip(later.squares).zip(ways) {
            *square += later + way * way * weight;
        }
        self.n_rows += later.n_rows;
        self
    }
}

fn of_shard(rows: &[f64], width: usize) -> Moments {
    let panels = rows.chunks(panel_rows(width) * width);
    let panels = panels.map(|panel| {
        let (means, mut squares) = (Means::of(panel, width), vec![0.0; width]);
        vectorized!(add_squares(&mut squares, panel, &means.rounded, &means.rest));
        Moments { n_rows: panel.len() / width, means, squares }
    });
    panels.reduce(Summary::merge).unwrap_or_else(|| Moments::none(width))
}

/// Rows of a panel.
pub(crate) fn panel_rows(width: usize) -> usize {
    (PANEL_VALUES / width.max(1)).clamp(16, 512)
}

/// Adds the squared distances of the values to `from + rest`, by column.
#[inline(always)]
fn add_squares(squares: &mut [f64], panel: &[f64], from: &[f64], rest: &[f64]) {
    let width = squares.len();
    for row in panel.chunks_exact(width) {
        let from = from.iter().zip(rest);
        for ((square, value), (from, rest)) in squares.iter_mut().zip(row).zip(from) {
            let distance = (value - from) - rest;
            *square += distance * distance;
        }
    }
}
