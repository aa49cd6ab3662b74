//! Sixteen `f32` at a time, whatever the machine calls that.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod plain;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
pub(crate) use plain::Plain;

/// Numbers in a vector, whatever the registers' width.
pub const LANES: usize = 16;

/// One set of vector instructions. A value of such a type proves that the machine has them.
///
/// Every method must be inlined into a function that is compiled for these instructions
/// ([`crate::level::dispatch`]); elsewhere it is correct, but slow.
pub(crate) trait Simd: Copy {
    /// Sixteen numbers.
    type V: Copy;

    /// Rows that a product's tile holds in registers.
    const TILE_ROWS: usize;

    fn splat(self, value: f32) -> Self::V;
    fn load(self, from: &[f32; LANES]) -> Self::V;
    fn store(self, to: &mut [f32; LANES], v: Self::V);

    /// # Safety
    ///
    /// Sixteen numbers can be read at `from`.
    unsafe fn load_at(self, from: *const f32) -> Self::V;

    /// # Safety
    ///
    /// Sixteen numbers can be written at `to`.
    unsafe fn store_at(self, to: *mut f32, v: Self::V);

    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a b + c`, rounded once where the machine can.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `c + a' b' + a" b"`, where each lane of `a` and `b` is a pair of bfloat16: its high half
    /// joins first. Two roundings where the machine can fuse.
    fn pair_mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// Whether the machine has an instruction for that.
    #[inline(always)]
    fn has_pairs(self) -> bool {
        false
    }
    /// Whether products of pairs are by tiles (AMX).
    #[inline(always)]
    fn has_tiles(self) -> bool {
        false
    }
    /// The same by that instruction, which takes numbers below the least normal one for 0.
    ///
    /// # Safety
    ///
    /// [`has_pairs`](Simd::has_pairs) says that it is there.
    #[inline(always)]
    unsafe fn native_pair_mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        self.pair_mul_add(a, b, c)
    }
    /// `c - a b`, rounded once where the machine can.
    fn neg_mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The smaller one; `b` where one is not a number.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// The larger one; `b` where one is not a number.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    fn sqrt(self, a: Self::V) -> Self::V;
    /// `1 / a` within 2e-7 of it relatively, for `a` from 1e-30 to 1e30.
    fn reciprocal(self, a: Self::V) -> Self::V;
    /// To the nearest whole number, ties to even.
    fn round(self, a: Self::V) -> Self::V;
    /// `a 2^n` for whole `n` from -126 to 127.
    fn scale(self, a: Self::V, n: Self::V) -> Self::V;
    /// `a` where `0 < x`, else `b`.
    fn if_positive(self, x: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// The first `n` numbers, and 0 in place of the rest.
    fn first(self, a: Self::V, n: usize) -> Self::V;
}
