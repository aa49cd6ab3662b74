//! Gains of many splits of two classes at a time, by Gini impurity, in vectors.

use pulp::{Arch, Simd, WithSimd};

use super::super::criterion::Measure;
use super::super::tally::Tally;
use super::{Candidate, Node};

/// What is the same for all splits of a node.
#[derive(Clone, Copy)]
pub(super) struct Totals {
    zeros: f64,
    ones: f64,
    weights: [f64; 2],
    /// Fewest and most rows on the left.
    n_left: [f64; 2],
}

impl Totals {
    #[inline(always)]
    pub(super) fn of<T: Tally>(node: &Node<'_, T>, measure: &Measure) -> Totals {
        let (n_rows, min_leaf) = (node.rows.len() as f64, node.min_leaf as f64);
        Totals {
            zeros: f64::from(node.total.count(0)),
            ones: f64::from(node.total.count(1)),
            weights: [measure.weights[0], measure.weights[1]],
            n_left: [min_leaf, n_rows - min_leaf],
        }
    }

    /// As [`Tally::gain`], and -1 where a side has too few rows: without a branch, so that
    /// a loop over splits compiles to vector instructions.
    #[inline(always)]
    pub(super) fn gain(&self, n_rows: u32, zeros: u32, ones: u32) -> f64 {
        let (n_rows, zeros, ones) = (f64::from(n_rows), f64::from(zeros), f64::from(ones));
        let [w0, w1] = self.weights;
        let all = w0 * self.zeros + w1 * self.ones;
        let left = w0 * zeros + w1 * ones;
        let d = ones * self.zeros - self.ones * zeros;
        let gain = d * d / (left * (all - left));
        let allowed = (self.n_left[0] <= n_rows) & (n_rows <= self.n_left[1]);
        if allowed { gain } else { -1.0 }
    }
}

/// The greatest of values none of which is NaN, at least -1.
#[inline(always)]
pub(super) fn greatest<S: Simd>(simd: S, values: &[f64]) -> f64 {
    let (vectors, rest) = S::as_simd_f64s(values);
    let none = simd.splat_f64s(-1.0);
    let most = vectors.iter().fold(none, |most, &vector| simd.max_f64s(most, vector));
    rest.iter().fold(simd.reduce_max_f64s(most), |most, &value| most.max(value))
}

/// Splits gathered, in ascending order of ranks, until there are enough to measure
/// together.
pub(super) struct Batch<T> {
    lefts: Vec<T>,
    ranks: Vec<u32>,
    gains: Vec<f64>,
    n: usize,
    best: Candidate,
}

/// Splits of a batch: few enough to stay in the nearest cache.
const BATCH: usize = 1024;
/// Splits that may be added between two calls of [`Batch::flush_if_full`].
pub(super) const SLACK: usize = 64;

impl<T: Tally> Batch<T> {
    pub(super) fn new() -> Batch<T> {
        let n = if T::IS_PAIR { BATCH + SLACK } else { 0 };
        let (lefts, ranks, gains) = (vec![T::ZERO; n], vec![0; n], vec![0.0; n]);
        Batch { lefts, ranks, gains, n: 0, best: Candidate::above(0.0) }
    }

    /// Starts to look for a split with a gain above the floor.
    pub(super) fn start(&mut self, floor: f64) {
        (self.n, self.best) = (0, Candidate::above(floor));
    }

    #[inline(always)]
    pub(super) fn push(&mut self, rank: u32, left: &T) {
        self.lefts[self.n] = *left;
        self.ranks[self.n] = rank;
        self.n += 1;
    }

    #[inline(always)]
    pub(super) fn flush_if_full(&mut self, node: &Node<'_, T>, measure: &Measure) {
        if BATCH <= self.n {
            self.flush(node, measure);
        }
    }

    fn flush(&mut self, node: &Node<'_, T>, measure: &Measure) {
        let gains = &mut self.gains[..self.n];
        let totals = Totals::of(node, measure);
        let gain = Arch::new().dispatch(Gains { lefts: &self.lefts[..self.n], gains, totals });
        if self.best.gain < gain
            && let Some(at) = self.gains[..self.n].iter().position(|&other| other == gain)
        {
            self.best = Candidate { gain, rank: self.ranks[at] };
        }
        self.n = 0;
    }

    /// The best split since the start.
    pub(super) fn finish(&mut self, node: &Node<'_, T>, measure: &Measure) -> Candidate {
        self.flush(node, measure);
        self.best
    }
}

/// Measures each split and returns the greatest gain.
struct Gains<'a, T> {
    lefts: &'a [T],
    gains: &'a mut [f64],
    totals: Totals,
}

impl<T: Tally> WithSimd for Gains<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        for (gain, left) in self.gains.iter_mut().zip(self.lefts) {
            *gain = self.totals.gain(left.n_rows() as u32, left.count(0), left.count(1));
        }
        greatest(simd, self.gains)
    }
}
