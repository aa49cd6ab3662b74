//! Any machine: a vector is an array, and the compiler uses what registers there are.

use super::{LANES, Simd};

/// Needs no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plain;

type Array = [f32; LANES];

/// An operation on each number.
#[inline(always)]
fn each(f: impl Fn(usize) -> f32) -> Array {
    core::array::from_fn(f)
}

// Without an instruction for it, a fused product and sum is a slow call: here it is rounded
// twice.
impl Simd for Plain {
    type V = Array;

    const TILE_ROWS: usize = 1;

    #[inline(always)]
    fn splat(self, value: f32) -> Array {
        [value; LANES]
    }

    #[inline(always)]
    fn load(self, from: &Array) -> Array {
        *from
    }

    #[inline(always)]
    fn store(self, to: &mut Array, v: Array) {
        *to = v;
    }

    #[inline(always)]
    unsafe fn load_at(self, from: *const f32) -> Array {
        // SAFETY: sixteen numbers lie there by the caller's promise; an array of them needs
        // no more alignment than one.
        unsafe { from.cast::<Array>().read() }
    }

    #[inline(always)]
    unsafe fn store_at(self, to: *mut f32, v: Array) {
        // SAFETY: as in `load_at`.
        unsafe { to.cast::<Array>().write(v) }
    }

    #[inline(always)]
    fn add(self, a: Array, b: Array) -> Array {
        each(|lane| a[lane] + b[lane])
    }

    #[inline(always)]
    fn sub(self, a: Array, b: Array) -> Array {
        each(|lane| a[lane] - b[lane])
    }

    #[inline(always)]
    fn mul(self, a: Array, b: Array) -> Array {
        each(|lane| a[lane] * b[lane])
    }

    #[inline(always)]
    fn div(self, a: Array, b: Array) -> Array {
        each(|lane| a[lane] / b[lane])
    }

    #[inline(always)]
    fn mul_add(self, a: Array, b: Array, c: Array) -> Array {
        each(|lane| a[lane] * b[lane] + c[lane])
    }

    #[inline(always)]
    fn pair_mul_add(self, a: Array, b: Array, c: Array) -> Array {
        let high = |pair: f32| f32::from_bits(pair.to_bits() & 0xffff_0000);
        let low = |pair: f32| f32::from_bits(pair.to_bits() << 16);
        each(|lane| {
            let sum = high(a[lane]) * high(b[lane]) + c[lane];
            low(a[lane]) * low(b[lane]) + sum
        })
    }

    #[inline(always)]
    fn neg_mul_add(self, a: Array, b: Array, c: Array) -> Array {
        each(|lane| c[lane] - a[lane] * b[lane])
    }

    #[inline(always)]
    fn min(self, a: Array, b: Array) -> Array {
        each(|lane| if a[lane] < b[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    fn max(self, a: Array, b: Array) -> Array {
        each(|lane| if b[lane] < a[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    fn sqrt(self, a: Array) -> Array {
        each(|lane| a[lane].sqrt())
    }

    #[inline(always)]
    fn reciprocal(self, a: Array) -> Array {
        each(|lane| 1.0 / a[lane])
    }

    #[inline(always)]
    fn round(self, a: Array) -> Array {
        // Adding and taking away 1.5 * 2^23 leaves no bit behind the point; larger numbers
        // have none.
        const MAGIC: f32 = 12_582_912.0;
        each(|lane| {
            let rounded = (a[lane] + MAGIC) - MAGIC;
            if a[lane].abs() < 4_194_304.0 { rounded } else { a[lane] }
        })
    }

    #[inline(always)]
    fn scale(self, a: Array, n: Array) -> Array {
        each(|lane| a[lane] * f32::from_bits(((n[lane] as i32).wrapping_add(127) as u32) << 23))
    }

    #[inline(always)]
    fn if_positive(self, x: Array, a: Array, b: Array) -> Array {
        each(|lane| if 0.0 < x[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    fn first(self, a: Array, n: usize) -> Array {
        each(|lane| if lane < n { a[lane] } else { 0.0 })
    }
}
