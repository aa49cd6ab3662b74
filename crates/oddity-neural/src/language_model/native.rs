//! Language models on the native trainer, behind the traits of a backend.

use std::ops::Range;

use oddity_kernels::{Level, Pool};

use super::engine::{LanguageEngine, LanguageScorer, ReadLosses, SymbolRows};
use super::layout::Model;
use super::pass::{Part, Shared};
use super::trainer::Trainer;
use crate::backend::{OptimizerState, StepParams};
use crate::load_error::LoadError;
use crate::precision::Rounded;
use crate::weights::Weights;

/// Sequences that go through the model together, outside training.
const ROWS: usize = 32;

/// Steps of a chunk.
const STEPS: usize = 64;

impl LanguageEngine for Trainer {
    fn step(&mut self, rows: &dyn SymbolRows, steps: Range<usize>, step: StepParams<'_>) -> f64 {
        let StepParams { training, learning_rate, seed } = step;
        assert!(0 < rows.n_rows() && steps.start < rows.len(0), "a row goes on");
        let seed = seed.derive(self.n_steps);
        self.n_steps += 1;
        let adam = training.adam().step(learning_rate, self.n_steps);
        Trainer::step(self, rows, steps, seed, adam, training.clip_norm)
    }

    fn evaluate(&mut self, rows: &dyn SymbolRows, read: ReadLosses<'_>) {
        evaluate(&self.model, &mut self.pool, rows, read);
    }

    fn weights(&self) -> Weights {
        self.model.weights()
    }

    fn set_weights(&mut self, weights: &Weights) -> Result<(), LoadError> {
        self.model.sizes.check(weights)?;
        self.model.write(weights);
        self.transpose();
        Ok(())
    }

    fn optimizer(&self) -> OptimizerState {
        let moments = [0, 1].map(|moment: usize| self.model.plan.export(&self.moments[moment]));
        OptimizerState { n_steps: self.n_steps, moments }
    }

    fn set_optimizer(&mut self, state: &OptimizerState) -> Result<(), LoadError> {
        for (moments, to) in state.moments.iter().zip(&mut self.moments) {
            self.model.plan.import(moments, to)?;
        }
        self.n_steps = state.n_steps;
        Ok(())
    }
}

impl LanguageScorer for Model {
    fn evaluate(&self, rows: &dyn SymbolRows, read: ReadLosses<'_>) {
        let mut pool = Pool::new(rayon::current_num_threads().min(rows.n_rows().div_ceil(ROWS)));
        evaluate(self, &mut pool, rows, read);
    }
}

/// Hands the losses of all rows to `read`, a chunk of steps at a time: memory does not grow with
/// the rows' lengths.
fn evaluate(model: &Model, pool: &mut Pool, rows: &dyn SymbolRows, read: ReadLosses<'_>) {
    let n_rows = rows.n_rows();
    let n_blocks = n_rows.div_ceil(ROWS);
    let n_workers = pool.n_threads().min(n_blocks);
    let level = Level::best();
    let none = Rounded::default();
    let shared = Shared {
        level,
        model,
        transposed: &[],
        rounded_transposed: &none,
        dropout: None,
        scale: 1.0,
    };
    let part = || Part::new(model, 0..ROWS, STEPS, false, false);
    let mut workers: Vec<Part> = (0..n_workers).map(|_| part()).collect();
    pool.for_each(&mut workers, |worker, part| {
        let mut losses = Vec::with_capacity(STEPS);
        for first in (0..n_rows).step_by(ROWS).skip(worker).step_by(n_workers) {
            part.rows = first..n_rows.min(first + ROWS);
            for step in (0..rows.len(first)).step_by(STEPS) {
                part.fill(model, rows, step..step + STEPS);
                part.forward(shared, 0);
                for row in 0..part.chunk.n_rows {
                    losses.clear();
                    losses.extend(part.losses_of(row));
                    read(first + row, &losses);
                }
            }
        }
    });
}
