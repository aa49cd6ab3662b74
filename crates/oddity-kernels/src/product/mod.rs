//! Products of small matrices whose right side lies in panels.
//!
//! A panel is up to 64 columns: four vectors that a tile of rows multiplies at once. Each sum
//! runs over `k` in ascending order, one rounding a term (two at the plain level), so that no
//! cut into tiles, panels or blocks changes a bit of it.
//!
//! Where both sides are pairs of bfloat16 ([`crate::bf16`]), an entry is two terms: the second
//! joins a sum first, each with one rounding (two at the plain level).

#[cfg(target_arch = "x86_64")]
pub(crate) mod amx;
mod sides;
#[cfg(test)]
mod tests;

pub use sides::{Entries, Left, Out, Right, Start};

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// Columns of a panel.
pub const PANEL: usize = 64;

/// Entries of a sum that are taken before the next rows: a panel of them is 16 KiB, which
/// stays in the cache next to the core, beside the left side and the result.
const BLOCK: usize = 64;

/// Numbers that a packed matrix of `n_k` rows and `n_columns` takes.
pub fn packed_len(n_k: usize, n_columns: usize) -> usize {
    n_columns.div_ceil(PANEL) * n_k * PANEL
}

dispatch! {
    /// `out = start + left * right` for `m` rows, sums of `k` terms, and as many columns as
    /// `groups` times 16.
    ///
    /// # Panics
    ///
    /// If a side is too short for that, or one is of pairs and the other is not.
    pub fn multiply(
        m: usize,
        k: usize,
        groups: usize,
        start: Start<'_>,
        left: Left<'_>,
        right: Right<'_>,
        out: Out<'_>,
    ) = multiply_body;
}

#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn multiply_body<S: Simd>(
    s: S,
    m: usize,
    k: usize,
    groups: usize,
    start: Start<'_>,
    left: Left<'_>,
    right: Right<'_>,
    out: Out<'_>,
) {
    if m == 0 || groups == 0 {
        return;
    }
    assert_eq!(left.entries.are_pairs, right.entries.are_pairs, "both sides of pairs, or none");
    let k = left.entries.of_terms(k);
    let n_panels = groups.div_ceil(4);
    // Every address below is at most one of these, since offsets grow with m, k and panel.
    let wide = |panel: usize| (groups - panel * 4).min(4) * LANES;
    assert!(k == 0 || left.last(m, k) < left.entries.data.len(), "the left side is too short");
    for panel in [n_panels.saturating_sub(2), n_panels - 1] {
        let end = |n_rows: usize, row: usize, stride: usize| {
            let rows = n_rows.saturating_sub(1).saturating_mul(row);
            rows.saturating_add(panel.saturating_mul(stride)).saturating_add(wide(panel))
        };
        let right_end = end(k, right.row, right.panel);
        assert!(k == 0 || right_end <= right.entries.data.len(), "the right side is too short");
        let out_end = end(m, out.row, out.panel);
        assert!(out_end <= out.data.len(), "the result is too short");
    }
    if let Start::Bias(bias) = start {
        // A product could leave the range of numbers and seem small.
        assert!(groups <= bias.len() / LANES, "a bias a column");
    }
    let product = Product { m, k, groups, start, left, right };
    #[cfg(target_arch = "x86_64")]
    if left.entries.are_pairs && s.has_tiles() {
        // SAFETY: the sides were checked, and the machine has AMX.
        unsafe { product.tiles(out) };
        return;
    }
    // SAFETY: the sides were checked, and the machine has the instruction where it is chosen.
    unsafe {
        match (left.entries.are_pairs, s.has_pairs()) {
            (false, _) => product.panels::<S, Numbers>(s, out),
            (true, true) => product.panels::<S, NativePairs>(s, out),
            (true, false) => product.panels::<S, Pairs>(s, out),
        }
    }
}

/// How two entries join a sum.
trait Term {
    /// # Safety
    ///
    /// For [`NativePairs`], `S::has_pairs` is true.
    unsafe fn join<S: Simd>(s: S, left: S::V, right: S::V, sum: S::V) -> S::V;
}

/// A number each.
struct Numbers;

/// A pair each, by the machine's instruction for them.
struct NativePairs;

/// A pair each, by the instructions for numbers.
struct Pairs;

impl Term for Numbers {
    #[inline(always)]
    unsafe fn join<S: Simd>(s: S, left: S::V, right: S::V, sum: S::V) -> S::V {
        s.mul_add(left, right, sum)
    }
}

impl Term for NativePairs {
    #[inline(always)]
    unsafe fn join<S: Simd>(s: S, left: S::V, right: S::V, sum: S::V) -> S::V {
        // SAFETY: the instruction is there by the caller's promise.
        unsafe { s.native_pair_mul_add(left, right, sum) }
    }
}

impl Term for Pairs {
    #[inline(always)]
    unsafe fn join<S: Simd>(s: S, left: S::V, right: S::V, sum: S::V) -> S::V {
        s.pair_mul_add(left, right, sum)
    }
}

/// A product whose sides were checked.
struct Product<'a> {
    m: usize,
    k: usize,
    groups: usize,
    start: Start<'a>,
    left: Left<'a>,
    right: Right<'a>,
}

