//! Kernel values between rows, in blocks by matrix products.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use crate::linear::{dot, exp};
use crate::vectorized::vectorized;

/// Rows of one block: whole blocks keep the bits of a value independent of the rows around.
const BLOCK_ROWS: usize = 64;
/// Columns of one block: together with the rows it stays in the second-level cache.
const BLOCK_COLUMNS: usize = 512;

/// The kernel with its parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum KernelFunction {
    /// `x . y`
    Linear,
    /// `exp(-gamma |x - y|^2)`
    Rbf {
        /// Above 0.
        gamma: f64,
    },
}

/// Rows with their squared lengths.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) values: Vec<f64>,
    squares: Vec<f64>,
    pub(super) width: usize,
}

impl Rows {
    pub(super) fn new(values: Vec<f64>, width: usize) -> Rows {
        let squares = values.chunks_exact(width.max(1)).map(|row| dot(row, row)).collect();
        Rows { values, squares, width }
    }

    pub(super) fn len(&self) -> usize {
        self.squares.len()
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    pub(super) fn select(&self, rows: &[usize]) -> Rows {
        let values = rows.iter().flat_map(|&row| self.row(row)).copied().collect();
        let squares = rows.iter().map(|&row| self.squares[row]).collect();
        Rows { values, squares, width: self.width }
    }
}

impl KernelFunction {
    /// The kernel of a row with itself.
    pub(super) fn diagonal(self, rows: &Rows, row: usize) -> f64 {
        match self {
            KernelFunction::Linear => rows.squares[row],
            KernelFunction::Rbf { .. } => 1.0,
        }
    }

    /// Hands the kernel values between a run of `left` rows and blocks of `right` rows to
    /// `take`: first column, number of columns, values (`left x columns`, row-major).
    pub(super) fn for_blocks(
        self,
        left: (&[f64], &[f64]),
        right: &Rows,
        mut take: impl FnMut(usize, usize, &mut [f64]),
    ) {
        let (values, squares) = left;
        let n_left = squares.len();
        let mut block = vec![0.0; n_left * BLOCK_COLUMNS.min(right.len())];
        for first in (0..right.len()).step_by(BLOCK_COLUMNS) {
            let n_columns = BLOCK_COLUMNS.min(right.len() - first);
            let block = &mut block[..n_left * n_columns];
            let columns = &right.values[first * right.width..][..n_columns * right.width];
            matmul(
                MatMut::from_row_major_slice_mut(block, n_left, n_columns),
                Accum::Replace,
                MatRef::from_row_major_slice(values, n_left, right.width),
                MatRef::from_row_major_slice(columns, n_columns, right.width).transpose(),
                1.0,
                Par::Seq,
            );
            if let KernelFunction::Rbf { gamma } = self {
                let columns = &right.squares[first..first + n_columns];
                vectorized!(from_products(block, squares, columns, gamma));
            }
            take(first, n_columns, block);
        }
    }

    /// The kernel rows of some rows with all rows, in single precision: `chosen.len()` rows
    /// of `stride` values, the last of them 0 beyond the number of rows.
    ///
    /// Single precision halves the memory and the time to read it, as in LIBSVM; the
    /// relative error of a value is at most 6e-8.
    pub(super) fn rows(self, rows: &Rows, chosen: &[usize], stride: usize, out: &mut [f32]) {
        out.par_chunks_mut(BLOCK_ROWS * stride)
            .zip(chosen.par_chunks(BLOCK_ROWS))
            .with_max_len(1)
            .for_each(|(out, chosen)| {
                let left = rows.select(chosen);
                self.for_blocks((&left.values, &left.squares), rows, |first, n_columns, block| {
                    let lines = out.chunks_exact_mut(stride).zip(block.chunks_exact(n_columns));
                    for (out, block) in lines {
                        let out = &mut out[first..first + n_columns];
                        out.iter_mut().zip(block).for_each(|(out, value)| *out = *value as f32);
                    }
                });
            });
    }

    /// For each sample, the products of its kernel row with the columns of `coefficients`
    /// (`right.len() x n_functions`, row-major): `n_samples x n_functions`.
    pub(super) fn weighted_sums(
        self,
        samples: &[f64],
        right: &Rows,
        coefficients: &[f64],
        n_functions: usize,
    ) -> Vec<f64> {
        let width = right.width;
        let n_samples = samples.len() / width.max(1);
        let mut sums = vec![0.0; n_samples * n_functions];
        sums.par_chunks_mut(BLOCK_ROWS * n_functions)
            .zip(samples.par_chunks(BLOCK_ROWS * width))
            .with_max_len(1)
            .for_each(|(sums, samples)| {
                // A short block is filled up, so that a sample's bits do not depend on how
                // many others there are.
                let mut padded = samples.to_vec();
                padded.resize(BLOCK_ROWS * width, 0.0);
                let left = Rows::new(padded, width);
                let mut total = vec![0.0; BLOCK_ROWS * n_functions];
                self.for_blocks((&left.values, &left.squares), right, |first, n_columns, block| {
                    let part = &coefficients[first * n_functions..][..n_columns * n_functions];
                    matmul(
                        MatMut::from_row_major_slice_mut(&mut total, BLOCK_ROWS, n_functions),
                        Accum::Add,
                        MatRef::from_row_major_slice(block, BLOCK_ROWS, n_columns),
                        MatRef::from_row_major_slice(part, n_columns, n_functions),
                        1.0,
                        Par::Seq,
                    );
                });
                let len = sums.len();
                sums.copy_from_slice(&total[..len]);
            });
        sums
    }
}

/// Turns inner products into RBF values. The squared distance from them can come out a
/// little below 0, where it is 0.
#[inline(always)]
fn from_products(block: &mut [f64], left: &[f64], right: &[f64], gamma: f64) {
    for (line, left) in block.chunks_exact_mut(right.len()).zip(left) {
        for (value, right) in line.iter_mut().zip(right) {
            let distance = left + right - 2.0 * *value;
            let distance = if distance < 0.0 { 0.0 } else { distance };
            *value = exp(-gamma * distance);
        }
    }
}
