//! Which diagonals of the matrix of all pairs a block of windows meets, and the products at their
//! starts.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::track::{Track, padded};

/// Lanes that a step takes at most: four vectors of eight.
pub(super) const MOST_LANES: usize = 32;

/// Windows that follow each other whose products come from the first of them: a function of the
/// size alone, so that a score has the same bits whatever else is asked for.
///
/// The product of two windows at the start of a diagonal costs `size` multiplications, each further
/// one two. Products that are carried on over few steps lose little to rounding.
pub(super) fn block_size(size: usize) -> usize {
    512 * size.div_ceil(128)
}

/// The training windows of one column, padded for lanes that reach beyond both ends.
pub(super) struct Reference {
    pub(super) track: Track,
    pub(super) before: usize,
    /// The values, with zeros behind.
    values: Vec<f64>,
    pub(super) differences: Vec<f64>,
    pub(super) sums: Vec<f64>,
    pub(super) inverses: Vec<f64>,
}

impl Reference {
    /// Pads a track. `inverses` are those of the track, or NaN of windows that are not to be
    /// compared with, and `beyond` what stands for them beyond both ends.
    pub(super) fn new(track: Track, size: usize, inverses: &[f64], beyond: f64) -> Reference {
        let before = block_size(size);
        let pad = |values: &[f64]| padded(values, 0.0, before, before + MOST_LANES);
        Reference {
            before,
            values: padded(&track.values, 0.0, 0, MOST_LANES),
            differences: pad(&track.differences),
            sums: pad(&track.sums),
            inverses: padded(inverses, beyond, before, before + MOST_LANES),
            track,
        }
    }

    /// The products with which the diagonals of a block start: first those that enter at the
    /// first training window, `block - 1` of them, then those of the block's first window.
    /// Those of `left_out` (by the training window on the block's first row, which may lie before
    /// the first) are NaN, and so is what pads the end.
    pub(super) fn starts(
        &self,
        test: &Track,
        block: Range<usize>,
        size: usize,
        left_out: Option<Range<isize>>,
    ) -> Vec<f64> {
        let (n_windows, n_before) = (self.track.len(), block.len() - 1);
        let mut starts = vec![f64::NAN; n_before + n_windows + MOST_LANES];
        for (at, start) in starts[..n_before].iter_mut().enumerate() {
            *start = test.product(block.start + n_before - at, &self.track, 0, size);
        }
        let mean = test.means[block.start];
        let window = &test.values[block.start..block.start + size];
        let window: Vec<f64> = window.iter().map(|value| value - mean).collect();
        let out = &mut starts[n_before..n_before + n_windows];
        pulp::Arch::new().dispatch(Slide { window: &window, values: &self.values, out });
        if let Some(left_out) = left_out {
            let at = |training: isize| (training + n_before as isize).max(0) as usize;
            let end = (n_before + n_windows).min(at(left_out.end));
            starts[at(left_out.start).min(end)..end].fill(f64::NAN);
        }
        starts
    }
}

/// The products of one window with all windows of a run of values.
struct Slide<'a> {
    window: &'a [f64],
    /// At least [`MOST_LANES`] more than are read.
    values: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Slide<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = 4 * S::F64_LANES;
        for (at, out) in self.out.chunks_mut(width).enumerate() {
            let mut sums = [simd.splat_f64s(0.0); 4];
            for (k, &value) in self.window.iter().enumerate() {
                let values = &self.values[at * width + k..][..width];
                let values = &S::as_simd_f64s(values).0[..4];
                let value = simd.splat_f64s(value);
                for (sum, values) in sums.iter_mut().zip(values) {
                    *sum = simd.mul_add_f64s(value, *values, *sum);
                }
            }
            let sums: &[f64] = pulp::bytemuck::cast_slice(&sums);
            out.copy_from_slice(&sums[..out.len()]);
        }
    }
}
