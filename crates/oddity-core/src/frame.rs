//! Dense rows: finite `f64` values, row-major, with column names.

use rayon::prelude::*;

use crate::{Columns, Error, Result, Samples};

/// A dense table of finite `f64` values, row-major: `n_rows x n_columns`.
///
/// Finite by construction: [`Frame::new`] refuses NaN and infinities, so that no model has
/// to look for them again.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    values: Vec<f64>,
    columns: Columns,
}

impl Frame {
    /// Takes row-major values; the number of rows follows from the number of columns.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if the values do not fill whole rows, [`Error::NotFinite`] for the
    /// first value that is NaN or infinite.
    pub fn new(values: Vec<f64>, columns: impl Into<Columns>) -> Result<Frame> {
        let columns = columns.into();
        let width = columns.len();
        let whole = if width == 0 { values.is_empty() } else { values.len().is_multiple_of(width) };
        if !whole {
            let expected = if width == 0 { 0 } else { values.len().next_multiple_of(width) };
            return Err(Error::Length { what: "a table's rows", expected, found: values.len() });
        }
        if let Some(at) = first_not_finite(&values) {
            let (row, column) = (at / width, at % width);
            return Err(Error::NotFinite { row, column, value: values[at] });
        }
        Ok(Frame { values, columns })
    }

    /// Takes values that are known to be finite and to fill whole rows.
    pub(crate) fn from_finite(values: Vec<f64>, columns: &Columns) -> Frame {
        debug_assert!(values.iter().all(|value| value.is_finite()));
        Frame { values, columns: columns.clone() }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.view().n_rows()
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The names of the columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The values, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Gives the values back, row-major.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// One row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &[f64] {
        self.view().row(row)
    }

    /// A view of all rows.
    pub fn view(&self) -> FrameView<'_> {
        FrameView { values: &self.values, columns: &self.columns }
    }

    /// The rows as samples.
    pub fn samples(&self) -> Samples<'_> {
        Samples::Rows(self.view())
    }
}

/// Position of the first value that is NaN or infinite.
fn first_not_finite(values: &[f64]) -> Option<usize> {
    /// Values looked at without a branch, so that the loop vectorises.
    const RUN: usize = 1_024;
    /// Values that one thread looks at; fewer are not worth another one.
    const PARALLEL: usize = 64 * RUN;
    let bad = |run: &[f64]| !run.iter().fold(true, |all, value| all & value.is_finite());
    let run = if values.len() < PARALLEL {
        values.chunks(RUN).position(bad)
    } else {
        let any_bad = |part: &[f64]| part.chunks(RUN).any(bad);
        let part = values.par_chunks(PARALLEL).position_first(any_bad)? * PARALLEL;
        values[part..].chunks(RUN).position(bad).map(|run| part / RUN + run)
    };
    let run = run?;
    let rest = &values[run * RUN..];
    rest.iter().position(|value| !value.is_finite()).map(|at| run * RUN + at)
}

/// A borrowed [`Frame`], or a run of its rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameView<'a> {
    values: &'a [f64],
    columns: &'a Columns,
}

impl<'a> FrameView<'a> {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.values.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The names of the columns.
    pub fn columns(&self) -> &'a Columns {
        self.columns
    }

    /// The values, row-major.
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// One row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn row(&self, row: usize) -> &'a [f64] {
        let width = self.columns.len();
        &self.values[row * width..(row + 1) * width]
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [f64]> + use<'a> {
        self.values.chunks_exact(self.columns.len().max(1))
    }

    /// The rows `range`, without a copy.
    ///
    /// # Panics
    ///
    /// If the range ends after the last row.
    pub fn slice(&self, range: std::ops::Range<usize>) -> FrameView<'a> {
        let width = self.columns.len();
        FrameView {
            values: &self.values[range.start * width..range.end * width],
            columns: self.columns,
        }
    }

    /// A copy of the rows named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Frame {
        let mut values = Vec::with_capacity(rows.len() * self.columns.len());
        for &row in rows {
            values.extend_from_slice(self.row(row));
        }
        Frame { values, columns: self.columns.clone() }
    }

    /// A copy of the columns named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    pub fn select_columns(&self, columns: &[usize]) -> Frame {
        let names = Columns::new(columns.iter().filter_map(|&column| self.columns.get(column)));
        let values = self.iter().flat_map(|row| columns.iter().map(|&column| row[column]));
        Frame { values: values.collect(), columns: names }
    }

    /// A copy with its own memory.
    pub fn to_frame(&self) -> Frame {
        Frame { values: self.values.to_vec(), columns: self.columns.clone() }
    }

    /// Refuses a width other than the fitted one.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] if the number of columns is not `expected`.
    pub fn expect_width(&self, expected: usize) -> Result<()> {
        let found = self.n_columns();
        if found == expected { Ok(()) } else { Err(Error::Width { expected, found }) }
    }
}
