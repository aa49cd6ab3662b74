//! AVX-512: a vector is one register.

use core::arch::x86_64::*;

use super::{LANES, Simd};

/// Proves AVX-512 (F, DQ, VL, BW), AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx512 {
    /// Whether the machine has AVX-512 BF16 too.
    has_bf16: bool,
    /// Whether it has AMX for bfloat16, which this process may use.
    has_amx: bool,
}

impl Avx512 {
    /// The proof, where the machine has them.
    pub(crate) fn detect() -> Option<Avx512> {
        let all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        all.then(|| Avx512 {
            has_bf16: is_x86_feature_detected!("avx512bf16"),
            has_amx: crate::product::amx::detect(),
        })
    }

    /// The same instructions but those for bfloat16, of which the second kind may stay.
    #[cfg(test)]
    pub(crate) fn without(self, bf16: bool) -> Avx512 {
        Avx512 { has_bf16: self.has_bf16 && !bf16, has_amx: false }
    }
}

/// An expression of intrinsics that need nothing but their instructions.
macro_rules! proven {
    ($e:expr) => {
        // SAFETY: `self` exists only where the machine has these instructions.
        unsafe { $e }
    };
}

/// `c + a b` for lanes that are pairs of bfloat16.
///
/// Written out, since the intrinsic is inlined only into functions that are compiled for this
/// instruction, of which there would be one more for every kernel.
///
/// # Safety
///
/// The machine has AVX-512 BF16.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn vdpbf16ps(a: __m512, b: __m512, mut c: __m512) -> __m512 {
    // SAFETY: the instruction is there by the caller's promise; it reads and writes these
    // registers alone, and heeds and raises no flags.
    unsafe {
        core::arch::asm!(
            "vdpbf16ps {c}, {a}, {b}",
            a = in(zmm_reg) a,
            b = in(zmm_reg) b,
            c = inout(zmm_reg) c,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    c
}

impl Simd for Avx512 {
    type V = __m512;

    const TILE_ROWS: usize = 6;

    #[inline(always)]
    fn splat(self, value: f32) -> __m512 {
        proven!(_mm512_set1_ps(value))
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> __m512 {
        // SAFETY: the instructions are there (`self`), and so are sixteen numbers.
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; LANES], v: __m512) {
        // SAFETY: the instructions are there (`self`), and so is room for sixteen numbers.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), v) }
    }

    #[inline(always)]
    unsafe fn load_at(self, from: *const f32) -> __m512 {
        // SAFETY: the instructions are there (`self`), the numbers by the caller's promise.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store_at(self, to: *mut f32, v: __m512) {
        // SAFETY: the instructions are there (`self`), the room by the caller's promise.
        unsafe { _mm512_storeu_ps(to, v) }
    }

    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        proven!(_mm512_add_ps(a, b))
    }

    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        proven!(_mm512_sub_ps(a, b))
    }

    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        proven!(_mm512_mul_ps(a, b))
    }

    #[inline(always)]
    fn div(self, a: __m512, b: __m512) -> __m512 {
        proven!(_mm512_div_ps(a, b))
    }

    #[inline(always)]
    fn mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        proven!(_mm512_fmadd_ps(a, b, c))
    }

    #[inline(always)]
    fn pair_mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        proven!({
            let mask = _mm512_castsi512_ps(_mm512_set1_epi32(0xffff_0000_u32.cast_signed()));
            let high = _mm512_fmadd_ps(_mm512_and_ps(a, mask), _mm512_and_ps(b, mask), c);
            let [a, b] = [a, b].map(|pairs| {
                _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_castps_si512(pairs)))
            });
            _mm512_fmadd_ps(a, b, high)
        })
    }

    #[inline(always)]
    fn has_tiles(self) -> bool {
        self.has_amx
    }

    #[inline(always)]
    fn has_pairs(self) -> bool {
        self.has_bf16
    }

    #[inline(always)]
    unsafe fn native_pair_mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: the instruction is there by the caller's promise.
        unsafe { vdpbf16ps(a, b, c) }
    }

    #[inline(always)]
    fn neg_mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        proven!(_mm512_fnmadd_ps(a, b, c))
    }

    #[inline(always)]
    fn min(self, a: __m512, b: __m512) -> __m512 {
        proven!(_mm512_min_ps(a, b))
    }

    #[inline(always)]
    fn max(self, a: __m512, b: __m512) -> __m512 {
        proven!(_mm512_max_ps(a, b))
    }

    #[inline(always)]
    fn sqrt(self, a: __m512) -> __m512 {
        proven!(_mm512_sqrt_ps(a))
    }

    // An estimate of 14 bits and one step of Newton's: half the time of a division.
    #[inline(always)]
    fn reciprocal(self, a: __m512) -> __m512 {
        proven!({
            let estimate = _mm512_rcp14_ps(a);
            let rest = _mm512_fnmadd_ps(a, estimate, _mm512_set1_ps(2.0));
            _mm512_mul_ps(estimate, rest)
        })
    }

    #[inline(always)]
    fn round(self, a: __m512) -> __m512 {
        proven!(_mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a))
    }

    #[inline(always)]
    fn scale(self, a: __m512, n: __m512) -> __m512 {
        proven!(_mm512_scalef_ps(a, n))
    }

    #[inline(always)]
    fn if_positive(self, x: __m512, a: __m512, b: __m512) -> __m512 {
        proven!({
            let positive = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, _mm512_setzero_ps());
            _mm512_mask_blend_ps(positive, b, a)
        })
    }

    #[inline(always)]
    fn first(self, a: __m512, n: usize) -> __m512 {
        let mask = if LANES <= n { u16::MAX } else { (1u16 << n) - 1 };
        proven!(_mm512_maskz_mov_ps(mask, a))
    }
}
