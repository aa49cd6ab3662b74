//! Best split by counting: a bin for each rank, and a bit for each bin in use.

use super::super::criterion::{Criterion, Measure};
use super::super::tally::Tally;
use super::lanes::{Batch, SLACK};
use super::{Candidate, Node};

/// One tally a rank; everything is zero between the calls.
pub(super) struct Bins<T> {
    bins: Vec<T>,
    /// A bit for each bin that is not empty.
    occupied: Vec<u64>,
    batch: Batch<T>,
}

/// Ranks that one word has a bit for.
const WORD: usize = SLACK;

impl<T: Tally> Bins<T> {
    pub(super) fn new() -> Bins<T> {
        Bins { bins: vec![T::ZERO; 2 * WORD], occupied: Vec::new(), batch: Batch::new() }
    }

    /// For keys that span at most 64 ranks.
    #[inline(never)]
    pub(super) fn one_word(
        &mut self,
        keys: &[u32],
        least: u32,
        node: &Node<'_, T>,
        measure: &Measure,
        floor: f64,
    ) -> Candidate {
        // Two sets of bins in turns: adding to the bin just written waits for the write,
        // and in counts of rare things most samples fall into the same bin.
        let (even, odd) = self.bins.split_at_mut(WORD);
        let mut word = 0u64;
        let mut pairs = keys.chunks_exact(2).zip(node.units.chunks_exact(2));
        for (keys, units) in &mut pairs {
            let (first, second) = ((keys[0] - least) % 64, (keys[1] - least) % 64);
            even[first as usize].add_unit(units[0]);
            odd[second as usize].add_unit(units[1]);
            word |= 1 << first | 1 << second;
        }
        if let ([.., key], [.., unit]) = (keys, node.units)
            && keys.len() % 2 == 1
        {
            let last = (key - least) % 64;
            even[last as usize].add_unit(*unit);
            word |= 1 << last;
        }
        let mut splits = Splits::new(&mut self.batch, node, measure, floor);
        let mut left = T::ZERO;
        while word != 0 {
            let bit = word.trailing_zeros();
            word &= word - 1;
            for bins in [&mut *even, &mut *odd] {
                left.add(&bins[bit as usize]);
                bins[bit as usize] = T::ZERO;
            }
            splits.look_at(least + bit, &left);
        }
        splits.best()
    }

    /// For keys that span any number of ranks.
    #[inline(never)]
    pub(super) fn many_words(
        &mut self,
        keys: &[u32],
        least: u32,
        span: usize,
        node: &Node<'_, T>,
        measure: &Measure,
        floor: f64,
    ) -> Candidate {
        let n_words = span.div_ceil(WORD);
        if self.bins.len() < n_words * WORD {
            self.bins.resize(n_words * WORD, T::ZERO);
        }
        if self.occupied.len() < n_words {
            self.occupied.resize(n_words, 0);
        }
        let (bins, occupied) = (&mut self.bins[..n_words * WORD], &mut self.occupied[..n_words]);
        for (&key, &unit) in keys.iter().zip(node.units) {
            let offset = (key - least) as usize;
            bins[offset].add_unit(unit);
            occupied[offset / WORD] |= 1 << (offset % WORD);
        }
        let mut splits = Splits::new(&mut self.batch, node, measure, floor);
        let mut left = T::ZERO;
        for (at, occupied) in occupied.iter_mut().enumerate() {
            let mut word = std::mem::take(occupied);
            while word != 0 {
                let offset = at * WORD + word.trailing_zeros() as usize;
                word &= word - 1;
                left.add(&bins[offset]);
                bins[offset] = T::ZERO;
                splits.look_at(least + offset as u32, &left);
            }
            splits.after_word();
        }
        splits.best()
    }
}

/// The splits that are looked at, in ascending order: many at a time where there are two
/// classes and Gini impurity, else each on its own.
struct Splits<'a, 'n, T: Tally> {
    batch: &'a mut Batch<T>,
    batched: bool,
    best: Candidate,
    node: &'a Node<'n, T>,
    measure: &'a Measure,
}

impl<'a, 'n, T: Tally> Splits<'a, 'n, T> {
    #[inline(always)]
    fn new(
        batch: &'a mut Batch<T>,
        node: &'a Node<'n, T>,
        measure: &'a Measure,
        floor: f64,
    ) -> Splits<'a, 'n, T> {
        let batched = T::IS_PAIR && measure.criterion == Criterion::Gini;
        if batched {
            batch.start(floor);
        }
        Splits { batch, batched, best: Candidate::above(floor), node, measure }
    }

    #[inline(always)]
    fn look_at(&mut self, rank: u32, left: &T) {
        if self.batched {
            self.batch.push(rank, left);
        } else {
            self.best.consider(self.node, self.measure, rank, left);
        }
    }

    #[inline(always)]
    fn after_word(&mut self) {
        if self.batched {
            self.batch.flush_if_full(self.node, self.measure);
        }
    }

    #[inline(always)]
    fn best(self) -> Candidate {
        if self.batched { self.batch.finish(self.node, self.measure) } else { self.best }
    }
}
