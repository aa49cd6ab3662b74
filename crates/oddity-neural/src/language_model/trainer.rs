//! Steps of a language model's training: a chunk of a batch forward and back, and Adam.
//!
//! A batch is cut into parts of fixed size, which threads take as a whole; sums over parts are
//! taken in their order, so that threads change no bit.

use std::ops::Range;

use oddity_core::Seed;
use oddity_kernels::adam::AdamStep;
use oddity_kernels::dropout::Dropout;
use oddity_kernels::pack::transposed_len;
use oddity_kernels::{Buffer, Level, Pool};

use super::engine::{LANGUAGE_PART, LanguageSetup, SymbolRows};
use super::layout::Model;
use super::pass::{Part, Shared};
use crate::precision::{Precision, Rounded};
use crate::update::{self, Parameters};

/// A language model in training.
pub(super) struct Trainer {
    pub(super) model: Model,
    level: Level,
    pub(super) pool: Pool,
    parts: Vec<Part>,
    gradient: Buffer,
    /// Adam's.
    pub(super) moments: [Buffer; 2],
    transposed: Vec<Buffer>,
    /// Those, where products are in bfloat16.
    rounded_transposed: Rounded,
    dropout: Option<Dropout>,
    /// A symbol's share of the gradient: every one weighs the same, also where few rows are as
    /// long.
    scale: f32,
    /// Steps that were taken.
    pub(super) n_steps: u64,
}

impl Trainer {
    /// Memory for batches and chunks as they are announced; the model has its weights.
    pub(super) fn new(model: Model, setup: LanguageSetup, n_threads: usize) -> Trainer {
        let LanguageSetup { n_batch, n_steps, divisor, dropout, .. } = setup;
        let drops = 0.0 < dropout;
        let part = |first: usize| {
            Part::new(&model, first..n_batch.min(first + LANGUAGE_PART), n_steps, true, drops)
        };
        let mut transposed = update::transposes(&model.plan);
        // The embeddings ask for the gradients of the first layer's input.
        let lstm = model.lstms[0];
        transposed[lstm.kernel] =
            Buffer::zeros(transposed_len(lstm.shape.panels(), lstm.shape.inputs));
        let rounded_transposed = Rounded::new(model.rounded.precision(), &model.plan);
        let zeros = || Buffer::zeros(model.plan.n_values);
        let mut trainer = Trainer {
            level: Level::best(),
            pool: Pool::new(n_threads),
            parts: (0..n_batch).step_by(LANGUAGE_PART).map(part).collect(),
            gradient: zeros(),
            moments: [zeros(), zeros()],
            transposed,
            rounded_transposed,
            dropout: drops.then(|| Dropout::plain(dropout as f32)),
            scale: 1.0 / divisor as f32,
            n_steps: 0,
            model,
        };
        trainer.transpose();
        trainer
    }

    /// Takes over weights that came from elsewhere.
    pub(super) fn transpose(&mut self) {
        update::transpose(&self.model.plan, &self.model.values, &mut self.transposed);
        self.round();
    }

    /// Rounds the weights as they are now, where products are in bfloat16.
    fn round(&mut self) {
        let Trainer { model, level, pool, transposed, rounded_transposed, .. } = self;
        if model.rounded.precision() == Precision::Bf16 {
            model.rounded.take(*level, pool, &model.plan, &model.values);
            rounded_transposed.take_transposed(*level, pool, &model.plan, transposed);
        }
    }

    /// Some steps of a batch forward and back: leaves each part's gradients in it. Returns the
    /// sum of the symbols' losses. A symbol's share of the gradient is `scale`.
    pub(super) fn gradients(
        &mut self,
        batch: &dyn SymbolRows,
        steps: Range<usize>,
        scale: f32,
        seed: Seed,
    ) -> f64 {
        let Trainer { model, level, pool, parts, transposed, rounded_transposed, dropout, .. } =
            self;
        let (level, dropout) = (*level, *dropout);
        let shared = Shared { level, model, transposed, rounded_transposed, dropout, scale };
        pool.for_each(parts, |index, part| {
            part.gradient.fill(0.0);
            part.fill(model, batch, steps.clone());
            let key = seed.derive(index as u64).0;
            part.forward(shared, key);
            part.backward(shared, key);
        });
        parts.iter().map(Part::loss).sum()
    }

    /// The same, and one step of Adam.
    pub(super) fn step(
        &mut self,
        batch: &dyn SymbolRows,
        steps: Range<usize>,
        seed: Seed,
        adam: AdamStep,
        clip_norm: Option<f64>,
    ) -> f64 {
        let loss = self.gradients(batch, steps, self.scale, seed);
        let [m, v] = &mut self.moments;
        let parameters = Parameters {
            values: &mut self.model.values,
            gradient: &mut self.gradient,
            m,
            v,
            transposed: &mut self.transposed,
        };
        // Parts whose rows have all ended have no gradients; the first has the longest row.
        let parts: Vec<&[f32]> = (self.parts.iter())
            .filter(|part| 0 < part.chunk.len())
            .map(|part| &*part.gradient)
            .collect();
        update::update(
            self.level,
            &mut self.pool,
            &self.model.plan,
            parameters,
            &parts,
            adam,
            clip_norm,
        );
        self.round();
        loss
    }

    /// The sum of the parts' gradients.
    #[cfg(test)]
    pub(super) fn summed_gradient(&self) -> Vec<f32> {
        let mut sum = vec![0.0; self.model.plan.n_values];
        for part in &self.parts {
            sum.iter_mut().zip(&*part.gradient).for_each(|(sum, part)| *sum += part);
        }
        sum
    }
}
