//! One two-class problem: the samples of a pair of classes, or a part of them.

use super::gram::{KernelFunction, Rows};
use super::params::SvmParams;
use super::smo::{self, Dual, LANES};
use super::{interior_point, working_set};

/// Up to this many columns a linear kernel's problem is solved in its columns.
const MOST_COLUMNS: usize = 1024;
/// Fewer samples a column than this are solved through their kernel matrix.
const SAMPLES_PER_COLUMN: usize = 4;

/// What every two-class problem of a fit shares.
pub(super) struct Trainer<'a> {
    kernel: KernelFunction,
    rows: &'a Rows,
    /// All kernel values, if they fit the memory.
    gram: Option<Gram>,
    tolerance: f64,
    most_steps: usize,
    cache_bytes: usize,
}

/// All kernel values: a row of `stride` values for each sample.
struct Gram {
    values: Vec<f32>,
    stride: usize,
}

/// A decision function `sum beta_i K(x_i, x) + intercept`.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// One a sample; 0 for those that are no support vectors.
    pub(super) beta: Vec<f64>,
    pub(super) intercept: f64,
    pub(super) converged: bool,
}

impl<'a> Trainer<'a> {
    pub(super) fn new(kernel: KernelFunction, rows: &'a Rows, params: &SvmParams) -> Trainer<'a> {
        let cache_bytes = params.cache_mib.saturating_mul(1 << 20);
        // A linear kernel of many samples needs no matrix: see `interior_point`.
        let by_columns = kernel == KernelFunction::Linear
            && rows.width <= MOST_COLUMNS
            && SAMPLES_PER_COLUMN * rows.width <= rows.len();
        let gram = if by_columns { None } else { Gram::new(kernel, rows, cache_bytes) };
        Trainer {
            kernel,
            rows,
            gram,
            tolerance: params.tolerance,
            most_steps: params.max_steps,
            cache_bytes,
        }
    }

    /// Solves the problem of some samples, `signs` 1 or -1; `limits` are the largest
    /// `alpha` of a sample with sign 1 and of one with sign -1.
    pub(super) fn train(&self, samples: &[usize], signs: &[f64], limits: [f64; 2]) -> Machine {
        let limit = |sign: &f64| if 0.0 < *sign { limits[0] } else { limits[1] };
        let limits: Vec<f64> = signs.iter().map(limit).collect();
        let diagonal =
            samples.iter().map(|&sample| self.kernel.diagonal(self.rows, sample)).collect();
        let mut dual = Dual::new(signs, &limits, diagonal);
        let whole = samples.len() == self.rows.len();
        let converged = match &self.gram {
            Some(gram) if whole => self.solve(&mut dual, gram),
            Some(gram) => self.solve(&mut dual, &gram.select(samples)),
            None => {
                let rows = self.rows.select(samples);
                if self.kernel == KernelFunction::Linear && rows.width <= MOST_COLUMNS {
                    self.start_inside(&mut dual, &rows, signs, &limits);
                } else if let Some(gram) = Gram::new(self.kernel, &rows, self.cache_bytes) {
                    return self.machine(self.solve(&mut dual, &gram), dual, samples.len());
                }
                let cache_rows = self.cache_bytes / (4 * samples.len());
                let (tolerance, steps) = (self.tolerance, self.most_steps);
                working_set::solve(&mut dual, self.kernel, &rows, cache_rows, tolerance, steps)
            }
        };
        self.machine(converged, dual, samples.len())
    }

    fn machine(&self, converged: bool, dual: Dual, n_samples: usize) -> Machine {
        let intercept = dual.intercept();
        let mut beta = dual.beta;
        beta.truncate(n_samples);
        Machine { beta, intercept, converged }
    }

    /// Puts the dual variables where the interior-point method ends.
    fn start_inside(&self, dual: &mut Dual, rows: &Rows, signs: &[f64], limits: &[f64]) {
        let beta = interior_point::solve(rows, signs, limits, 1e-7 * self.tolerance);
        let mut function = interior_point::weighted_sum(rows, &beta);
        function[rows.width] = 0.0;
        let values = interior_point::values(rows, &function);
        for (at, (value, sign)) in values.iter().zip(signs).enumerate() {
            dual.gradient[at] = sign - value;
            dual.beta[at] = beta[at];
            dual.mark(at);
        }
    }

    fn solve(&self, dual: &mut Dual, gram: &Gram) -> bool {
        let (tolerance, most_steps) = (self.tolerance, self.most_steps);
        smo::solve(dual, &gram.values, gram.stride, tolerance, most_steps) < most_steps
    }

    /// The decision values of samples that a machine of other samples gives.
    pub(super) fn decide(
        &self,
        machine: &Machine,
        trained: &[usize],
        samples: &[usize],
    ) -> Vec<f64> {
        let support = || trained.iter().zip(&machine.beta).filter(|(_, beta)| **beta != 0.0);
        if let Some(gram) = &self.gram {
            let value = |&sample: &usize| {
                let row = &gram.values[sample * gram.stride..][..gram.stride];
                let terms = support().map(|(&at, beta)| beta * f64::from(row[at]));
                terms.sum::<f64>() + machine.intercept
            };
            return samples.iter().map(value).collect();
        }
        let (at, beta): (Vec<usize>, Vec<f64>) = support().map(|(&at, &beta)| (at, beta)).unzip();
        let samples = self.rows.select(samples);
        let sums = self.kernel.weighted_sums(&samples.values, &self.rows.select(&at), &beta, 1);
        sums.into_iter().map(|sum| sum + machine.intercept).collect()
    }
}

impl Gram {
    /// Computes all kernel values, unless they take more memory than there is.
    fn new(kernel: KernelFunction, rows: &Rows, most_bytes: usize) -> Option<Gram> {
        let n_samples = rows.len();
        let stride = n_samples.next_multiple_of(LANES);
        let size = n_samples.checked_mul(stride)?;
        if most_bytes < size.checked_mul(size_of::<f32>())? {
            return None;
        }
        let mut values = vec![0.0; size];
        let all: Vec<usize> = (0..n_samples).collect();
        kernel.rows(rows, &all, stride, &mut values);
        Some(Gram { values, stride })
    }

    /// The kernel values among some samples.
    fn select(&self, samples: &[usize]) -> Gram {
        let stride = samples.len().next_multiple_of(LANES);
        let mut values = vec![0.0; samples.len() * stride];
        for (line, &sample) in values.chunks_exact_mut(stride).zip(samples) {
            let row = &self.values[sample * self.stride..][..self.stride];
            line.iter_mut().zip(samples).for_each(|(value, &other)| *value = row[other]);
        }
        Gram { values, stride }
    }
}
