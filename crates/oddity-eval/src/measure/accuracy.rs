//! Accuracy: the share of samples whose class was predicted.

use oddity_core::{Alarms, Predicted};

use super::catalogue::Entry;
use super::{ConfusionMatrix, Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Share of samples whose class was predicted: `correct / n`. Undefined without samples.
///
/// With few anomalies it says little: a detector that never alarms is right on all the
/// rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy;

impl Accuracy {
    /// The accuracy that a confusion matrix shows.
    ///
    /// # Errors
    ///
    /// [`Undefined::NoSample`] for an empty matrix.
    pub fn of(self, matrix: &ConfusionMatrix) -> Result<f64, MeasureError> {
        match matrix.n_samples() {
            0 => Err(Undefined::NoSample.into()),
            n_samples => Ok(matrix.n_correct() as f64 / n_samples as f64),
        }
    }
}

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "accuracy",
    formula: "correct / n",
    undefined: "no sample",
    cost: "n + c^2",
    source: "by definition",
    of_alarms: Some(|_| Box::new(Accuracy)),
    of_predicted: Some(|_| Box::new(Accuracy)),
    ..Entry::PLAIN
}];

impl Measure<Predicted> for Accuracy {
    fn id(&self) -> MeasureId {
        MeasureId::new("accuracy")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        self.of(&ConfusionMatrix::new(truth, predicted)?)
    }

    fn of_confusion(&self, matrix: &ConfusionMatrix) -> Option<Result<f64, MeasureError>> {
        Some(self.of(matrix))
    }
}

impl Measure<Alarms> for Accuracy {
    fn id(&self) -> MeasureId {
        MeasureId::new("accuracy")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        self.of(&ConfusionMatrix::of_alarms(truth, alarms)?)
    }

    fn of_confusion(&self, matrix: &ConfusionMatrix) -> Option<Result<f64, MeasureError>> {
        Some(self.of(matrix))
    }
}
