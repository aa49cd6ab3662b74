//! Ragged sequences of symbols: system-call traces, event templates.

use crate::sparse::check_offsets;
use crate::{Result, Samples, State};

/// One symbol of a sequence, such as a system-call number.
pub type Symbol = u16;

/// Sequences of differing length in one buffer: sequence `i` is
/// `symbols[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequences {
    symbols: Vec<Symbol>,
    offsets: Vec<usize>,
}

impl Sequences {
    /// Takes the buffer and the offsets (`n_sequences + 1` of them, the first 0).
    ///
    /// # Errors
    ///
    /// [`crate::Error::Offset`] if the offsets do not ascend from 0 to the buffer's length.
    pub fn new(symbols: Vec<Symbol>, offsets: Vec<usize>) -> Result<Sequences> {
        check_offsets(&offsets, symbols.len())?;
        Ok(Sequences { symbols, offsets })
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no sequence.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A view of all sequences.
    pub fn view(&self) -> SequencesView<'_> {
        SequencesView { symbols: &self.symbols, offsets: &self.offsets }
    }

    /// The sequences as samples.
    pub fn samples(&self) -> Samples<'_> {
        Samples::Sequences(self.view())
    }
}

impl<S: AsRef<[Symbol]>> FromIterator<S> for Sequences {
    fn from_iter<I: IntoIterator<Item = S>>(sequences: I) -> Sequences {
        let (mut symbols, mut offsets) = (Vec::new(), vec![0]);
        for sequence in sequences {
            symbols.extend_from_slice(sequence.as_ref());
            offsets.push(symbols.len());
        }
        Sequences { symbols, offsets }
    }
}

/// Borrowed [`Sequences`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequencesView<'a> {
    symbols: &'a [Symbol],
    offsets: &'a [usize],
}

impl<'a> SequencesView<'a> {
    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no sequence.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of symbols in all sequences.
    pub fn n_symbols(&self) -> usize {
        self.symbols.len()
    }

    /// One sequence.
    ///
    /// # Panics
    ///
    /// If there is no such sequence.
    pub fn get(&self, sequence: usize) -> &'a [Symbol] {
        &self.symbols[self.offsets[sequence]..self.offsets[sequence + 1]]
    }

    /// All sequences, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [Symbol]> + use<'a> {
        let view = *self;
        (0..self.len()).map(move |sequence| view.get(sequence))
    }

    /// A copy of the sequences named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sequence.
    pub fn select(&self, sequences: &[usize]) -> Sequences {
        sequences.iter().map(|&sequence| self.get(sequence)).collect()
    }

    /// A copy with its own memory.
    pub fn to_sequences(&self) -> Sequences {
        Sequences { symbols: self.symbols.to_vec(), offsets: self.offsets.to_vec() }
    }
}

impl State {
    /// Puts symbols, as whole numbers.
    ///
    /// # Panics
    ///
    /// If there are others than the shape says.
    pub fn put_symbols(&mut self, name: &str, shape: &[usize], symbols: &[Symbol]) {
        let values: Vec<u64> = symbols.iter().map(|&symbol| symbol.into()).collect();
        self.put_u64s(name, shape, &values);
    }

    /// Symbols of that shape, in which [`crate::ANY`] is any size.
    ///
    /// # Errors
    ///
    /// As [`State::u64s`], and for a number that is no symbol.
    pub fn symbols(&self, name: &str, shape: &[usize]) -> Result<Vec<Symbol>> {
        let values = self.u64s(name, shape)?.iter();
        let symbols = values.map(|&value| Symbol::try_from(value)).collect::<Result<_, _>>();
        symbols.map_err(|_| self.wrong(name, "symbols, less than 65536"))
    }
}
