//! The symbols of a chunk of steps of some rows.

use std::ops::Range;

use super::engine::SymbolRows;

/// A chunk: rows that have ended before it are not in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    pub(super) n_rows: usize,
    pub(super) n_steps: usize,
    /// Whether there is a chunk before it.
    pub(super) carried: bool,
    /// What is read, `[step][row]`; 0 behind a row's end.
    pub(super) read: Vec<u32>,
    /// What follows; none behind a row's end.
    pub(super) classes: Vec<Option<u32>>,
}

impl Chunk {
    /// Takes some steps of some of a batch's rows.
    pub(super) fn fill(&mut self, batch: &dyn SymbolRows, rows: Range<usize>, steps: Range<usize>) {
        // The longest rows come first: those that are left are the first ones.
        let n_rows = rows.clone().take_while(|&row| steps.start < batch.len(row)).count();
        let longest = if n_rows == 0 { steps.start } else { batch.len(rows.start) };
        self.n_rows = n_rows;
        self.n_steps = steps.end.min(longest) - steps.start;
        self.carried = 0 < steps.start;
        self.read.clear();
        self.classes.clear();
        for step in steps.start..steps.start + self.n_steps {
            for row in rows.start..rows.start + n_rows {
                let symbol = (step < batch.len(row)).then(|| batch.at(row, step));
                self.read.push(symbol.map_or(0, |(read, _)| read));
                self.classes.push(symbol.map(|(_, class)| class));
            }
        }
    }

    /// Steps times rows.
    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }
}
