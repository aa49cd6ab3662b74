//! Symbols and sequences as parts of a detector's state.

use oddity_core::{ANY, Result, State, Symbol};

/// Puts symbols as whole numbers.
pub(super) fn put_symbols(state: &mut State, name: &str, shape: &[usize], symbols: &[Symbol]) {
    let values: Vec<u64> = symbols.iter().map(|&symbol| symbol.into()).collect();
    state.put_u64s(name, shape, &values);
}

/// Symbols of that shape.
pub(super) fn symbols(state: &State, name: &str, shape: &[usize]) -> Result<Vec<Symbol>> {
    let values = state.u64s(name, shape)?.iter();
    let symbols: Result<Vec<Symbol>, _> = values.map(|&value| value.try_into()).collect();
    symbols.map_err(|_| state.wrong(name, "symbols, below 65,536"))
}

/// Puts sequences below a name: all symbols, and the length of each.
pub(super) fn put_sequences(state: &mut State, name: &str, sequences: &[Vec<Symbol>]) {
    let mut part = State::new();
    let all = sequences.concat();
    put_symbols(&mut part, "symbols", &[all.len()], &all);
    part.put_counts("lengths", &sequences.iter().map(Vec::len).collect::<Vec<_>>());
    state.put_part(name, part);
}

/// The sequences below a name, each of at most `longest` symbols.
pub(super) fn sequences(state: &State, name: &str, longest: usize) -> Result<Vec<Vec<Symbol>>> {
    let part = state.part(name);
    let symbols = symbols(&part, "symbols", &[ANY])?;
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
