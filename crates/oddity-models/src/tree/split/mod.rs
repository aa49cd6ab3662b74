//! The best split of one node by one column.

mod bins;
mod few;
mod lanes;
mod sorted;

use self::bins::Bins;
use self::few::Few;
use super::criterion::Measure;
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
pub(super) enum Evaluated {
    /// All rows have the same value.
    Constant,
    /// No split leaves enough rows on both sides and gains more than was asked for.
    NoBetter,
    /// The first split, in ascending order of ranks, of the highest gain.
    Split(Candidate),
}

/// A split: rows of at most this rank go to the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) gain: f64,
    pub(super) rank: u32,
}

impl Candidate {
    /// No split yet, but only one with a gain above the floor will do.
    fn above(floor: f64) -> Candidate {
        Candidate { gain: floor, rank: u32::MAX }
    }

    /// Keeps the better of both, this one where they are equal.
    #[inline(always)]
    fn consider<T: Tally>(&mut self, node: &Node<'_, T>, measure: &Measure, rank: u32, left: &T) {
        let (n_rows, n_left) = (node.rows.len(), left.n_rows());
        if node.min_leaf <= n_left && n_left + node.min_leaf <= n_rows {
            let gain = T::gain(measure, left, &node.total);
            if self.gain < gain {
                *self = Candidate { gain, rank };
            }
        }
    }

    #[inline(always)]
    fn evaluated(self) -> Evaluated {
        if self.rank == u32::MAX { Evaluated::NoBetter } else { Evaluated::Split(self) }
    }
}

/// Memory for [`Scratch::evaluate`], used again from node to node.
pub(super) struct Scratch<T> {
    keys: Vec<u32>,
    bins: Bins<T>,
    few: Few,
    order: Vec<u64>,
}

impl<T: Tally> Scratch<T> {
    pub(super) fn new() -> Scratch<T> {
        Scratch { keys: Vec::new(), bins: Bins::new(), few: Few::new(), order: Vec::new() }
    }

    /// Takes up the node that [`Scratch::evaluate`] is then called for.
    pub(super) fn enter(&mut self, node: &Node<'_, T>) {
        self.few.enter(node);
        if self.keys.len() < node.rows.len() {
            self.keys.resize(node.rows.len(), 0);
        }
    }

    /// Finds the best split of the node that was entered last, by the ranks in `codes`,
    /// if its gain is above the floor; gains are not negative.
    pub(super) fn evaluate<C: Code>(
        &mut self,
        node: &Node<'_, T>,
        codes: &[C],
        measure: &Measure,
        floor: f64,
    ) -> Evaluated {
        let n_rows = node.rows.len();
        let keys = &mut self.keys[..n_rows];
        let (least, greatest) = gather(codes, node.rows, keys);
        if greatest <= least {
            return Evaluated::Constant;
        }
        let span = (greatest - least) as usize + 1;
        let best = if self.few.fits(node, span, measure) {
            self.few.best_split(keys, node, measure, floor)
        } else if span <= 64 {
            self.bins.one_word(keys, least, node, measure, floor)
        } else if span <= 128 * n_rows && span * size_of::<T>() <= 1 << 23 {
            self.bins.many_words(keys, least, span, node, measure, floor)
        } else {
            sorted::best_split(keys, &mut self.order, node, measure, floor)
        };
        best.evaluated()
    }
}

/// Copies the ranks of the rows, and returns the least and the greatest.
#[inline(never)]
fn gather<C: Code>(codes: &[C], rows: &[u32], keys: &mut [u32]) -> (u32, u32) {
    let (mut least, mut greatest) = (u32::MAX, 0);
    for (key, &row) in keys.iter_mut().zip(rows) {
        let code: u32 = codes[row as usize].into();
        *key = code;
        least = least.min(code);
        greatest = greatest.max(code);
    }
    (least, greatest)
}
