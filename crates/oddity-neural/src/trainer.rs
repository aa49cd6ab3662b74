//! Steps of training: a batch through the network and back, and Adam.
//!
//! A batch is cut into shards of fixed size. Threads take whole shards between points where
//! all must wait: batch norms, whose statistics are those of the whole batch, and the end. Sums
//! over shards are taken in their order, so that threads change no bit.

use oddity_core::Seed;
use oddity_kernels::loss::Loss;
use oddity_kernels::{Buffer, Level, Pool};

use crate::backend::Read;
use crate::dense::activity_penalty;
use crate::evaluate::Evaluator;
use crate::examples::Examples;
use crate::model::Model;
use crate::norm_state::Moments;
use crate::pass::{self, Shared};
use crate::precision::{Precision, Rounded};
use crate::rows::Rows;
use crate::shard::Shard;
use crate::update::{self, Adam, Parameters};

/// A network in training.
pub(crate) struct Trainer {
    pub(crate) model: Model,
    level: Level,
    pool: Pool,
    shards: Vec<Shard>,
    evaluator: Evaluator,
    /// Samples of a shard.
    shard_rows: usize,
    /// Gradients of all parameters.
    gradient: Buffer,
    /// Adam's moments of all parameters.
    pub(crate) moments: [Buffer; 2],
    /// Of each tensor, its transpose; empty where no pass reads it.
    transposed: Vec<Buffer>,
    /// Those, where products are in bfloat16.
    rounded_transposed: Rounded,
    /// Steps that were taken.
    pub(crate) n_steps: u64,
}

/// What a step depends on besides its batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) loss: Loss,
    pub(crate) adam: Adam,
    pub(crate) learning_rate: f64,
    /// Gradients longer than this, all parameters' together, are shortened to it.
    pub(crate) clip_norm: Option<f64>,
    /// Dropout's choices are a function of it.
    pub(crate) seed: Seed,
}

impl Trainer {
    /// Memory for batches of at most `n_batch` samples. `has_target` if the target is not the
    /// input. Adam has seen no gradient.
    pub(crate) fn of(model: Model, n_batch: usize, has_target: bool, n_threads: usize) -> Trainer {
        let plan = &model.plan;
        // Fewer rows share each load of the weights, more rows feed more threads.
        let shard_rows = if n_batch <= 32 { 16 } else { 32 };
        let shards = (0..n_batch.div_ceil(shard_rows))
            .map(|_| Shard::new(plan, shard_rows, true, has_target))
            .collect();
        let transposed = update::transposes(plan);
        let rounded_transposed = Rounded::new(model.rounded.precision(), plan);
        let zeros = || Buffer::zeros(plan.n_values);
        let mut trainer = Trainer {
            level: Level::best(),
            pool: Pool::new(n_threads),
            shards,
            evaluator: Evaluator::default(),
            shard_rows,
            gradient: zeros(),
            moments: [zeros(), zeros()],
            transposed,
            rounded_transposed,
            n_steps: 0,
            model,
        };
        trainer.transpose();
        trainer
    }

    /// One step on a batch; its loss, the mean over samples, steps and columns. Where that is not
    /// finite, weights and moments stay as they are.
    pub(crate) fn step(&mut self, examples: &dyn Examples, batch: &[usize], step: Step) -> f64 {
        let loss = self.gradients(examples, batch, step);
        // Its gradients are no numbers, nor would the weights be.
        if !loss.is_finite() {
            return loss;
        }
        self.n_steps += 1;
        let n_shards = batch.len().div_ceil(self.shard_rows);
        let [m, v] = &mut self.moments;
        let parameters = Parameters {
            values: &mut self.model.values,
            gradient: &mut self.gradient,
            m,
            v,
            transposed: &mut self.transposed,
        };
        let shards: Vec<&[f32]> =
            self.shards[..n_shards].iter().map(|shard| &*shard.gradient).collect();
        update::update(
            self.level,
            &mut self.pool,
            &self.model.plan,
            parameters,
            &shards,
            step.adam.step(step.learning_rate, self.n_steps),
            step.clip_norm,
        );
        self.round();
        loss
    }

    /// Hands target and output of each of the `n` samples of the last batch, as they were before
    /// its step, to `read`.
    pub(crate) fn made(&self, n: usize, read: Read<'_>) {
        for place in 0..n {
            let shard = &self.shards[place / self.shard_rows];
            let (target, output) = shard.sides(&self.model.plan, place % self.shard_rows);
            read(place, target, output);
        }
    }

