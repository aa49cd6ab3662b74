//! Distance of a sample to principal components in the space of a kernel.

use oddity_core::{
    ANY, Columns, Detector, Error, FittedDetector, Frame, FrameView, Result, Samples, Scores, Seed,
    State,
};
use oddity_linalg::{Affine, Components};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::gram::{gram, kernel_values};
use super::panels::Panels;
use super::{Gamma, Kernel};
use crate::draws::drawn_rows;
use crate::flattened::{Flattened, Shape};
use crate::symmetric::eigen;

const STEP: &str = "kernel_pca";

/// Eigenvalues below this share of the largest are rounding.
const LEAST_SHARE: f64 = 1e-12;

/// Scores a sample by its squared distance, in the space of a kernel, to the first principal
/// components of the training rows there.
///
/// With `Φ` the map into that space, centred on the training rows, the score is
/// `|Φ(x)|² - Σ_l f_l(x)²`, where
/// `|Φ(x)|² = k(x, x) - 2/n Σ_i k(x, x_i) + 1/n² Σ_ij k(x_i, x_j)` and
/// `f_l(x) = Σ_i (k(x, x_i) - 1/n Σ_j k(x_j, x_i)) v_li / √λ_l` is the place along component `l`,
/// of eigenvalue `λ_l` and eigenvector `v_l` of the centred kernel matrix.
///
/// - Reads rows (sparse ones are written out) and windows, each flattened into one long row.
///   Columns should have similar ranges: standardise before.
/// - Of more than `max_rows` training rows so many are drawn by the seed, as PyOD does with
///   `sampling`; the paper takes all.
/// - Cost for `m` rows that are taken: fit `m² d + m³`, score of a row `m (d + q)` with `q`
///   components. The kernel matrix is in memory, `m²` numbers.
/// - Pointwise: a score does not depend on the other samples. The same bits come out for any number
///   of threads.
/// - Scores can be below 0 by rounding.
/// - Errors: fewer than two samples, more components than the matrix has, rows that are all equal,
///   kernel values that leave the range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_linalg::Components;
/// use oddity_models::kernel::{Gamma, Kernel, KernelPca, KernelPcaParams};
///
/// // A circle, and its middle: no line comes near to all of it.
/// let circle = (0..24).flat_map(|at| [(at as f64 / 3.82).cos(), (at as f64 / 3.82).sin()]);
/// let train = Frame::new(circle.collect(), ["x", "y"])?;
/// let detector = KernelPca::new(KernelPcaParams {
///     kernel: Kernel::Rbf { gamma: Gamma::Value(1.0) },
///     components: Components::Count(5),
///     ..KernelPcaParams::default()
/// })?;
/// let fitted = detector.fit(&train.samples(), Seed(0))?;
/// let test = Frame::new(vec![0.6, 0.8, 0.0, 0.0], ["x", "y"])?;
/// let scores = fitted.score(&test.samples())?;
/// let rounded: Vec<f64> = scores.values().iter().map(|score| (score * 100.0).round()).collect();
/// assert_eq!(rounded, [7.0, 57.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// H. Hoffmann. Kernel PCA for novelty detection. Pattern Recognition 40(3), 2007.
/// doi:10.1016/j.patcog.2006.07.009.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelPca {
    params: KernelPcaParams,
}

/// Parameters of [`KernelPca`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KernelPcaParams {
    /// The kernel. Default the radial basis function with `gamma = "scale"`, near the `1 / d` of
    /// scikit-learn where columns are standardised.
    pub kernel: Kernel,
    /// How many components count as normal: a number, or the share of the variance that they
    /// explain. By default 0.95 of it; the paper chooses a number for each data set.
    pub components: Components,
    /// Most training rows that are taken, at least 2. Default 1,000, whose matrix is decomposed in
    /// about a second; a choice of ours.
    pub max_rows: usize,
}

impl Default for KernelPcaParams {
    fn default() -> KernelPcaParams {
        KernelPcaParams {
            kernel: Kernel::Rbf { gamma: Gamma::Scale },
            components: Components::Variance { variance: 0.95 },
            max_rows: 1_000,
        }
    }
}

