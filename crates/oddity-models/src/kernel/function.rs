//! The kernels: what a pair of rows is worth.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::exponential::exp_of_negative;
use crate::means::{column_means, mean};

/// The inner product of two rows in the space where the machine separates them.
///
/// In TOML: `"linear"`, `{ rbf = {} }`, `{ rbf = { gamma = 0.5 } }`, `{ poly = { degree = 2 } }`
/// or `{ sigmoid = {} }`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kernel {
    /// `x · z`.
    Linear,
    /// `exp(-gamma |x - z|²)`.
    Rbf {
        /// The width of the kernel: the larger, the narrower.
        #[serde(default)]
        gamma: Gamma,
    },
    /// `(gamma x · z + coef0)^degree`.
    Poly {
        /// The exponent, at least 1. Default 3, as in libsvm.
        #[serde(default = "three")]
        degree: u32,
        /// The factor of the product.
        #[serde(default)]
        gamma: Gamma,
        /// What is added to it. Default 0.
        #[serde(default)]
        coef0: f64,
    },
    /// `tanh(gamma x · z + coef0)`, which is no inner product for every choice of both.
    Sigmoid {
        /// The factor of the product.
        #[serde(default)]
        gamma: Gamma,
        /// What is added to it. Default 0.
        #[serde(default)]
        coef0: f64,
    },
}

fn three() -> u32 {
    3
}

/// The factor `gamma` of the kernels that have one.
///
/// In TOML: `"scale"`, `"auto"` or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "GammaText", into = "GammaText")]
pub enum Gamma {
    /// `1 / (d v)` with `d` columns and the variance `v` of all training values together; 1
    /// where they are all equal.
    #[default]
    Scale,
    /// `1 / d` with `d` columns.
    Auto,
    /// A number above 0.
    Value(f64),
}

/// How [`Gamma`] is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum GammaText {
    Rule(Rule),
    Value(f64),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    Scale,
    Auto,
}

impl From<GammaText> for Gamma {
    fn from(text: GammaText) -> Gamma {
        match text {
            GammaText::Rule(Rule::Scale) => Gamma::Scale,
            GammaText::Rule(Rule::Auto) => Gamma::Auto,
            GammaText::Value(value) => Gamma::Value(value),
        }
    }
}

impl From<Gamma> for GammaText {
    fn from(gamma: Gamma) -> GammaText {
        match gamma {
            Gamma::Scale => GammaText::Rule(Rule::Scale),
            Gamma::Auto => GammaText::Rule(Rule::Auto),
            Gamma::Value(value) => GammaText::Value(value),
        }
    }
}

impl Kernel {
    /// Refuses a number outside its range.
    pub(super) fn check(self, step: &'static str) -> Result<()> {
        let (gamma, coef0, degree) = match self {
            Kernel::Linear => return Ok(()),
            Kernel::Rbf { gamma } => (gamma, 0.0, 1),
            Kernel::Poly { degree, gamma, coef0 } => (gamma, coef0, degree),
            Kernel::Sigmoid { gamma, coef0 } => (gamma, coef0, 1),
        };
        if let Gamma::Value(gamma) = gamma {
            let ok = gamma.is_finite() && 0.0 < gamma;
            Error::check_parameter(step, "gamma", gamma, ok, "above 0")?;
        }
        Error::check_parameter(step, "coef0", coef0, coef0.is_finite(), "a finite number")?;
        Error::check_parameter(step, "degree", f64::from(degree), 1 <= degree, "at least 1")
    }

    /// The kernel for these training rows of `n_columns`.
    pub(super) fn on<'a>(self, rows: impl TrainingRows<'a>, n_columns: usize) -> Space {
        let gamma = match self {
            Kernel::Linear => 0.0,
            Kernel::Rbf { gamma } | Kernel::Poly { gamma, .. } | Kernel::Sigmoid { gamma, .. } => {
                gamma.on(rows.clone(), n_columns)
            }
        };
        let form = self.with_gamma(gamma);
        // Only distances are the same from every origin.
        let centre = match form {
            Form::Rbf { .. } => centre(rows, n_columns),
            _ => vec![0.0; n_columns],
        };
        Space { form, centre }
    }

    /// The kernel with this factor.
    pub(super) fn with_gamma(self, gamma: f64) -> Form {
        match self {
            Kernel::Linear => Form::Linear,
            Kernel::Rbf { .. } => Form::Rbf { gamma },
            Kernel::Poly { degree, coef0, .. } => Form::Poly { degree, gamma, coef0 },
            Kernel::Sigmoid { coef0, .. } => Form::Sigmoid { gamma, coef0 },
        }
    }
}

