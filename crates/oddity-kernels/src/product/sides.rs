//! What a product reads and writes, and where each entry lies.

use super::PANEL;
use crate::Buffer;

/// The entries of a side: numbers, or pairs of terms in bfloat16.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) are_pairs: bool,
}

impl<'a> From<&'a [f32]> for Entries<'a> {
    fn from(data: &'a [f32]) -> Entries<'a> {
        Entries { data, are_pairs: false }
    }
}

impl<'a> From<&'a Buffer> for Entries<'a> {
    fn from(data: &'a Buffer) -> Entries<'a> {
        Entries { data, are_pairs: false }
    }
}

impl<'a> Entries<'a> {
    /// Whether they are pairs of terms.
    pub fn are_pairs(self) -> bool {
        self.are_pairs
    }

    /// Entries that so many terms of a sum take.
    pub fn of_terms(self, n: usize) -> usize {
        if self.are_pairs { n.div_ceil(2) } else { n }
    }

    /// Those behind the first `n`.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    pub fn skip(self, n: usize) -> Entries<'a> {
        Entries { data: &self.data[n..], are_pairs: self.are_pairs }
    }
}

/// The left side, `m` rows of `k` entries: entry `(m, k)` lies at
/// `m * row + (k / panel.0) * panel.1 + (k % panel.0) * column`.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    pub(super) entries: Entries<'a>,
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) panel: (usize, usize),
}

impl<'a> Left<'a> {
    /// Rows of `stride` entries, of which the first `k` are meant.
    pub fn rows(entries: impl Into<Entries<'a>>, stride: usize) -> Left<'a> {
        let entries = entries.into();
        Left { entries, row: stride, column: 1, panel: (usize::MAX, 0) }
    }

    /// The transpose of such rows: `m` counts the columns of the data and `k` its rows.
    pub fn transposed(entries: impl Into<Entries<'a>>, stride: usize) -> Left<'a> {
        let entries = entries.into();
        Left { entries, row: 1, column: stride, panel: (usize::MAX, 0) }
    }

    /// Panels of 64 terms, each of them rows of as many entries as these take, `stride` entries
    /// from one panel to the next.
    pub fn panels(entries: impl Into<Entries<'a>>, stride: usize) -> Left<'a> {
        let entries = entries.into();
        let row = entries.of_terms(PANEL);
        Left { entries, row, column: 1, panel: (row, stride) }
    }

    /// The largest offset of an entry; offsets that no number can hold are the largest number.
    pub(super) fn last(&self, n_m: usize, n_k: usize) -> usize {
        let (full, rest) = ((n_k - 1) / self.panel.0, (n_k - 1) % self.panel.0);
        // A panel before the last one ends in its own last column.
        let at = |panel: usize, column: usize| {
            panel.saturating_mul(self.panel.1).saturating_add(column.saturating_mul(self.column))
        };
        let before = if full == 0 { 0 } else { at(full - 1, self.panel.0 - 1) };
        before.max(at(full, rest)).saturating_add((n_m - 1).saturating_mul(self.row))
    }
}

/// The right side, `k` entries by columns: column `c` of row `k` lies at
/// `(c / 64) * panel + k * row + c % 64`.
#[derive(Clone, Copy, Debug)]
pub struct Right<'a> {
    pub(super) entries: Entries<'a>,
    pub(super) row: usize,
    pub(super) panel: usize,
}

impl<'a> Right<'a> {
    /// Panels of 64 columns with `n_k` terms each, one after the other
    /// ([`packed_len`](super::packed_len)).
    pub fn packed(entries: impl Into<Entries<'a>>, n_k: usize) -> Right<'a> {
        let entries = entries.into();
        Right { entries, row: PANEL, panel: entries.of_terms(n_k) * PANEL }
    }

    /// Rows of `stride` entries.
    pub fn rows(entries: impl Into<Entries<'a>>, stride: usize) -> Right<'a> {
        Right { entries: entries.into(), row: stride, panel: PANEL }
    }

    /// Panels of 64 columns, `stride` entries from one to the next.
    pub fn panels(entries: impl Into<Entries<'a>>, stride: usize) -> Right<'a> {
        Right { entries: entries.into(), row: PANEL, panel: stride }
    }
}

/// The result, rows by columns: entry `(m, c)` lies at `(c / 64) * panel + m * row + c % 64`.
#[derive(Debug)]
pub struct Out<'a> {
    /// The numbers.
    pub data: &'a mut [f32],
    /// From one row to the next.
    pub row: usize,
    /// From one panel to the next.
    pub panel: usize,
}

impl<'a> Out<'a> {
    /// Rows of `stride` numbers.
    pub fn rows(data: &'a mut [f32], stride: usize) -> Out<'a> {
        Out { data, row: stride, panel: PANEL }
    }
}

/// What a sum starts from.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// 0.
    Zero,
    /// What the result holds.
    Out,
    /// A number a column.
    Bias(&'a [f32]),
}
