//! k nearest neighbours: the class that most of the nearest training rows have.

use oddity_core::{
    Classes, Classifier, Error, FittedClassifier, FrameView, Predicted, Result, Samples, Seed,
};
use serde::{Deserialize, Serialize};

use super::nearest::{NearestRows, Neighbour};
use crate::classes::expect_classes;

const STEP: &str = "knn";

/// Classifies a row by a vote of the `k` training rows nearest to it.
///
/// The probability of class `c` is `Σ w_i [c_i = c] / Σ w_i` over the `k` neighbours `i`,
/// with the weights of [`Weights`]; the predicted class is the most probable one, and among
/// equally probable ones the first.
///
/// Rows are `n x d`, dense or sparse (written out). The neighbours are exact: distances are
/// computed in `f64`, without the cancellation of `|q|² - 2 q·t + |t|²`, and among training
/// rows at equal distance the lowest index comes first. scikit-learn breaks such ties by the
/// order of its heap, so that sets of neighbours can differ where distances tie.
///
/// Up to six columns the training rows are in a k-d tree: fit costs `O(n log n)`, a prediction
/// about `O(log n)` where rows spread, and `O(n)` where they do not. With more columns a
/// single-precision product of blocks of queries and training rows with a proven error bound
/// excludes almost all pairs, and only what is left is computed in `f64`: a prediction costs
/// `O(n d)`. Training rows that are equal are compared once. The answer does not depend on the
/// number of threads or the width of the machine's vectors.
///
/// # Example
///
/// ```
/// use oddity_core::{Classes, Classifier, Error, Frame, Seed};
/// use oddity_models::neighbours::{Knn, KnnParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 7.0, 8.0, 9.0], ["x"])?;
/// let classes = Classes::new(vec![0, 0, 1, 1, 1, 1], ["low", "high"])?;
/// let knn = Knn::new(KnnParams { k: 3, ..KnnParams::default() })?;
/// let fitted = knn.fit(&train.samples(), &classes, Seed(0))?;
/// let predicted = fitted.predict(&Frame::new(vec![0.5, 8.5], ["x"])?.samples())?;
/// assert_eq!(predicted.codes(), [0, 1]);
/// assert_eq!(predicted.class_scores(1), Some(vec![1.0 / 3.0, 1.0]));
/// # Ok::<(), Error>(())
/// ```
///
/// # Reference
///
/// T. M. Cover and P. E. Hart. Nearest neighbor pattern classification. IEEE Transactions on
/// Information Theory 13(1), 1967. doi:10.1109/TIT.1967.1053964.
#[derive(Clone, Debug)]
pub struct Knn {
    params: KnnParams,
}

/// Parameters of [`Knn`]. The defaults are those of scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnnParams {
    /// Number of neighbours that vote, at least 1 and at most the number of training rows.
    /// Default 5.
    pub k: usize,
    /// How much each neighbour's vote counts. Default uniform.
    pub weights: Weights,
    /// How distance is measured. Default Euclidean.
    pub metric: Metric,
}

impl Default for KnnParams {
    fn default() -> KnnParams {
        KnnParams { k: 5, weights: Weights::Uniform, metric: Metric::Euclidean }
    }
}

/// How much a neighbour's vote counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// Each neighbour counts 1.
    Uniform,
    /// A neighbour counts one over its distance. Where some are at distance 0, those count 1
    /// and the others nothing.
    Distance,
}

/// How the distance of two rows is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The Euclidean distance.
    Euclidean,
}

impl Knn {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `k` is 0.
    pub fn new(params: KnnParams) -> Result<Knn> {
        Error::check_parameter(STEP, "k", params.k as f64, 1 <= params.k, "at least 1")?;
        Ok(Knn { params })
    }
}

impl Classifier for Knn {
    /// Keeps the rows.
    ///
    /// # Errors
    ///
    /// As [`Classifier::fit`], and [`Error::TooFewSamples`] for fewer rows than `k`.
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        let KnnParams { k, weights, metric: Metric::Euclidean } = self.params;
        train.with_dense(|rows| {
            expect_classes(STEP, rows.n_rows(), classes)?;
            if rows.n_rows() < k {
                return Err(Error::TooFewSamples { step: STEP, wanted: k, found: rows.n_rows() });
            }
            let (width, rows) = (rows.n_columns(), NearestRows::new(rows.iter()));
            Ok(Box::new(Fitted { k, weights, width, rows, classes: classes.clone() }) as Box<_>)
        })
    }
}

struct Fitted {
    k: usize,
    weights: Weights,
    width: usize,
    rows: NearestRows,
    classes: Classes,
}

impl FittedClassifier for Fitted {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| self.predict_rows(rows))
    }
}

impl Fitted {
    fn predict_rows(&self, rows: FrameView<'_>) -> Result<Predicted> {
        rows.expect_width(self.width)?;
        let n_classes = self.classes.n_classes();
        let mut probabilities = vec![0.0; rows.n_rows() * n_classes];
        let nearest = self.rows.search(&rows.iter().collect::<Vec<_>>(), self.k);
        for (votes, nearest) in
            probabilities.chunks_exact_mut(n_classes).zip(nearest.chunks_exact(self.k))
        {
            self.vote(nearest, votes);
        }
        Predicted::from_probabilities(probabilities, n_classes)
    }

    /// Adds up the votes of the neighbours and divides by their sum.
    fn vote(&self, nearest: &[Neighbour], votes: &mut [f64]) {
        let least = nearest[0].squared;
        for neighbour in nearest {
            let class = self.classes.codes()[neighbour.row as usize] as usize;
            votes[class] += match self.weights {
                Weights::Uniform => 1.0,
                Weights::Distance if neighbour.squared == least => 1.0,
                // Relative to the nearest: 0 if that one is at distance 0, and never infinite.
                Weights::Distance => (least / neighbour.squared).sqrt(),
            };
        }
        let sum: f64 = votes.iter().sum();
        votes.iter_mut().for_each(|vote| *vote /= sum);
    }
}
