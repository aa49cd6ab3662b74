//! Baum and Welch's re-estimation.

use rayon::prelude::*;

use super::HmmParams;
use super::forward::{see, step};
use super::probabilities::HmmProbabilities;

/// Parts of the sequences whose expectations are summed by themselves: as many whatever the number
/// of threads, so that sums are taken in one order.
const N_SHARDS: usize = 16;

/// The model after re-estimation, and the mean log-likelihood of a symbol under the last but one.
pub(super) fn fit(
    mut model: HmmProbabilities,
    codes: &[Vec<u32>],
    params: &HmmParams,
) -> (HmmProbabilities, f64) {
    let n_symbols: usize = codes.iter().map(Vec::len).sum();
    let mut likelihood = f64::NEG_INFINITY;
    for _ in 0..params.iterations {
        let expected = expectations(&model, codes);
        let before = likelihood;
        likelihood = expected.log_likelihood / n_symbols.max(1) as f64;
        expected.maximize(&mut model);
        if likelihood - before < params.tolerance {
            break;
        }
    }
    (model, likelihood)
}

/// Expected numbers of beginnings, steps and emissions, in the forms of the model's tables.
struct Expected {
    start: Vec<f64>,
    transition: Vec<f64>,
    emission: Vec<f64>,
    log_likelihood: f64,
}

fn expectations(model: &HmmProbabilities, codes: &[Vec<u32>]) -> Expected {
    let n = model.n_states();
    let zero = || Expected {
        start: vec![0.0; n],
        transition: vec![0.0; n * n],
        emission: vec![0.0; model.emission.len()],
        log_likelihood: 0.0,
    };
    let shards = codes.par_chunks(codes.len().div_ceil(N_SHARDS).max(1)).map(|shard| {
        let (mut expected, mut space) = (zero(), Space::default());
        shard.iter().for_each(|codes| expected.add(model, codes, &mut space));
        expected
    });
    let shards: Vec<Expected> = shards.collect();
    let mut sum = shards.into_iter().fold(zero(), |mut sum, shard| {
        let add = |to: &mut [f64], from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        };
        add(&mut sum.start, &shard.start);
        add(&mut sum.transition, &shard.transition);
        add(&mut sum.emission, &shard.emission);
        sum.log_likelihood += shard.log_likelihood;
        sum
    });
    // A factor of each term, which does not change along the sequences.
    sum.transition.iter_mut().zip(&model.transition).for_each(|(sum, p)| *sum *= p);
    sum
}

/// Memory that sequences use in turn.
#[derive(Default)]
struct Space {
    /// Probabilities of the states after each symbol, `[position][state]`.
    after: Vec<f64>,
    /// The probability of each symbol.
    scales: Vec<f64>,
    /// What is still to come, relative to its probability, `[state]`; and of the position behind.
    rest: Vec<f64>,
    behind: Vec<f64>,
}

impl Expected {
    /// Adds what is expected of one sequence.
    fn add(&mut self, model: &HmmProbabilities, codes: &[u32], space: &mut Space) {
        let n = model.n_states();
        let emitted = |position: usize| &model.emission[codes[position] as usize * n..][..n];
        space.after.resize(codes.len() * n, 0.0);
        space.scales.clear();
        for position in 0..codes.len() {
            let (before, here) = space.after.split_at_mut(position * n);
            let here = &mut here[..n];
            match position.checked_sub(1) {
                None => here.copy_from_slice(&model.start),
                Some(last) => step(&model.transition, &before[last * n..], here),
            }
            let scale = see(emitted(position), here);
            self.log_likelihood += scale.ln();
            space.scales.push(scale);
        }
        space.rest.clear();
        space.rest.resize(n, 1.0);
        space.behind.resize(n, 0.0);
        for position in (0..codes.len()).rev() {
            let after = &space.after[position * n..][..n];
            let counts = &mut self.emission[codes[position] as usize * n..][..n];
            for ((count, share), rest) in counts.iter_mut().zip(after).zip(&space.rest) {
                *count += share * rest;
            }
            let Some(last) = position.checked_sub(1) else {
                for ((count, share), rest) in self.start.iter_mut().zip(after).zip(&space.rest) {
                    *count += share * rest;
                }
                continue;
            };
            for ((to, p), rest) in space.behind.iter_mut().zip(emitted(position)).zip(&space.rest) {
                *to = p * rest / space.scales[position];
            }
            let before = &space.after[last * n..][..n];
            let rows = self.transition.chunks_exact_mut(n).zip(model.transition.chunks_exact(n));
            for (((counts, row), share), rest) in rows.zip(before).zip(&mut space.rest) {
                let mut sum = 0.0;
                for ((count, p), behind) in counts.iter_mut().zip(row).zip(&space.behind) {
                    *count += share * behind;
                    sum += p * behind;
                }
                *rest = sum;
            }
        }
    }

    /// The model that makes what is expected most likely; a state that is never expected keeps
    /// its distributions.
    fn maximize(self, model: &mut HmmProbabilities) {
        let n = model.n_states();
        let share = |counts: &[f64], to: &mut [f64]| {
            let sum: f64 = counts.iter().sum();
            if 0.0 < sum {
                to.iter_mut().zip(counts).for_each(|(to, count)| *to = count / sum);
            }
        };
        share(&self.start, &mut model.start);
        let rows = self.transition.chunks_exact(n).zip(model.transition.chunks_exact_mut(n));
        rows.for_each(|(counts, to)| share(counts, to));
        for state in 0..n {
            let sum: f64 = self.emission.iter().skip(state).step_by(n).sum();
            if 0.0 < sum {
                let to = model.emission.iter_mut().skip(state).step_by(n);
                to.zip(self.emission.iter().skip(state).step_by(n))
                    .for_each(|(to, count)| *to = count / sum);
            }
        }
    }
}
