//! What language models train and score on: the traits behind a backend.

use std::fmt;
use std::ops::Range;

use oddity_core::Seed;

use crate::backend::{OptimizerState, StepParams};
use crate::load_error::LoadError;
use crate::weights::Weights;

/// A language model in training.
pub trait LanguageEngine: Send {
    /// Takes some steps of a batch forward and back, and one step of Adam; returns the sum of the
    /// losses before it, `-ln p` of each symbol in the chunk.
    ///
    /// Chunks of a batch come in order. States pass from chunk to chunk, gradients do not; the
    /// first one starts from states of 0. Rows that have ended before a chunk are not in it, nor
    /// is what lies behind a row's end. The gradient is that of the sum of the losses divided by
    /// [`divisor`](LanguageSetup::divisor). Of the training parameters, `loss` is not read.
    ///
    /// # Panics
    ///
    /// If every row has ended before the chunk.
    fn step(&mut self, rows: &dyn SymbolRows, steps: Range<usize>, step: StepParams<'_>) -> f64;

    /// Hands the losses of all rows' symbols to `read`, without dropout.
    fn evaluate(&mut self, rows: &dyn SymbolRows, read: ReadLosses<'_>);

    /// All weights as they are now.
    fn weights(&self) -> Weights;

    /// Takes over weights. What the optimiser remembers stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`LanguageSizes::check`](super::LanguageSizes::check); nothing is changed then.
    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError>;

    /// What the optimiser remembers.
    fn optimizer(&self) -> OptimizerState;

    /// Goes back to what the optimiser remembered.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for tensors that are missing or of another shape.
    fn set_optimizer(&mut self, state: &OptimizerState) -> Result<(), LoadError>;
}

/// A language model whose training is over.
pub trait LanguageScorer: fmt::Debug + Send + Sync {
    /// As [`LanguageEngine::evaluate`].
    fn evaluate(&self, rows: &dyn SymbolRows, read: ReadLosses<'_>);
}

/// What a language model in training is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LanguageSetup {
    /// Rows of a batch, at most.
    pub n_batch: usize,
    /// Steps of a chunk, at most: memory is taken for as many.
    pub n_steps: usize,
    /// What the gradient of a chunk's sum of losses is divided by: the same for all chunks, so
    /// that each symbol weighs the same where few rows are as long.
    pub divisor: usize,
    /// Share of the numbers that layers read which are set to 0 in training; at least 0 and less
    /// than 1. The others grow, so that their mean stays.
    ///
    /// Which ones is decided by [`Dropout`](oddity_kernels::dropout::Dropout), for parts of
    /// [`LANGUAGE_PART`] rows of a batch, with the key `seed.derive(s).derive(p) + (l << 48)` in
    /// the step of Adam `s`, the part `p` and the layer `l`, all counted from 0. Of a part that
    /// has `n` rows in the chunk, a number's place is its column plus `step n + row` widths, each
    /// rounded up to a multiple of 16.
    pub dropout: f64,
    /// Of the initial weights.
    pub seed: Seed,
}

/// Rows of a batch for which dropout draws together.
pub const LANGUAGE_PART: usize = 16;

/// Rows of symbols, the longest row first.
pub trait SymbolRows: Sync {
    /// Number of rows.
    fn n_rows(&self) -> usize;

    /// Steps of a row.
    fn len(&self, row: usize) -> usize;

    /// What is read at a step of a row, and the class that follows.
    fn at(&self, row: usize, step: usize) -> (u32, u32);
}

/// Reads a row and the classes and losses of its next symbols. The symbols of a row come in
/// order; rows may come in any order and from several threads.
pub type ReadLosses<'a> = &'a (dyn Fn(usize, &[(u32, f32)]) + Sync);
