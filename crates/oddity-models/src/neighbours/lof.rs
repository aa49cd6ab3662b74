//! Local outlier factor: how much thinner it is around a sample than around its neighbours.

use oddity_core::{Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed, State};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::nearest::{NearestRows, Neighbour};
use crate::flattened::{Flattened, Shape};

const STEP: &str = "lof";

/// Parameters of [`Lof`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LofParams {
    /// Neighbours, at least 1; one less than there are training samples where these are fewer.
    /// Default 20, as in scikit-learn.
    pub k: usize,
}

impl Default for LofParams {
    fn default() -> LofParams {
        LofParams { k: 20 }
    }
}

/// Scores a sample by how much thinner the training samples lie around it than around its
/// neighbours.
///
/// With `N(x)` the `k` nearest training rows of `x` and `r(x, o) = max(|x - o|, r_k(o))`, where
/// `r_k(o)` is the distance of the training row `o` to its `k`-th nearest other one, the density
/// at `x` is `D(x) = 1 / (mean_{o in N(x)} r(x, o) + 1e-10)`, and the score is the mean of
/// `D(o) / D(x)` over `N(x)`: about 1 among the training rows. Columns of a larger scale weigh
/// more: standardise before.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each; what is kept of
///   windows is 12 bytes a value of each.
/// - Cost: fit that of scoring the training rows, `n^2 d` from seven columns on, and score `n d` a
///   row; less with fewer, by a tree. Exact, as [`KnnDistance`](super::KnnDistance).
/// - Pointwise: a score does not depend on the other samples. A training sample that is scored
///   is its own nearest neighbour, as in scikit-learn with `novelty=True`, whose
///   `score_samples` are the negative of these scores.
/// - Differs from the paper: there are `k` neighbours even where more are at the same distance
///   as the last (here the first in the order of the training rows, in scikit-learn some), and
///   1e-10 is added, as in scikit-learn, so that the density of equal rows is finite. Where
///   rows repeat more than `k` times this number decides, and scores are very large.
/// - [`column_errors`](FittedDetector::column_errors) gives the mean over the neighbours of each
///   column's part of the squared distance.
/// - Errors: fewer than two samples, scores outside the range of finite numbers.
///
/// Breunig, Kriegel, Ng and Sander 2000, doi:10.1145/342009.335388.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::neighbours::{Lof, LofParams};
///
/// let train = Frame::new((0..20).map(f64::from).collect(), ["x"])?;
/// let fitted = Lof::new(LofParams { k: 2 })?.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![9.5, 30.0], ["x"])?.samples())?;
/// assert!((scores.values()[0] - 1.0).abs() < 1e-9 && 5.0 < scores.values()[1], "{scores:?}");
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lof {
    params: LofParams,
}

impl Lof {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `k` is 0.
    pub fn new(params: LofParams) -> Result<Lof> {
        Error::check_parameter(STEP, "k", params.k as f64, 1 <= params.k, "at least 1")?;
        Ok(Lof { params })
    }
}

impl Detector for Lof {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        Flattened::with(train, |samples| {
            if samples.len() < 2 {
                return Err(Error::TooFewSamples { step: STEP, wanted: 2, found: samples.len() });
            }
            let k = self.params.k.min(samples.len() - 1);
            let rows = NearestRows::new(samples.iter());
            let nearest = rows.search_others(k);
            let reaches = nearest.chunks_exact(k).map(|nearest| nearest[k - 1].squared.sqrt());
            let mut fitted = Fitted {
                shape: samples.shape(),
                k,
                reaches: reaches.collect(),
                rows,
                densities: Vec::new(),
            };
            fitted.densities =
                nearest.par_chunks_exact(k).map(|nearest| fitted.density(nearest)).collect();
            Ok(Box::new(fitted) as Box<_>)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let rows = NearestRows::restore(state, shape.width(), 2)?;
        let n_rows = rows.n_rows();
        let reaches = state.f64s("reaches", &[n_rows])?.to_vec();
        let densities = state.f64s("densities", &[n_rows])?.to_vec();
        let k = self.params.k.min(n_rows - 1);
        Ok(Box::new(Fitted { shape, k, rows, reaches, densities }))
    }
}

struct Fitted {
    shape: Shape,
    k: usize,
    rows: NearestRows,
    /// The distance of each training row to its `k`-th neighbour.
    reaches: Vec<f64>,
    /// The density at each training row.
    densities: Vec<f64>,
}

impl Fitted {
    fn density(&self, nearest: &[Neighbour]) -> f64 {
        let reach = |neighbour: &Neighbour| {
            neighbour.squared.sqrt().max(self.reaches[neighbour.row as usize])
        };
        1.0 / (nearest.iter().map(reach).sum::<f64>() / nearest.len() as f64 + 1e-10)
    }

    fn factor(&self, nearest: &[Neighbour]) -> f64 {
        let own = self.density(nearest);
        let ratios = nearest.iter().map(|other| self.densities[other.row as usize] / own);
        ratios.sum::<f64>() / nearest.len() as f64
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.with(samples, |rows| {
            let nearest = self.rows.search(&rows.iter().collect::<Vec<_>>(), self.k);
            let nearest = nearest.par_chunks_exact(self.k);
            Scores::new(nearest.map(|nearest| self.factor(nearest)).collect())
        })
    }

    /// The means over the neighbours of the parts of the squared distance.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        self.shape.with(samples, |rows| {
            let width = rows.width();
            let parts = rows.column_weights_together(|rows, parts| {
                let nearest = self.rows.search(rows, self.k);
                let samples = rows.iter().zip(nearest.chunks_exact(self.k));
                for ((row, nearest), parts) in samples.zip(parts.chunks_exact_mut(width)) {
                    self.rows.add_parts(row, nearest, parts);
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
        state.put_f64s("reaches", &[self.reaches.len()], &self.reaches);
        state.put_f64s("densities", &[self.densities.len()], &self.densities);
        Some(state)
    }
}
