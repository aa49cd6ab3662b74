//! The best split of one node by one column.

use super::criterion::{Criterion, Measure};
use super::ranks::Code;
use super::tally::Tally;

/// The rows of a node, in ascending order, with what each counts.
#[derive(Clone, Copy)]
pub(super) struct Node<'n, T: Tally> {
    pub(super) rows: &'n [u32],
    pub(super) units: &'n [T::Unit],
    pub(super) total: T,
    /// Fewest distinct rows on each side of a split.
    pub(super) min_leaf: usize,
}

/// What a column can do for a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Evaluated<T> {
    /// All rows have the same value.
    Constant,
    /// No split leaves enough rows on both sides.
    Refused,
    /// The first split, in ascending order of ranks, of the highest gain.
    Split(Candidate<T>),
}

/// A split: rows of at most this rank go to the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate<T> {
    pub(super) gain: f64,
    pub(super) rank: u32,
    pub(super) left: T,
}

impl<T: Tally> Candidate<T> {
    const NONE: Candidate<T> = Candidate { gain: -1.0, rank: 0, left: T::ZERO };

    /// Keeps the better of both, this one where they are equal.
    #[inline(always)]
    fn consider(&mut self, node: &Node<'_, T>, measure: &Measure, rank: u32, left: &T) {
        let (n_rows, n_left) = (node.rows.len(), left.n_rows());
        if node.min_leaf <= n_left && n_left + node.min_leaf <= n_rows {
            let gain = T::gain(measure, left, &node.total);
            if self.gain < gain {
                *self = Candidate { gain, rank, left: *left };
            }
        }
    }

    #[inline(always)]
    fn evaluated(self) -> Evaluated<T> {
        if self.gain < 0.0 { Evaluated::Refused } else { Evaluated::Split(self) }
    }
}

/// Nodes of at most this many rows are evaluated by comparing each row with each.
const FEW: usize = 32;

/// Memory for [`Scratch::evaluate`], used again from node to node.
pub(super) struct Scratch<T> {
    keys: Vec<u32>,
    /// Samples of each rank; all zero between the calls.
    bins: Vec<T>,
    /// A bit for each bin that is not empty; all zero between the calls.
    occupied: Vec<u64>,
    order: Vec<u64>,
    few: Few,
}

/// The rows of a small node, padded to whole vectors.
struct Few {
    keys: [u32; FEW],
    units: [u32; FEW],
}

impl<T: Tally> Scratch<T> {
    pub(super) fn new() -> Scratch<T> {
        Scratch {
            keys: Vec::new(),
            bins: Vec::new(),
            occupied: Vec::new(),
            order: Vec::new(),
            few: Few { keys: [0; FEW], units: [0; FEW] },
        }
    }

    /// Takes up the node that [`Scratch::evaluate`] is then called for.
    #[inline(always)]
    pub(super) fn enter(&mut self, node: &Node<'_, T>) {
        if node.rows.len() <= FEW {
            self.few.units = [0; FEW];
            for (narrow, &unit) in self.few.units.iter_mut().zip(node.units) {
                *narrow = T::narrow(unit);
            }
        } else if self.keys.len() < node.rows.len() {
            self.keys.resize(node.rows.len(), 0);
        }
    }

    /// Finds the best split of the node that was entered last, by the ranks in `codes`.
    #[inline(always)]
    pub(super) fn evaluate<C: Code>(
        &mut self,
        node: &Node<'_, T>,
        codes: &[C],
        measure: &Measure,
    ) -> Evaluated<T> {
        let n_rows = node.rows.len();
        let few = n_rows <= FEW;
        let keys = if few { &mut self.few.keys[..n_rows] } else { &mut self.keys[..n_rows] };
        let (mut least, mut greatest) = (u32::MAX, 0);
        for (key, &row) in keys.iter_mut().zip(node.rows) {
            *key = codes[row as usize].into();
            least = least.min(*key);
            greatest = greatest.max(*key);
        }
        if greatest <= least {
            return Evaluated::Constant;
        }
        if few && node.total.is_narrow() && measure.criterion == Criterion::Gini {
            return self.few.evaluate(node, greatest, measure);
        }
        let keys = if few { &self.few.keys[..n_rows] } else { &self.keys[..n_rows] };
        let span = (greatest - least) as usize + 1;
        if span <= 64 {
            by_word(keys, least, grown(&mut self.bins, span, T::ZERO), node, measure)
        } else if span <= 128 * n_rows && span * size_of::<T>() <= 1 << 23 {
            let bins = grown(&mut self.bins, span, T::ZERO);
            let occupied = grown(&mut self.occupied, span.div_ceil(64), 0);
            by_bins(keys, least, bins, occupied, node, measure)
        } else {
            by_sorting(keys, &mut self.order, node, measure)
        }
    }
}

fn grown<T: Copy>(buffer: &mut Vec<T>, n: usize, zero: T) -> &mut [T] {
    if buffer.len() < n {
        buffer.resize(n, zero);
    }
    &mut buffer[..n]
}

