//! The dual problem of more samples than a kernel matrix has room for: a working set of
//! some hundred samples at a time, with a cache of kernel rows.
//!
//! After ThunderSVM (Wen et al. 2018, <https://jmlr.org/papers/v19/17-740.html>): the kernel
//! rows of the samples that violate the optimum most come from one matrix product, their
//! own problem is solved, and the gradient of all samples follows in one pass.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::gram::{KernelFunction, Rows};
use super::smo::{self, Dual, LANES};
use crate::vectorized::vectorized;

/// Samples of a working set; half of them change from one to the next.
const SIZE: usize = 1024;

/// Solves the problem; gives whether it reached the tolerance.
pub(super) fn solve(
    dual: &mut Dual,
    kernel: KernelFunction,
    rows: &Rows,
    cache_rows: usize,
    tolerance: f64,
    most_steps: usize,
) -> bool {
    let n_samples = rows.len();
    let mut cache = Cache::new(n_samples, cache_rows.max(2 * SIZE));
    let mut set: Vec<usize> = Vec::new();
    let mut steps_left = most_steps;
    loop {
        let violation = dual.violation();
        if violation < tolerance || !violation.is_finite() {
            return true;
        }
        if steps_left == 0 {
            return false;
        }
        let kept: Vec<usize> = set.iter().copied().skip(SIZE / 2).collect();
        set = choose(dual, n_samples, kept);
        cache.load(kernel, rows, &set);
        // Solving a part much further than the whole is would be wasted.
        let goal = tolerance.max(0.1 * violation).min(violation / 2.0);
        let (steps, changes) = solve_part(dual, &cache, &set, goal, steps_left.min(20 * SIZE));
        steps_left -= steps;
        let changed: Vec<(&[f32], f64)> = set
            .iter()
            .zip(&changes)
            .filter(|(_, change)| **change != 0.0)
            .map(|(&sample, change)| (cache.row(sample), *change))
            .collect();
        if changed.is_empty() {
            return false;
        }
        move_gradient(&mut dual.gradient, &changed);
    }
}

/// Half a set of the samples that violate most, at both ends, after the kept ones.
fn choose(dual: &Dual, n_samples: usize, kept: Vec<usize>) -> Vec<usize> {
    let mut taken = vec![false; n_samples];
    kept.iter().for_each(|&sample| taken[sample] = true);
    let wanted = if kept.is_empty() { SIZE } else { SIZE - kept.len() };
    let mut set = kept;
    let gradient = |sample: usize| dual.gradient[sample];
    for growing in [true, false] {
        let mut candidates: Vec<usize> = (0..n_samples)
            .filter(|&sample| {
                let (up, down) = dual.may_move(sample);
                !taken[sample] && if growing { up } else { down }
            })
            .collect();
        let order = |a: &usize, b: &usize| {
            let (a, b) = if growing { (*b, *a) } else { (*a, *b) };
            // Ties by number make the choice the same in every run.
            gradient(a).total_cmp(&gradient(b)).then(a.cmp(&b))
        };
        let n_chosen = (wanted / 2).min(candidates.len());
        if n_chosen < candidates.len() && 0 < n_chosen {
            candidates.select_nth_unstable_by(n_chosen - 1, order);
        }
        candidates.truncate(n_chosen);
        candidates.sort_unstable_by(order);
        candidates.iter().for_each(|&sample| taken[sample] = true);
        set.extend(candidates);
    }
    set
}

/// Solves the problem of a working set with all other samples held; gives the steps and how
/// much each sample changed.
fn solve_part(
    dual: &mut Dual,
    cache: &Cache,
    set: &[usize],
    tolerance: f64,
    most_steps: usize,
) -> (usize, Vec<f64>) {
    let stride = set.len().next_multiple_of(LANES);
    let mut matrix = vec![0.0; set.len() * stride];
    for (line, &sample) in matrix.chunks_exact_mut(stride).zip(set) {
        let row = cache.row(sample);
        line.iter_mut().zip(set).for_each(|(value, &other)| *value = row[other]);
    }
    let of = |values: &[f64]| -> Vec<f64> { set.iter().map(|&sample| values[sample]).collect() };
    let mut part = Dual::resume(
        of(&dual.gradient),
        of(&dual.beta),
        of(&dual.least),
        of(&dual.most),
        of(&dual.diagonal),
    );
    let steps = smo::solve(&mut part, &matrix, stride, tolerance, most_steps);
    let mut changes = Vec::with_capacity(set.len());
    for (&sample, &beta) in set.iter().zip(&part.beta) {
        changes.push(beta - dual.beta[sample]);
        dual.beta[sample] = beta;
        dual.mark(sample);
    }
    (steps, changes)
}

/// `gradient -= sum change * row`, in parallel over fixed runs of samples.
fn move_gradient(gradient: &mut [f64], changed: &[(&[f32], f64)]) {
    const RUN: usize = 2048;
    gradient.par_chunks_mut(RUN).enumerate().with_max_len(1).for_each(|(run, gradient)| {
        vectorized!({
            for (row, change) in changed {
                let row = &row[run * RUN..][..gradient.len()];
                let pairs = gradient.iter_mut().zip(row);
                pairs.for_each(|(gradient, value)| *gradient -= change * f64::from(*value));
            }
        });
    });
}

/// Kernel rows, the oldest of which make room for new ones.
struct Cache {
    stride: usize,
    values: Vec<f32>,
    /// Where the row of each sample is.
    slot: Vec<Option<u32>>,
    /// Samples in the cache, oldest first.
    order: VecDeque<usize>,
    n_slots: usize,
}

impl Cache {
    fn new(n_samples: usize, n_slots: usize) -> Cache {
        let stride = n_samples.next_multiple_of(LANES);
        let n_slots = n_slots.min(n_samples);
        Cache {
            stride,
            values: vec![0.0; n_slots * stride],
            slot: vec![None; n_samples],
            order: VecDeque::with_capacity(n_slots),
            n_slots,
        }
    }

    fn row(&self, sample: usize) -> &[f32] {
        let slot = self.slot[sample].map_or(0, |slot| slot as usize);
        &self.values[slot * self.stride..][..self.stride]
    }

    /// Makes sure that the rows of the samples are there.
    fn load(&mut self, kernel: KernelFunction, rows: &Rows, samples: &[usize]) {
        // The ones asked for become the youngest, so that none of them makes room.
        let mut wanted = vec![false; self.slot.len()];
        samples.iter().for_each(|&sample| wanted[sample] = true);
        let (again, mut rest): (VecDeque<usize>, VecDeque<usize>) =
            self.order.iter().partition(|&&sample| wanted[sample]);
        let missing: Vec<usize> =
            samples.iter().copied().filter(|&sample| self.slot[sample].is_none()).collect();
        let mut free: Vec<u32> = Vec::with_capacity(missing.len());
        let used = self.order.len();
        let unused = self.n_slots - used;
        free.extend((used..used + unused.min(missing.len())).map(|slot| slot as u32));
        while free.len() < missing.len() {
            let Some(old) = rest.pop_front() else { break };
            free.extend(self.slot[old].take());
        }
        // Few rows are computed beside the cache and then put in their places.
        let mut fresh = vec![0.0; missing.len() * self.stride];
        kernel.rows(rows, &missing, self.stride, &mut fresh);
        for ((&sample, slot), row) in missing.iter().zip(&free).zip(fresh.chunks_exact(self.stride))
        {
            self.values[*slot as usize * self.stride..][..self.stride].copy_from_slice(row);
            self.slot[sample] = Some(*slot);
        }
        rest.extend(again);
        rest.extend(missing);
        self.order = rest;
    }
}
