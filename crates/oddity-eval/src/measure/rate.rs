//! Precision, recall, F1, specificity and false-positive rate, of one class or averaged over classes.

use oddity_core::{Alarms, Predicted};

use super::{
    BinaryCounts, ConfusionMatrix, Direction, Measure, MeasureError, MeasureId, Truth, Undefined,
};

/// A rate of the confusion matrix, with its average over classes.
///
/// With `tp`, `fp`, `fn`, `tn` of a class against the rest:
///
/// | rate | formula |
/// | --- | --- |
/// | precision | `tp / (tp + fp)` |
/// | recall | `tp / (tp + fn)` |
/// | F1 | `2 tp / (2 tp + fp + fn)` |
/// | specificity | `tn / (tn + fp)` |
/// | false-positive rate | `fp / (tn + fp)` |
///
/// A rate whose denominator is 0 is undefined. An average over classes leaves out the
/// classes that occur neither among the truths nor among the predictions (as scikit-learn
/// does), and a weighted one those without a true sample, whose weight is 0. If the rate of
/// one of the others is undefined (the precision of a class that is never predicted), so is
/// the average: [`ZeroDivision::Zero`], which is part of the id, counts it as 0 instead.
///
/// For two classes and [`Average::Binary`] the anomaly is class 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateMeasure {
    /// Which rate.
    pub rate: Rate,
    /// Of which classes.
    pub average: Average,
    /// What a denominator of 0 means.
    pub zero_division: ZeroDivision,
}

/// Which rate of the confusion matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Share of the alarms that are anomalies.
    Precision,
    /// Share of the anomalies that are alarms.
    Recall,
    /// Harmonic mean of precision and recall (van Rijsbergen 1979).
    F1,
    /// Share of the normal samples that are no alarms.
    Specificity,
    /// Share of the normal samples that are alarms; lower is better.
    FalsePositiveRate,
}

/// Of which classes a rate is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Average {
    /// Of class 1 of two.
    #[default]
    Binary,
    /// Of all classes together: the counts are added before the division.
    Micro,
    /// The mean of the classes' rates.
    Macro,
    /// The mean of the classes' rates, weighted by the number of true samples.
    Weighted,
}

/// What a denominator of 0 means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZeroDivision {
    /// The rate is undefined.
    #[default]
    Undefined,
    /// The rate is 0, as with scikit-learn's `zero_division=0`.
    Zero,
}

impl RateMeasure {
    /// A rate with the average, undefined where it divides by 0.
    pub fn new(rate: Rate, average: Average) -> RateMeasure {
        RateMeasure { rate, average, zero_division: ZeroDivision::Undefined }
    }

    /// The rate that a confusion matrix shows.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Undefined`] where the definition divides by 0,
    /// [`MeasureError::NotBinary`] for [`Average::Binary`] of other than two classes.
    pub fn of(self, matrix: &ConfusionMatrix) -> Result<f64, MeasureError> {
        if self.average == Average::Binary {
            return self.divide(self.rate.fraction(matrix.binary()?), self.rate.undefined());
        }
        let classes = matrix.one_vs_rest().into_iter().enumerate();
        let occurs = |counts: &BinaryCounts| 0 < support(counts) + counts.false_positives;
        let classes = classes.filter(|(_, counts)| occurs(counts));
        if self.average == Average::Micro {
            let add = |sum: (u64, u64), (_, counts): (usize, BinaryCounts)| {
                let (part, whole) = self.rate.fraction(counts);
                (sum.0 + part, sum.1 + whole)
            };
            let fraction = classes.fold((0, 0), add);
            let reason = match matrix.n_samples() {
                0 => Undefined::NoSample,
                _ => Undefined::OnlyClass { class: only_class(matrix) },
            };
            return self.divide(fraction, reason);
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for (class, counts) in classes {
            let weight = match self.average {
                Average::Weighted => support(&counts) as f64,
                _ => 1.0,
            };
            if 0.0 < weight {
                let reason = self.rate.undefined_for(class as u32);
                sum += weight * self.divide(self.rate.fraction(counts), reason)?;
                weights += weight;
            }
        }
        if weights == 0.0 { Err(Undefined::NoSample.into()) } else { Ok(sum / weights) }
    }

    fn divide(self, (part, whole): (u64, u64), reason: Undefined) -> Result<f64, MeasureError> {
        match (whole, self.zero_division) {
            (0, ZeroDivision::Undefined) => Err(reason.into()),
            (0, ZeroDivision::Zero) => Ok(0.0),
            _ => Ok(part as f64 / whole as f64),
        }
    }

    fn measure_id(self) -> MeasureId {
        let rate = self.rate.name();
        let id = match self.average {
            Average::Binary => MeasureId::new(rate),
            Average::Micro => MeasureId::new(format!("{rate}_micro")),
            Average::Macro => MeasureId::new(format!("{rate}_macro")),
            Average::Weighted => MeasureId::new(format!("{rate}_weighted")),
        };
        match self.zero_division {
            ZeroDivision::Undefined => id,
            ZeroDivision::Zero => id.with("zero_division", 0),
        }
    }
}

impl Rate {
    /// The name of the rate in ids.
    pub fn name(self) -> &'static str {
        match self {
            Rate::Precision => "precision",
            Rate::Recall => "recall",
            Rate::F1 => "f1",
            Rate::Specificity => "specificity",
            Rate::FalsePositiveRate => "false_positive_rate",
        }
    }

