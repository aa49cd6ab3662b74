//! Rows times a matrix that stays the same: the kernel of projections.
//!
//! Each sum runs over the columns in order, whatever rows are worked on beside it, so that a
//! row's result does not depend on them.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use crate::tile::{HEIGHT, WIDTH};

/// Columns of a block that lie behind each other: a fixed number, so that no place inside needs
/// a check.
const DEPTH: usize = 8;

/// Rows that one task works on: whole blocks.
pub(crate) const SHARD: usize = 85 * HEIGHT;

/// A matrix of `depth x n_columns`, packed once: panels of [`WIDTH`] columns, row by row, the
/// rows padded with 0.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Panels {
    depth: usize,
    n_columns: usize,
    values: Vec<f64>,
}

impl Panels {
    /// Packs `value(row, column)`.
    pub(crate) fn pack(
        depth: usize,
        n_columns: usize,
        value: impl Fn(usize, usize) -> f64,
    ) -> Panels {
        let size = padded(depth) * WIDTH;
        let mut values = vec![0.0; n_columns.div_ceil(WIDTH) * size];
        for (panel, values) in values.chunks_exact_mut(size).enumerate() {
            for (row, line) in values.chunks_exact_mut(WIDTH).take(depth).enumerate() {
                let columns = panel * WIDTH..n_columns;
                line.iter_mut().zip(columns).for_each(|(out, column)| *out = value(row, column));
            }
        }
        Panels { depth, n_columns, values }
    }

    /// A block for rows that this matrix can be multiplied with.
    pub(crate) fn block(&self) -> Block {
        Block { width: self.depth, values: vec![0.0; HEIGHT * padded(self.depth)] }
    }

    /// Makes rows of `n_columns` out of rows of `depth`, in parallel: `map` takes up to [`HEIGHT`]
    /// of them, with a block for this matrix.
    pub(crate) fn map_rows(
        &self,
        rows: &[f64],
        out: &mut [f64],
        map: impl Fn(&mut Block, &[f64], &mut [f64]) + Sync,
    ) {
        let shards = out.par_chunks_mut(SHARD * self.n_columns);
        shards.zip(rows.par_chunks(SHARD * self.depth)).for_each(|(out, rows)| {
            let mut block = self.block();
            let outs = out.chunks_mut(HEIGHT * self.n_columns);
            for (out, rows) in outs.zip(rows.chunks(HEIGHT * self.depth)) {
                map(&mut block, rows, out);
            }
        });
    }

    /// Writes the block's first rows times this matrix, row-major: as many as `out` takes.
    pub(crate) fn times(&self, block: &Block, out: &mut [f64]) {
        debug_assert!(block.width == self.depth && out.len() <= HEIGHT * self.n_columns);
        pulp::Arch::new().dispatch(Times { block, panels: self, out });
    }
}

/// Up to [`HEIGHT`] rows, [`DEPTH`] columns of each behind each other; what pads them is 0.
pub(crate) struct Block {
    width: usize,
    values: Vec<f64>,
}

impl Block {
    /// Takes rows, less `means`. Those that are not given keep what they were.
    #[inline(always)]
    pub(crate) fn fill_centred(&mut self, rows: &[f64], means: &[f64]) {
        let (means, means_end) = means.as_chunks::<DEPTH>();
        for (at, row) in rows.chunks_exact(self.width).enumerate() {
            let (row, end) = row.as_chunks::<DEPTH>();
            let mut blocks = self.values.chunks_exact_mut(HEIGHT * DEPTH);
            for ((out, row), means) in blocks.by_ref().take(row.len()).zip(row).zip(means) {
                let out = out[at * DEPTH..].iter_mut();
                out.zip(row).zip(means).for_each(|((out, value), mean)| *out = value - mean);
            }
            if let Some(out) = blocks.next() {
                let out = out[at * DEPTH..].iter_mut();
                out.zip(end).zip(means_end).for_each(|((out, value), mean)| *out = value - mean);
            }
        }
    }

    /// Takes rows as they are. Those that are not given keep what they were.
    #[inline(always)]
    pub(crate) fn fill(&mut self, rows: &[f64]) {
        for (at, row) in rows.chunks_exact(self.width).enumerate() {
            let blocks = self.values.chunks_exact_mut(HEIGHT * DEPTH);
            for (out, values) in blocks.zip(row.chunks(DEPTH)) {
                out[at * DEPTH..][..values.len()].copy_from_slice(values);
            }
        }
    }
}

