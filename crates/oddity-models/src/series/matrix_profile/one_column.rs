//! The largest correlation of each window with the training windows, in one column.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::diagonals::Reference;
use super::track::Track;

/// A block of windows that follow each other, against all training windows.
pub(super) struct OneColumn<'a> {
    pub(super) reference: &'a Reference,
    pub(super) test: &'a Track,
    pub(super) block: Range<usize>,
    /// The products at the starts of the diagonals, as [`Reference::starts`] makes them.
    pub(super) starts: &'a [f64],
}

impl WithSimd for OneColumn<'_> {
    type Output = Vec<f64>;

    /// The largest correlation of each window of the block with the training windows whose
    /// values differ; minus infinity where there is none.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
        let OneColumn { reference, test, block, starts } = self;
        let n_rows = block.len();
        let width = 4 * S::F64_LANES;
        // The first row's products are there already.
        let mut steps: Vec<[f64; 2]> =
            block.clone().map(|row| [test.differences[row], test.sums[row]]).collect();
        steps[0] = [0.0; 2];
        let mut best = vec![simd.splat_f64s(f64::NEG_INFINITY); n_rows];
        let first = reference.before + 1 - n_rows;
        let n_diagonals = n_rows - 1 + reference.track.len();
        for diagonal in (0..n_diagonals).step_by(width) {
            let (start, _) = S::as_simd_f64s(&starts[diagonal..diagonal + width]);
            let mut products = [start[0], start[1], start[2], start[3]];
            // A diagonal that enters later has steps of zeros until then, and no end to wait
            // for: rows behind the last training window have no inverse.
            let from = first + diagonal;
            let reached = from..from + n_rows + width;
            let differences = &reference.differences[reached.clone()];
            let sums = &reference.sums[reached.clone()];
            let inverses = &reference.inverses[reached];
            for (row, (&[difference, sum], best)) in steps.iter().zip(&mut best).enumerate() {
                let difference = simd.splat_f64s(difference);
                let sum = simd.splat_f64s(sum);
                let differences = &S::as_simd_f64s(&differences[row..row + width]).0[..4];
                let sums = &S::as_simd_f64s(&sums[row..row + width]).0[..4];
                let inverses = &S::as_simd_f64s(&inverses[row..row + width]).0[..4];
                let mut most = *best;
                for at in 0..4 {
                    let product = simd.mul_add_f64s(sum, differences[at], products[at]);
                    let product = simd.mul_add_f64s(difference, sums[at], product);
                    products[at] = product;
                    let scaled = simd.mul_f64s(product, inverses[at]);
                    // False for NaN.
                    let larger = simd.less_than_f64s(most, scaled);
                    most = simd.select_f64s(larger, scaled, most);
                }
                *best = most;
            }
        }
        let largest = |(row, best): (usize, &S::f64s)| {
            let lanes: &[f64] = pulp::bytemuck::cast_slice(std::slice::from_ref(best));
            let most = lanes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            most * test.inverses[row]
        };
        block.clone().zip(&best).map(largest).collect()
    }
}
