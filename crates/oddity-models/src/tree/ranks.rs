//! The values of each column as ranks: small integers in the order of the values.

use oddity_core::FrameView;
use rayon::prelude::*;

/// Every value replaced by its rank among the distinct values of its column, from 0.
#[derive(Debug)]
pub(super) struct Ranks {
    n_rows: usize,
    codes: Codes,
    /// The distinct values of each column, ascending.
    values: Vec<Vec<f64>>,
}

/// The ranks, column by column, as narrow as they fit.
#[derive(Debug)]
pub(super) enum Codes {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// A rank, as stored.
pub(super) trait Code: Copy + Ord + Send + Sync + Into<u32> + 'static {}
impl Code for u16 {}
impl Code for u32 {}

impl Ranks {
    /// Ranks the columns, in parallel.
    pub(super) fn new(frame: FrameView<'_>) -> Ranks {
        let (n_rows, n_columns) = (frame.n_rows(), frame.n_columns());
        let mut wide = vec![0u32; n_rows * n_columns];
        // Eight columns at a time: a row's eight values share a cache line.
        const BLOCK: usize = 8;
        let values: Vec<Vec<f64>> = wide
            .par_chunks_mut((n_rows * BLOCK).max(1))
            .enumerate()
            .flat_map_iter(|(block, codes)| {
                let first = block * BLOCK;
                let columns = codes.chunks_exact_mut(n_rows);
                let mut column_values = vec![vec![0.0; n_rows]; columns.len()];
                for (row, values) in frame.iter().enumerate() {
                    for (column, &value) in column_values.iter_mut().zip(&values[first..]) {
                        // Adding 0 turns -0 into 0, which equals it and must have its rank.
                        column[row] = value + 0.0;
                    }
                }
                let ranked: Vec<Vec<f64>> = columns
                    .zip(&column_values)
                    .map(|(codes, values)| rank_column(values, codes))
                    .collect();
                ranked
            })
            .collect();
        let n_distinct = values.iter().map(Vec::len).max().unwrap_or(0);
        let codes = if n_distinct <= usize::from(u16::MAX) + 1 {
            Codes::Narrow(wide.par_iter().map(|&code| code as u16).collect())
        } else {
            Codes::Wide(wide)
        };
        Ranks { n_rows, codes, values }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn n_columns(&self) -> usize {
        self.values.len()
    }

    pub(super) fn codes(&self) -> &Codes {
        &self.codes
    }

    /// A value between the values of two ranks, not below the first and below the second:
    /// their midpoint, or the first where rounding leaves no number between them.
    pub(super) fn threshold(&self, column: usize, rank: u32, next: u32) -> f64 {
        let values = &self.values[column];
        let (low, high) = (values[rank as usize], values[next as usize]);
        let middle = low / 2.0 + high / 2.0;
        if low <= middle && middle < high { middle } else { low }
    }
}

/// Writes the rank of each value and returns the distinct values, ascending.
fn rank_column(values: &[f64], codes: &mut [u32]) -> Vec<f64> {
    // Rounding to f32 keeps the order up to ties, so that value and row share a word that
    // sorts fast; ties of the rounded values are then put in the order of the exact ones.
    let mut order: Vec<u64> = values
        .iter()
        .zip(0u64..)
        .map(|(&value, row)| u64::from(sortable(value as f32)) << 32 | row)
        .collect();
    sort_by_high_word(&mut order);
    let row_of = |entry: u64| entry as u32 as usize;
    for ties in order.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
        let first = values[row_of(ties[0])];
        if ties.iter().any(|&entry| values[row_of(entry)] != first) {
            ties.sort_by(|&a, &b| values[row_of(a)].total_cmp(&values[row_of(b)]));
        }
    }
    let mut distinct = Vec::new();
    for &entry in &order {
        let value = values[row_of(entry)];
        if distinct.last() != Some(&value) {
            distinct.push(value);
        }
        codes[row_of(entry)] = distinct.len() as u32 - 1;
    }
    distinct
}

/// An integer that orders as the number does.
fn sortable(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// Sorts by the upper half, in three passes of 11 bits where that is faster.
fn sort_by_high_word(entries: &mut Vec<u64>) {
    const BITS: u32 = 11;
    if entries.len() < 1 << BITS {
        entries.sort_unstable();
        return;
    }
    let mut other = vec![0; entries.len()];
    for shift in [32, 32 + BITS, 32 + 2 * BITS] {
        let digit = |entry: u64| (entry >> shift) as usize & ((1 << BITS) - 1);
        let mut starts = [0u32; 1 << BITS];
        entries.iter().for_each(|&entry| starts[digit(entry)] += 1);
        let mut end = 0;
        for start in &mut starts {
            (*start, end) = (end, end + *start);
        }
        for &entry in entries.iter() {
            let start = &mut starts[digit(entry)];
            other[*start as usize] = entry;
            *start += 1;
        }
        std::mem::swap(entries, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::{Columns, Frame, Seed};

    use super::*;

    fn ranks_of(values: &[f64]) -> (Vec<u32>, Vec<f64>) {
        let mut codes = vec![0; values.len()];
        let distinct = rank_column(values, &mut codes);
        (codes, distinct)
    }

    #[test]
    fn values_that_differ_less_than_f32_can_tell_have_different_ranks() {
        let (codes, distinct) = ranks_of(&[1.0 + 1e-12, -1e300, 1.0, 0.0, 1.0, -2e300]);
        assert_eq!(codes, [4, 1, 3, 2, 3, 0]);
        assert_eq!(distinct, [-2e300, -1e300, 0.0, 1.0, 1.0 + 1e-12]);
    }

    #[test]
    fn long_columns_rank_as_short_ones() {
        let value = |row: u64| (Seed(3).derive(row).0 % 3000) as f64 / 7.0 - 200.0;
        let values: Vec<f64> = (0..10_000).map(value).collect();
        let (codes, distinct) = ranks_of(&values);
        assert!(distinct.is_sorted_by(|a, b| a < b));
        assert!(values.iter().zip(&codes).all(|(value, &code)| distinct[code as usize] == *value));
    }

    #[test]
    fn negative_zero_is_zero() {
        let frame = Frame::new(vec![0.0, -0.0, 1.0], Columns::numbered("x", 1)).unwrap();
        let ranks = Ranks::new(frame.view());
        assert!(matches!(ranks.codes(), Codes::Narrow(codes) if codes == &[0, 0, 1]));
    }

    #[test]
    fn a_threshold_separates_neighbouring_numbers() {
        let values = [1.0, 1.0f64.next_up(), f64::MAX, f64::MIN];
        let frame = Frame::new(values.to_vec(), Columns::numbered("x", 1)).unwrap();
        let ranks = Ranks::new(frame.view());
        for (rank, pair) in ranks.values[0].windows(2).enumerate() {
            let threshold = ranks.threshold(0, rank as u32, rank as u32 + 1);
            assert!(pair[0] <= threshold && threshold < pair[1]);
        }
    }
}
