//! Products of small matrices whose right side lies in panels.
//!
//! A panel is up to 64 columns: four vectors that a tile of rows multiplies at once. Each sum
//! runs over `k` in ascending order, one rounding a term (two at the plain level), so that no
//! cut into tiles, panels or blocks changes a bit of it.

#[cfg(test)]
mod tests;

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// Columns of a panel.
pub const PANEL: usize = 64;

/// Terms of a sum that are taken before the next rows: a panel of them is 16 KiB, which
/// stays in the cache next to the core, beside the left side and the result.
const BLOCK: usize = 64;

/// The left side, `m` by `k`: entry `(m, k)` lies at
/// `m * row + (k / panel.0) * panel.1 + (k % panel.0) * column`.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    data: &'a [f32],
    row: usize,
    column: usize,
    panel: (usize, usize),
}

impl<'a> Left<'a> {
    /// Rows of `stride` numbers, of which the first `k` are meant.
    pub fn rows(data: &'a [f32], stride: usize) -> Left<'a> {
        Left { data, row: stride, column: 1, panel: (usize::MAX, 0) }
    }

    /// The transpose of such rows: `m` counts the columns of the data and `k` its rows.
    pub fn transposed(data: &'a [f32], stride: usize) -> Left<'a> {
        Left { data, row: 1, column: stride, panel: (usize::MAX, 0) }
    }

    /// Panels of 64 columns, each of them rows of 64 numbers, `stride` numbers from one
    /// panel to the next.
    pub fn panels(data: &'a [f32], stride: usize) -> Left<'a> {
        Left { data, row: PANEL, column: 1, panel: (PANEL, stride) }
    }

    /// The largest offset of an entry; offsets that no number can hold are the largest number.
    fn last(&self, n_m: usize, n_k: usize) -> usize {
        let (full, rest) = ((n_k - 1) / self.panel.0, (n_k - 1) % self.panel.0);
        // A panel before the last one ends in its own last column.
        let at = |panel: usize, column: usize| {
            panel.saturating_mul(self.panel.1).saturating_add(column.saturating_mul(self.column))
        };
        let before = if full == 0 { 0 } else { at(full - 1, self.panel.0 - 1) };
        before.max(at(full, rest)).saturating_add((n_m - 1).saturating_mul(self.row))
    }
}

/// The right side, `k` by columns: column `c` of row `k` lies at
/// `(c / 64) * panel + k * row + c % 64`.
#[derive(Clone, Copy, Debug)]
pub struct Right<'a> {
    /// The numbers.
    pub data: &'a [f32],
    /// From one row to the next, at least the columns of the widest panel.
    pub row: usize,
    /// From one panel to the next.
    pub panel: usize,
}

impl<'a> Right<'a> {
    /// Panels of 64 columns with `n_k` rows each, one after the other ([`packed_len`]).
    pub fn packed(data: &'a [f32], n_k: usize) -> Right<'a> {
        Right { data, row: PANEL, panel: n_k * PANEL }
    }
}

/// The result, rows by columns: entry `(m, c)` lies at `(c / 64) * panel + m * row + c % 64`.
#[derive(Debug)]
pub struct Out<'a> {
    /// The numbers.
    pub data: &'a mut [f32],
    /// From one row to the next.
    pub row: usize,
    /// From one panel to the next.
    pub panel: usize,
}

impl<'a> Out<'a> {
    /// Rows of `stride` numbers.
    pub fn rows(data: &'a mut [f32], stride: usize) -> Out<'a> {
        Out { data, row: stride, panel: PANEL }
    }
}

/// What a sum starts from.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// 0.
    Zero,
    /// What the result holds.
    Out,
    /// A number a column.
    Bias(&'a [f32]),
}

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
    /// If a side is too short for that.
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
    let n_panels = groups.div_ceil(4);
    // Every address below is at most one of these, since offsets grow with m, k and panel.
    let wide = |panel: usize| (groups - panel * 4).min(4) * LANES;
    assert!(k == 0 || left.last(m, k) < left.data.len(), "the left side is too short");
    for panel in [n_panels.saturating_sub(2), n_panels - 1] {
        let end = |n_rows: usize, row: usize, stride: usize| {
            let rows = n_rows.saturating_sub(1).saturating_mul(row);
            rows.saturating_add(panel.saturating_mul(stride)).saturating_add(wide(panel))
        };
        let right_end = end(k, right.row, right.panel);
        assert!(k == 0 || right_end <= right.data.len(), "the right side is too short");
        let out_end = end(m, out.row, out.panel);
        assert!(out_end <= out.data.len(), "the result is too short");
    }
    if let Start::Bias(bias) = start {
        // A product could leave the range of numbers and seem small.
        assert!(groups <= bias.len() / LANES, "a bias a column");
    }
    for panel in 0..n_panels {
        let bias = match start {
            Start::Bias(bias) => Some(&bias[panel * PANEL..]),
            _ => None,
        };
        let tile = Tile {
            left,
            right: &right.data[(panel * right.panel).min(right.data.len())..],
            right_row: right.row,
            bias,
            keep: matches!(start, Start::Out),
        };
        let out_panel = &mut out.data[panel * out.panel..];
        // SAFETY: checked above for the last entry of each side, of the last two panels;
        // earlier panels are full and end before the last full one.
        unsafe {
            match wide(panel) / LANES {
                4 => rows::<S, 4>(s, m, k, &tile, out_panel, out.row),
                3 => rows::<S, 3>(s, m, k, &tile, out_panel, out.row),
                2 => rows::<S, 2>(s, m, k, &tile, out_panel, out.row),
                _ => rows::<S, 1>(s, m, k, &tile, out_panel, out.row),
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

/// All rows of a panel, a block of terms at a time.
///
/// # Safety
///
/// Rows `0..m` and terms `0..k` lie inside the left side, the terms and `G` vectors inside the
/// right side and, with the rows, inside `out`; `G` vectors inside the bias.
#[inline(always)]
unsafe fn rows<S: Simd, const G: usize>(
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
                    1 => block::<S, 1, G>(s, row, from..to, tile, at, out_row),
                    2 => block::<S, 2, G>(s, row, from..to, tile, at, out_row),
                    3 => block::<S, 3, G>(s, row, from..to, tile, at, out_row),
                    4 => block::<S, 4, G>(s, row, from..to, tile, at, out_row),
                    5 => block::<S, 5, G>(s, row, from..to, tile, at, out_row),
                    _ => block::<S, 6, G>(s, row, from..to, tile, at, out_row),
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

/// `M` rows of a panel and some terms.
///
/// # Safety
///
/// As for [`rows`]; `out` is the entry of the first row.
#[inline(always)]
unsafe fn block<S: Simd, const M: usize, const G: usize>(
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
        let Left { data, row: left_row, column, panel } = tile.left;
        // Of the tile's rows, so that an address is one addition.
        let offsets: [usize; M] = core::array::from_fn(|i| i * left_row);
        let mut k = terms.start;
        while k < terms.end {
            // Terms up to the end of the left side's panel.
            let (whole, rest) = (k / panel.0, k % panel.0);
            let n = (panel.0 - rest).min(terms.end - k);
            let mut left = data.as_ptr().add(row * left_row + whole * panel.1 + rest * column);
            let mut right = tile.right.as_ptr().add(k * tile.right_row);
            for _ in 0..n {
                let mut columns = [s.splat(0.0); G];
                for (g, column) in columns.iter_mut().enumerate() {
                    *column = s.load_at(right.add(g * LANES));
                }
                for (sums, &offset) in sums.iter_mut().zip(&offsets) {
                    let factor = s.splat(*left.add(offset));
                    for (sum, &column) in sums.iter_mut().zip(&columns) {
                        *sum = s.mul_add(factor, column, *sum);
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