    /// Which way is better.
    pub fn direction(self) -> Direction {
        match self {
            Rate::FalsePositiveRate => Direction::LowerIsBetter,
            _ => Direction::HigherIsBetter,
        }
    }

    /// The rate of class 1 of two.
    pub(crate) fn of(self, counts: BinaryCounts) -> Result<f64, MeasureError> {
        match self.fraction(counts) {
            (_, 0) => Err(self.undefined().into()),
            (part, whole) => Ok(part as f64 / whole as f64),
        }
    }

    /// Numerator and denominator.
    fn fraction(self, counts: BinaryCounts) -> (u64, u64) {
        let BinaryCounts { true_positives, false_positives, false_negatives, true_negatives } =
            counts;
        match self {
            Rate::Precision => (true_positives, true_positives + false_positives),
            Rate::Recall => (true_positives, true_positives + false_negatives),
            Rate::F1 => {
                (2 * true_positives, 2 * true_positives + false_positives + false_negatives)
            }
            Rate::Specificity => (true_negatives, true_negatives + false_positives),
            Rate::FalsePositiveRate => (false_positives, true_negatives + false_positives),
        }
    }

    /// What is missing of two classes where the denominator is 0.
    fn undefined(self) -> Undefined {
        match self {
            Rate::Precision => Undefined::NoAlarm,
            Rate::Recall => Undefined::NoAnomaly,
            Rate::F1 => Undefined::NeitherAnomalyNorAlarm,
            Rate::Specificity | Rate::FalsePositiveRate => Undefined::NoNormal,
        }
    }

    fn undefined_for(self, class: u32) -> Undefined {
        match self {
            Rate::Precision => Undefined::ClassNotPredicted { class },
            Rate::Recall | Rate::F1 => Undefined::ClassAbsent { class },
            Rate::Specificity | Rate::FalsePositiveRate => Undefined::OnlyClass { class },
        }
    }
}

fn support(counts: &BinaryCounts) -> u64 {
    counts.true_positives + counts.false_negatives
}

/// The first class with a true sample.
fn only_class(matrix: &ConfusionMatrix) -> u32 {
    let class = matrix.rows().position(|row| row.iter().any(|&count| 0 < count));
    class.unwrap_or_default() as u32
}

impl Measure<Predicted> for RateMeasure {
    fn id(&self) -> MeasureId {
        self.measure_id()
    }

    fn direction(&self) -> Direction {
        self.rate.direction()
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        self.of(&ConfusionMatrix::new(truth, predicted)?)
    }

    fn of_confusion(&self, matrix: &ConfusionMatrix) -> Option<Result<f64, MeasureError>> {
        Some(self.of(matrix))
    }
}

impl Measure<Alarms> for RateMeasure {
    fn id(&self) -> MeasureId {
        self.measure_id()
    }

    fn direction(&self) -> Direction {
        self.rate.direction()
    }

    fn evaluate(&self, truth: &Truth<'_>, alarms: &Alarms) -> Result<f64, MeasureError> {
        self.of(&ConfusionMatrix::of_alarms(truth, alarms)?)
    }

    fn of_confusion(&self, matrix: &ConfusionMatrix) -> Option<Result<f64, MeasureError>> {
        Some(self.of(matrix))
    }
}
