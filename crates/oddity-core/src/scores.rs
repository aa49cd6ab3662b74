//! Scores: one finite number a sample, higher is more anomalous.

use crate::{Error, Result};

/// One finite score a sample, **higher is more anomalous**.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores(Vec<f64>);

impl Scores {
    /// Takes the scores.
    ///
    /// # Errors
    ///
    /// [`Error::ScoreNotFinite`] for the first score that is NaN or infinite.
    pub fn new(values: Vec<f64>) -> Result<Scores> {
        match values.iter().position(|value| !value.is_finite()) {
            Some(sample) => Err(Error::ScoreNotFinite { sample, value: values[sample] }),
            None => Ok(Scores(values)),
        }
    }

    /// The scores, in the order of the samples.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// Number of scores.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no score.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scores of the samples named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sample.
    pub fn select(&self, samples: &[usize]) -> Scores {
        Scores(samples.iter().map(|&sample| self.0[sample]).collect())
    }

    /// Gives the scores back.
    pub fn into_values(self) -> Vec<f64> {
        self.0
    }
}
