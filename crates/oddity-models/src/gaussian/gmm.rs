//! Scores by the density of a mixture of normal distributions.

use oddity_core::{
    Columns, Detector, Error, FittedDetector, Frame, FrameView, Result, Samples, Scores, Seed,
    State,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::covariance::Whitening;
use super::mixture::{CovarianceType, Mixture, Shapes, Sums, ln_sum};
use super::start::{Start, k_means, nearest};
use crate::flattened::{Flattened, Shape};
use crate::scored_in_blocks::BLOCK;

const STEP: &str = "gmm";

/// Scores a sample by how little likely it is under a mixture of normal distributions.
///
/// The score is `-ln Σ_k w_k N(x; μ_k, Σ_k)`. Weights, means and covariances maximise the
/// likelihood of the training samples, by expectation maximisation: each sample is shared out over
/// the components by their densities there, and each component takes the weight, mean and
/// covariance of its shares, until the mean of the log-likelihood moves by less than `tolerance`.
/// `regularization` is added to all variances.
///
/// - Reads rows (sparse ones are written out) and windows, each flattened into one long row, copied a
///   block at a time.
/// - Cost of a round with `k` components: `n k d²` for full and tied covariances, and `k d³`; `n k d`
///   for others. A score costs a round's share.
/// - Pointwise: a score does not depend on the other samples. The same bits come out for any number
///   of threads.
/// - From the same start the steps are those of scikit-learn's `GaussianMixture`, whose defaults
///   these are. k-means here draws one start, and looks at 16,384 rows at most.
/// - [`column_errors`](FittedDetector::column_errors): `Σ_k r_k (x - μ_k)² / Σ_k,jj` of each column
///   `j`, with the share `r_k` of the sample that is component `k`'s; of windows the sum over the rows.
/// - Errors: fewer samples than components (and fewer than two), a covariance that is not positive
///   definite, as where columns are equal and `regularization` is 0.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::gaussian::{Gmm, GmmParams};
///
/// let train = Frame::new(vec![-1.0, 0.0, 1.0, 9.0, 10.0, 11.0], ["x"])?;
/// let detector = Gmm::new(GmmParams { n_components: 2, ..GmmParams::default() })?;
/// let fitted = detector.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![0.0, 5.0], ["x"])?.samples())?;
/// let rounded: Vec<f64> = scores.values().iter().map(|score| (score * 100.0).round()).collect();
/// assert_eq!(rounded, [141.0, 1947.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// A. P. Dempster, N. M. Laird and D. B. Rubin. Maximum likelihood from incomplete data via the EM
/// algorithm. JRSS B 39, 1977. doi:10.1111/j.2517-6161.1977.tb01600.x.
///
/// C. M. Bishop. Novelty detection and neural network validation. IEE Proceedings 141(4), 1994.
/// doi:10.1049/ip-vis:19941330.
#[derive(Clone, Debug, PartialEq)]
pub struct Gmm {
    params: GmmParams,
}

/// Parameters of [`Gmm`]. The defaults are those of scikit-learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GmmParams {
    /// Components, at least 1. Default 1.
    pub n_components: usize,
    /// What the covariances may be. Default full.
    pub covariance: CovarianceType,
    /// The change of the mean log-likelihood at which the fit stops, at least 0. Default 0.001.
    pub tolerance: f64,
    /// What is added to all variances, at least 0. Default 1e-6.
    pub regularization: f64,
    /// Rounds at most, at least 1. Default 100.
    pub max_iterations: usize,
    /// Where the components start. Default k-means.
    pub start: Start,
}

impl Default for GmmParams {
    fn default() -> GmmParams {
        GmmParams {
            n_components: 1,
            covariance: CovarianceType::Full,
            tolerance: 1e-3,
            regularization: 1e-6,
            max_iterations: 100,
            start: Start::KMeans,
        }
    }
}

