//! `linfa-nn` as a classifier: linfa finds the neighbours, the vote is ours.

use linfa_nn::distance::L2Dist;
use linfa_nn::{CommonNearestNeighbour, NearestNeighbour};
use ndarray::{Array1, Array2};
use oddity_core::{Classes, Classifier, Error, FittedClassifier, Result, Samples, Seed};
use serde::{Deserialize, Serialize};

use super::adapter::{self, Model, Training, Values, foreign};

const STEP: &str = "linfa/knn";

/// A uniform vote of the `k` nearest training rows, which linfa finds by Euclidean distance.
///
/// Among equal distances linfa takes the neighbours in the order of its heap. The index is
/// built anew in every prediction: linfa's borrows the rows that it is made of.
#[derive(Clone, Debug)]
pub struct LinfaKnn {
    params: LinfaKnnParams,
}

/// Parameters of [`LinfaKnn`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinfaKnnParams {
    /// Number of neighbours that vote, at least 1 and at most the number of training rows.
    /// Default 5, as in scikit-learn.
    pub k: usize,
    /// How the neighbours are found. Default the k-d tree.
    pub index: Index,
}

impl Default for LinfaKnnParams {
    fn default() -> LinfaKnnParams {
        LinfaKnnParams { k: 5, index: Index::KdTree }
    }
}

/// How the neighbours are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Index {
    /// A scan of all rows.
    Linear,
    /// A k-d tree.
    KdTree,
    /// A ball tree.
    BallTree,
}

impl LinfaKnn {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `k` is 0.
    pub fn new(params: LinfaKnnParams) -> Result<LinfaKnn> {
        Error::check_parameter(STEP, "k", params.k as f64, 1 <= params.k, "at least 1")?;
        Ok(LinfaKnn { params })
    }
}

impl Classifier for LinfaKnn {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        adapter::fit(STEP, train, classes, |training| {
            let (k, found) = (self.params.k, training.targets.len());
            if found < k {
                return Err(Error::TooFewSamples { step: STEP, wanted: k, found });
            }
            let Training { records, targets, n_occurring } = training;
            Ok(Fitted { params: self.params.clone(), records, targets, n_occurring })
        })
    }
}

struct Fitted {
    params: LinfaKnnParams,
    records: Array2<f64>,
    targets: Array1<usize>,
    n_occurring: usize,
}

impl Model for Fitted {
    fn values(&self, records: Array2<f64>) -> Result<Values> {
        let algorithm = match self.params.index {
            Index::Linear => CommonNearestNeighbour::LinearSearch,
            Index::KdTree => CommonNearestNeighbour::KdTree,
            Index::BallTree => CommonNearestNeighbour::BallTree,
        };
        let index = algorithm.from_batch(&self.records, L2Dist).map_err(foreign(STEP))?;
        let mut votes = Array2::zeros((records.nrows(), self.n_occurring));
        for (record, mut votes) in records.outer_iter().zip(votes.outer_iter_mut()) {
            let nearest = index.k_nearest(record, self.params.k).map_err(foreign(STEP))?;
            for (_, row) in nearest {
                votes[self.targets[row]] += 1.0 / self.params.k as f64;
            }
        }
        Ok(Values::Probabilities(votes))
    }
}
