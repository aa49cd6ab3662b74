//! Sequences as parts of a detector's state.

use oddity_core::{ANY, Result, State, Symbol};

/// Puts sequences below a name: all symbols, and the length of each.
pub(super) fn put_sequences(state: &mut State, name: &str, sequences: &[Vec<Symbol>]) {
    let mut part = State::new();
    let all = sequences.concat();
    part.put_symbols("symbols", &[all.len()], &all);
    part.put_counts("lengths", &sequences.iter().map(Vec::len).collect::<Vec<_>>());
    state.put_part(name, part);
}

/// The sequences below a name, each of at most `longest` symbols.
pub(super) fn sequences(state: &State, name: &str, longest: usize) -> Result<Vec<Vec<Symbol>>> {
    let part = state.part(name);
    let symbols = part.symbols("symbols", &[ANY])?;
    let mut rest = symbols.as_slice();
    let lengths = part.counts("lengths", ANY, longest)?;
    let taken = lengths.into_iter().map(|length| {
        let (sequence, others) = rest.split_at_checked(length)?;
        rest = others;
        Some(sequence.to_vec())
    });
    let sequences = taken.collect::<Option<Vec<_>>>().filter(|_| rest.is_empty());
    sequences.ok_or_else(|| part.wrong("lengths", "lengths that sum to the number of symbols"))
}
