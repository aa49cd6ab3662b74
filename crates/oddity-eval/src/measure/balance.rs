//! Measures that a rare class weighs in as much as a common one: G-mean, balanced accuracy and
//! the Matthews correlation coefficient.

use oddity_core::{Alarms, Predicted};

use super::catalogue::Entry;
use super::{ConfusionMatrix, Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measures `g_mean`, `balanced_accuracy` and `mcc`, of alarms and of predicted classes.
///
/// With the recall `r` of each class:
///
/// | id | formula | as in |
/// | --- | --- | --- |
/// | `g_mean` | the geometric mean of the recalls; of two classes `sqrt(tpr tnr)` | imbalanced-learn's `geometric_mean_score` |
/// | `balanced_accuracy` | the mean of the recalls | scikit-learn's `balanced_accuracy_score` |
/// | `mcc` | `(c n - sum t p) / sqrt((n^2 - sum p^2) (n^2 - sum t^2))` with c correct of n, t true and p predicted samples of each class | scikit-learn's `matthews_corrcoef` |
///
/// All need two classes among the true ones; where those programs put 0 or the recall of the one
/// class, these are undefined. `g_mean` is undefined too where a class is predicted that no
/// sample has, which `balanced_accuracy` leaves out. `mcc` is undefined where all predictions
/// are one class. Cost `n + c^2`.
///
/// Sources: Kubat and Matwin 1997, ICML; Brodersen et al. 2010, doi:10.1109/ICPR.2010.764;
/// Matthews 1975, doi:10.1016/0005-2795(75)90109-9, for several classes Gorodkin 2004,
/// doi:10.1016/j.compbiolchem.2004.09.006.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    /// The geometric mean of the classes' recalls.
    GMean,
    /// The mean of the classes' recalls.
    BalancedAccuracy,
    /// The Matthews correlation coefficient, from -1 to 1.
    Mcc,
}

impl Balance {
    /// The value that a confusion matrix shows.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Undefined`] where the definition divides by 0.
    pub fn of(self, matrix: &ConfusionMatrix) -> Result<f64, MeasureError> {
        if matrix.n_samples() == 0 {
            return Err(Undefined::NoSample.into());
        }
        let n_true: Vec<u64> = matrix.rows().map(|row| row.iter().sum()).collect();
        let classes = 0..matrix.n_classes();
        let n_predicted: Vec<u64> =
            classes.clone().map(|class| matrix.rows().map(|row| row[class]).sum()).collect();
        if let Some(class) = only(&n_true) {
            return Err(Undefined::OnlyClass { class }.into());
        }
        if self == Balance::Mcc {
            return correlation(matrix, &n_true, &n_predicted);
        }
        let (mut product, mut sum, mut n_classes) = (1.0, 0.0, 0);
        for class in classes {
            match (n_true[class], n_predicted[class]) {
                (0, 0) => {}
                (0, _) if self == Balance::GMean => {
                    return Err(Undefined::ClassAbsent { class: class as u32 }.into());
                }
                (0, _) => {}
                (n_true, _) => {
                    let recall = matrix.count(class, class) as f64 / n_true as f64;
                    (product, sum, n_classes) = (product * recall, sum + recall, n_classes + 1);
                }
            }
        }
        match (self, n_classes) {
            (Balance::GMean, 2) => Ok(product.sqrt()),
            (Balance::GMean, _) => Ok(product.powf(1.0 / f64::from(n_classes))),
            _ => Ok(sum / f64::from(n_classes)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Balance::GMean => "g_mean",
            Balance::BalancedAccuracy => "balanced_accuracy",
            Balance::Mcc => "mcc",
        }
    }
}

fn correlation(
    matrix: &ConfusionMatrix,
    n_true: &[u64],
    n_predicted: &[u64],
) -> Result<f64, MeasureError> {
    if let Some(class) = only(n_predicted) {
        return Err(Undefined::OnlyPrediction { class }.into());
    }
    // In integers, which no sum of products of counts below 2^63 leaves.
    let dot = |a: &[u64], b: &[u64]| -> i128 {
        a.iter().zip(b).map(|(&a, &b)| i128::from(a) * i128::from(b)).sum()
    };
    let n_samples = i128::from(matrix.n_samples());
    let covariance = i128::from(matrix.n_correct()) * n_samples - dot(n_true, n_predicted);
    let variance = |counts: &[u64]| (n_samples * n_samples - dot(counts, counts)) as f64;
    let value = covariance as f64 / (variance(n_true).sqrt() * variance(n_predicted).sqrt());
    Ok(value.clamp(-1.0, 1.0))
}

/// The class that all are of.
fn only(counts: &[u64]) -> Option<u32> {
    let mut occurring = (0..counts.len()).filter(|&class| 0 < counts[class]);
    let first = occurring.next()?;
    occurring.next().is_none().then_some(first as u32)
}

/// One of the measures.
macro_rules! balance {
    ($id:literal, $which:ident, $range:expr, $formula:literal, $undefined:literal, $source:literal) => {
        Entry {
            id: $id,
            range: $range,
            formula: $formula,
            undefined: $undefined,
            cost: "n + c^2",
            source: $source,
            of_alarms: Some(|_| Box::new(Balance::$which)),
            of_predicted: Some(|_| Box::new(Balance::$which)),
            ..Entry::PLAIN
        }
    };
}

pub(super) const ENTRIES: &[Entry] = &[
    balance!(
        "g_mean",
        GMean,
        (0.0, 1.0),
        "geometric mean of the classes' recalls; sqrt(tpr tnr)",
        "fewer than two true classes, or a predicted class has no true sample",
        "Kubat and Matwin 1997, ICML; as in imbalanced-learn"
    ),
    balance!(
        "balanced_accuracy",
        BalancedAccuracy,
        (0.0, 1.0),
        "mean of the classes' recalls; (tpr + tnr) / 2",
        "fewer than two true classes",
        "Brodersen et al. 2010, doi:10.1109/ICPR.2010.764; as in scikit-learn"
    ),
    balance!(
        "mcc",
        Mcc,
        (-1.0, 1.0),
        "correlation of truth and prediction; (tp tn - fp fn) / sqrt((tp+fp)(tp+fn)(tn+fp)(tn+fn))",
        "fewer than two true classes or predicted classes",
        "Matthews 1975, doi:10.1016/0005-2795(75)90109-9; Gorodkin 2004"
    ),
];

impl Measure<Predicted> for Balance {
    fn id(&self) -> MeasureId {
        MeasureId::new(self.name())
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

impl Measure<Alarms> for Balance {
    fn id(&self) -> MeasureId {
        MeasureId::new(self.name())
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
