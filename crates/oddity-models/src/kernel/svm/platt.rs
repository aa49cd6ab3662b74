//! Probabilities from decision values: a logistic function for each pair of classes, and
//! one distribution from those of all pairs.

use oddity_core::Seed;

use super::train::{Machine, Trainer};

const N_FOLDS: usize = 5;

/// `P(first class | decision value z) = 1 / (1 + e^(slope z + offset))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sigmoid {
    pub(super) slope: f64,
    pub(super) offset: f64,
}

impl Sigmoid {
    /// The probability of the first class of the pair.
    pub(super) fn probability(self, decision: f64) -> f64 {
        let z = self.slope * decision + self.offset;
        let small = (-z.abs()).exp();
        if 0.0 < z { small / (1.0 + small) } else { 1.0 / (1.0 + small) }
    }
}

/// Fits the function of a pair to decision values of samples that were left out of the
/// machine that gives them (Platt 1999), by five folds in random order, as LIBSVM does.
pub(super) fn fit(
    trainer: &Trainer<'_>,
    samples: &[usize],
    signs: &[f64],
    limits: [f64; 2],
    seed: Seed,
) -> Sigmoid {
    let mut order: Vec<usize> = (0..samples.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, (seed.derive(at as u64).0 % (at as u64 + 1)) as usize);
    }
    let mut decisions = vec![0.0; samples.len()];
    for fold in 0..N_FOLDS {
        let (start, end) = (fold * order.len() / N_FOLDS, (fold + 1) * order.len() / N_FOLDS);
        let trained: Vec<usize> = order[..start].iter().chain(&order[end..]).copied().collect();
        let left_out = &order[start..end];
        let trained_signs: Vec<f64> = trained.iter().map(|&at| signs[at]).collect();
        let sum: f64 = trained_signs.iter().sum();
        if trained.len() as f64 == sum.abs() {
            // Only one class is left to learn from, or none.
            left_out.iter().for_each(|&at| {
                decisions[at] = if trained.is_empty() { 0.0 } else { sum.signum() }
            });
            continue;
        }
        let of = |at: &[usize]| -> Vec<usize> { at.iter().map(|&at| samples[at]).collect() };
        let trained = of(&trained);
        let machine: Machine = trainer.train(&trained, &trained_signs, limits);
        let values = trainer.decide(&machine, &trained, &of(left_out));
        left_out.iter().zip(values).for_each(|(&at, value)| decisions[at] = value);
    }
    fit_sigmoid(&decisions, signs)
}

/// Maximum likelihood with smoothed targets, by Newton's method (Lin, Lin and Weng 2007,
/// doi:10.1007/s10994-007-5018-6).
fn fit_sigmoid(decisions: &[f64], signs: &[f64]) -> Sigmoid {
    let n_positive = signs.iter().filter(|sign| 0.0 < **sign).count() as f64;
    let n_negative = signs.len() as f64 - n_positive;
    let (high, low) = ((n_positive + 1.0) / (n_positive + 2.0), 1.0 / (n_negative + 2.0));
    let target = |sign: &f64| if 0.0 < *sign { high } else { low };
    let pairs = || decisions.iter().zip(signs.iter().map(target));
    let loss = |at: Sigmoid| -> f64 {
        let terms = pairs().map(|(decision, target)| {
            let z = at.slope * decision + at.offset;
            let excess = if z < 0.0 { target - 1.0 } else { target };
            excess * z + (-z.abs()).exp().ln_1p()
        });
        terms.sum()
    };
    let mut at = Sigmoid { slope: 0.0, offset: ((n_negative + 1.0) / (n_positive + 1.0)).ln() };
    let mut value = loss(at);
    for _ in 0..100 {
        let (mut h11, mut h22, mut h21, mut g1, mut g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0);
        for (decision, target) in pairs() {
            let p = at.probability(*decision);
            let (curvature, slope) = (p * (1.0 - p), target - p);
            h11 += decision * decision * curvature;
            h22 += curvature;
            h21 += decision * curvature;
            g1 += decision * slope;
            g2 += slope;
        }
        if g1.abs() < 1e-5 && g2.abs() < 1e-5 {
            break;
        }
        let determinant = h11 * h22 - h21 * h21;
        let d1 = -(h22 * g1 - h21 * g2) / determinant;
        let d2 = -(h11 * g2 - h21 * g1) / determinant;
        let slope = g1 * d1 + g2 * d2;
        let mut length = 1.0;
        let accepted = loop {
            let trial = Sigmoid { slope: at.slope + length * d1, offset: at.offset + length * d2 };
            let there = loss(trial);
            if there < value + 1e-4 * length * slope {
                break Some((trial, there));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        let Some((trial, there)) = accepted else { break };
        (at, value) = (trial, there);
    }
    at
}

/// One distribution over the classes from the probabilities of the first class in each
/// pair, `pairs[first][second]`: the second method of Wu, Lin and Weng (2004,
/// <https://jmlr.org/papers/v5/wu04a.html>), with LIBSVM's iteration.
pub(super) fn couple(pairs: &[Vec<f64>]) -> Vec<f64> {
    let n_classes = pairs.len();
    let mut p = vec![1.0 / n_classes as f64; n_classes];
    let mut q = vec![vec![0.0; n_classes]; n_classes];
    for first in 0..n_classes {
        for second in 0..n_classes {
            if first != second {
                q[first][first] += pairs[second][first] * pairs[second][first];
                q[first][second] = -pairs[second][first] * pairs[first][second];
            }
        }
    }
    let tolerance = 0.005 / n_classes as f64;
    for _ in 0..100.max(n_classes) {
        let mut products: Vec<f64> =
            q.iter().map(|row| row.iter().zip(&p).map(|(q, p)| q * p).sum()).collect();
        let mut total: f64 = products.iter().zip(&p).map(|(product, p)| product * p).sum();
        let error = products.iter().map(|product| (product - total).abs()).fold(0.0, f64::max);
        if error < tolerance {
            break;
        }
        for class in 0..n_classes {
            let change = (total - products[class]) / q[class][class];
            p[class] += change;
            total = (total + change * (change * q[class][class] + 2.0 * products[class]))
                / ((1.0 + change) * (1.0 + change));
            for other in 0..n_classes {
                products[other] = (products[other] + change * q[class][other]) / (1.0 + change);
                p[other] /= 1.0 + change;
            }
        }
    }
    // The iteration keeps the sum at 1 only up to rounding.
    let total: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p = (*p / total).clamp(0.0, 1.0));
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coupling_gives_back_a_distribution_that_the_pairs_agree_on() {
        let truth = [0.5, 0.3, 0.2];
        let pair = |i: usize, j: usize| truth[i] / (truth[i] + truth[j]);
        let pairs: Vec<Vec<f64>> = (0..3)
            .map(|i| (0..3).map(|j| if i == j { 0.0 } else { pair(i, j) }).collect())
            .collect();
        for (found, expected) in couple(&pairs).iter().zip(truth) {
            assert!((found - expected).abs() < 5e-3, "{found} {expected}");
        }
    }

    #[test]
    fn the_sigmoid_rises_with_the_decision_value() {
        let decisions: Vec<f64> = (0..40).map(|at| f64::from(at) / 10.0 - 2.0).collect();
        let signs: Vec<f64> =
            (0..40).map(|at| if at % 7 == 0 || at < 20 { -1.0 } else { 1.0 }).collect();
        let sigmoid = fit_sigmoid(&decisions, &signs);
        assert!(sigmoid.slope < 0.0);
        assert!(sigmoid.probability(-2.0) < 0.2 && 0.6 < sigmoid.probability(2.0));
    }
}
