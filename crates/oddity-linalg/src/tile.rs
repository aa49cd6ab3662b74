//! Sums of outer products in registers: the kernel of scatter matrices and the randomised solver.
//!
//! Each sum runs over the rows in order, whatever is next to it, so that a row's result does
//! not depend on the rows beside it.

use pulp::{Simd, WithSimd};

/// Rows of a tile.
pub(crate) const HEIGHT: usize = 12;
/// Columns of a tile.
pub(crate) const WIDTH: usize = 16;

/// Adds `sum over t of left[t][i] right[t][j]` to `out[i][j]`, in tiles.
pub(crate) struct OuterProducts<'a> {
    /// `t x left_stride`.
    pub(crate) left: &'a [f64],
    /// At least `n_left`.
    pub(crate) left_stride: usize,
    /// `t x right_stride`.
    pub(crate) right: &'a [f64],
    /// At least `n_right`.
    pub(crate) right_stride: usize,
    /// `n_left x n_right`.
    pub(crate) out: &'a mut [f64],
    /// Rows of `out`, a multiple of [`HEIGHT`].
    pub(crate) n_left: usize,
    /// Columns of `out`, a multiple of [`WIDTH`].
    pub(crate) n_right: usize,
    /// Whether tiles above the diagonal are left out.
    pub(crate) lower: bool,
}

impl OuterProducts<'_> {
    pub(crate) fn add(self) {
        pulp::Arch::new().dispatch(self);
    }
}

impl WithSimd for OuterProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for i in (0..self.n_left).step_by(HEIGHT) {
            for j in (0..self.n_right).step_by(WIDTH) {
                if self.lower && i + HEIGHT <= j {
                    continue;
                }
                for part in 0..WIDTH / (2 * S::F64_LANES) {
                    let j = j + part * 2 * S::F64_LANES;
                    // 16 registers hold half as many sums as 32.
                    if S::F64_LANES == 8 {
                        self.tile::<S, HEIGHT>(simd, i, j);
                    } else {
                        self.tile::<S, { HEIGHT / 2 }>(simd, i, j);
                        self.tile::<S, { HEIGHT / 2 }>(simd, i + HEIGHT / 2, j);
                    }
                }
            }
        }
    }
}

impl OuterProducts<'_> {
    #[inline(always)]
    fn tile<S: Simd, const G: usize>(&mut self, simd: S, i: usize, j: usize) {
        let width = 2 * S::F64_LANES;
        let mut sums = [[simd.splat_f64s(0.0); 2]; G];
        let left = self.left.chunks_exact(self.left_stride);
        for (left, right) in left.zip(self.right.chunks_exact(self.right_stride)) {
            let (right, _) = S::as_simd_f64s(&right[j..j + width]);
            let (left, right) = (&left[i..i + G], &right[..2]);
            for (sum, &value) in sums.iter_mut().zip(left) {
                let value = simd.splat_f64s(value);
                sum[0] = simd.mul_add_f64s(value, right[0], sum[0]);
                sum[1] = simd.mul_add_f64s(value, right[1], sum[1]);
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let out = &mut self.out[(i + row) * self.n_right + j..][..width];
            let (out, _) = S::as_mut_simd_f64s(out);
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = simd.add_f64s(*out, *sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_equal_plain_sums() {
        let (n, n_left, n_right) = (7, 2 * HEIGHT, 3 * WIDTH);
        let left: Vec<f64> = (0..n * n_left).map(|at| (at * 7 % 11) as f64).collect();
        let right: Vec<f64> = (0..n * n_right).map(|at| (at * 5 % 13) as f64).collect();
        let plain = |i: usize, j: usize| -> f64 {
            (0..n).map(|t| left[t * n_left + i] * right[t * n_right + j]).sum()
        };
        for lower in [false, true] {
            let mut out = vec![1.0; n_left * n_right];
            let (left, right, out_) = (&left[..], &right[..], &mut out[..]);
            let (left_stride, right_stride) = (n_left, n_right);
            let products = OuterProducts {
                left,
                left_stride,
                right,
                right_stride,
                out: out_,
                n_left,
                n_right,
                lower,
            };
            products.add();
            for i in 0..n_left {
                for j in (0..n_right).filter(|&j| !lower || j <= i) {
                    assert_eq!(out[i * n_right + j], 1.0 + plain(i, j), "{i} {j}");
                }
            }
        }
    }
}
