//! Dropout between the layers of a language model, with the choices of the native trainer.

use burn::tensor::{Tensor, TensorData};
use oddity_core::Seed;
use oddity_kernels::LANES;
use oddity_kernels::dropout::Dropout;
use oddity_neural::{LANGUAGE_PART, LanguageSetup};

/// What is dropped in a chunk: see [`LanguageSetup::dropout`].
pub(crate) struct Masks {
    dropout: Dropout,
    seed: Seed,
    /// Rows of the chunk.
    n_rows: usize,
}

impl Masks {
    /// Of a chunk of `n_rows` rows; none where nothing is dropped.
    pub(crate) fn new(setup: LanguageSetup, seed: Seed, n_rows: usize) -> Option<Masks> {
        let dropout = Dropout::plain(setup.dropout as f32);
        (0.0 < setup.dropout).then_some(Masks { dropout, seed, n_rows })
    }

    /// Drops some of what a layer reads at a step of the chunk; its rows are the chunk's first.
    pub(crate) fn apply(&self, layer: usize, step: usize, rows: Tensor<2>) -> Tensor<2> {
        let [n_rows, width] = rows.dims();
        let factors = TensorData::new(self.factors(layer, step, n_rows, width), [n_rows, width]);
        let factors = Tensor::from_data(factors, &rows.device());
        rows * factors
    }

    fn factors(&self, layer: usize, step: usize, n_rows: usize, width: usize) -> Vec<f32> {
        // As a row of the native trainer lies.
        let padded = width.next_multiple_of(LANES);
        let mut factors = Vec::with_capacity(n_rows * width);
        let mut line = vec![0.0; padded];
        for row in 0..n_rows {
            let (part, place) = (row / LANGUAGE_PART, row % LANGUAGE_PART);
            let n_of_part = LANGUAGE_PART.min(self.n_rows - part * LANGUAGE_PART);
            let key = self.seed.derive(part as u64).0.wrapping_add((layer as u64) << 48);
            line.fill(1.0);
            self.dropout.apply(key, ((step * n_of_part + place) * padded) as u64, &mut line);
            factors.extend_from_slice(&line[..width]);
        }
        factors
    }
}
