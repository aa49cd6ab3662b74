//! How far medians of rounds may lie apart by chance alone.

use crate::spread::median;

/// Rounds of each side without which no difference of seconds is told.
pub const MIN_ROUNDS: usize = 3;

/// Two-sided 0.1 % quantiles of Student's t by degrees of freedom, 0.05 % on either side. Between
/// two rows the one with fewer degrees holds, which is the larger.
const STUDENT: &[(usize, f64)] = &[
    (1, 636.619),
    (2, 31.599),
    (3, 12.924),
    (4, 8.610),
    (5, 6.869),
    (6, 5.959),
    (7, 5.408),
    (8, 5.041),
    (9, 4.781),
    (10, 4.587),
    (12, 4.318),
    (14, 4.140),
    (16, 4.015),
    (18, 3.922),
    (20, 3.850),
    (25, 3.725),
    (30, 3.646),
    (40, 3.551),
    (60, 3.460),
    (120, 3.373),
];

/// The same quantity in the rounds of both sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rounds {
    /// Of the old results, by round.
    pub base: Vec<f64>,
    /// Of the new ones.
    pub head: Vec<f64>,
}

impl Rounds {
    /// The median ratio, new by old: over pairs of rounds where there are as many on both sides,
    /// which may have been taken in turns, else the ratio of the medians.
    pub fn ratio(&self) -> Option<f64> {
        let (base, head) = (median(&self.base)?, median(&self.head)?);
        if self.base.len() != self.head.len() {
            return Some(head / base);
        }
        let ratios: Vec<f64> =
            self.base.iter().zip(&self.head).map(|(base, head)| head / base).collect();
        median(&ratios)
    }

    /// The ratio that equal programs stay below but for one time in two thousand: of the pooled
    /// standard deviation `s` of the logarithms about their side's mean,
    /// `exp(t 1.2533 s sqrt(1 / n + 1 / m))`, where 1.2533 is the root of pi / 2, by which a median
    /// varies more than a mean. Nothing where a side has fewer than [`MIN_ROUNDS`].
    pub fn bound(&self) -> Option<f64> {
        let (n, m) = (self.base.len(), self.head.len());
        if n.min(m) < MIN_ROUNDS {
            return None;
        }
        let degrees = n + m - 2;
        let variance = (squares(&self.base) + squares(&self.head)) / degrees as f64;
        let error =
            (std::f64::consts::FRAC_PI_2 * variance * (1.0 / n as f64 + 1.0 / m as f64)).sqrt();
        let t = STUDENT.iter().take_while(|(at, _)| *at <= degrees).last()?.1;
        Some((t * error).exp())
    }
}

/// Sum of the squares of the logarithms about their mean.
fn squares(values: &[f64]) -> f64 {
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    logs.iter().map(|log| (log - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_that_of_the_formula() {
        let rounds = Rounds { base: vec![1.0, 1.1, 0.9], head: vec![1.0, 1.0, 1.0] };
        // s^2 of the logarithms of 1, 1.1 and 0.9, pooled with none: 0.020200 / 4.
        let logs = [0.0, 1.1_f64.ln(), 0.9_f64.ln()];
        let mean = logs.iter().sum::<f64>() / 3.0;
        let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / 4.0;
        let wanted = (8.610 * (std::f64::consts::FRAC_PI_2 * variance * 2.0 / 3.0).sqrt()).exp();
        assert!((rounds.bound().unwrap() - wanted).abs() < 1e-12);
        assert_eq!(rounds.ratio(), Some(1.0));
        assert_eq!(Rounds { base: vec![1.0; 9], head: vec![1.0; 2] }.bound(), None);
    }

    #[test]
    fn rounds_in_turns_are_paired() {
        let rounds = Rounds { base: vec![1.0, 2.0, 4.0], head: vec![1.5, 3.0, 6.0] };
        assert_eq!(rounds.ratio(), Some(1.5));
        let unequal = Rounds { base: vec![1.0, 2.0, 4.0], head: vec![3.0] };
        assert_eq!(unequal.ratio(), Some(1.5));
    }
}
