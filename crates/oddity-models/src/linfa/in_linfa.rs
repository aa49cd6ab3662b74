//! Any Oddity classifier as a model of linfa.

use std::sync::Arc;

use linfa::dataset::{AsSingleTargets, Labels};
use linfa::traits::{Fit, PredictInplace};
use linfa::{DatasetBase, Label};
use ndarray::{Array1, ArrayBase, Data, Ix2};
use oddity_core::{Classes, Classifier, Columns, FittedClassifier, Frame, Predicted, Seed};

/// An Oddity classifier that linfa code can fit: to datasets of `f64` records and single
/// targets of any ordered label.
///
/// # Example
///
/// ```
/// use linfa::dataset::Dataset;
/// use linfa::traits::{Fit, Predict};
/// use ndarray::array;
/// use oddity_core::Seed;
/// use oddity_models::catalogue::ClassifierConfig;
/// use oddity_models::linfa::InLinfa;
///
/// let config: ClassifierConfig = toml::from_str("kind = 'knn'\nk = 1")?;
/// let dataset = Dataset::new(array![[0.0], [1.0], [8.0], [9.0]], array!["a", "a", "b", "b"]);
/// let model = InLinfa::new(config.build()?, Seed(7)).fit(&dataset)?;
/// assert_eq!(model.predict(&array![[0.4], [9.9]]), array!["a", "b"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct InLinfa {
    classifier: Arc<dyn Classifier>,
    seed: Seed,
}

impl InLinfa {
    /// Takes the classifier and the seed of its fits.
    pub fn new(classifier: Arc<dyn Classifier>, seed: Seed) -> InLinfa {
        InLinfa { classifier, seed }
    }
}

/// Why a fit inside linfa failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InLinfaError {
    /// The classifier, or the table it reads, refused the dataset.
    #[error(transparent)]
    Refused(#[from] oddity_core::Error),
    /// linfa refused the dataset.
    #[error(transparent)]
    Linfa(Box<dyn std::error::Error + Send + Sync>),
}

/// linfa asks this of every error of a fit.
impl From<linfa::Error> for InLinfaError {
    fn from(error: linfa::Error) -> InLinfaError {
        InLinfaError::Linfa(Box::new(error))
    }
}

impl<D, L, T> Fit<ArrayBase<D, Ix2>, T, InLinfaError> for InLinfa
where
    D: Data<Elem = f64>,
    L: Label + Ord,
    T: AsSingleTargets<Elem = L> + Labels<Elem = L>,
{
    type Object = FittedInLinfa<L>;

    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
    ) -> Result<FittedInLinfa<L>, InLinfaError> {
        let mut labels = dataset.targets().labels();
        labels.sort();
        labels.dedup();
        let targets = dataset.as_single_targets();
        let code = |target: &L| labels.partition_point(|label| label < target) as u32;
        let names = (0..labels.len()).map(|label| label.to_string());
        let classes = Classes::new(targets.iter().map(code).collect(), names)?;
        let frame = frame(dataset.records())?;
        let model = self.classifier.fit(&frame.samples(), &classes, self.seed)?;
        Ok(FittedInLinfa { labels, model })
    }
}

/// A fitted Oddity classifier that linfa code can ask.
pub struct FittedInLinfa<L> {
    labels: Vec<L>,
    model: Box<dyn FittedClassifier>,
}

impl<L> FittedInLinfa<L> {
    /// The labels, in the order of the classes' codes.
    pub fn labels(&self) -> &[L] {
        &self.labels
    }

    /// Classes and probabilities, with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// For records of another width than the fitted ones, or not finite.
    pub fn try_predict<D>(&self, records: &ArrayBase<D, Ix2>) -> Result<Predicted, InLinfaError>
    where
        D: Data<Elem = f64>,
    {
        Ok(self.model.predict(&frame(records)?.samples())?)
    }
}

impl<D, L> PredictInplace<ArrayBase<D, Ix2>, Array1<L>> for FittedInLinfa<L>
where
    D: Data<Elem = f64>,
    L: Clone + Default,
{
    /// Writes a label for each record.
    ///
    /// # Panics
    ///
    /// As linfa's own models, for another number of targets than records, and for records of
    /// another width than the fitted ones or not finite: linfa's trait returns no error.
    fn predict_inplace<'a>(&'a self, records: &'a ArrayBase<D, Ix2>, targets: &mut Array1<L>) {
        assert_eq!(records.nrows(), targets.len(), "one target a record");
        let predicted = self.try_predict(records);
        let predicted = predicted.unwrap_or_else(|error| panic!("predict inside linfa: {error}"));
        for (target, &code) in targets.iter_mut().zip(predicted.codes()) {
            *target = self.labels[code as usize].clone();
        }
    }

    fn default_target(&self, records: &ArrayBase<D, Ix2>) -> Array1<L> {
        Array1::default(records.nrows())
    }
}

fn frame<D: Data<Elem = f64>>(records: &ArrayBase<D, Ix2>) -> oddity_core::Result<Frame> {
    Frame::new(records.iter().copied().collect(), Columns::numbered("x", records.ncols()))
}

#[cfg(test)]
mod tests {
    use linfa::dataset::Dataset;
    use linfa::traits::Predict;
    use ndarray::array;

    use super::*;
    use crate::neighbours::{Knn, KnnParams};

    fn nearest() -> InLinfa {
        let knn = Knn::new(KnnParams { k: 1, ..KnnParams::default() }).unwrap();
        InLinfa::new(Arc::new(knn), Seed(0))
    }

    #[test]
    fn labels_keep_their_meaning_whatever_the_layout_of_the_records() {
        let records = array![[9.0, 0.0, 5.0], [9.0, 0.0, 5.0]];
        let dataset = Dataset::new(records.reversed_axes(), array!["z", "a", "m"]);
        let model = nearest().fit(&dataset).unwrap();
        assert_eq!(model.labels(), ["a", "m", "z"]);
        assert_eq!(
            model.predict(&array![[0.1, 0.1], [8.0, 9.0], [5.0, 4.0]]),
            array!["a", "z", "m"]
        );
    }

    #[test]
    fn refusals_are_errors() {
        let one_class = Dataset::new(array![[0.0], [1.0]], array![true, true]);
        let refused = nearest().fit(&one_class).err().unwrap();
        let expected = "knn: found 1 classes in the training samples, wanted at least 2";
        assert_eq!(refused.to_string(), expected);
        let dataset = Dataset::new(array![[0.0], [1.0]], array![true, false]);
        let model = nearest().fit(&dataset).unwrap();
        assert!(model.try_predict(&array![[0.0, 1.0]]).is_err());
        assert!(model.try_predict(&array![[f64::NAN]]).is_err());
        assert!(nearest().fit(&Dataset::new(array![[f64::NAN]], array![true])).is_err());
    }
}
