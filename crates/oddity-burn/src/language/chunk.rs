//! The symbols of a chunk of steps of some rows, as they lie on a device.

use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};
use oddity_neural::SymbolRows;

/// A chunk: of each step the rows that go through the model, which are the first ones.
pub(crate) struct Chunk {
    pub(crate) steps: Vec<Step>,
}

/// Symbols of one step, a number a row.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) read: Vec<u32>,
    /// What follows.
    pub(crate) classes: Vec<u32>,
}

impl Chunk {
    /// Some steps of some rows. Rows that have ended are left out; with `n_rows`, they read symbol
    /// 0 until there are so many.
    pub(crate) fn new(
        symbols: &dyn SymbolRows,
        rows: Range<usize>,
        steps: Range<usize>,
        n_rows: Option<usize>,
    ) -> Chunk {
        let longest = if rows.is_empty() { 0 } else { symbols.len(rows.start) };
        let step = |step: usize| {
            let going = rows.clone().take_while(|&row| step < symbols.len(row));
            let (mut read, mut classes): (Vec<u32>, Vec<u32>) =
                going.map(|row| symbols.at(row, step)).unzip();
            if let Some(n_rows) = n_rows {
                read.resize(n_rows, 0);
                classes.resize(n_rows, 0);
            }
            Step { read, classes }
        };
        Chunk { steps: (steps.start..steps.end.min(longest)).map(step).collect() }
    }

    /// The classes of all steps behind each other.
    pub(crate) fn classes(&self) -> Vec<u32> {
        self.steps.iter().flat_map(|step| &step.classes).copied().collect()
    }
}

/// Symbols as numbers on a device.
pub(crate) fn symbols(symbols: &[u32], device: &Device) -> Tensor<1, Int> {
    let numbers: Vec<i64> = symbols.iter().map(|&symbol| i64::from(symbol)).collect();
    Tensor::from_data(TensorData::new(numbers, [symbols.len()]), device)
}
