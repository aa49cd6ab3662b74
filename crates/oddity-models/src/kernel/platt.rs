//! Probabilities from decision values: a logistic curve fitted to them.

/// `P(first class | f) = 1 / (1 + exp(a f + b))`.
///
/// Fitted by Newton's method with backtracking:
///
/// - J. C. Platt. Probabilistic outputs for support vector machines. In: Advances in Large
///   Margin Classifiers, 2000.
/// - H.-T. Lin, C.-J. Lin and R. C. Weng. A note on Platt's probabilistic outputs for support
///   vector machines. Machine Learning 68, 2007. doi:10.1007/s10994-007-5018-6.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sigmoid {
    a: f64,
    b: f64,
}

/// Steps of Newton's method at most.
const MOST_STEPS: usize = 100;
/// The shortest step that is tried.
const SHORTEST: f64 = 1e-10;
/// Added to the diagonal of the matrix of second derivatives.
const RIDGE: f64 = 1e-12;
/// The gradient that is small enough.
const FLAT: f64 = 1e-5;

impl Sigmoid {
    /// Fits the curve to decision values and signs, 1 for the first class and -1 for the
    /// other one.
    pub(super) fn fit(decisions: &[f64], signs: &[f64]) -> Sigmoid {
        let n_first = signs.iter().filter(|&&sign| 0.0 < sign).count() as f64;
        let n_second = signs.len() as f64 - n_first;
        let (high, low) = ((n_first + 1.0) / (n_first + 2.0), 1.0 / (n_second + 2.0));
        let targets: Vec<f64> =
            signs.iter().map(|&sign| if 0.0 < sign { high } else { low }).collect();
        let cost = |curve: Sigmoid| -> f64 {
            let one = |(decision, target): (&f64, &f64)| {
                let x = decision * curve.a + curve.b;
                let target = if 0.0 <= x { *target } else { target - 1.0 };
                target * x + (-x.abs()).exp().ln_1p()
            };
            decisions.iter().zip(&targets).map(one).sum()
        };
        let mut curve = Sigmoid { a: 0.0, b: ((n_second + 1.0) / (n_first + 1.0)).ln() };
        let mut value = cost(curve);
        for _ in 0..MOST_STEPS {
            let (mut h11, mut h22, mut h21) = (RIDGE, RIDGE, 0.0);
            let (mut g1, mut g2) = (0.0, 0.0);
            for (decision, target) in decisions.iter().zip(&targets) {
                let p = curve.probability(*decision);
                let (d1, d2) = (target - p, p * (1.0 - p));
                h11 += decision * decision * d2;
                h22 += d2;
                h21 += decision * d2;
                g1 += decision * d1;
                g2 += d1;
            }
            if g1.abs() < FLAT && g2.abs() < FLAT {
                break;
            }
            let determinant = h11 * h22 - h21 * h21;
            let da = -(h22 * g1 - h21 * g2) / determinant;
            let db = -(h11 * g2 - h21 * g1) / determinant;
            let slope = g1 * da + g2 * db;
            let mut length = 1.0;
            while SHORTEST <= length {
                let next = Sigmoid { a: curve.a + length * da, b: curve.b + length * db };
                let next_value = cost(next);
                if next_value < value + 1e-4 * length * slope {
                    (curve, value) = (next, next_value);
                    break;
                }
                length /= 2.0;
            }
            if length < SHORTEST {
                break;
            }
        }
        curve
    }

    /// The probability of the first class.
    pub(super) fn probability(self, decision: f64) -> f64 {
        let x = decision * self.a + self.b;
        if 0.0 <= x { (-x).exp() / (1.0 + (-x).exp()) } else { 1.0 / (1.0 + x.exp()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fitted_curve_is_a_minimum() {
        let decisions: Vec<f64> = (0..40).map(|at| f64::from(at) / 10.0 - 2.0).collect();
        let signs: Vec<f64> =
            (0..40).map(|at| if at % 7 == 0 || 20 < at { 1.0 } else { -1.0 }).collect();
        let curve = Sigmoid::fit(&decisions, &signs);
        let n_first = signs.iter().filter(|&&sign| 0.0 < sign).count() as f64;
        let target = |sign: f64| match 0.0 < sign {
            true => (n_first + 1.0) / (n_first + 2.0),
            false => 1.0 / (42.0 - n_first),
        };
        let mut slopes = [0.0; 2];
        for (&decision, &sign) in decisions.iter().zip(&signs) {
            let off = target(sign) - curve.probability(decision);
            slopes[0] += decision * off;
            slopes[1] += off;
        }
        assert!(slopes.iter().all(|slope| slope.abs() < FLAT), "{slopes:?}");
        assert!(curve.probability(-1.9) < 0.3 && 0.9 < curve.probability(1.9));
    }
}
