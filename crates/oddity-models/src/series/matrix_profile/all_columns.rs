//! The least mean distance of each window to the training windows, over the columns that are
//! nearest.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::diagonals::Reference;
use super::track::Track;

/// A block of windows that follow each other, against all training windows, in every column.
pub(super) struct AllColumns<'a> {
    pub(super) references: &'a [Reference],
    /// 0 where a training window is to be compared with, else infinite; padded as the references.
    pub(super) barred: &'a [f64],
    /// Of each column, 1/2 where the training window has equal values, else 0; padded.
    pub(super) halves: &'a [Vec<f64>],
    pub(super) tests: &'a [Track],
    pub(super) block: Range<usize>,
    /// Of each column, the products at the starts of the diagonals.
    pub(super) starts: &'a [Vec<f64>],
    /// How many columns count.
    pub(super) n_nearest: usize,
}

impl WithSimd for AllColumns<'_> {
    type Output = Vec<f64>;

    /// The least sum of `sqrt(1 - correlation)` over the nearest columns; infinite where there
    /// is no training window.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
        let AllColumns { references, barred, halves, tests, block, starts, n_nearest } = self;
        let (n_rows, n_columns, width) = (block.len(), references.len(), S::F64_LANES);
        let zero = simd.splat_f64s(0.0);
        let infinite = simd.splat_f64s(f64::INFINITY);
        // Of each row and column: the two steps, the inverse, and what equal values leave.
        let mut own = vec![[0.0; 4]; n_rows * n_columns];
        for (at, own) in own.iter_mut().enumerate() {
            let (row, test) = (block.start + at / n_columns, &tests[at % n_columns]);
            // The first row's products are there already.
            let steps =
                if at < n_columns { [0.0; 2] } else { [test.differences[row], test.sums[row]] };
            let left = if test.is_constant[row] { 0.5 } else { 1.0 };
            *own = [steps[0], steps[1], test.inverses[row], left];
        }
        let mut best = vec![infinite; n_rows];
        let mut products = vec![zero; n_columns];
        let mut nearest = vec![infinite; n_nearest];
        let Some(reference) = references.first() else { return Vec::new() };
        let first = reference.before + 1 - n_rows;
        let n_diagonals = n_rows - 1 + reference.track.len();
        for diagonal in (0..n_diagonals).step_by(width) {
            for (product, starts) in products.iter_mut().zip(starts) {
                *product = S::as_simd_f64s(&starts[diagonal..diagonal + width]).0[0];
            }
            for (row, (own, best)) in own.chunks_exact(n_columns).zip(&mut best).enumerate() {
                let at = first + diagonal + row;
                let lanes = |values: &[f64]| S::as_simd_f64s(&values[at..at + width]).0[0];
                let mut sum = zero;
                let columns = products.iter_mut().zip(references).zip(halves).zip(own);
                for (((product, reference), halves), &[difference, steps, inverse, left]) in columns
                {
                    let next = lanes(&reference.differences);
                    let next = simd.mul_add_f64s(simd.splat_f64s(steps), next, *product);
                    let sums = lanes(&reference.sums);
                    let next = simd.mul_add_f64s(simd.splat_f64s(difference), sums, next);
                    *product = next;
                    let inverses =
                        simd.mul_f64s(simd.splat_f64s(inverse), lanes(&reference.inverses));
                    let left = simd.sub_f64s(simd.splat_f64s(left), lanes(halves));
                    let lost = simd.sub_f64s(left, simd.mul_f64s(next, inverses));
                    let lost = simd.select_f64s(simd.less_than_f64s(lost, zero), zero, lost);
                    if n_nearest == n_columns {
                        sum = simd.add_f64s(sum, simd.sqrt_f64s(lost));
                        continue;
                    }
                    let mut lost = lost;
                    for kept in &mut nearest {
                        let nearer = simd.less_than_f64s(lost, *kept);
                        let least = simd.select_f64s(nearer, lost, *kept);
                        lost = simd.select_f64s(nearer, *kept, lost);
                        *kept = least;
                    }
                }
                if n_nearest < n_columns {
                    for kept in &mut nearest {
                        sum = simd.add_f64s(sum, simd.sqrt_f64s(*kept));
                        *kept = infinite;
                    }
                }
                let sum = simd.add_f64s(sum, lanes(barred));
                // False for NaN, of diagonals that are left out.
                *best = simd.select_f64s(simd.less_than_f64s(sum, *best), sum, *best);
            }
        }
        let least = |best: &S::f64s| {
            let lanes: &[f64] = pulp::bytemuck::cast_slice(std::slice::from_ref(best));
            lanes.iter().copied().fold(f64::INFINITY, f64::min)
        };
        best.iter().map(least).collect()
    }
}
