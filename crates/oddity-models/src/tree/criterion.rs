//! What a good split is: the impurity of a node and how a split is measured by it.

use serde::{Deserialize, Serialize};

use super::tally::Tally;

/// How mixed the classes of a node are; a split is chosen to lower it most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// `1 - sum_c p_c^2`, with the share `p_c` of class `c`.
    #[default]
    Gini,
    /// `-sum_c p_c ln p_c`.
    Entropy,
}

/// The criterion with the weight of each class.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub(super) criterion: Criterion,
    /// One weight a class, by code.
    pub(super) weights: Vec<f64>,
}

impl Measure {
    /// Weight of the samples counted, by class.
    pub(super) fn weight<T: Tally>(&self, tally: &T) -> f64 {
        self.class_weights(tally).sum()
    }

    /// The impurity times the weight of the samples counted.
    pub(super) fn weighted_impurity<T: Tally>(&self, tally: &T) -> f64 {
        let total = self.weight(tally);
        match self.criterion {
            Criterion::Gini => {
                total - self.class_weights(tally).map(|part| part * part).sum::<f64>() / total
            }
            Criterion::Entropy => self
                .class_weights(tally)
                .filter(|&part| 0.0 < part)
                .map(|part| -part * (part / total).ln())
                .sum(),
        }
    }

    /// By how much the weighted impurity falls when `left` is split off from `total`.
    pub(super) fn decrease<T: Tally>(&self, left: &T, total: &T) -> f64 {
        let right = total.minus(left);
        self.weighted_impurity(total)
            - self.weighted_impurity(left)
            - self.weighted_impurity(&right)
    }

    /// Writes the share of each class.
    pub(super) fn shares<'a, T: Tally>(&'a self, tally: &'a T) -> impl Iterator<Item = f64> + 'a {
        let total = self.weight(tally);
        self.class_weights(tally).map(move |part| part / total)
    }

    fn class_weights<'a, T: Tally>(&'a self, tally: &'a T) -> impl Iterator<Item = f64> + 'a {
        let count = |(class, weight): (usize, &f64)| weight * f64::from(tally.count(class));
        self.weights.iter().enumerate().map(count)
    }
}

/// `x ln x`, and 0 at 0.
#[inline(always)]
pub(super) fn x_ln_x(x: f64) -> f64 {
    if 0.0 < x { x * x.ln() } else { 0.0 }
}