/// Rows that are passed several times.
pub(super) trait TrainingRows<'a>: ExactSizeIterator<Item = &'a [f64]> + Clone {}

impl<'a, T: ExactSizeIterator<Item = &'a [f64]> + Clone> TrainingRows<'a> for T {}

impl Gamma {
    /// The number for these training rows.
    fn on<'a>(self, rows: impl TrainingRows<'a>, n_columns: usize) -> f64 {
        match self {
            Gamma::Value(gamma) => gamma,
            Gamma::Auto => 1.0 / n_columns as f64,
            Gamma::Scale => match variance(rows, n_columns) {
                0.0 => 1.0,
                variance => 1.0 / (n_columns as f64 * variance),
            },
        }
    }
}

/// The largest squared norm of a row: sums of two and twice a product stay in the range of numbers.
pub(super) const LARGEST_NORM: f64 = f64::MAX / 8.0;

/// A kernel without open choices.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) form: Form,
    /// The origin from which rows are measured.
    pub(super) centre: Vec<f64>,
}

/// What a [`Kernel`] makes of two rows, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    Linear,
    Rbf { gamma: f64 },
    Poly { degree: u32, gamma: f64, coef0: f64 },
    Sigmoid { gamma: f64, coef0: f64 },
}

impl Form {
    /// The kernel's values from products `x · z` and squared norms, in place. For an infinite norm,
    /// of a row that left the range of numbers, they are those of a row that is infinitely far away:
    /// 0 for the radial basis function, and no number for others.
    #[inline(always)]
    pub(super) fn finish(self, products: &mut [f64], norm: f64, others: &[f64]) {
        if norm == f64::INFINITY && !matches!(self, Form::Rbf { .. }) {
            products.fill(f64::NAN);
            return;
        }
        match self {
            Form::Linear => {}
            Form::Rbf { gamma } => {
                for (value, other) in products.iter_mut().zip(others) {
                    let squared = (norm + other) - 2.0 * *value;
                    let squared = if 0.0 < squared { squared } else { 0.0 };
                    *value = exp_of_negative(-gamma * squared);
                }
            }
            Form::Poly { degree, gamma, coef0 } => {
                for value in products {
                    *value = power(gamma * *value + coef0, degree);
                }
            }
            Form::Sigmoid { gamma, coef0 } => {
                for value in products {
                    *value = tanh(gamma * *value + coef0);
                }
            }
        }
    }

    /// The factor of the kernel; 0 where it has none.
    pub(super) fn gamma(self) -> f64 {
        match self {
            Form::Linear => 0.0,
            Form::Rbf { gamma } | Form::Poly { gamma, .. } | Form::Sigmoid { gamma, .. } => gamma,
        }
    }

    /// `k(x, x)` for the squared norm of `x`.
    pub(super) fn own(self, norm: f64) -> f64 {
        let mut value = [norm];
        self.finish(&mut value, norm, &[norm]);
        value[0]
    }

    /// Whether no value of rows of at most this squared norm leaves the single precision that
    /// they are kept in.
    pub(super) fn fits(self, norm: f64) -> bool {
        let most = match self {
            Form::Rbf { .. } => 0.0,
            Form::Linear => norm,
            Form::Poly { degree, gamma, coef0 } => power(gamma * norm + coef0.abs(), degree),
            Form::Sigmoid { gamma, .. } => gamma * norm,
        };
        norm <= LARGEST_NORM && most <= f64::from(f32::MAX)
    }
}

