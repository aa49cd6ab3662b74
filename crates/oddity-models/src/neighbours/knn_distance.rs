//! Distance to the nearest training samples.

use oddity_core::{Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State};
use serde::{Deserialize, Serialize};

use super::nearest::{NearestRows, Neighbour};
use crate::flattened::{Flattened, Shape};

const STEP: &str = "knn_distance";

/// Parameters of [`KnnDistance`]. The defaults are those of PyOD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnnDistanceParams {
    /// Neighbours, at least 1 and at most the number of training samples. Default 5.
    pub k: usize,
    /// What is made of their distances. Default the largest.
    pub distance: NeighbourDistance,
}

impl Default for KnnDistanceParams {
    fn default() -> KnnDistanceParams {
        KnnDistanceParams { k: 5, distance: NeighbourDistance::Largest }
    }
}

/// What is made of the distances to the nearest samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeighbourDistance {
    /// That to the `k`-th.
    Largest,
    /// Their mean.
    Mean,
    /// Their median.
    Median,
}

/// Scores a sample by its distance to the nearest training samples.
///
/// The score of a row is the Euclidean distance to the `k`-th nearest training row (Ramaswamy et
/// al.), or the mean (Angiulli and Pizzuti, but for the factor `k`) or the median of the
/// distances to the `k` nearest ones. Columns of a larger scale weigh more: standardise before.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each; what is kept of
///   windows is 12 bytes a value of each.
/// - Cost: that of [`Knn`](super::Knn), exact: a tree up to six columns, else fit `n d` and score
///   `n d` a row. Training rows that are equal are compared once.
/// - Pointwise: a score does not depend on the other samples. A training sample that is scored
///   is its own nearest neighbour; PyOD's scores of its training samples leave it out.
/// - [`column_errors`](FittedDetector::column_errors) gives each column's part of the squared
///   distance: to the `k`-th neighbour for the largest, else its mean over the neighbours.
/// - Errors: fewer samples than `k`.
///
/// Ramaswamy, Rastogi and Shim 2000, doi:10.1145/342009.335437; Angiulli and Pizzuti 2002,
/// doi:10.1007/3-540-45681-3_2.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::neighbours::{KnnDistance, KnnDistanceParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 4.0], ["x"])?;
/// let params = KnnDistanceParams { k: 2, ..KnnDistanceParams::default() };
/// let fitted = KnnDistance::new(params)?.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![0.5, 9.0], ["x"])?.samples())?;
/// assert_eq!(scores.values(), [0.5, 7.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KnnDistance {
    params: KnnDistanceParams,
}

impl KnnDistance {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `k` is 0.
    pub fn new(params: KnnDistanceParams) -> Result<KnnDistance> {
        Error::check_parameter(STEP, "k", params.k as f64, 1 <= params.k, "at least 1")?;
        Ok(KnnDistance { params })
    }
}

impl Detector for KnnDistance {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let params = self.params.clone();
        Flattened::with(train, |rows| {
            if rows.len() < params.k {
                let (wanted, found) = (params.k, rows.len());
                return Err(Error::TooFewSamples { step: STEP, wanted, found });
            }
            Ok(
                Box::new(Fitted {
                    params,
                    shape: rows.shape(),
                    rows: NearestRows::new(rows.iter()),
                }) as Box<_>,
            )
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let rows = NearestRows::restore(state, shape.width(), self.params.k)?;
        Ok(Box::new(Fitted { params: self.params.clone(), shape, rows }))
    }
}

struct Fitted {
    params: KnnDistanceParams,
    shape: Shape,
    rows: NearestRows,
}

impl Fitted {
    fn distance(&self, nearest: &[Neighbour]) -> f64 {
        let k = nearest.len();
        let distance = |at: usize| nearest[at].squared.sqrt();
        match self.params.distance {
            NeighbourDistance::Largest => distance(k - 1),
            NeighbourDistance::Mean => (0..k).map(distance).sum::<f64>() / k as f64,
            NeighbourDistance::Median => 0.5 * (distance((k - 1) / 2) + distance(k / 2)),
        }
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let k = self.params.k;
        self.shape.with(samples, |rows| {
            let nearest = self.rows.search(&rows.iter().collect::<Vec<_>>(), k);
            Scores::new(nearest.chunks_exact(k).map(|nearest| self.distance(nearest)).collect())
        })
    }

    /// The parts of the squared distance to the `k`-th neighbour, or their means.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let k = self.params.k;
        self.shape.with(samples, |rows| {
            let width = rows.width();
            let parts = rows.column_weights_together(|rows, parts| {
                let nearest = self.rows.search(rows, k);
                let samples = rows.iter().zip(nearest.chunks_exact(k));
                for ((row, nearest), parts) in samples.zip(parts.chunks_exact_mut(width)) {
                    let counted = match self.params.distance {
                        NeighbourDistance::Largest => &nearest[k - 1..],
                        NeighbourDistance::Mean | NeighbourDistance::Median => nearest,
                    };
                    self.rows.add_parts(row, counted, parts);
                }
                Ok(())
            })?;
            Ok(Some(parts))
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        self.rows.put(&mut state);
        Some(state)
    }
}
