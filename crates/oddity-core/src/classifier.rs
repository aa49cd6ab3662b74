//! Supervised detection: samples and classes to predicted classes and probabilities.

use crate::{Classes, Error, Result, Samples, Seed};

/// An unfitted classifier.
pub trait Classifier: Send + Sync {
    /// Learns from samples and their classes.
    ///
    /// A pure function of parameters, samples, classes and seed: same input, same bits,
    /// whatever the number of threads. Class names that do not occur among the samples are
    /// never predicted and have probability 0.
    ///
    /// # Errors
    ///
    /// For samples of a kind or shape that the classifier cannot learn from, a number of
    /// classes other than the number of samples, and fewer than two classes that occur.
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>>;
}

/// A fitted classifier.
pub trait FittedClassifier: Send + Sync {
    /// A class for each sample, with probabilities or decision values where there are any.
    ///
    /// # Errors
    ///
    /// For samples of another kind or width than the fitted ones.
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted>;

    /// Whether an iterative fit reached its tolerance; `None` where nothing is iterated.
    fn converged(&self) -> Option<bool> {
        None
    }

    /// How much each input column mattered, summing to 1, where the model knows. Of a pipeline
    /// these are the columns behind its steps.
    fn importances(&self) -> Option<&[f64]> {
        None
    }

    /// Accuracy on the training samples that each part of an ensemble did not see, where
    /// it was asked for.
    fn out_of_bag_score(&self) -> Option<f64> {
        None
    }
}

/// What a classifier says of each sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    codes: Vec<u32>,
    n_classes: usize,
    probabilities: Option<Vec<f64>>,
    decision: Option<Vec<f64>>,
}

impl Predicted {
    /// Takes one class code a sample, of `n_classes` classes.
    ///
    /// # Errors
    ///
    /// [`Error::ClassCode`] for a code that is no class.
    pub fn new(codes: Vec<u32>, n_classes: usize) -> Result<Predicted> {
        match codes.iter().position(|&code| n_classes <= code as usize) {
            Some(sample) => {
                Err(Error::ClassCode { sample, code: codes[sample], classes: n_classes })
            }
            None => Ok(Predicted { codes, n_classes, probabilities: None, decision: None }),
        }
    }

    /// The most probable class of each sample (ties: the lowest code), with the
    /// probabilities, `n_samples x n_classes`, row-major.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if the values do not fill whole rows, [`Error::NotFinite`] if one
    /// is NaN or infinite.
    pub fn from_probabilities(probabilities: Vec<f64>, n_classes: usize) -> Result<Predicted> {
        let codes = probabilities.chunks_exact(n_classes.max(1)).map(argmax).collect();
        Predicted::new(codes, n_classes)?.with_probabilities(probabilities)
    }

    /// Adds the probabilities of the classes, `n_samples x n_classes`, row-major.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for another size, [`Error::NotFinite`] if one is NaN or infinite.
    pub fn with_probabilities(mut self, probabilities: Vec<f64>) -> Result<Predicted> {
        self.check(&probabilities, "probabilities")?;
        self.probabilities = Some(probabilities);
        Ok(self)
    }

    /// Adds decision values, `n_samples x n_classes`, row-major: they order the samples by
    /// how much they look like the class, without being probabilities.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for another size, [`Error::NotFinite`] if one is NaN or infinite.
    pub fn with_decision(mut self, decision: Vec<f64>) -> Result<Predicted> {
        self.check(&decision, "decision values")?;
        self.decision = Some(decision);
        Ok(self)
    }

    fn check(&self, values: &[f64], what: &'static str) -> Result<()> {
        let (expected, found) = (self.codes.len() * self.n_classes, values.len());
        if found != expected {
            return Err(Error::Length { what, expected, found });
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(Error::NotFinite {
                row: at / self.n_classes,
                column: at % self.n_classes,
                value: values[at],
            }),
            None => Ok(()),
        }
    }

    /// The class code of each sample.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// What is said of the samples named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sample.
    pub fn select(&self, samples: &[usize]) -> Predicted {
        let rows = |values: &Vec<f64>| {
            let row = |&sample: &usize| &values[sample * self.n_classes..][..self.n_classes];
            samples.iter().flat_map(row).copied().collect()
        };
        Predicted {
            codes: samples.iter().map(|&sample| self.codes[sample]).collect(),
            n_classes: self.n_classes,
            probabilities: self.probabilities.as_ref().map(rows),
            decision: self.decision.as_ref().map(rows),
        }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The probabilities, `n_samples x n_classes`, row-major.
    pub fn probabilities(&self) -> Option<&[f64]> {
        self.probabilities.as_deref()
    }

    /// The decision values, `n_samples x n_classes`, row-major.
    pub fn decision(&self) -> Option<&[f64]> {
        self.decision.as_deref()
    }

    /// How much each sample looks like `class`: its probability, else its decision value. `None`
    /// without either, and for what is no class.
    pub fn class_scores(&self, class: u32) -> Option<Vec<f64>> {
        if self.n_classes <= class as usize {
            return None;
        }
        let values = self.probabilities.as_ref().or(self.decision.as_ref())?;
        let column = values.iter().skip(class as usize).step_by(self.n_classes);
        Some(column.copied().collect())
    }
}

fn argmax(values: &[f64]) -> u32 {
    let mut best = 0;
    for (class, value) in values.iter().enumerate() {
        if values[best] < *value {
            best = class;
        }
    }
    best as u32
}
