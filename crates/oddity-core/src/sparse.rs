//! Sparse rows in compressed form (CSR): one-hot, n-gram and TF-IDF features.

use crate::{Columns, Error, Frame, Result, Samples};

/// A sparse table of finite values in compressed sparse row form.
///
/// Row `r` holds the entries `offsets[r]..offsets[r + 1]` of `indices` (columns, ascending)
/// and `values`; all other entries are 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
    columns: Columns,
}

impl Csr {
    /// Checks and takes the three arrays.
    ///
    /// # Errors
    ///
    /// [`Error::Offset`], [`Error::Length`], [`Error::SparseIndex`] or [`Error::NotFinite`]
    /// for arrays that contradict each other or values that are not finite.
    pub fn new(
        offsets: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<f64>,
        columns: impl Into<Columns>,
    ) -> Result<Csr> {
        let columns = columns.into();
        if indices.len() != values.len() {
            let (expected, found) = (indices.len(), values.len());
            return Err(Error::Length { what: "sparse entries", expected, found });
        }
        check_offsets(&offsets, indices.len())?;
        for (row, bounds) in offsets.windows(2).enumerate() {
            let mut least = 0;
            for at in bounds[0]..bounds[1] {
                let index = indices[at] as usize;
                if index < least || columns.len() <= index {
                    return Err(Error::SparseIndex { row, index, columns: columns.len() });
                }
                if !values[at].is_finite() {
                    return Err(Error::NotFinite { row, column: index, value: values[at] });
                }
                least = index + 1;
            }
        }
        Ok(Csr { offsets, indices, values, columns })
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The names of the columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// A view of all rows.
    pub fn view(&self) -> CsrView<'_> {
        CsrView {
            offsets: &self.offsets,
            indices: &self.indices,
            values: &self.values,
            columns: &self.columns,
        }
    }

    /// The rows as samples.
    pub fn samples(&self) -> Samples<'_> {
        Samples::Sparse(self.view())
    }
}

/// Refuses offsets that do not ascend from 0 to `end`.
pub(crate) fn check_offsets(offsets: &[usize], end: usize) -> Result<()> {
    if offsets.first() != Some(&0) {
        let found = offsets.first().copied().unwrap_or(usize::MAX);
        return Err(Error::Offset { position: 0, found, limit: 0 });
    }
    for (position, pair) in offsets.windows(2).enumerate() {
        if pair[1] < pair[0] || end < pair[1] {
            return Err(Error::Offset { position: position + 1, found: pair[1], limit: end });
        }
    }
    let last = offsets[offsets.len() - 1];
    if last == end {
        return Ok(());
    }
    Err(Error::Offset { position: offsets.len() - 1, found: last, limit: end })
}

/// The entries of one sparse row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CsrRow<'a> {
    /// Columns of the entries, ascending.
    pub indices: &'a [u32],
    /// Values of the entries.
    pub values: &'a [f64],
}

impl<'a> CsrRow<'a> {
    /// The entries as `(column, value)`.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (usize, f64)> + use<'a> {
        self.indices.iter().zip(self.values).map(|(&index, &value)| (index as usize, value))
    }
}

/// A borrowed [`Csr`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CsrView<'a> {
    offsets: &'a [usize],
    indices: &'a [u32],
    values: &'a [f64],
    columns: &'a Columns,
}

impl<'a> CsrView<'a> {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Number of stored entries.
    pub fn n_entries(&self) -> usize {
        self.values.len()
    }

    /// The names of the columns.
    pub fn columns(&self) -> &'a Columns {
        self.columns
    }

    /// One row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn row(&self, row: usize) -> CsrRow<'a> {
        let range = self.offsets[row]..self.offsets[row + 1];
        CsrRow { indices: &self.indices[range.clone()], values: &self.values[range] }
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = CsrRow<'a>> + use<'a> {
        let view = *self;
        (0..self.n_rows()).map(move |row| view.row(row))
    }

    /// A copy of the rows named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Csr {
        let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for &row in rows {
            let entries = self.row(row);
            indices.extend_from_slice(entries.indices);
            values.extend_from_slice(entries.values);
            offsets.push(indices.len());
        }
        Csr { offsets, indices, values, columns: self.columns.clone() }
    }

    /// A copy with its own memory.
    pub fn to_csr(&self) -> Csr {
        Csr {
            offsets: self.offsets.to_vec(),
            indices: self.indices.to_vec(),
            values: self.values.to_vec(),
            columns: self.columns.clone(),
        }
    }

    /// The same table with every 0 written out.
    pub fn to_dense(&self) -> Frame {
        let width = self.n_columns();
        let mut values = vec![0.0; self.n_rows() * width];
        for (row, entries) in self.iter().enumerate() {
            for (column, value) in entries.iter() {
                values[row * width + column] = value;
            }
        }
        Frame::from_finite(values, self.columns)
    }
}
