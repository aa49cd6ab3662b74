//! Numbers rounded to bfloat16, two terms of a sum to a pair.
//!
//! A bfloat16 is the upper half of an `f32`: its 8 bits of exponent and 7 bits behind the point.
//! Rounding errs by 2^-9 of a number at most, ties go to even; numbers below the least normal
//! one become 0, since the instructions for pairs take them for 0. A product of two is exact in
//! `f32`, in which sums are taken ([`multiply`](crate::product::multiply)).

use crate::Buffer;
use crate::level::{Level, dispatch};
use crate::product::{Entries, Left, PANEL, Right};
use crate::simd::{LANES, Simd};

/// Pairs of terms, each in the place of an `f32`: the first term is the lower half.
///
/// The bits of most pairs are no meaningful `f32`; they are moved and never computed with as
/// such. Memory grows when it is needed and stays.
#[derive(Clone, Debug, Default)]
pub struct Pairs(Buffer);

impl Pairs {
    /// Rounds numbers of rows, of an even width all together: two neighbours in a row are a pair.
    ///
    /// # Panics
    ///
    /// If the number of numbers is no multiple of 16.
    pub fn take_rows(&mut self, level: Level, rows: &[f32]) -> Entries<'_> {
        let n = rows.len() / 2;
        self.take_rows_at(level, rows, 0);
        self.first(n)
    }

    /// The same, from a place among the pairs on.
    pub(crate) fn take_rows_at(&mut self, level: Level, rows: &[f32], at: usize) {
        let n = rows.len() / 2;
        self.reach(at + n);
        round_rows(level, rows, &mut self.0[at..at + n]);
    }

    /// Rounds rows of `width` numbers: two neighbours in a column are a pair, and the numbers of a
    /// last row without a neighbour have 0 beside them. Rows of `width` pairs.
    ///
    /// # Panics
    ///
    /// If `width` is no multiple of 16, or there are no whole rows.
    pub fn take_columns(&mut self, level: Level, rows: &[f32], width: usize) -> Entries<'_> {
        let n = rows.len().div_ceil(2 * width) * width;
        self.take_columns_at(level, rows, width, 0);
        self.first(n)
    }

    /// The same, from a place among the pairs on.
    pub(crate) fn take_columns_at(&mut self, level: Level, rows: &[f32], width: usize, at: usize) {
        let n = rows.len().div_ceil(2 * width) * width;
        self.reach(at + n);
        round_columns(level, rows, width, &mut self.0[at..at + n]);
    }

    /// Rounds a packed matrix of `n_k` rows, panel by panel: a packed matrix again.
    ///
    /// # Panics
    ///
    /// If there are no whole panels.
    pub fn take_packed(&mut self, level: Level, packed: &[f32], n_k: usize) -> Entries<'_> {
        let stride = n_k.div_ceil(2) * PANEL;
        let panels = packed.chunks_exact(n_k * PANEL);
        assert!(panels.remainder().is_empty(), "whole panels");
        let n = panels.len() * stride;
        for (at, panel) in panels.enumerate() {
            self.take_columns_at(level, panel, PANEL, at * stride);
        }
        self.first(n)
    }

    /// Rows of `width` numbers as the left side of a product: as they are, or in pairs.
    pub fn left_rows<'a>(
        &'a mut self,
        level: Level,
        in_pairs: bool,
        rows: &'a [f32],
        width: usize,
    ) -> Left<'a> {
        if in_pairs {
            Left::rows(self.take_rows(level, rows), width / 2)
        } else {
            Left::rows(rows, width)
        }
    }

    /// The transpose of rows of `width` numbers as the left side, in pairs or as it is.
    pub fn left_transposed<'a>(
        &'a mut self,
        level: Level,
        in_pairs: bool,
        rows: &'a [f32],
        width: usize,
    ) -> Left<'a> {
        if in_pairs {
            Left::transposed(self.take_columns(level, rows, width), width)
        } else {
            Left::transposed(rows, width)
        }
    }

    /// Rows of `width` numbers as the right side, in pairs or as they are.
    pub fn right_rows<'a>(
        &'a mut self,
        level: Level,
        in_pairs: bool,
        rows: &'a [f32],
        width: usize,
    ) -> Right<'a> {
        if in_pairs {
            Right::rows(self.take_columns(level, rows, width), width)
        } else {
            Right::rows(rows, width)
        }
    }

    /// All pairs that there is memory for.
    pub fn entries(&self) -> Entries<'_> {
        Entries { data: &self.0, are_pairs: true }
    }

    fn first(&self, n: usize) -> Entries<'_> {
        Entries { data: &self.0[..n], are_pairs: true }
    }

    fn reach(&mut self, len: usize) {
        if self.0.len() < len {
            let mut longer = Buffer::zeros(len);
            longer[..self.0.len()].copy_from_slice(&self.0);
            self.0 = longer;
        }
    }
}

dispatch! {
    fn round_rows(from: &[f32], to: &mut [f32]) = round_rows_body;
    fn round_columns(from: &[f32], width: usize, to: &mut [f32]) = round_columns_body;
}

/// The bits of a number rounded to bfloat16, behind which the lower half is 0.
#[inline(always)]
fn round(value: f32) -> u32 {
    let bits = value.to_bits();
    let (sign, size) = (bits & 0x8000_0000, bits & 0x7fff_ffff);
    // Half of the last bit that stays, and a bit less where that bit is even.
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1));
    let kept = if size < 0x0080_0000 {
        sign
    } else if 0x7f80_0000 < size {
        // Not a number, and a quiet one, also where the bits that say so are cut off.
        bits | 0x0040_0000
    } else {
        rounded
    };
    kept & 0xffff_0000
}

