//! The kernels: what a pair of rows is worth.

use oddity_core::{Error, FrameView, Result};
use serde::{Deserialize, Serialize};

/// The inner product of two rows in the space where the machine separates them.
///
/// In TOML: `"linear"`, `{ rbf = {} }` or `{ rbf = { gamma = 0.5 } }`.
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
}

/// The factor `gamma` of the radial basis function.
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
    /// Refuses a factor outside its range.
    pub(super) fn check(self, step: &'static str) -> Result<()> {
        let Kernel::Rbf { gamma: Gamma::Value(gamma) } = self else { return Ok(()) };
        let ok = gamma.is_finite() && 0.0 < gamma;
        Error::check_parameter(step, "gamma", gamma, ok, "above 0")
    }

    /// The kernel for these training rows.
    pub(super) fn on(self, rows: FrameView<'_>) -> Space {
        let n_columns = rows.n_columns() as f64;
        let gamma = match self {
            Kernel::Linear => None,
            Kernel::Rbf { gamma: Gamma::Value(gamma) } => Some(gamma),
            Kernel::Rbf { gamma: Gamma::Auto } => Some(1.0 / n_columns),
            Kernel::Rbf { gamma: Gamma::Scale } => Some(match variance(rows.values()) {
                0.0 => 1.0,
                variance => 1.0 / (n_columns * variance),
            }),
        };
        let centre = match gamma {
            None => vec![0.0; rows.n_columns()],
            Some(_) => centre(rows),
        };
        Space { gamma, centre }
    }
}

/// A kernel without open choices.
#[derive(Clone, Debug)]
pub(super) struct Space {
    /// The factor of the radial basis function; `None` for the linear kernel.
    pub(super) gamma: Option<f64>,
    /// The origin from which rows are measured.
    pub(super) centre: Vec<f64>,
}

fn variance(values: &[f64]) -> f64 {
    let n_values = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n_values;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n_values
}

/// An origin near the rows, so that `|x|² + |z|² - 2 x·z` loses nothing where columns are far
/// from 0. It is a whole number of steps of about a standard deviation: integers stay
/// integers, and columns around 0 stay as they are.
fn centre(rows: FrameView<'_>) -> Vec<f64> {
    let n_rows = rows.n_rows() as f64;
    let mut means = vec![0.0; rows.n_columns()];
    let mut squares = vec![0.0; rows.n_columns()];
    for row in rows.iter() {
        for (mean, value) in means.iter_mut().zip(row) {
            *mean += value / n_rows;
        }
    }
    for row in rows.iter() {
        for ((square, mean), value) in squares.iter_mut().zip(&means).zip(row) {
            *square += (value - mean) * (value - mean) / n_rows;
        }
    }
    let origin = |(mean, square): (&f64, &f64)| {
        let step = square.sqrt().log2().floor().exp2();
        let origin = (mean / step).round() * step;
        if origin.is_finite() { origin } else { 0.0 }
    };
    means.iter().zip(&squares).map(origin).collect()
}

#[cfg(test)]
mod tests {
    use oddity_core::Frame;

    use super::*;

    #[test]
    fn the_origin_is_near_the_rows_and_keeps_integers() {
        let rows = [[1e9, 7.0, 0.1, -0.2], [1e9 + 4.0, 7.0, 0.2, 0.9], [1e9 + 9.0, 7.0, 0.0, -0.6]];
        let frame = Frame::new(rows.concat(), ["a", "b", "c", "d"]).unwrap();
        let [a, b, c, d] = centre(frame.view())[..] else { panic!("one value a column") };
        assert_eq!(a.fract(), 0.0);
        assert!((a - 1e9).abs() < 9.0);
        assert_eq!(b, 0.0, "a constant column has no step");
        assert!((c - 0.1).abs() < 0.1);
        assert_eq!(d, 0.0);
    }

    #[test]
    fn gamma_follows_its_rule() {
        let frame = Frame::new(vec![1.0, 3.0, 1.0, 3.0], ["a", "b"]).unwrap();
        let gamma = |gamma| Kernel::Rbf { gamma }.on(frame.view()).gamma;
        assert_eq!(gamma(Gamma::Auto), Some(0.5));
        assert_eq!(gamma(Gamma::Scale), Some(0.5));
        assert_eq!(gamma(Gamma::Value(3.0)), Some(3.0));
        let constant = Frame::new(vec![2.0; 4], ["a", "b"]).unwrap();
        let scale = Kernel::Rbf { gamma: Gamma::Scale };
        assert_eq!(scale.on(constant.view()).gamma, Some(1.0));
        assert_eq!(Kernel::Linear.on(frame.view()).gamma, None);
    }
}
