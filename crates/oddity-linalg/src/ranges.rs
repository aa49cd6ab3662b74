//! Least and largest value of each column of a stream of rows.

use oddity_core::{FrameView, Result};

use crate::stream::{Stream, Summary};
use crate::vectorized;

/// Gathers the range of each column from rows that come in parts.
#[derive(Clone, Debug)]
pub struct ColumnRanges(Stream<Ranges>);

/// Least and largest value of each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranges {
    least: Vec<f64>,
    most: Vec<f64>,
}

impl ColumnRanges {
    /// Begins with no row.
    pub fn new(width: usize) -> ColumnRanges {
        ColumnRanges(Stream::new(width))
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

    /// The ranges of all rows; `None` where there was none.
    pub fn finish(self) -> Option<Ranges> {
        let width = self.0.width();
        self.0.finish(|rows| of_shard(rows, width))
    }
}

impl Ranges {
    /// The least value of each column.
    pub fn least(&self) -> &[f64] {
        &self.least
    }

    /// The largest value of each column.
    pub fn most(&self) -> &[f64] {
        &self.most
    }
}

impl Summary for Ranges {
    fn merge(mut self, later: Ranges) -> Ranges {
        vectorized!({
            lower(&mut self.least, &later.least);
            raise(&mut self.most, &later.most);
        });
        self
    }
}

fn of_shard(rows: &[f64], width: usize) -> Ranges {
    let (mut least, mut most) = (rows[..width].to_vec(), rows[..width].to_vec());
    vectorized!({
        for row in rows.chunks_exact(width) {
            lower(&mut least, row);
            raise(&mut most, row);
        }
    });
    Ranges { least, most }
}

#[inline(always)]
fn lower(least: &mut [f64], values: &[f64]) {
    for (least, &value) in least.iter_mut().zip(values) {
        *least = if value < *least { value } else { *least };
    }
}

#[inline(always)]
fn raise(most: &mut [f64], values: &[f64]) {
    for (most, &value) in most.iter_mut().zip(values) {
        *most = if *most < value { value } else { *most };
    }
}
