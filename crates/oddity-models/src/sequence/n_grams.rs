//! An exact set of n-grams: a rolling hash finds the place, the symbols themselves decide.

use oddity_core::{ANY, Result, SequencesView, State, Symbol};

/// A set of n-grams of one length, with open addressing.
pub(super) struct NGrams {
    n: usize,
    /// The n-grams in the order of their first occurrence, `n_distinct x n`.
    symbols: Vec<Symbol>,
    /// For each place the number of the n-gram there plus 1, or 0; a power of two of them.
    places: Vec<usize>,
}

/// Odd, so that multiplication by it can be undone and loses nothing.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

impl NGrams {
    /// An empty set of `n`-grams, `1 <= n`.
    pub(super) fn new(n: usize) -> NGrams {
        NGrams { n, symbols: Vec::new(), places: vec![0; 1024] }
    }

    /// The n-grams, in the order of their first occurrence.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &[Symbol]> {
        self.symbols.chunks_exact(self.n)
    }

    /// Adds the n-grams of a sequence.
    pub(super) fn insert(&mut self, sequence: &[Symbol]) {
        for (n_gram, hash) in self.hashed(sequence) {
            let place = self.place(n_gram, hash);
            if self.places[place] == 0 {
                self.symbols.extend_from_slice(n_gram);
                self.places[place] = self.symbols.len() / self.n;
                if self.places.len() < 2 * self.iter().len() {
                    self.grow();
                }
            }
        }
    }

    /// Puts the n-grams into a state.
    pub(super) fn put(&self, state: &mut State, name: &str) {
        state.put_symbols(name, &[self.iter().len(), self.n], &self.symbols);
    }

    /// The set of `n`-grams that was put into a state.
    pub(super) fn of_state(state: &State, name: &str, n: usize) -> Result<NGrams> {
        let mut n_grams = NGrams::new(n);
        for n_gram in state.symbols(name, &[ANY, n])?.chunks_exact(n) {
            let n_before = n_grams.iter().len();
            n_grams.insert(n_gram);
            if n_grams.iter().len() == n_before {
                return Err(state.wrong(name, "distinct n-grams"));
            }
        }
        Ok(n_grams)
    }

    /// How often each occurs in sequences, in the order of the set.
    pub(super) fn counts(&self, sequences: SequencesView<'_>) -> Vec<u64> {
        let mut counts = vec![0; self.iter().len()];
        for sequence in sequences.iter() {
            self.numbered(sequence).filter_map(|(_, number)| number).for_each(|n| counts[n] += 1);
        }
        counts
    }

    /// The number of one n-gram.
    pub(super) fn number(&self, n_gram: &[Symbol]) -> Option<usize> {
        self.numbered(n_gram).next().and_then(|(_, number)| number)
    }

    /// How many n-grams of a sequence, of those that it has, are not in the set.
    pub(super) fn n_unseen(&self, sequence: &[Symbol]) -> usize {
        self.numbered(sequence).filter(|(_, number)| number.is_none()).count()
    }

    /// The n-grams of a sequence, each with its number in the order of the first occurrences;
    /// none for one that is not in the set.
    pub(super) fn numbered<'a>(
        &self,
        sequence: &'a [Symbol],
    ) -> impl Iterator<Item = (&'a [Symbol], Option<usize>)> {
        self.hashed(sequence)
            .map(|(n_gram, hash)| (n_gram, self.places[self.place(n_gram, hash)].checked_sub(1)))
    }

    /// The n-grams of a sequence with their hashes: the sum of each symbol times a power of
    /// [`BASE`], modulo 2⁶⁴, of which one step adds a symbol and takes one off.
    fn hashed<'a>(
        &self,
        sequence: &'a [Symbol],
    ) -> impl Iterator<Item = (&'a [Symbol], u64)> + use<'a> {
        let push = |hash: u64, symbol: Symbol| hash.wrapping_add(symbol.into()).wrapping_mul(BASE);
        // The power with which a symbol leaves: it has been multiplied once for itself, once
        // for each of the others, and once for the one that comes in. None does from a sequence
        // that has no n-gram, and `n` may be any number.
        let n_factors = if self.n <= sequence.len() { self.n + 1 } else { 0 };
        let leaving = (0..n_factors).fold(1u64, |power, _| power.wrapping_mul(BASE));
        let before = sequence.iter().take(self.n - 1);
        let mut hash = before.fold(0, |hash, &symbol| push(hash, symbol));
        let mut left = None;
        sequence.windows(self.n).map(move |n_gram| {
            hash = push(hash, n_gram[n_gram.len() - 1]);
            if let Some(symbol) = left {
                hash = hash.wrapping_sub(leaving.wrapping_mul(u64::from(symbol)));
            }
            left = Some(n_gram[0]);
            (n_gram, hash)
        })
    }

    /// Where the n-gram is, or the free place where it belongs.
    fn place(&self, n_gram: &[Symbol], hash: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut place = (hash ^ (hash >> 32)) as usize & mask;
        loop {
            let number = self.places[place];
            if number == 0 || self.symbols[(number - 1) * self.n..][..self.n] == *n_gram {
                return place;
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mut grown = NGrams {
            n: self.n,
            symbols: std::mem::take(&mut self.symbols),
            places: vec![0; 2 * self.places.len()],
        };
        for (number, n_gram) in grown.symbols.chunks_exact(self.n).enumerate() {
            for (n_gram, hash) in grown.hashed(n_gram) {
                let place = grown.place(n_gram, hash);
                grown.places[place] = number + 1;
            }
        }
        *self = grown;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn equals_a_set_of_slices(
            train in prop::collection::vec(prop::collection::vec(0..4u16, 0..60), 0..40),
            test in prop::collection::vec(0..5u16, 0..60),
            n in 1..7usize,
        ) {
            let (mut n_grams, mut set) = (NGrams::new(n), HashSet::new());
            for sequence in &train {
                n_grams.insert(sequence);
                set.extend(sequence.windows(n));
            }
            prop_assert_eq!(n_grams.iter().collect::<HashSet<_>>(), set.clone());
            prop_assert_eq!(n_grams.iter().len(), set.len());
            let n_unseen = test.windows(n).filter(|n_gram| !set.contains(n_gram)).count();
            prop_assert_eq!(n_grams.n_unseen(&test), n_unseen);
            for (n_gram, number) in n_grams.numbered(&test) {
                prop_assert_eq!(number, n_grams.iter().position(|known| known == n_gram));
            }
        }
    }

    #[test]
    fn the_rolling_hash_depends_on_the_n_gram_alone() {
        let sequence: Vec<Symbol> = (0..200).map(|at| (at * at * 31 % 65_521) as u16).collect();
        for n in [1, 2, 3, 6, 15, 64] {
            let set = NGrams::new(n);
            for (n_gram, hash) in set.hashed(&sequence) {
                assert_eq!(set.hashed(n_gram).next(), Some((n_gram, hash)), "n = {n}");
            }
        }
    }

    #[test]
    fn n_grams_longer_than_any_sequence_take_no_time() {
        let mut n_grams = NGrams::new(usize::MAX);
        n_grams.insert(&[1, 2, 3]);
        assert_eq!((n_grams.iter().len(), n_grams.n_unseen(&[1, 2, 3])), (0, 0));
    }

    #[test]
    fn keeps_many_n_grams_apart() {
        let mut n_grams = NGrams::new(3);
        let sequence: Vec<Symbol> = (0..60_000).collect();
        n_grams.insert(&sequence);
        assert_eq!(n_grams.iter().len(), 59_998);
        assert_eq!(n_grams.n_unseen(&sequence), 0);
        assert_eq!(n_grams.n_unseen(&[1, 2, 4, 5, 6]), 2);
    }
}