struct Times<'a> {
    block: &'a Block,
    panels: &'a Panels,
    out: &'a mut [f64],
}

impl WithSimd for Times<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let size = padded(self.panels.depth) * WIDTH;
        for (at, panel) in self.panels.values.chunks_exact(size).enumerate() {
            for part in (0..WIDTH).step_by(2 * S::F64_LANES) {
                let first = at * WIDTH + part;
                // 16 registers hold half as many sums as 32.
                if S::F64_LANES == 8 {
                    let sums = self.tile::<S, HEIGHT>(simd, panel, part, 0);
                    self.write::<S, HEIGHT>(sums, first, 0);
                } else {
                    for row in [0, HEIGHT / 2] {
                        let sums = self.tile::<S, { HEIGHT / 2 }>(simd, panel, part, row);
                        self.write::<S, { HEIGHT / 2 }>(sums, first, row);
                    }
                }
            }
        }
    }
}

impl Times<'_> {
    /// The sums of the rows from `row` on, for the two registers of columns from `part` on.
    #[inline(always)]
    fn tile<S: Simd, const G: usize>(
        &self,
        simd: S,
        panel: &[f64],
        part: usize,
        row: usize,
    ) -> [[S::f64s; 2]; G] {
        let mut sums = [[simd.splat_f64s(0.0); 2]; G];
        let (blocks, _) = self.block.values.as_chunks::<{ HEIGHT * DEPTH }>();
        let (lines, _) = panel.as_chunks::<{ WIDTH * DEPTH }>();
        for (left, right) in blocks.iter().zip(lines) {
            for at in 0..DEPTH {
                let right = &right[at * WIDTH + part..][..2 * S::F64_LANES];
                let right = &S::as_simd_f64s(right).0[..2];
                for (i, sum) in sums.iter_mut().enumerate() {
                    let value = simd.splat_f64s(left[(row + i) * DEPTH + at]);
                    sum[0] = simd.mul_add_f64s(value, right[0], sum[0]);
                    sum[1] = simd.mul_add_f64s(value, right[1], sum[1]);
                }
            }
        }
        sums
    }

    /// Writes sums to the columns from `first` on, without those beyond the last.
    #[inline(always)]
    fn write<S: Simd, const G: usize>(
        &mut self,
        sums: [[S::f64s; 2]; G],
        first: usize,
        row: usize,
    ) {
        let (n_columns, width) = (self.panels.n_columns, 2 * S::F64_LANES);
        if n_columns <= first {
            return;
        }
        let size = width.min(n_columns - first);
        let rows = self.out.chunks_exact_mut(n_columns).skip(row);
        for (out, sums) in rows.zip(sums) {
            let out = &mut out[first..first + size];
            if size == width {
                let (out, _) = S::as_mut_simd_f64s(out);
                out.copy_from_slice(&sums);
            } else {
                let mut values = [0.0; WIDTH];
                S::as_mut_simd_f64s(&mut values[..width]).0.copy_from_slice(&sums);
                out.copy_from_slice(&values[..size]);
            }
        }
    }
}

fn padded(depth: usize) -> usize {
    depth.max(1).next_multiple_of(DEPTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_equal_plain_sums_for_every_size() {
        for (depth, n_columns) in [(1, 1), (7, 16), (8, 15), (9, 17), (20, 40)] {
            let value = |row: usize, column: usize| ((row * 5 + column * 3) % 13) as f64;
            let panels = Panels::pack(depth, n_columns, value);
            let means: Vec<f64> = (0..depth).map(|at| at as f64 - 3.0).collect();
            let mut block = panels.block();
            for n_rows in [HEIGHT, 1, HEIGHT - 1] {
                let rows: Vec<f64> = (0..n_rows * depth).map(|at| (at * 7 % 11) as f64).collect();
                for centre in [false, true] {
                    match centre {
                        true => block.fill_centred(&rows, &means),
                        false => block.fill(&rows),
                    }
                    let mut out = vec![f64::NAN; n_rows * n_columns];
                    panels.times(&block, &mut out);
                    let mean = |at: usize| if centre { means[at] } else { 0.0 };
                    for (at, found) in out.iter().enumerate() {
                        let row = &rows[at / n_columns * depth..][..depth];
                        let centred = row.iter().enumerate().map(|(at, x)| (at, x - mean(at)));
                        let wanted: f64 = centred.map(|(t, x)| x * value(t, at % n_columns)).sum();
                        assert_eq!(*found, wanted, "{depth} x {n_columns}, {n_rows} rows: {at}");
                    }
                }
            }
        }
    }
}
