//! What all adapters share: samples into linfa's arrays, and values back into predictions.

use linfa::DatasetBase;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use oddity_core::{Classes, Error, FittedClassifier, FrameView, Predicted, Result, Samples};

use crate::linear::{Occurring, predict_largest, spread};

/// The training samples as linfa takes them. linfa's models know only classes that occur:
/// targets are places in the list of those, in the order of their codes.
pub(super) struct Training {
    pub(super) records: Array2<f64>,
    pub(super) targets: Array1<usize>,
    pub(super) n_occurring: usize,
}

impl Training {
    /// A dataset of the records and their targets, borrowed.
    pub(super) fn dataset(&self) -> DatasetBase<ArrayView2<'_, f64>, ArrayView1<'_, usize>> {
        DatasetBase::new(self.records.view(), self.targets.view())
    }
}

/// A fitted linfa model.
pub(super) trait Model: Send + Sync {
    /// What the model says of at least one record, of the fitted width.
    fn values(&self, records: Array2<f64>) -> Result<Values>;
}

/// What a linfa model says, `n_records x n_occurring` or one place among the classes that
/// occur a record.
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
        let occurring = Occurring::new(classes, rows.n_rows(), step)?;
        let targets = occurring.of_sample.iter().map(|&place| place as usize).collect();
        let n_occurring = occurring.len();
        let model = fit(Training { records: records(step, rows)?, targets, n_occurring })?;
        Ok(Box::new(Fitted { step, model, occurring, width: rows.n_columns() }) as Box<_>)
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
    occurring: Occurring,
    width: usize,
}

impl<M: Model> FittedClassifier for Fitted<M> {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let Occurring { codes, n_names, .. } = &self.occurring;
        samples.with_dense(|rows| {
            rows.expect_width(self.width)?;
            if rows.n_rows() == 0 {
                return Predicted::new(Vec::new(), *n_names);
            }
            let flat = |values: Array2<f64>| values.iter().copied().collect::<Vec<_>>();
            match self.model.values(records(self.step, rows)?)? {
                Values::Probabilities(values) => {
                    let all = spread(flat(values), codes, *n_names, 0.0);
                    Predicted::from_probabilities(all, *n_names)
                }
                Values::Decision(values) => {
                    let values = flat(values);
                    let predicted = predict_largest(&values, codes, *n_names)?;
                    predicted.with_decision(spread(values, codes, *n_names, f64::MIN))
                }
                Values::Classes(places) => {
                    Predicted::new(places.iter().map(|&place| codes[place]).collect(), *n_names)
                }
            }
        })
    }
}
