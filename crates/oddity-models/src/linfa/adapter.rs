//! What all adapters share: samples into linfa's arrays, and values back into predictions.

use linfa::DatasetBase;
use ndarray::{Array1, Array2, ArrayView2};
use oddity_core::{Classes, Error, FittedClassifier, FrameView, Predicted, Result, Samples};

use crate::classes::expect_classes;

/// The training samples as linfa takes them, with classes numbered by occurrence: linfa's
/// models know only classes that occur.
pub(super) struct Training {
    pub(super) records: Array2<f64>,
    /// For each sample the place of its class in `occurring`.
    pub(super) targets: Array1<usize>,
    /// The codes of the classes that occur, ascending.
    pub(super) occurring: Vec<u32>,
}

impl Training {
    /// A dataset of the records and their targets, borrowed.
    pub(super) fn dataset(
        &self,
    ) -> DatasetBase<ArrayView2<'_, f64>, ndarray::ArrayView1<'_, usize>> {
        DatasetBase::new(self.records.view(), self.targets.view())
    }
}

/// A fitted linfa model.
pub(super) trait Model: Send + Sync {
    /// What the model says of at least one record, of the fitted width.
    fn values(&self, records: Array2<f64>) -> Result<Values>;
}

/// What a linfa model says, `n_records x n_occurring` or one place in `occurring` a record.
pub(super) enum Values {
    Probabilities(Array2<f64>),
    Decision(Array2<f64>),
    Classes(Vec<usize>),
}

/// Checks and converts the training samples, and wraps what `fit` makes of them.
pub(super) fn fit<M: Model + 'static>(
    step: &'static str,
    train: &Samples<'_>,
    classes: &Classes,
    fit: impl FnOnce(Training) -> Result<M>,
) -> Result<Box<dyn FittedClassifier>> {
    train.with_dense(|rows| {
        expect_classes(step, rows.n_rows(), classes)?;
        let counts = classes.counts();
        let occurring: Vec<u32> =
            (0..).zip(&counts).filter(|&(_, &count)| 0 < count).map(|(code, _)| code).collect();
        let place = |code: &u32| occurring.partition_point(|other| other < code);
        let targets = classes.codes().iter().map(place).collect();
        let training = Training { records: records(step, rows)?, targets, occurring };
        let (occurring, width) = (training.occurring.clone(), rows.n_columns());
        let model = fit(training)?;
        let n_classes = classes.n_classes();
        Ok(Box::new(Fitted { step, model, occurring, n_classes, width }) as Box<_>)
    })
}

/// Wraps an error of linfa.
pub(super) fn foreign<E: std::error::Error + Send + Sync + 'static>(
    step: &'static str,
) -> impl Fn(E) -> Error {
    move |source| Error::Foreign { step, source: Box::new(source) }
}

/// The largest value that linfa's squares, sums and midpoints survive, with room to spare.
const MOST: f64 = 1e100;

fn records(step: &'static str, rows: FrameView<'_>) -> Result<Array2<f64>> {
    if rows.values().iter().any(|value| MOST < value.abs()) {
        return Err(Error::Numeric { step, what: "found a value beyond 1e100" });
    }
    let shape = (rows.n_rows(), rows.n_columns());
    Array2::from_shape_vec(shape, rows.values().to_vec()).map_err(foreign(step))
}

struct Fitted<M> {
    step: &'static str,
    model: M,
    occurring: Vec<u32>,
    n_classes: usize,
    width: usize,
}

impl<M: Model> FittedClassifier for Fitted<M> {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| {
            rows.expect_width(self.width)?;
            if rows.n_rows() == 0 {
                return Predicted::new(Vec::new(), self.n_classes);
            }
            match self.model.values(records(self.step, rows)?)? {
                Values::Probabilities(values) => {
                    Predicted::from_probabilities(self.spread(&values, 0.0), self.n_classes)
                }
                Values::Decision(values) => {
                    let codes = values.outer_iter().map(|row| {
                        let largest = (1..row.len()).fold(0, |best, class| {
                            if row[best] < row[class] { class } else { best }
                        });
                        self.occurring[largest]
                    });
                    Predicted::new(codes.collect(), self.n_classes)?
                        .with_decision(self.spread(&values, f64::MIN))
                }
                Values::Classes(places) => {
                    let codes = places.iter().map(|&place| self.occurring[place]).collect();
                    Predicted::new(codes, self.n_classes)
                }
            }
        })
    }
}

impl<M> Fitted<M> {
    /// Values of the classes that occur, among those of all classes.
    fn spread(&self, values: &Array2<f64>, absent: f64) -> Vec<f64> {
        let mut spread = vec![absent; values.nrows() * self.n_classes];
        for (out, row) in spread.chunks_exact_mut(self.n_classes).zip(values.outer_iter()) {
            for (&code, &value) in self.occurring.iter().zip(row) {
                out[code as usize] = value;
            }
        }
        spread
    }
}
