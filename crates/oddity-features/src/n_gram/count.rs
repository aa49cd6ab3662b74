//! Counting the n-grams of a vocabulary in sequences.

use oddity_core::{Csr, FittedTransformer, Result, Samples, SamplesOwned, State, Symbol};
use rayon::prelude::*;

use super::interner;
use super::vocabulary::FittedNGram;

/// Sequences that a thread counts at a time.
const PART: usize = 256;

impl FittedTransformer for FittedNGram {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let sequences = samples.sequences()?;
        let starts: Vec<usize> = (0..sequences.len()).step_by(PART).collect();
        let parts: Vec<Rows> = starts
            .into_par_iter()
            .map(|start| {
                let mut rows = Rows::default();
                let mut counts = vec![0; self.columns.len()];
                for sequence in start..sequences.len().min(start + PART) {
                    self.push_row(sequences.get(sequence), &mut counts, &mut rows);
                }
                rows
            })
            .collect();
        let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for part in parts {
            offsets.extend(part.ends.iter().map(|end| indices.len() + end));
            indices.extend(part.indices);
            values.extend(part.values);
        }
        Ok(Csr::new(offsets, indices, values, &self.columns)?.into())
    }

    fn state(&self) -> Option<State> {
        Some(self.kept())
    }
}

/// Sparse rows that are being made.
#[derive(Default)]
struct Rows {
    ends: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl FittedNGram {
    /// Adds the row of a sequence. `counts` is 0 for every column, before and after.
    fn push_row(&self, sequence: &[Symbol], counts: &mut [u32], rows: &mut Rows) {
        let (sequence, mut first) = (self.params.edge.trim(sequence), 0);
        for (vocabulary, &size) in self.vocabularies.iter().zip(&self.params.sizes) {
            let start = rows.indices.len();
            interner::for_windows(sequence, size, |key, window| {
                if let Some(number) = vocabulary.get(key, window) {
                    let column = first + number;
                    if counts[column as usize] == 0 {
                        rows.indices.push(column);
                    }
                    counts[column as usize] += 1;
                }
            });
            let n_windows = (sequence.len() + 1).saturating_sub(size);
            rows.indices[start..].sort_unstable();
            for &column in &rows.indices[start..] {
                let count = std::mem::take(&mut counts[column as usize]);
                rows.values.push(self.value(count, n_windows));
            }
            first += vocabulary.len() as u32;
        }
        rows.ends.push(rows.indices.len());
    }
}
