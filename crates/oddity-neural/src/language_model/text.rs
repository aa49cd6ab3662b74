//! Sequences as a language model reads them: classes of symbols, a start, unseen symbols.

use oddity_core::{Seed, SequencesView, Symbol};

use super::engine::SymbolRows;
use super::params::Direction;

/// The symbols of the training sequences. Behind their classes come that of all unseen symbols
/// and, among what is read only, the start.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    /// The class of every symbol there can be.
    classes: Vec<u32>,
    n_known: u32,
}

impl Vocabulary {
    pub(super) fn new(sequences: SequencesView<'_>) -> Vocabulary {
        Vocabulary::of(sequences.iter().flatten())
    }

    /// Of the symbols that occur.
    pub(super) fn of<'a>(symbols: impl IntoIterator<Item = &'a Symbol>) -> Vocabulary {
        let mut occurs = vec![false; usize::from(Symbol::MAX) + 1];
        for &symbol in symbols {
            occurs[usize::from(symbol)] = true;
        }
        let n_known = occurs.iter().filter(|&&occurs| occurs).count() as u32;
        let mut next = 0;
        let class = |occurs: bool| {
            if !occurs {
                return n_known;
            }
            next += 1;
            next - 1
        };
        Vocabulary { classes: occurs.into_iter().map(class).collect(), n_known }
    }

    /// The symbols that have a class of their own, ascending as their classes do.
    pub(super) fn known(&self) -> Vec<Symbol> {
        let all = (0..=Symbol::MAX).zip(&self.classes);
        all.filter(|&(_, &class)| class < self.n_known).map(|(symbol, _)| symbol).collect()
    }

    fn unseen(&self) -> u32 {
        self.n_known
    }

    fn start(&self) -> u32 {
        self.n_known + 1
    }

    /// Symbols that get a probability.
    pub(super) fn n_classes(&self) -> usize {
        self.unseen() as usize + 1
    }

    /// Symbols that are read.
    pub(super) fn n_inputs(&self) -> usize {
        self.start() as usize + 1
    }
}

/// Some sequences, the longest first.
pub(super) struct Text<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) sequences: SequencesView<'a>,
    pub(super) chosen: &'a [usize],
    pub(super) direction: Direction,
    /// What takes known symbols for unseen ones, in training.
    pub(super) noise: Option<Noise>,
}

/// Takes a share of all symbols for unseen ones: which, is a function of the seed, the sequence
/// and the place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    pub(super) seed: Seed,
    pub(super) share: f64,
}

impl Noise {
    fn takes(self, sequence: usize, at: usize) -> bool {
        let draw = self.seed.derive(sequence as u64).derive(at as u64).0;
        ((draw >> 11) as f64) < self.share * (1u64 << 53) as f64
    }
}

impl Text<'_> {
    fn class(&self, row: usize, at: usize) -> u32 {
        let sequence = self.chosen[row];
        if self.noise.is_some_and(|noise| noise.takes(sequence, at)) {
            return self.vocabulary.unseen();
        }
        let symbols = self.sequences.get(sequence);
        let at = match self.direction {
            Direction::Forward => at,
            Direction::Backward => symbols.len() - 1 - at,
        };
        self.vocabulary.classes[usize::from(symbols[at])]
    }
}

impl SymbolRows for Text<'_> {
    fn n_rows(&self) -> usize {
        self.chosen.len()
    }

    fn len(&self, row: usize) -> usize {
        self.sequences.get(self.chosen[row]).len()
    }

    fn at(&self, row: usize, step: usize) -> (u32, u32) {
        let read = match step.checked_sub(1) {
            Some(before) => self.class(row, before),
            None => self.vocabulary.start(),
        };
        (read, self.class(row, step))
    }
}

/// Sequences in order of falling length; of equal ones the first comes first.
pub(super) fn by_length(sequences: SequencesView<'_>, chosen: &[usize]) -> Vec<usize> {
    let mut sorted = chosen.to_vec();
    sorted.sort_by_key(|&sequence| std::cmp::Reverse(sequences.get(sequence).len()));
    sorted
}
