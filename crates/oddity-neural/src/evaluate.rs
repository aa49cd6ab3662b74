//! What a network makes of samples, outside training.

use oddity_kernels::{Level, Pool};

use crate::examples::Examples;
use crate::model::Model;
use crate::pass::{self, Shared};
use crate::precision::Rounded;
use crate::rows::Rows;
use crate::shard::Shard;

/// Samples that go through the network at a time.
const ROWS: usize = 32;

/// Memory for networks of one plan, kept from call to call.
#[derive(Default)]
pub(crate) struct Evaluator {
    workers: Vec<Shard>,
}

impl Evaluator {
    /// Hands what the network makes of each sample to `read`, with the sample's place in `samples`,
    /// its target and its output; returns what that returns, in the order of the samples. The moving
    /// statistics must be in use.
    pub(crate) fn evaluate<T: Send>(
        &mut self,
        model: &Model,
        level: Level,
        pool: &mut Pool,
        examples: &dyn Examples,
        samples: &[usize],
        read: impl Fn(usize, Rows<'_>, Rows<'_>) -> T + Sync,
    ) -> Vec<T> {
        let n_blocks = samples.len().div_ceil(ROWS);
        let n_workers = pool.n_threads().min(n_blocks);
        while self.workers.len() < n_workers {
            self.workers.push(Shard::new(&model.plan, ROWS, false, true));
        }
        let none = Rounded::default();
        let shared = Shared {
            level,
            plan: &model.plan,
            values: &model.values,
            rounded: &model.rounded,
            transposed: &[],
            rounded_transposed: &none,
            norms: &model.norms,
            n_batch: ROWS,
            key: None,
        };
        let mut workers: Vec<(&mut Shard, Vec<Vec<T>>)> =
            self.workers[..n_workers].iter_mut().map(|shard| (shard, Vec::new())).collect();
        pool.for_each(&mut workers, |worker, (shard, blocks)| {
            for block in (worker..n_blocks).step_by(n_workers) {
                let samples = &samples[block * ROWS..samples.len().min((block + 1) * ROWS)];
                shard.fill(&model.plan, examples, samples, block * ROWS);
                for at in 0..model.plan.stages.len() {
                    pass::forward(shared, shard, at, false);
                }
                let sample = |row: usize| {
                    let (target, output) = shard.sides(&model.plan, row);
                    read(block * ROWS + row, target, output)
                };
                blocks.push((0..samples.len()).map(sample).collect());
            }
        });
        // Each worker took every so-manieth block.
        let mut blocks: Vec<_> =
            workers.into_iter().map(|(_, blocks)| blocks.into_iter()).collect();
        let mut all = Vec::with_capacity(samples.len());
        for block in 0..n_blocks {
            all.extend(blocks[block % n_workers].next().into_iter().flatten());
        }
        all
    }
}