/// Counts the samples of each of at most 64 ranks.
#[inline(always)]
fn by_word<T: Tally>(
    keys: &[u32],
    least: u32,
    bins: &mut [T],
    node: &Node<'_, T>,
    measure: &Measure,
) -> Evaluated<T> {
    let mut occupied = 0u64;
    for (&key, &unit) in keys.iter().zip(node.units) {
        let offset = key - least;
        bins[offset as usize].add_unit(unit);
        occupied |= 1 << offset;
    }
    let (mut left, mut best) = (T::ZERO, Candidate::NONE);
    scan_word(occupied, least, bins, &mut left, &mut best, node, measure);
    best.evaluated()
}

/// Counts the samples of each rank, and notes which ranks there are.
#[inline(always)]
fn by_bins<T: Tally>(
    keys: &[u32],
    least: u32,
    bins: &mut [T],
    occupied: &mut [u64],
    node: &Node<'_, T>,
    measure: &Measure,
) -> Evaluated<T> {
    for (&key, &unit) in keys.iter().zip(node.units) {
        let offset = (key - least) as usize;
        bins[offset].add_unit(unit);
        occupied[offset / 64] |= 1 << (offset % 64);
    }
    let (mut left, mut best) = (T::ZERO, Candidate::NONE);
    for ((word, bins), first) in occupied.iter_mut().zip(bins.chunks_mut(64)).zip((0..).step_by(64))
    {
        scan_word(*word, least + first, bins, &mut left, &mut best, node, measure);
        *word = 0;
    }
    best.evaluated()
}

/// Moves the bins of a word's bits to the left, in ascending order, and empties them.
#[inline(always)]
fn scan_word<T: Tally>(
    mut word: u64,
    first: u32,
    bins: &mut [T],
    left: &mut T,
    best: &mut Candidate<T>,
    node: &Node<'_, T>,
    measure: &Measure,
) {
    while word != 0 {
        let bit = word.trailing_zeros();
        word &= word - 1;
        let bin = &mut bins[bit as usize];
        left.add(bin);
        *bin = T::ZERO;
        best.consider(node, measure, first + bit, left);
    }
}

/// Sorts the samples by rank: for nodes that are small against the number of ranks.
#[inline(always)]
fn by_sorting<T: Tally>(
    keys: &[u32],
    order: &mut Vec<u64>,
    node: &Node<'_, T>,
    measure: &Measure,
) -> Evaluated<T> {
    order.clear();
    order.extend(keys.iter().zip(0u64..).map(|(&key, at)| u64::from(key) << 32 | at));
    order.sort_unstable();
    let (mut left, mut best) = (T::ZERO, Candidate::NONE);
    for same in order.chunk_by(|a, b| a >> 32 == b >> 32) {
        for &entry in same {
            left.add_unit(node.units[entry as u32 as usize]);
        }
        best.consider(node, measure, (same[0] >> 32) as u32, &left);
    }
    best.evaluated()
}

/// Rows whose left sides are summed at the same time: a vector of 512 bits.
const LANES: usize = 16;

impl Few {
    /// For each row, adds up what every row of at most its rank counts: no sorting, no
    /// branches, and loops that compile to vector instructions.
    #[inline(always)]
    fn evaluate<T: Tally>(
        &mut self,
        node: &Node<'_, T>,
        greatest: u32,
        measure: &Measure,
    ) -> Evaluated<T> {
        let n_rows = node.rows.len();
        // The padding goes with the last rank, which is no split.
        self.keys[n_rows..].fill(greatest);
        let mut best_gain = [-1.0; LANES];
        let mut best_key = [0; LANES];
        let mut best_sum = [0; LANES];
        for keys in self.keys.chunks_exact(LANES).take(n_rows.div_ceil(LANES)) {
            let mut sums = [0u32; LANES];
            for (&other, &unit) in self.keys[..n_rows].iter().zip(&self.units) {
                for (sum, &key) in sums.iter_mut().zip(keys) {
                    *sum += if other <= key { unit } else { 0 };
                }
            }
            for lane in 0..LANES {
                let (key, left) = (keys[lane], T::widen(sums[lane]));
                let n_left = left.n_rows();
                let allowed = node.min_leaf <= n_left && n_left + node.min_leaf <= n_rows;
                let gain = T::gain(measure, &left, &node.total);
                let gain = if allowed { gain } else { -1.0 };
                let better = best_gain[lane] < gain;
                let first = best_gain[lane] == gain && key < best_key[lane];
                if better | first {
                    best_gain[lane] = gain;
                    best_key[lane] = key;
                    best_sum[lane] = sums[lane];
                }
            }
        }
        let mut best = 0;
        for lane in 1..LANES {
            let better = best_gain[best] < best_gain[lane];
            let first = best_gain[best] == best_gain[lane] && best_key[lane] < best_key[best];
            if better | first {
                best = lane;
            }
        }
        let (gain, rank) = (best_gain[best], best_key[best]);
        Candidate { gain, rank, left: T::widen(best_sum[best]) }.evaluated()
    }
}