    /// What the network makes of samples, with its moving statistics.
    pub(crate) fn evaluate<T: Send>(
        &mut self,
        examples: &dyn Examples,
        samples: &[usize],
        read: impl Fn(usize, Rows<'_>, Rows<'_>) -> T + Sync,
    ) -> Vec<T> {
        self.model.use_moving_statistics();
        let Trainer { model, level, pool, evaluator, .. } = self;
        evaluator.evaluate(model, *level, pool, examples, samples, read)
    }

    /// Takes over weights that came from elsewhere.
    pub(crate) fn transpose(&mut self) {
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

    /// Forward and back: leaves each shard's gradients in it.
    pub(crate) fn gradients(
        &mut self,
        examples: &dyn Examples,
        batch: &[usize],
        step: Step,
    ) -> f64 {
        let n_shards = batch.len().div_ceil(self.shard_rows);
        let shard_rows = self.shard_rows;
        let Trainer { model, pool, shards, transposed, rounded_transposed, level, n_steps, .. } =
            self;
        let Model { plan, values, rounded, norms, .. } = model;
        let shards = &mut shards[..n_shards];
        let key = Some(step.seed.derive(*n_steps).0);
        let n_batch = batch.len();
        macro_rules! shared {
            () => {
                Shared {
                    level: *level,
                    plan,
                    values,
                    rounded,
                    transposed,
                    rounded_transposed,
                    norms,
                    n_batch,
                    key,
                }
            };
        }
        let n_stages = plan.stages.len();
        let normed = |at: usize| plan.stages[at].out.norm.is_some();
        // The last stage has no norm: behind it a shard goes back by itself.
        let last_norm = (0..n_stages).rev().find(|&at| normed(at));
        let mut from = 0;
        while from < n_stages {
            let to = (from..n_stages).find(|&at| normed(at)).map_or(n_stages, |at| at + 1);
            let shared = shared!();
            pool.for_each(shards, |index, shard| {
                if from == 0 {
                    let first = index * shard_rows;
                    let samples = &batch[first..n_batch.min(first + shard_rows)];
                    shard.gradient.fill(0.0);
                    shard.fill(plan, examples, samples, first);
                }
                for at in from..to {
                    pass::forward(shared, shard, at, true);
                }
                if to == n_stages {
                    pass::take_loss(shared, shard, step.loss);
                    let end = last_norm.map_or(0, |at| at + 1);
                    for at in (end..n_stages).rev() {
                        pass::backward(shared, shard, at);
                    }
                }
            });
            let out = &plan.stages[to - 1].out;
            if let Some(norm) = &out.norm {
                let parts = shards.iter().map(|shard| &shard.states[to - 1].moments);
                let total = Moments::total(parts, out.padded());
                let [gamma, beta] =
                    [norm.gamma, norm.gamma + 1].map(|t| &values[plan.tensors[t].range.clone()]);
                let n = (n_batch * out.steps) as f64;
                norms[norm.index].take_batch(norm, &total, n, gamma, beta);
            }
            from = to;
        }
        let mut end = last_norm;
        while let Some(at) = end {
            let out = &plan.stages[at].out;
            if let Some(norm) = &out.norm {
                let parts = shards.iter().map(|shard| &shard.states[at].gradient_moments);
                let total = Moments::total(parts, out.padded());
                let [gamma, beta] =
                    [norm.gamma, norm.gamma + 1].map(|t| plan.tensors[t].range.clone());
                // Behind each other, and of the whole batch: the first shard's part is all.
                let (of_gamma, of_beta) =
                    shards[0].gradient[gamma.start..beta.end].split_at_mut(gamma.len());
                let n = (n_batch * out.steps) as f64;
                norms[norm.index].take_gradients(norm, &total, n, of_gamma, of_beta);
            }
            let before = (0..at).rev().find(|&before| normed(before));
            let shared = shared!();
            pool.for_each(shards, |_, shard| {
                for at in (before.map_or(0, |at| at + 1)..=at).rev() {
                    pass::backward(shared, shard, at);
                }
            });
            end = before;
        }
        let scale = (n_batch * plan.output().steps * plan.output().width) as f64;
        let penalty = |shard: &Shard| -> f64 {
            let stages = plan.stages.iter().zip(&shard.states);
            stages.map(|(stage, state)| activity_penalty(stage, state, shard.n_rows, n_batch)).sum()
        };
        let losses = shards.iter().map(|shard| shard.loss / scale + penalty(shard));
        losses.sum()
    }

    /// The sum of the shards' gradients.
    #[cfg(test)]
    pub(crate) fn summed_gradient(&self) -> Vec<f32> {
        let mut sum = vec![0.0; self.model.plan.n_values];
        for shard in self.shards.iter().filter(|shard| 0 < shard.n_rows) {
            sum.iter_mut().zip(&*shard.gradient).for_each(|(sum, part)| *sum += part);
        }
        sum
    }
}
