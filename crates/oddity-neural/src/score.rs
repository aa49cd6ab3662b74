//! From what a network made of a sample to the sample's score.

use serde::{Deserialize, Serialize};

use crate::rows::Rows;

/// What a sample is scored by, with the errors `e = y - t` of its steps and columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorScore {
    /// The mean of `e^2` over steps and columns.
    #[default]
    MeanSquaredError,
    /// The mean over steps of the Euclidean norm of a step's errors.
    MeanNorm,
    /// The mean of `e^2` over the columns of the last step.
    LastStep,
}

impl ErrorScore {
    pub(crate) fn of(self, target: Rows<'_>, output: Rows<'_>) -> f64 {
        let mut sum = 0.0;
        let mut n = 0usize;
        let mut last = 0.0;
        for (target, output) in target.steps().zip(output.steps()) {
            let square = squared_error(target, output);
            last = square / target.len() as f64;
            sum += match self {
                ErrorScore::MeanNorm => square.sqrt(),
                _ => last,
            };
            n += 1;
        }
        if self == ErrorScore::LastStep { last } else { sum / n as f64 }
    }
}

impl ErrorScore {
    /// The mean of each column's `e^2` over the steps that are scored. The mean of these is the
    /// score, but for [`ErrorScore::MeanNorm`].
    pub(crate) fn columns(self, target: Rows<'_>, output: Rows<'_>) -> Vec<f64> {
        let pairs = target.steps().zip(output.steps());
        let n = pairs.clone().count();
        let first = if self == ErrorScore::LastStep { n - 1 } else { 0 };
        let mut sums = Vec::new();
        for (target, output) in pairs.skip(first) {
            sums.resize(target.len(), 0.0);
            for (sum, (&t, &y)) in sums.iter_mut().zip(target.iter().zip(output)) {
                let error = f64::from(y) - f64::from(t);
                *sum += error * error;
            }
        }
        sums.iter_mut().for_each(|sum| *sum /= (n - first) as f64);
        sums
    }
}

fn squared_error(target: &[f32], output: &[f32]) -> f64 {
    let errors = target.iter().zip(output).map(|(&t, &y)| f64::from(y) - f64::from(t));
    errors.map(|error| error * error).sum()
}
