//! Best split of a small node of two classes: each row compared with each.

use pulp::{Arch, Simd, WithSimd};

use super::super::criterion::{Criterion, Measure};
use super::super::tally::Tally;
use super::lanes::{Totals, greatest};
use super::{Candidate, Node};

/// Most rows of a small node.
const FEW: usize = 64;
/// A multiple of the lanes of every vector.
const PADDING: usize = 16;

/// A small node and its splits, one a row.
pub(super) struct Few {
    /// What each row counts: 10 bits each of rows, draws and draws of class 1.
    units: [u32; FEW],
    /// The same for all rows of at most the rank of each.
    sums: [u32; FEW],
    gains: [f64; FEW],
}

impl Few {
    pub(super) fn new() -> Few {
        Few { units: [0; FEW], sums: [0; FEW], gains: [0.0; FEW] }
    }

    pub(super) fn enter<T: Tally>(&mut self, node: &Node<'_, T>) {
        if node.rows.len() <= FEW {
            for (narrow, &unit) in self.units.iter_mut().zip(node.units) {
                *narrow = T::narrow(unit);
            }
        }
    }

    /// Whether the node is small enough, and counting the ranks would not be faster.
    #[inline(always)]
    pub(super) fn fits<T: Tally>(
        &self,
        node: &Node<'_, T>,
        span: usize,
        measure: &Measure,
    ) -> bool {
        node.rows.len() <= if span <= 64 { FEW / 2 } else { FEW }
            && node.total.is_narrow()
            && measure.criterion == Criterion::Gini
    }

    /// The best split with a gain above the floor.
    pub(super) fn best_split<T: Tally>(
        &mut self,
        keys: &[u32],
        node: &Node<'_, T>,
        measure: &Measure,
        floor: f64,
    ) -> Candidate {
        let totals = Totals::of(node, measure);
        let gain = Arch::new().dispatch(Compare { few: self, keys, totals });
        if gain <= floor {
            return Candidate::above(floor);
        }
        let equal = keys.iter().zip(&self.gains).filter(|&(_, &other)| other == gain);
        Candidate { gain, rank: equal.map(|(&key, _)| key).min().unwrap_or(0) }
    }
}

/// Adds up, for each row, what every row of at most its rank counts, without sorting and
/// without branches; returns the greatest gain.
struct Compare<'a> {
    few: &'a mut Few,
    keys: &'a [u32],
    totals: Totals,
}

impl WithSimd for Compare<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Compare { few: Few { units, sums, gains }, keys, totals } = self;
        let mut own = [u32::MAX; FEW];
        own[..keys.len()].copy_from_slice(keys);
        let n_padded = keys.len().next_multiple_of(PADDING);
        let (own, _) = S::as_simd_u32s(&own[..n_padded]);
        let (side, _) = S::as_mut_simd_u32s(&mut sums[..n_padded]);
        let nothing = simd.splat_u32s(0);
        for (sum, &own) in side.iter_mut().zip(own) {
            *sum = nothing;
            for (&key, &unit) in keys.iter().zip(&*units) {
                let left = simd.less_than_or_equal_u32s(simd.splat_u32s(key), own);
                let unit = simd.select_u32s(left, simd.splat_u32s(unit), nothing);
                *sum = simd.add_u32s(*sum, unit);
            }
        }
        let gains = &mut gains[..keys.len()];
        for (gain, &sum) in gains.iter_mut().zip(&*sums) {
            let (n_rows, drawn, ones) = (sum & 1023, sum >> 10 & 1023, sum >> 20);
            *gain = totals.gain(n_rows, drawn - ones, ones);
        }
        greatest(simd, gains)
    }
}
