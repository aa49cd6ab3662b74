//! From what a network made of a sample to the sample's score.

use serde::{Deserialize, Serialize};

use crate::model::Rows;

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

fn squared_error(target: &[f32], output: &[f32]) -> f64 {
    let errors = target.iter().zip(output).map(|(&t, &y)| f64::from(y) - f64::from(t));
    errors.map(|error| error * error).sum()
}