impl Gmm {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: GmmParams) -> Result<Gmm> {
        let k = params.n_components;
        Error::check_parameter(STEP, "n_components", k as f64, 1 <= k, "at least 1")?;
        for (name, value) in
            [("tolerance", params.tolerance), ("regularization", params.regularization)]
        {
            let ok = value.is_finite() && 0.0 <= value;
            Error::check_parameter(STEP, name, value, ok, "at least 0")?;
        }
        let most = params.max_iterations;
        Error::check_parameter(STEP, "max_iterations", most as f64, 1 <= most, "at least 1")?;
        if let Start::Means(means) = &params.start {
            let (n, wanted) = (means.len() as f64, "as many as components, of finite numbers");
            let finite = means.iter().flatten().all(|value| value.is_finite());
            Error::check_parameter(STEP, "start", n, means.len() == k && finite, wanted)?;
        }
        Ok(Gmm { params })
    }

    fn fit_samples(&self, rows: &Flattened<'_>, seed: Seed) -> Result<FittedGmm> {
        let (n_rows, d, k) = (rows.len(), rows.width(), self.params.n_components);
        if n_rows < k.max(2) {
            return Err(Error::TooFewSamples { step: STEP, wanted: k.max(2), found: n_rows });
        }
        let points = match &self.params.start {
            Start::KMeans => k_means(rows, k, seed),
            Start::Means(means) => {
                if let Some(mean) = means.iter().find(|mean| mean.len() != d) {
                    return Err(Error::Width { expected: d, found: mean.len() });
                }
                means.concat()
            }
        };
        let mut mixture =
            self.maximised(&self.sums(rows, &Known::Points(&points))?, &points, n_rows)?;
        let mut before = f64::NEG_INFINITY;
        for _ in 0..self.params.max_iterations {
            let sums = self.sums(rows, &Known::Mixture(&mixture))?;
            let now = sums.ln_likelihood / n_rows as f64;
            mixture = self.maximised(&sums, &mixture.means, n_rows)?;
            if (now - before).abs() < self.params.tolerance {
                break;
            }
            before = now;
        }
        Ok(FittedGmm { mixture, shape: rows.shape() })
    }

    /// Whether covariances are kept whole.
    fn is_whole(&self) -> bool {
        matches!(self.params.covariance, CovarianceType::Full | CovarianceType::Tied)
    }

    /// The sums over all samples: blocks at fixed places, added in order.
    fn sums(&self, rows: &Flattened<'_>, known: &Known<'_>) -> Result<Sums> {
        // Few enough that all blocks' sums are in memory together.
        let size = BLOCK.max(rows.len().div_ceil(16));
        let blocks = rows.len().div_ceil(size);
        let parts: Vec<Result<Sums>> = (0..blocks)
            .into_par_iter()
            .with_max_len(1)
            .map(|at| {
                let range = at * size..rows.len().min((at + 1) * size);
                rows.block(range, |rows| known.sums(rows, self.is_whole()))
            })
            .collect();
        let none = Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        parts.into_iter().reduce(|all, part| Ok(all?.add(part?))).unwrap_or(none)
    }

    /// The mixture that takes the shares, from sums around `centres`.
    fn maximised(&self, sums: &Sums, centres: &[f64], n_rows: usize) -> Result<Mixture> {
        let k = self.params.n_components;
        let d = centres.len() / k;
        // As scikit-learn: a component without shares divides nothing by 0.
        let counts: Vec<f64> = sums.counts.iter().map(|n| n + 10.0 * f64::EPSILON).collect();
        let total: f64 = counts.iter().sum();
        let mut means = centres.to_vec();
        let mut ways = sums.first.clone();
        for (at, (mean, way)) in means.iter_mut().zip(&mut ways).enumerate() {
            *way /= counts[at / d];
            *mean += *way;
        }
        let size = sums.second.len() / k;
        let second = |component: usize| {
            let (sum, way) = (&sums.second[component * size..][..size], &ways[component * d..]);
            let n = sums.counts[component];
            let cell = move |(at, sum): (usize, &f64)| {
                let (i, j) = if size == d { (at, at) } else { (at / d, at % d) };
                // What is around the mean, from what is around the centre.
                if j <= i { sum - way[i] * way[j] * n } else { 0.0 }
            };
            sum.iter().enumerate().map(cell)
        };
        let regularization = self.params.regularization;
        let whitening = |component: usize, mut covariance: Vec<f64>| {
            covariance.iter_mut().step_by(d + 1).for_each(|v| *v += regularization);
            Whitening::new(means[component * d..][..d].to_vec(), &covariance, STEP)
        };
        let shapes = match self.params.covariance {
            CovarianceType::Full => {
                let whitening = |component: usize| {
                    let n = counts[component];
                    whitening(component, second(component).map(|sum| sum / n).collect())
                };
                Shapes::Whitened((0..k).map(whitening).collect::<Result<_>>()?)
            }
            CovarianceType::Tied => {
                let mut all = vec![0.0; d * d];
                for component in 0..k {
                    all.iter_mut().zip(second(component)).for_each(|(sum, part)| *sum += part);
                }
                let first = whitening(0, all.iter().map(|sum| sum / total).collect())?;
                let around = |component: usize| first.around(means[component * d..][..d].to_vec());
                Shapes::Whitened((0..k).map(around).collect())
            }
            CovarianceType::Diag | CovarianceType::Spherical => {
                let mut variances: Vec<f64> = (0..k)
                    .flat_map(|at| second(at).map(move |sum| (sum, at)))
                    .map(|(sum, at)| sum.max(0.0) / counts[at] + regularization)
                    .collect();
                if self.params.covariance == CovarianceType::Spherical {
                    for variances in variances.chunks_exact_mut(d) {
                        let mean = variances.iter().sum::<f64>() / d as f64;
                        variances.fill(mean);
                    }
                }
                if variances.iter().any(|&variance| !(0.0 < variance && variance.is_finite())) {
                    let what = "a covariance is not positive definite";
                    return Err(Error::Numeric { step: STEP, what });
                }
                Shapes::Variances(variances)
            }
        };
        let weights: Vec<f64> = counts.iter().map(|n| n / n_rows as f64).collect();
        let all: f64 = weights.iter().sum();
        Ok(Mixture { weights: weights.iter().map(|weight| weight / all).collect(), means, shapes })
    }
}