impl KernelPca {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: KernelPcaParams) -> Result<KernelPca> {
        params.kernel.check(STEP)?;
        params.components.check(STEP)?;
        let rows = params.max_rows;
        Error::check_parameter(STEP, "max_rows", rows as f64, 2 <= rows, "at least 2")?;
        Ok(KernelPca { params })
    }

    fn fit_rows(&self, rows: &Flattened<'_>, seed: Seed) -> Result<FittedKernelPca> {
        let n_rows = rows.len();
        if n_rows < 2 {
            return Err(Error::TooFewSamples { step: STEP, wanted: 2, found: n_rows });
        }
        let taken = drawn_rows(self.params.max_rows, n_rows, seed);
        let all = taken.iter().map(|&row| rows.row(row));
        let space = self.params.kernel.on(all.clone(), rows.width());
        let panels = Panels::new(all, space, STEP)?;
        let mut matrix = gram(&panels);
        let (means, mean) = centre(&mut matrix, taken.len());
        let (values, vectors) = eigen(&matrix, taken.len(), STEP)?;
        let n_components = self.n_components(&values)?;
        let mut factors = vec![0.0; taken.len() * n_components];
        for (row, factors) in factors.chunks_exact_mut(n_components).enumerate() {
            for (component, factor) in factors.iter_mut().enumerate() {
                *factor = vectors[component * taken.len() + row] / values[component].sqrt();
            }
        }
        let places = Affine::new(means, n_components, &factors);
        Ok(FittedKernelPca { panels, places, factors, mean, shape: rows.shape() })
    }

    /// How many of the eigenvalues, descending, count as normal.
    fn n_components(&self, values: &[f64]) -> Result<usize> {
        let most = values[0];
        let n_above = values.iter().filter(|&&value| LEAST_SHARE * most < value).count();
        if most <= 0.0 || n_above == 0 {
            return Err(Error::Numeric { step: STEP, what: "the training rows are all equal" });
        }
        match self.params.components {
            Components::Count(count) => {
                let wanted = "at most the training rows that are taken";
                let fits = count <= values.len();
                Error::check_parameter(STEP, "components", count as f64, fits, wanted)?;
                Ok(count.min(n_above))
            }
            Components::Variance { variance } => {
                let total: f64 = values[..n_above].iter().sum();
                let mut explained = 0.0;
                let enough = values[..n_above].iter().position(|value| {
                    explained += value;
                    variance * total <= explained
                });
                Ok(enough.map_or(n_above, |at| at + 1))
            }
        }
    }
}

/// Centres a kernel matrix in its space; its column means and their mean come back.
fn centre(matrix: &mut [f64], n_rows: usize) -> (Vec<f64>, f64) {
    let rows = matrix.par_chunks_exact(n_rows);
    let means: Vec<f64> = rows.map(|row| row.iter().sum::<f64>() / n_rows as f64).collect();
    let mean = means.iter().sum::<f64>() / n_rows as f64;
    matrix.par_chunks_exact_mut(n_rows).zip(&means).for_each(|(row, own)| {
        // In this order the matrix stays symmetric to the bits.
        row.iter_mut()
            .zip(&means)
            .for_each(|(value, other)| *value = *value - (own + other) + mean);
    });
    (means, mean)
}

impl Detector for KernelPca {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Flattened::with(train, |rows| self.fit_rows(rows, seed))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let panels = Panels::of_state(state, self.params.kernel, shape.width())?;
        let n_rows = panels.n_rows();
        let means = state.f64s("means", &[n_rows])?.to_vec();
        let factors = state.f64s("factors", &[n_rows, ANY])?.to_vec();
        if n_rows == 0 || factors.is_empty() {
            return Err(state.wrong("factors", "at least one row and component"));
        }
        let places = Affine::new(means, factors.len() / n_rows, &factors);
        let mean = state.f64("mean")?;
        Ok(Box::new(FittedKernelPca { panels, places, factors, mean, shape }))
    }
}

/// A fitted [`KernelPca`].
struct FittedKernelPca {
    /// The training rows that are taken.
    panels: Panels,
    /// From kernel values to places along the components.
    places: Affine,
    /// `v_li / √λ_l`, a row a training row.
    factors: Vec<f64>,
    /// The mean of the kernel matrix.
    mean: f64,
    shape: Shape,
}

impl FittedKernelPca {
    fn score_rows(&self, rows: FrameView<'_>) -> Result<Vec<f64>> {
        let (values, own) = kernel_values(&self.panels, rows);
        let values = Frame::new(values, Columns::numbered("k", self.panels.n_rows()))?;
        let explained = self.places.squared_norms(values.view())?;
        let score = |(row, (own, explained)): (&[f64], (&f64, &f64))| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            (own - 2.0 * mean + self.mean) - explained
        };
        Ok(values.view().iter().zip(own.iter().zip(&explained)).map(score).collect())
    }
}

impl FittedDetector for FittedKernelPca {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.score_blocks(samples, |rows| self.score_rows(rows))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        self.panels.put(&mut state);
        let n_rows = self.panels.n_rows();
        state.put_f64s("means", &[n_rows], self.places.centre());
        state.put_f64s("factors", &[n_rows, self.places.n_outputs()], &self.factors);
        state.put_f64("mean", self.mean);
        Some(state)
    }
}
