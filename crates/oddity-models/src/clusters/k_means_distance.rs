//! Distance to the nearest centre of k-means.

use oddity_core::{Detector, FittedDetector, Frame, Result, Samples, Scores, Seed, State};
use serde::{Deserialize, Serialize};

use super::centres::Centres;
use super::k_means::{KMeansParams, k_means};
use crate::flattened::{Flattened, Shape};

const STEP: &str = "k_means_distance";

/// Parameters of [`KMeansDistance`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KMeansDistanceParams {
    /// How the centres are found.
    pub k_means: KMeansParams,
}

/// Scores a sample by its distance to the nearest of a few centres.
///
/// The score of a row is `min_j |x - c_j|`, with the centres `c_j` that k-means finds among the
/// training rows: each is the mean of the rows nearest to it. Over windows, each as one long
/// row, this is KMeansAD. Columns of a larger scale weigh more: standardise before.
///
/// The centres start at rows that greedy k-means++ chooses (2 + ln k candidates a centre) and
/// are moved by Lloyd's iterations. Bounds of the distances (Hamerly) spare most of them, and
/// change nothing.
///
/// - Reads rows (sparse ones are written out) and windows, as one long row each; windows are
///   not written out.
/// - Cost: fit `n d k` for the first iteration and less for each later one, score `d k` a row.
/// - Pointwise: a score does not depend on the other samples.
/// - Differs from scikit-learn: a cluster that loses all its rows keeps its centre. Where fewer
///   than `n_clusters` rows differ, there are as many clusters as these.
/// - [`column_errors`](FittedDetector::column_errors) gives each column's part of the squared
///   distance.
/// - Errors: no sample, means outside the range of finite numbers.
///
/// Lloyd 1982, doi:10.1109/TIT.1982.1056489; Arthur and Vassilvitskii 2007, "k-means++: the
/// advantages of careful seeding", SODA; Hamerly 2010, doi:10.1137/1.9781611972801.12; Yairi,
/// Kato and Hori 2001, "Fault detection by mining association rules from house-keeping data",
/// i-SAIRAS.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::clusters::{KMeansDistance, KMeansDistanceParams, KMeansParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 10.0, 11.0, 12.0], ["x"])?;
/// let k_means = KMeansParams { n_clusters: 2, ..KMeansParams::default() };
/// let fitted = KMeansDistance::new(KMeansDistanceParams { k_means })?
///     .fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![1.5, 11.0, 6.0], ["x"])?.samples())?;
/// assert_eq!(scores.values(), [0.5, 0.0, 5.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KMeansDistance {
    params: KMeansDistanceParams,
}

impl KMeansDistance {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for a parameter outside its range.
    pub fn new(params: KMeansDistanceParams) -> Result<KMeansDistance> {
        params.k_means.check(STEP)?;
        Ok(KMeansDistance { params })
    }
}

impl Detector for KMeansDistance {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Flattened::with(train, |rows| {
            let (centres, _) = k_means(STEP, rows, &self.params.k_means, seed)?;
            Ok(Box::new(Fitted { shape: rows.shape(), centres }) as Box<_>)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        Ok(Box::new(Fitted { shape, centres: Centres::restore(state, shape.width())? }))
    }
}

struct Fitted {
    shape: Shape,
    centres: Centres,
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.with(samples, |rows| {
            rows.block_scores(|rows, scores| {
                for (score, nearest) in scores.iter_mut().zip(self.centres.nearest(rows)) {
                    *score = nearest.squared.sqrt();
                }
            })
        })
    }

    /// The parts of the squared distance to the nearest centre.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        self.shape.with(samples, |rows| self.centres.column_parts(rows).map(Some))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        self.centres.put(&mut state);
        Some(state)
    }
}