#[inline(always)]
fn pair(first: f32, second: f32) -> f32 {
    f32::from_bits((round(first) >> 16) | round(second))
}

#[inline(always)]
fn round_rows_body<S: Simd>(_: S, from: &[f32], to: &mut [f32]) {
    assert!(from.len().is_multiple_of(LANES) && to.len() == from.len() / 2, "whole vectors");
    if cfg!(target_endian = "big") {
        for (to, &[first, second]) in to.iter_mut().zip(from.as_chunks::<2>().0) {
            *to = pair(first, second);
        }
        return;
    }
    // SAFETY: a pair's place holds two halves, which need less alignment; any bits are a number.
    let to = unsafe { core::slice::from_raw_parts_mut(to.as_mut_ptr().cast::<u16>(), from.len()) };
    // The lower half lies first. One plain loop, of which the compiler makes vectors.
    for (to, &number) in to.iter_mut().zip(from) {
        *to = (round(number) >> 16) as u16;
    }
}

#[inline(always)]
fn round_columns_body<S: Simd>(_: S, from: &[f32], width: usize, to: &mut [f32]) {
    assert!(width.is_multiple_of(LANES) && from.len().is_multiple_of(width), "whole rows");
    let vectors = |row: &[f32]| row.as_chunks::<LANES>().0.len();
    for (to, rows) in to.chunks_exact_mut(width).zip(from.chunks(2 * width)) {
        let (first, second) = rows.split_at(width);
        let (to, first) = (to.as_chunks_mut::<LANES>().0, first.as_chunks::<LANES>().0);
        if vectors(second) == 0 {
            for (to, first) in to.iter_mut().zip(first) {
                for (to, &first) in to.iter_mut().zip(first) {
                    *to = pair(first, 0.0);
                }
            }
            continue;
        }
        let second = second.as_chunks::<LANES>().0;
        for ((to, first), second) in to.iter_mut().zip(first).zip(second) {
            for ((to, &first), &second) in to.iter_mut().zip(first).zip(second) {
                *to = pair(first, second);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both halves of a pair.
    fn halves(pair: f32) -> [f32; 2] {
        let bits = pair.to_bits();
        [f32::from_bits(bits << 16), f32::from_bits(bits & 0xffff_0000)]
    }

    /// The nearest bfloat16, by looking at both neighbours.
    fn nearest(value: f32) -> f32 {
        if value.is_nan() || value.is_infinite() {
            return value;
        }
        if value.abs() < f32::MIN_POSITIVE {
            return 0.0_f32.copysign(value);
        }
        let below = f32::from_bits(value.to_bits() & 0xffff_0000);
        // The one behind the largest is taken to lie as far as 2^128.
        let above_bits = (value.to_bits() & 0xffff_0000) + 0x0001_0000;
        let above = f64::from(f32::from_bits(above_bits)).abs().min(2.0_f64.powi(128));
        let [v, b] = [value, below].map(|value| f64::from(value).abs());
        let is_above = match (v - b).total_cmp(&(above - v)) {
            core::cmp::Ordering::Less => false,
            core::cmp::Ordering::Greater => true,
            core::cmp::Ordering::Equal => above_bits & 0x0001_0000 == 0,
        };
        if is_above { f32::from_bits(above_bits) } else { below }
    }

    /// Numbers of all sizes, with those at the edges.
    fn numbers() -> Vec<f32> {
        let mut state = 1u32;
        let mut all: Vec<f32> = (0..2000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f32::from_bits(state ^ (state >> 13))
            })
            .collect();
        let edges = [0.0, -0.0, 1.0, f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY];
        all.extend(edges);
        all.extend([f32::NAN, f32::from_bits(0x7f80_0001), f32::MIN_POSITIVE, 1e-40, -1e-40]);
        // Ties, with an even and an odd last bit.
        all.extend(
            [0x3f80_8000, 0x3f81_8000, 0xbf80_8000, 0x3f80_7fff, 0x3f80_8001].map(f32::from_bits),
        );
        all.resize(all.len().next_multiple_of(4 * LANES), 0.5);
        all
    }

    #[test]
    fn rounds_to_the_nearest_with_ties_to_even() {
        let from = numbers();
        for level in Level::all() {
            let mut pairs = Pairs::default();
            let made = pairs.take_rows(level, &from).data.to_vec();
            let made: Vec<f32> = made.into_iter().flat_map(halves).collect();
            for (&from, &made) in from.iter().zip(&made) {
                let wanted = nearest(from);
                let same = wanted.to_bits() == made.to_bits() || wanted.is_nan() && made.is_nan();
                assert!(same, "{from:e} became {made:e}, not {wanted:e}");
            }
        }
    }

    #[test]
    fn a_last_row_without_a_neighbour_has_zeros_beside_it() {
        let from: Vec<f32> = (0..3 * 16).map(|i| i as f32).collect();
        for level in Level::all() {
            // What lies there from before is written over.
            let mut pairs = Pairs::default();
            pairs.take_rows(level, &[7.0; 64]);
            let made = pairs.take_columns(level, &from, 16);
            assert_eq!((made.data.len(), made.of_terms(3)), (32, 2));
            assert_eq!(halves(made.data[1]), [1.0, 17.0]);
            assert_eq!(halves(made.data[17]), [33.0, 0.0]);
        }
    }
}
