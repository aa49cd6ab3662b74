//! A fitted support vector classifier: the decision values of all pairs, votes,
//! probabilities.

use oddity_core::{FittedClassifier, FrameView, Predicted, Result, Samples};

use super::gram::{KernelFunction, Rows};
use super::platt::{Sigmoid, couple};
use super::train::Machine;
use crate::linear::{Occurring, dot, fill_shards, spread};
use crate::vectorized::vectorized;

/// Probabilities of a pair stay this far from 0 and 1, as in LIBSVM.
const LEAST_PROBABILITY: f64 = 1e-7;

/// The machine of two classes, positions among those that occur.
pub(super) struct Pair {
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) samples: Vec<usize>,
    pub(super) machine: Machine,
    pub(super) sigmoid: Option<Sigmoid>,
}

pub(super) struct FittedSvm {
    function: Function,
    /// Classes of each pair, the constant of its decision function and its probabilities.
    pairs: Vec<(usize, usize)>,
    intercepts: Vec<f64>,
    sigmoids: Option<Vec<Sigmoid>>,
    n_columns: usize,
    codes: Vec<u32>,
    n_names: usize,
    converged: bool,
}

/// What the decision values of the pairs are made of.
enum Function {
    /// A linear kernel's support vectors add up to one vector a pair, `n_pairs x n_columns`.
    Linear(Vec<f64>),
    /// The support vectors of all pairs, and how much each counts, `n_vectors x n_pairs`.
    Support { kernel: KernelFunction, vectors: Rows, coefficients: Vec<f64> },
}

impl FittedSvm {
    pub(super) fn new(
        kernel: KernelFunction,
        rows: &Rows,
        pairs: Vec<Pair>,
        occurring: Occurring,
    ) -> Result<FittedSvm> {
        let n_pairs = pairs.len();
        let mut weights = vec![0.0; rows.len() * n_pairs];
        for (index, pair) in pairs.iter().enumerate() {
            for (&sample, &beta) in pair.samples.iter().zip(&pair.machine.beta) {
                weights[sample * n_pairs + index] = beta;
            }
        }
        let is_support = |sample: &usize| {
            weights[sample * n_pairs..(sample + 1) * n_pairs].iter().any(|&beta| beta != 0.0)
        };
        let support: Vec<usize> = (0..rows.len()).filter(is_support).collect();
        let function = match kernel {
            KernelFunction::Linear => {
                let mut functions = vec![0.0; n_pairs * rows.width];
                for &sample in &support {
                    for pair in 0..n_pairs {
                        let beta = weights[sample * n_pairs + pair];
                        let function = &mut functions[pair * rows.width..][..rows.width];
                        let values = function.iter_mut().zip(rows.row(sample));
                        values.for_each(|(sum, value)| *sum += beta * value);
                    }
                }
                Function::Linear(functions)
            }
            KernelFunction::Rbf { .. } => {
                let of_sample = |&sample: &usize| &weights[sample * n_pairs..][..n_pairs];
                let coefficients = support.iter().flat_map(of_sample).copied().collect();
                Function::Support { kernel, vectors: rows.select(&support), coefficients }
            }
        };
        Ok(FittedSvm {
            function,
            intercepts: pairs.iter().map(|pair| pair.machine.intercept).collect(),
            sigmoids: pairs.iter().map(|pair| pair.sigmoid).collect(),
            converged: pairs.iter().all(|pair| pair.machine.converged),
            pairs: pairs.iter().map(|pair| (pair.first, pair.second)).collect(),
            n_columns: rows.width,
            codes: occurring.codes,
            n_names: occurring.n_names,
        })
    }

    /// The decision values of all pairs, `n_samples x n_pairs`: above 0 for the first class.
    fn decide(&self, rows: FrameView<'_>) -> Vec<f64> {
        let n_pairs = self.pairs.len();
        let mut values = match &self.function {
            Function::Linear(functions) => {
                let mut values = vec![0.0; rows.n_rows() * n_pairs];
                let width = self.n_columns;
                fill_shards(&mut values, n_pairs, rows.n_rows(), width, |range, out| {
                    vectorized!({
                        for (row, out) in
                            rows.slice(range).iter().zip(out.chunks_exact_mut(n_pairs))
                        {
                            for (out, function) in out.iter_mut().zip(functions.chunks(width)) {
                                *out = dot(row, function);
                            }
                        }
                    });
                });
                values
            }
            Function::Support { kernel, vectors, coefficients } => {
                kernel.weighted_sums(rows.values(), vectors, coefficients, n_pairs)
            }
        };
        for values in values.chunks_exact_mut(n_pairs) {
            values.iter_mut().zip(&self.intercepts).for_each(|(value, add)| *value += add);
        }
        values
    }

    /// The position of the class with the most votes (ties: the lowest code), and for each
    /// class its votes with the sum of its decision values as a fraction that breaks ties.
    fn vote(&self, decisions: &[f64], out: &mut [f64]) -> usize {
        if let [decision] = decisions {
            out.copy_from_slice(&[*decision, -decision]);
            return usize::from(*decision <= 0.0);
        }
        let mut votes = vec![0.0; out.len()];
        out.fill(0.0);
        for (&(first, second), decision) in self.pairs.iter().zip(decisions) {
            votes[if 0.0 < *decision { first } else { second }] += 1.0;
            out[first] += decision;
            out[second] -= decision;
        }
        out.iter_mut().zip(&votes).for_each(|(sum, votes)| {
            *sum = votes + *sum / (3.0 * (sum.abs() + 1.0));
        });
        (1..votes.len()).fold(0, |best, at| if votes[best] < votes[at] { at } else { best })
    }

    /// The probabilities of the classes that occur.
    fn probabilities(&self, decisions: &[f64], sigmoids: &[Sigmoid]) -> Vec<f64> {
        let n_classes = self.codes.len();
        let mut pairs = vec![vec![0.0; n_classes]; n_classes];
        for ((&(first, second), decision), sigmoid) in
            self.pairs.iter().zip(decisions).zip(sigmoids)
        {
            let p = sigmoid.probability(*decision);
            let p = p.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
            pairs[first][second] = p;
            pairs[second][first] = 1.0 - p;
        }
        if n_classes == 2 { vec![pairs[0][1], pairs[1][0]] } else { couple(&pairs) }
    }
}

impl FittedClassifier for FittedSvm {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| {
            rows.expect_width(self.n_columns)?;
            let decisions = self.decide(rows);
            let (n_pairs, n_classes) = (self.pairs.len(), self.codes.len());
            let mut scores = vec![0.0; rows.n_rows() * n_classes];
            let of_sample = decisions.chunks_exact(n_pairs).zip(scores.chunks_exact_mut(n_classes));
            let codes = of_sample
                .map(|(decisions, scores)| self.codes[self.vote(decisions, scores)])
                .collect();
            // Below the votes of any class that occurs.
            let absent = scores.iter().copied().fold(0.0, f64::min) - 1.0;
            let scores = spread(scores, &self.codes, self.n_names, absent);
            let predicted = Predicted::new(codes, self.n_names)?.with_decision(scores)?;
            let Some(sigmoids) = &self.sigmoids else { return Ok(predicted) };
            let probabilities = decisions
                .chunks_exact(n_pairs)
                .flat_map(|decisions| self.probabilities(decisions, sigmoids))
                .collect();
            predicted.with_probabilities(spread(probabilities, &self.codes, self.n_names, 0.0))
        })
    }

    fn converged(&self) -> Option<bool> {
        Some(self.converged)
    }
}
