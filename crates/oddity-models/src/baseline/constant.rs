//! One answer for every sample: score 0, or the most frequent class.

use oddity_core::{
    Classes, Classifier, Detector, FittedClassifier, FittedDetector, Predicted, Result, Samples,
    Scores, Seed, State,
};

use super::NoParams;
use super::shape::Shape;
use crate::classes::expect_classes;

/// Gives every sample score 0. Takes samples of every kind.
#[derive(Clone, Debug)]
pub struct ConstantDetector(());

impl ConstantDetector {
    /// Takes no parameters.
    ///
    /// # Errors
    ///
    /// None; as for every model.
    pub fn new(_: NoParams) -> Result<ConstantDetector> {
        Ok(ConstantDetector(()))
    }
}

impl Detector for ConstantDetector {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Fitted { shape: Shape::of(train), shares: Vec::new() }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Fitted { shape: Shape::of_state(state)?, shares: Vec::new() }))
    }
}

/// Predicts the most frequent training class (ties: the first) for every sample, with the
/// shares of the classes in training as probabilities. Takes samples of every kind.
///
/// This is the strategy `prior` of scikit-learn's `DummyClassifier`.
///
/// # Example
///
/// ```
/// use oddity_core::{Classes, Classifier, Error, Frame, Seed};
/// use oddity_models::baseline::{MostFrequentClass, NoParams};
///
/// let rows = Frame::new(vec![1.0, 2.0, 3.0, 4.0], ["x"])?;
/// let classes = Classes::new(vec![0, 1, 1, 1], ["normal", "attack"])?;
/// let fitted = MostFrequentClass::new(NoParams {})?.fit(&rows.samples(), &classes, Seed(0))?;
/// let predicted = fitted.predict(&Frame::new(vec![9.0], ["x"])?.samples())?;
/// assert_eq!(predicted.codes(), [1]);
/// assert_eq!(predicted.probabilities(), Some(&[0.25, 0.75][..]));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MostFrequentClass(());

impl MostFrequentClass {
    /// Takes no parameters.
    ///
    /// # Errors
    ///
    /// None; as for every model.
    pub fn new(_: NoParams) -> Result<MostFrequentClass> {
        Ok(MostFrequentClass(()))
    }
}

impl Classifier for MostFrequentClass {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        expect_classes("constant", train.len(), classes)?;
        let counts = classes.counts();
        let shares = counts.iter().map(|&count| count as f64 / classes.len() as f64).collect();
        Ok(Box::new(Fitted { shape: Shape::of(train), shares }))
    }
}

struct Fitted {
    shape: Shape,
    /// The share of each class in training.
    shares: Vec<f64>,
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.expect(samples)?;
        Scores::new(vec![0.0; samples.len()])
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        Some(state)
    }
}

impl FittedClassifier for Fitted {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        self.shape.expect(samples)?;
        Predicted::from_probabilities(self.shares.repeat(samples.len()), self.shares.len())
    }
}