/// `base^exponent` by squaring, as libsvm does it.
#[inline(always)]
fn power(base: f64, exponent: u32) -> f64 {
    let (mut power, mut square, mut rest) = (1.0, base, exponent);
    while 0 < rest {
        if rest % 2 == 1 {
            power *= square;
        }
        square *= square;
        rest /= 2;
    }
    power
}

/// The hyperbolic tangent without branches, within a few units of `f64::EPSILON`.
#[inline(always)]
fn tanh(x: f64) -> f64 {
    let small = exp_of_negative(-2.0 * x.abs());
    ((1.0 - small) / (1.0 + small)).copysign(x)
}

fn variance<'a>(rows: impl TrainingRows<'a>, n_columns: usize) -> f64 {
    let n_values = (rows.len() * n_columns) as f64;
    let mean = mean(rows.clone().flatten().copied()).unwrap_or(f64::NAN);
    rows.flatten().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n_values
}

/// An origin near the rows, so that `|x|² + |z|² - 2 x·z` loses nothing where columns are far
/// from 0. It is a whole number of steps of about a standard deviation: integers stay
/// integers, and columns around 0 stay as they are. Of a column that does not vary it is the value.
fn centre<'a>(rows: impl TrainingRows<'a>, n_columns: usize) -> Vec<f64> {
    let n_rows = rows.len() as f64;
    let means = column_means(rows.clone()).unwrap_or_else(|| vec![0.0; n_columns]);
    let mut squares = vec![0.0; n_columns];
    for row in rows {
        for ((square, mean), value) in squares.iter_mut().zip(&means).zip(row) {
            *square += (value - mean) * (value - mean) / n_rows;
        }
    }
    let origin = |(mean, square): (&f64, &f64)| {
        let step = square.sqrt().log2().floor().exp2();
        let origin = if *square == 0.0 { *mean } else { (mean / step).round() * step };
        if origin.is_finite() { origin } else { 0.0 }
    };
    means.iter().zip(&squares).map(origin).collect()
}

#[cfg(test)]
mod tests {
    use oddity_core::Frame;

    use super::*;

    fn rows(frame: &Frame) -> impl TrainingRows<'_> {
        (0..frame.n_rows()).map(|row| frame.row(row))
    }

    #[test]
    fn the_origin_is_near_the_rows_and_keeps_integers() {
        let values =
            [[1e9, 7.0, 0.1, -0.2], [1e9 + 4.0, 7.0, 0.2, 0.9], [1e9 + 9.0, 7.0, 0.0, -0.6]];
        let frame = Frame::new(values.concat(), ["a", "b", "c", "d"]).unwrap();
        let [a, b, c, d] = centre(rows(&frame), 4)[..] else { panic!("one value a column") };
        assert_eq!(a.fract(), 0.0);
        assert!((a - 1e9).abs() < 9.0);
        assert_eq!(b, 7.0, "a constant column has no step");
        assert!((c - 0.1).abs() < 0.1);
        assert_eq!(d, 0.0);
    }

    #[test]
    fn gamma_follows_its_rule() {
        let frame = Frame::new(vec![1.0, 3.0, 1.0, 3.0], ["a", "b"]).unwrap();
        let gamma = |gamma: Gamma| gamma.on(rows(&frame), 2);
        assert_eq!(gamma(Gamma::Auto), 0.5);
        assert_eq!(gamma(Gamma::Scale), 0.5);
        assert_eq!(gamma(Gamma::Value(3.0)), 3.0);
        // A tenth of the sum of ten of them is not one of them.
        let constant = Frame::new(vec![0.1; 10], ["a", "b"]).unwrap();
        assert_eq!(Gamma::Scale.on(rows(&constant), 2), 1.0);
        assert_eq!(Kernel::Linear.on(rows(&frame), 2).form, Form::Linear);
    }

    #[test]
    fn powers_and_tangents_equal_the_standard_library() {
        for at in -400..400 {
            let x = f64::from(at) / 40.0;
            assert!((tanh(x) - x.tanh()).abs() < 1e-15, "{x}");
            for exponent in 1..6 {
                let (found, wanted) = (power(x, exponent), x.powi(exponent as i32));
                assert!((found - wanted).abs() <= 1e-14 * wanted.abs(), "{x} ^ {exponent}");
            }
        }
    }
}
