//! AVX2: a vector is two registers.

use core::arch::x86_64::*;

use super::{LANES, Simd};

/// Proves AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, where the machine has them.
    pub(crate) fn detect() -> Option<Avx2> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Avx2(()))
    }
}

/// An operation on both halves.
macro_rules! halves {
    ($f:ident($($v:ident),*)) => {
        // SAFETY: `self` exists only where the machine has these instructions.
        unsafe { [$f($($v[0]),*), $f($($v[1]),*)] }
    };
}

impl Simd for Avx2 {
    type V = [__m256; 2];

    // Four vectors a row are eight of the sixteen registers.
    const TILE_ROWS: usize = 1;

    #[inline(always)]
    fn splat(self, value: f32) -> [__m256; 2] {
        // SAFETY: the instructions are there (`self`).
        unsafe { [_mm256_set1_ps(value); 2] }
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> [__m256; 2] {
        // SAFETY: sixteen numbers are there.
        unsafe { self.load_at(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; LANES], v: [__m256; 2]) {
        // SAFETY: there is room for sixteen numbers.
        unsafe { self.store_at(to.as_mut_ptr(), v) }
    }

    #[inline(always)]
    unsafe fn load_at(self, from: *const f32) -> [__m256; 2] {
        // SAFETY: the instructions are there (`self`), the numbers by the caller's promise.
        unsafe { [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))] }
    }

    #[inline(always)]
    unsafe fn store_at(self, to: *mut f32, v: [__m256; 2]) {
        // SAFETY: the instructions are there (`self`), the room by the caller's promise.
        unsafe {
            _mm256_storeu_ps(to, v[0]);
            _mm256_storeu_ps(to.add(8), v[1]);
        }
    }

    #[inline(always)]
    fn add(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_add_ps(a, b))
    }

    #[inline(always)]
    fn sub(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_sub_ps(a, b))
    }

    #[inline(always)]
    fn mul(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_mul_ps(a, b))
    }

    #[inline(always)]
    fn div(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_div_ps(a, b))
    }

    #[inline(always)]
    fn mul_add(self, a: [__m256; 2], b: [__m256; 2], c: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_fmadd_ps(a, b, c))
    }

    #[inline(always)]
    fn pair_mul_add(self, a: [__m256; 2], b: [__m256; 2], c: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the instructions are there (`self`).
        let [high, low] = unsafe {
            let mask = _mm256_castsi256_ps(_mm256_set1_epi32(0xffff_0000_u32.cast_signed()));
            let high = |pairs: [__m256; 2]| pairs.map(|pairs| _mm256_and_ps(pairs, mask));
            let shifted = |pairs| _mm256_slli_epi32::<16>(_mm256_castps_si256(pairs));
            let low = |pairs: [__m256; 2]| pairs.map(|pairs| _mm256_castsi256_ps(shifted(pairs)));
            [[high(a), high(b)], [low(a), low(b)]]
        };
        self.mul_add(low[0], low[1], self.mul_add(high[0], high[1], c))
    }

    #[inline(always)]
    fn neg_mul_add(self, a: [__m256; 2], b: [__m256; 2], c: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_fnmadd_ps(a, b, c))
    }

    #[inline(always)]
    fn min(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_min_ps(a, b))
    }

    #[inline(always)]
    fn max(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_max_ps(a, b))
    }

    #[inline(always)]
    fn sqrt(self, a: [__m256; 2]) -> [__m256; 2] {
        halves!(_mm256_sqrt_ps(a))
    }

    #[inline(always)]
    fn reciprocal(self, a: [__m256; 2]) -> [__m256; 2] {
        self.div(self.splat(1.0), a)
    }

    #[inline(always)]
    fn round(self, a: [__m256; 2]) -> [__m256; 2] {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        // SAFETY: the instructions are there (`self`).
        unsafe { [_mm256_round_ps::<NEAREST>(a[0]), _mm256_round_ps::<NEAREST>(a[1])] }
    }

    #[inline(always)]
    fn scale(self, a: [__m256; 2], n: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the instructions are there (`self`).
        let power = n.map(|n| unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
        });
        self.mul(a, power)
    }

    #[inline(always)]
    fn if_positive(self, x: [__m256; 2], a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the instructions are there (`self`).
        core::array::from_fn(|half| unsafe {
            let positive = _mm256_cmp_ps::<_CMP_GT_OQ>(x[half], _mm256_setzero_ps());
            _mm256_blendv_ps(b[half], a[half], positive)
        })
    }

    #[inline(always)]
    fn first(self, a: [__m256; 2], n: usize) -> [__m256; 2] {
        let mut numbers = [0.0; LANES];
        self.store(&mut numbers, a);
        numbers.iter_mut().skip(n).for_each(|number| *number = 0.0);
        self.load(&numbers)
    }
}
