//! Training rows without repetitions: rows that are equal are compared with a query once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// The rows of a table that differ from each other, in the order of their first occurrence.
pub(super) struct Distinct {
    n_columns: usize,
    values: Vec<f64>,
    /// Index of the first training row that equals each of them.
    first: Vec<u32>,
    /// For each training row the index of the next one that equals it, or [`NONE`].
    next: Vec<u32>,
    /// Which of the rows here each training row is.
    of: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Distinct {
    pub(super) fn new<'a>(rows: impl ExactSizeIterator<Item = &'a [f64]>) -> Distinct {
        let hasher = BuildHasherDefault::<RowHasher>::default();
        let n_rows = rows.len();
        let mut last = HashMap::with_capacity_and_hasher(n_rows, hasher);
        let (mut values, mut n_columns) = (Vec::new(), 0);
        let (mut first, mut next) = (Vec::new(), vec![NONE; n_rows]);
        let mut of: Vec<u32> = Vec::with_capacity(n_rows);
        for (at, row) in rows.enumerate() {
            if at == 0 {
                n_columns = row.len();
                values.reserve(n_rows * n_columns);
            }
            match last.insert(Row(row), at) {
                Some(before) => {
                    next[before] = at as u32;
                    of.push(of[before]);
                }
                None => {
                    values.extend_from_slice(row);
                    of.push(first.len() as u32);
                    first.push(at as u32);
                }
            }
        }
        Distinct { n_columns, values, first, next, of }
    }

    /// Number of training rows.
    pub(super) fn n_rows(&self) -> usize {
        self.of.len()
    }

    /// The values of a training row.
    pub(super) fn of_training(&self, row: usize) -> &[f64] {
        self.row(self.of[row] as usize)
    }

    pub(super) fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// The values, row-major.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn row(&self, distinct: usize) -> &[f64] {
        &self.values[distinct * self.n_columns..][..self.n_columns]
    }

    /// The indices of the training rows that equal a distinct row, ascending.
    pub(super) fn members(&self, distinct: usize) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(self.first[distinct]), |&row| {
            Some(self.next[row as usize]).filter(|&next| next != NONE)
        })
    }
}

/// A row as a key: equal values, equal keys, where 0 and -0 are equal.
#[derive(PartialEq)]
struct Row<'a>(&'a [f64]);

/// The values of a frame are finite, so that each equals itself.
impl Eq for Row<'_> {}

impl Hash for Row<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for value in self.0 {
            // Adding 0 turns -0 into 0.
            state.write_u64((value + 0.0).to_bits());
        }
    }
}

/// A multiplicative hash: fast, and rows with equal hashes are compared in full anyway.
#[derive(Default)]
struct RowHasher(u64);

impl Hasher for RowHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
