//! The products of the columns' distances to their means, from a stream of rows.

use crate::means::Means;
use crate::moments::panel_rows;
use crate::stream::Summary;
use crate::tile::{HEIGHT, OuterProducts, WIDTH};
use crate::vectorized;

/// Number, means and products of distances of a run of rows.
#[derive(Clone, Debug)]
pub(crate) struct Scatter {
    pub(crate) n_rows: usize,
    pub(crate) means: Means,
    /// `sum of (x_i - mean_i)(x_j - mean_j)`, of which `j <= i` counts: rows padded to tiles.
    products: Vec<f64>,
    /// Columns of `products`.
    stride: usize,
}

impl Scatter {
    /// Size of a scatter in bytes.
    pub(crate) fn bytes(width: usize) -> usize {
        8 * width.next_multiple_of(HEIGHT) * width.next_multiple_of(WIDTH)
    }

    pub(crate) fn of_shard(rows: &[f64], width: usize) -> Scatter {
        let (n_left, stride) = (width.next_multiple_of(HEIGHT), width.next_multiple_of(WIDTH));
        let padded = panel_width(width);
        let (mut scatter, mut panel) = (None, Vec::new());
        for rows in rows.chunks(panel_rows(width) * width) {
            let means = Means::of(rows, width);
            panel.resize(rows.len() / width * padded, 0.0);
            vectorized!(centre(&mut panel, rows, &means.rounded, &means.rest, padded));
            let n_rows = rows.len() / width;
            let products = vec![0.0; if scatter.is_none() { n_left * stride } else { 0 }];
            let part = Scatter { n_rows, means, products, stride };
            let mut whole: Scatter = match scatter.take() {
                None => part,
                Some(whole) => Scatter::shift(whole, part),
            };
            let products = OuterProducts {
                left: &panel,
                left_stride: padded,
                right: &panel,
                right_stride: padded,
                out: &mut whole.products,
                n_left,
                n_right: stride,
                lower: true,
            };
            products.add();
            scatter = Some(whole);
        }
        let means = Means { rounded: Vec::new(), rest: Vec::new() };
        scatter.unwrap_or(Scatter { n_rows: 0, means, products: Vec::new(), stride })
    }

    /// The products, `width x width`, both halves, row-major, each divided by `divisor`.
    pub(crate) fn symmetric(&self, divisor: f64) -> Vec<f64> {
        let width = self.means.rounded.len();
        let at = |i: usize, j: usize| self.products[i.max(j) * self.stride + i.min(j)] / divisor;
        (0..width * width).map(|index| at(index / width, index % width)).collect()
    }

    /// Adds the products that come from the distance of the means, `d d' n_a n_b / n`.
    fn shift(mut self, later: Scatter) -> Scatter {
        let (ours, theirs) = (self.n_rows as f64, later.n_rows as f64);
        let (share, weight) = (theirs / (ours + theirs), ours * (theirs / (ours + theirs)));
        let ways = self.means.merge(&later.means, share);
        let (products, stride) = (&mut self.products[..], self.stride);
        vectorized!(add_outer(products, stride, &ways, weight));
        self.n_rows += later.n_rows;
        self
    }
}

impl Summary for Scatter {
    fn merge(self, mut later: Scatter) -> Scatter {
        let products = std::mem::take(&mut later.products);
        let mut whole = self.shift(later);
        vectorized!(add(&mut whole.products, &products));
        whole
    }
}

/// Columns of a panel, which is read in tiles of both kinds.
///
/// An odd number of cache lines: where it is a power of two, the same columns of all rows fall
/// into few sets of the cache and drive each other out.
pub(crate) fn panel_width(width: usize) -> usize {
    /// Numbers in a cache line.
    const LINE: usize = 8;
    let tiles = width.next_multiple_of(HEIGHT).max(width.next_multiple_of(WIDTH));
    (tiles.div_ceil(LINE) | 1) * LINE
}

/// Writes the distances of rows to `means + rest` into a panel; what pads it stays 0.
#[inline(always)]
pub(crate) fn centre(panel: &mut [f64], rows: &[f64], means: &[f64], rest: &[f64], padded: usize) {
    for (out, row) in panel.chunks_exact_mut(padded).zip(rows.chunks_exact(means.len())) {
        let means = means.iter().zip(rest);
        for ((out, value), (mean, rest)) in out.iter_mut().zip(row).zip(means) {
            *out = (value - mean) - rest;
        }
    }
}

#[inline(always)]
fn add_outer(products: &mut [f64], stride: usize, ways: &[f64], weight: f64) {
    for (i, (out, left)) in products.chunks_exact_mut(stride).zip(ways).enumerate() {
        let left = left * weight;
        for (out, right) in out[..=i].iter_mut().zip(ways) {
            *out += left * right;
        }
    }
}

#[inline(always)]
fn add(out: &mut [f64], other: &[f64]) {
    out.iter_mut().zip(other).for_each(|(out, other)| *out += other);
}
