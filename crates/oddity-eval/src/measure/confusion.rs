//! The confusion matrix: how often each true class was predicted as each class.

use oddity_core::{Alarms, Labels, Predicted};
use serde::{Deserialize, Serialize};

use super::{MeasureError, Truth};

/// Samples by true class (row) and predicted class (column).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct ConfusionMatrix {
    names: Vec<String>,
    counts: Vec<u64>,
}

/// What a matrix is read from.
#[derive(Deserialize)]
struct Unchecked {
    names: Vec<String>,
    counts: Vec<u64>,
}

impl ConfusionMatrix {
    /// Counts the predictions.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of samples,
    /// [`MeasureError::ClassCount`] for another number of classes.
    pub fn new(truth: &Truth<'_>, predicted: &Predicted) -> Result<ConfusionMatrix, MeasureError> {
        truth.expect_len(predicted.len())?;
        let names = truth.class_names();
        let n_classes = names.len();
        if predicted.n_classes() != n_classes {
            let predicted = predicted.n_classes();
            return Err(MeasureError::ClassCount { truth: n_classes, predicted });
        }
        let mut counts = vec![0; n_classes * n_classes];
        for (&truth, &predicted) in truth.codes().iter().zip(predicted.codes()) {
            counts[truth as usize * n_classes + predicted as usize] += 1;
        }
        Ok(ConfusionMatrix { names, counts })
    }

    /// Counts the decisions; the classes are `normal` and `anomaly`, or the two of the truth.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of samples,
    /// [`MeasureError::NotBinary`] for a truth of other than two classes.
    pub fn of_alarms(truth: &Truth<'_>, alarms: &Alarms) -> Result<ConfusionMatrix, MeasureError> {
        let alarms = alarms.values();
        truth.expect_len(alarms.len())?;
        let mut counts = vec![0; 4];
        for (&anomalous, &alarm) in truth.anomalies()?.iter().zip(alarms) {
            counts[usize::from(anomalous) * 2 + usize::from(alarm)] += 1;
        }
        Ok(ConfusionMatrix { names: truth.class_names(), counts })
    }

    /// From counts that were taken elsewhere, a row a true class.
    pub(crate) fn of_counts(names: Vec<String>, counts: Vec<u64>) -> ConfusionMatrix {
        debug_assert_eq!(counts.len(), names.len() * names.len(), "a square");
        ConfusionMatrix { names, counts }
    }

    /// Number of samples of class `truth` that were predicted as class `predicted`.
    ///
    /// # Panics
    ///
    /// If one of them is no class.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        let n_classes = self.n_classes();
        assert!(truth < n_classes && predicted < n_classes, "no such class");
        self.counts[truth * n_classes + predicted]
    }

    /// The rows, one a true class.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u64]> {
        self.counts.chunks_exact(self.n_classes().max(1))
    }

    /// The class names, by code.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.names.len()
    }

    /// Number of samples.
    pub fn n_samples(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Number of samples whose class was predicted.
    pub fn n_correct(&self) -> u64 {
        (0..self.n_classes()).map(|class| self.count(class, class)).sum()
    }

    /// Each class against the rest, by code. Cost c^2 for all c classes together.
    pub fn one_vs_rest(&self) -> Vec<BinaryCounts> {
        let n_classes = self.n_classes();
        let (mut support, mut alarms) = (vec![0_u64; n_classes], vec![0_u64; n_classes]);
        for (row, of_class) in self.rows().zip(&mut support) {
            *of_class = row.iter().sum();
            alarms.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let n_samples: u64 = support.iter().sum();
        let against_rest = |(class, (support, alarms)): (usize, (u64, u64))| {
            let true_positives = self.count(class, class);
            BinaryCounts {
                true_positives,
                false_positives: alarms - true_positives,
                false_negatives: support - true_positives,
                true_negatives: n_samples + true_positives - support - alarms,
            }
        };
        support.into_iter().zip(alarms).enumerate().map(against_rest).collect()
    }

    /// The counts of two classes, with class 1 as the anomaly.
    ///
    /// # Errors
    ///
    /// [`MeasureError::NotBinary`] for other than two classes.
    pub fn binary(&self) -> Result<BinaryCounts, MeasureError> {
        match self.n_classes() {
            2 => Ok(self.one_vs_rest()[1]),
            classes => Err(MeasureError::NotBinary { classes }),
        }
    }

    /// Adds the counts of another part of the samples, such as another fold.
    ///
    /// # Errors
    ///
    /// [`MeasureError::ClassCount`] for another number of classes.
    pub fn add(&mut self, other: &ConfusionMatrix) -> Result<(), MeasureError> {
        if self.n_classes() != other.n_classes() {
            let (truth, predicted) = (self.n_classes(), other.n_classes());
            return Err(MeasureError::ClassCount { truth, predicted });
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        Ok(())
    }
}

impl TryFrom<Unchecked> for ConfusionMatrix {
    type Error = oddity_core::Error;

    fn try_from(Unchecked { names, counts }: Unchecked) -> oddity_core::Result<ConfusionMatrix> {
        let (expected, found) = (names.len().saturating_mul(names.len()), counts.len());
        if found != expected {
            return Err(oddity_core::Error::Length { what: "counts of classes", expected, found });
        }
        Ok(ConfusionMatrix { names, counts })
    }
}

/// The four counts of a binary decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinaryCounts {
    /// Anomalies that are alarms.
    pub true_positives: u64,
    /// Normal samples that are alarms.
    pub false_positives: u64,
    /// Anomalies that are no alarms.
    pub false_negatives: u64,
    /// Normal samples that are no alarms.
    pub true_negatives: u64,
}

impl BinaryCounts {
    /// Counts the decisions.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`] for another number of samples.
    pub fn new(labels: &Labels, alarms: &Alarms) -> Result<BinaryCounts, MeasureError> {
        ConfusionMatrix::of_alarms(&Truth::Points(labels), alarms)?.binary()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_is_counted_against_the_rest() {
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let matrix = ConfusionMatrix { names, counts: vec![5, 1, 0, 2, 7, 3, 0, 0, 4] };
        let counts = |true_positives, false_positives, false_negatives, true_negatives| {
            BinaryCounts { true_positives, false_positives, false_negatives, true_negatives }
        };
        let expected = [counts(5, 2, 1, 14), counts(7, 1, 5, 9), counts(4, 3, 0, 15)];
        assert_eq!(matrix.one_vs_rest(), expected);
    }

    #[test]
    fn a_matrix_that_is_not_square_is_not_read() {
        let read = |text| serde_json::from_str::<ConfusionMatrix>(text);
        assert!(read(r#"{"names": ["a", "b"], "counts": [1, 2, 3, 4]}"#).is_ok());
        assert!(read(r#"{"names": ["a", "b"], "counts": [1, 2, 3]}"#).is_err());
    }
}