/// What the samples are shared out by.
enum Known<'a> {
    /// All of a sample to the nearest point.
    Points(&'a [f64]),
    /// Each component by its density.
    Mixture(&'a Mixture),
}

impl Known<'_> {
    fn sums(&self, rows: FrameView<'_>, whole: bool) -> Result<Sums> {
        match self {
            Known::Points(points) => {
                let k = points.len() / rows.n_columns();
                let mut shares = vec![0.0; rows.n_rows() * k];
                for (row, shares) in rows.iter().zip(shares.chunks_exact_mut(k)) {
                    shares[nearest(row, points)] = 1.0;
                }
                Ok(Sums::of(rows, &shares, points, whole))
            }
            Known::Mixture(mixture) => {
                let mut shares = mixture.ln_parts(rows)?;
                let ln_likelihood = share_out(&mut shares, mixture.weights.len()).iter().sum();
                let sums = Sums::of(rows, &shares, &mixture.means, whole);
                Ok(Sums { ln_likelihood, ..sums })
            }
        }
    }
}

/// Turns `ln` parts into shares of 1; the `ln` densities come back.
fn share_out(parts: &mut [f64], n_components: usize) -> Vec<f64> {
    let share = |parts: &mut [f64]| {
        let sum = ln_sum(parts);
        parts.iter_mut().for_each(|part| *part = (*part - sum).exp());
        sum
    };
    parts.chunks_exact_mut(n_components).map(share).collect()
}

impl Detector for Gmm {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Flattened::with(train, |rows| self.fit_samples(rows, seed))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let (d, k) = (shape.width(), self.params.n_components);
        let weights = state.f64s("weights", &[k])?.to_vec();
        if weights.iter().any(|weight| !(0.0 < *weight && *weight <= 1.0)) {
            return Err(state.wrong("weights", "weights above 0 and at most 1"));
        }
        let means = state.f64s("means", &[k, d])?.to_vec();
        let shapes = if self.is_whole() {
            let matrices = state.f64s("whitening", &[k, d, d])?;
            let pairs = means.chunks_exact(d).zip(matrices.chunks_exact(d * d));
            let whitening = |(mean, matrix): (&[f64], &[f64])| {
                Whitening::of_matrix(mean.to_vec(), matrix.to_vec())
                    .ok_or_else(|| state.wrong("whitening", "matrices with a positive diagonal"))
            };
            Shapes::Whitened(pairs.map(whitening).collect::<Result<_>>()?)
        } else {
            let variances = state.f64s("variances", &[k, d])?;
            if variances.iter().any(|&variance| variance <= 0.0) {
                return Err(state.wrong("variances", "variances above 0"));
            }
            Shapes::Variances(variances.to_vec())
        };
        Ok(Box::new(FittedGmm { mixture: Mixture { weights, means, shapes }, shape }))
    }
}

/// A fitted [`Gmm`].
struct FittedGmm {
    mixture: Mixture,
    shape: Shape,
}

impl FittedDetector for FittedGmm {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.score_blocks(samples, |rows| {
            let parts = self.mixture.ln_parts(rows)?;
            Ok(parts.chunks_exact(self.mixture.weights.len()).map(|row| -ln_sum(row)).collect())
        })
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let (d, k) = (self.shape.width(), self.mixture.weights.len());
        let inverses: Vec<f64> = match &self.mixture.shapes {
            Shapes::Variances(variances) => variances.iter().map(|v| 1.0 / v).collect(),
            Shapes::Whitened(all) => all.iter().flat_map(Whitening::precisions).collect(),
        };
        self.shape.with(samples, |rows| {
            let weights = rows.column_weights_together(|rows, weights| {
                let block = Frame::new(rows.concat(), Columns::numbered("x", d))?;
                let mut shares = self.mixture.ln_parts(block.view())?;
                share_out(&mut shares, k);
                let each = rows.iter().zip(shares.chunks_exact(k)).zip(weights.chunks_exact_mut(d));
                for ((row, shares), weights) in each {
                    for (component, share) in shares.iter().enumerate() {
                        let own = component * d..(component + 1) * d;
                        let (means, inverses) = (&self.mixture.means[own.clone()], &inverses[own]);
                        let columns = row.iter().zip(means).zip(inverses);
                        for (weight, ((value, mean), inverse)) in weights.iter_mut().zip(columns) {
                            *weight += share * (value - mean) * (value - mean) * inverse;
                        }
                    }
                }
                Ok(())
            })?;
            Ok(Some(weights))
        })
    }

    fn state(&self) -> Option<State> {
        let (d, k) = (self.shape.width(), self.mixture.weights.len());
        let mut state = State::new();
        self.shape.put(&mut state);
        state.put_f64s("weights", &[k], &self.mixture.weights);
        state.put_f64s("means", &[k, d], &self.mixture.means);
        match &self.mixture.shapes {
            Shapes::Whitened(all) => {
                let matrices: Vec<f64> = all.iter().flat_map(|own| own.matrix.clone()).collect();
                state.put_f64s("whitening", &[k, d, d], &matrices);
            }
            Shapes::Variances(variances) => state.put_f64s("variances", &[k, d], variances),
        }
        Some(state)
    }
}