impl Product<'_> {
    /// # Safety
    ///
    /// The last entries of each side, of the last two panels, lie inside it, and there is a bias
    /// a column; what [`Term::join`] asks for.
    #[inline(always)]
    unsafe fn panels<S: Simd, T: Term>(self, s: S, out: Out<'_>) {
        let Product { m, k, groups, start, left, right } = self;
        for panel in 0..groups.div_ceil(4) {
            let bias = match start {
                Start::Bias(bias) => Some(&bias[panel * PANEL..]),
                _ => None,
            };
            let data = right.entries.data;
            let tile = Tile {
                left,
                right: &data[(panel * right.panel).min(data.len())..],
                right_row: right.row,
                bias,
                keep: matches!(start, Start::Out),
            };
            let out_panel = &mut out.data[panel * out.panel..];
            // SAFETY: earlier panels are full and end before the last full one, which lies inside
            // by the caller's promise.
            unsafe {
                match (groups - panel * 4).min(4) {
                    4 => rows::<S, T, 4>(s, m, k, &tile, out_panel, out.row),
                    3 => rows::<S, T, 3>(s, m, k, &tile, out_panel, out.row),
                    2 => rows::<S, T, 2>(s, m, k, &tile, out_panel, out.row),
                    _ => rows::<S, T, 1>(s, m, k, &tile, out_panel, out.row),
                }
            }
        }
    }
}

/// One panel of the right side, and where its sums start.
struct Tile<'a> {
    left: Left<'a>,
    right: &'a [f32],
    right_row: usize,
    bias: Option<&'a [f32]>,
    keep: bool,
}

/// All rows of a panel, a block of entries at a time.
///
/// # Safety
///
/// Rows `0..m` and entries `0..k` lie inside the left side, the entries and `G` vectors inside the
/// right side and, with the rows, inside `out`; `G` vectors inside the bias; what [`Term::join`]
/// asks for.
#[inline(always)]
unsafe fn rows<S: Simd, T: Term, const G: usize>(
    s: S,
    m: usize,
    k: usize,
    tile: &Tile<'_>,
    out: &mut [f32],
    out_row: usize,
) {
    let out = out.as_mut_ptr();
    let mut from = 0;
    loop {
        let to = (from + BLOCK).min(k);
        let mut row = 0;
        while row < m {
            let n = tile_rows(m - row, S::TILE_ROWS);
            // SAFETY: `row + n <= m` and `to <= k`, by the caller's promise inside all sides.
            unsafe {
                let at = out.add(row * out_row);
                match n {
                    1 => block::<S, T, 1, G>(s, row, from..to, tile, at, out_row),
                    2 => block::<S, T, 2, G>(s, row, from..to, tile, at, out_row),
                    3 => block::<S, T, 3, G>(s, row, from..to, tile, at, out_row),
                    4 => block::<S, T, 4, G>(s, row, from..to, tile, at, out_row),
                    5 => block::<S, T, 5, G>(s, row, from..to, tile, at, out_row),
                    _ => block::<S, T, 6, G>(s, row, from..to, tile, at, out_row),
                }
            }
            row += n;
        }
        from = to;
        if from == k {
            break;
        }
    }
}

/// Rows of the next tile, so that no tile is much smaller than the others.
#[inline(always)]
fn tile_rows(left: usize, most: usize) -> usize {
    let rows = match left {
        0..=6 => left,
        7 | 8 => 4,
        9 => 5,
        _ => 6,
    };
    rows.min(most)
}

/// `M` rows of a panel and some entries.
///
/// # Safety
///
/// As for [`rows`]; `out` is the entry of the first row.
#[inline(always)]
unsafe fn block<S: Simd, T: Term, const M: usize, const G: usize>(
    s: S,
    row: usize,
    terms: core::ops::Range<usize>,
    tile: &Tile<'_>,
    out: *mut f32,
    out_row: usize,
) {
    let mut sums = [[s.splat(0.0); G]; M];
    // SAFETY: bias, result, left and right hold these entries by the caller's promise.
    unsafe {
        if 0 < terms.start || tile.keep {
            for (i, sums) in sums.iter_mut().enumerate() {
                for (g, sum) in sums.iter_mut().enumerate() {
                    *sum = s.load_at(out.add(i * out_row + g * LANES));
                }
            }
        } else if let Some(bias) = tile.bias {
            for sums in &mut sums {
                for (g, sum) in sums.iter_mut().enumerate() {
                    *sum = s.load_at(bias.as_ptr().add(g * LANES));
                }
            }
        }
        let Left { entries, row: left_row, column, panel } = tile.left;
        // Of the tile's rows, so that an address is one addition.
        let offsets: [usize; M] = core::array::from_fn(|i| i * left_row);
        let mut k = terms.start;
        while k < terms.end {
            // Terms up to the end of the left side's panel.
            let (whole, rest) = (k / panel.0, k % panel.0);
            let n = (panel.0 - rest).min(terms.end - k);
            let mut left =
                entries.data.as_ptr().add(row * left_row + whole * panel.1 + rest * column);
            let mut right = tile.right.as_ptr().add(k * tile.right_row);
            for _ in 0..n {
                let mut columns = [s.splat(0.0); G];
                for (g, column) in columns.iter_mut().enumerate() {
                    *column = s.load_at(right.add(g * LANES));
                }
                for (sums, &offset) in sums.iter_mut().zip(&offsets) {
                    let factor = s.splat(*left.add(offset));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = T::join(s, factor, column, *sum);
                    }
                }
                // Behind the last term these may point past their data, and are not read.
                left = left.wrapping_add(column);
                right = right.wrapping_add(tile.right_row);
            }
            k += n;
        }
        for (i, sums) in sums.iter().enumerate() {
            for (g, &sum) in sums.iter().enumerate() {
                s.store_at(out.add(i * out_row + g * LANES), sum);
            }
        }
    }
}
