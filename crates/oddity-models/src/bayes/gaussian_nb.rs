//! Gaussian naive Bayes: in each class, every column is an independent Gaussian.

use oddity_core::{
    Classes, Classifier, Error, FittedClassifier, FrameView, Predicted, Result, Samples, Seed,
};
use oddity_linalg::vectorized;
use serde::{Deserialize, Serialize};

use crate::linear::{
    Occurring, class_means, fill_shards, map_shards, predict_largest, softmax_rows, spread,
    sum_in_order,
};

const STEP: &str = "gaussian_nb";

/// Classifies by Gaussian naive Bayes: in each class every column is normal and independent of the
/// others.
///
/// The probability of class `c` is the softmax over the classes of
///
/// ```text
/// ln π_c - Σ_j (ln(2π v_cj) + (x_j - m_cj)² / v_cj) / 2
/// ```
///
/// with the share `π_c` of the class in training, and the mean `m_cj` and variance `v_cj` of column `j`
/// there, to which a share of the largest variance of a column is added. Decision values are these
/// sums.
///
/// - Reads rows `n x d`, dense or sparse (written out). The same bits come out for any number of
///   threads.
/// - Cost with `k` classes: fit `n d`, `d k` a row to predict.
/// - Errors: fewer than two classes that occur, columns that are all constant, variances that leave
///   the range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{Classes, Classifier, Frame, Seed};
/// use oddity_models::bayes::{GaussianNb, GaussianNbParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 7.0, 8.0, 9.0], ["x"])?;
/// let classes = Classes::new(vec![0, 0, 0, 1, 1, 1], ["low", "high"])?;
/// let fitted =
///     GaussianNb::new(GaussianNbParams::default())?.fit(&train.samples(), &classes, Seed(0))?;
/// let predicted = fitted.predict(&Frame::new(vec![3.0, 6.0], ["x"])?.samples())?;
/// assert_eq!(predicted.codes(), [0, 1]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// G. H. John and P. Langley. Estimating continuous distributions in Bayesian classifiers. UAI 1995.
/// doi:10.48550/arXiv.1302.4964.
pub struct GaussianNb {
    params: GaussianNbParams,
}

/// Parameters of [`GaussianNb`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GaussianNbParams {
    /// This share of the largest variance of a column, over all samples, is added to every
    /// variance, so that a column that is constant in a class does not decide alone.
    /// Default 1e-9, as in scikit-learn.
    pub var_smoothing: f64,
}

impl Default for GaussianNbParams {
    fn default() -> Self {
        GaussianNbParams { var_smoothing: 1e-9 }
    }
}

impl GaussianNb {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] unless `0 <= var_smoothing` and it is finite.
    pub fn new(params: GaussianNbParams) -> Result<GaussianNb> {
        let smoothing = params.var_smoothing;
        let ok = smoothing.is_finite() && 0.0 <= smoothing;
        Error::check_parameter(STEP, "var_smoothing", smoothing, ok, "0 or above")?;
        Ok(GaussianNb { params })
    }
}

impl Classifier for GaussianNb {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        train.with_dense(|rows| {
            let occurring = Occurring::new(classes, rows.n_rows(), STEP)?;
            let fitted = fit(rows, occurring, self.params.var_smoothing)?;
            Ok(Box::new(fitted) as Box<dyn FittedClassifier>)
        })
    }
}

struct FittedGaussianNb {
    /// `n_classes x n_columns`.
    means: Vec<f64>,
    /// 1 / (2 variance), `n_classes x n_columns`.
    precisions: Vec<f64>,
    /// One a class: the logarithms of its prior and of the densities' factors.
    constants: Vec<f64>,
    n_columns: usize,
    codes: Vec<u32>,
    n_names: usize,
}

fn fit(rows: FrameView<'_>, occurring: Occurring, smoothing: f64) -> Result<FittedGaussianNb> {
    let (n_rows, n_columns) = (rows.n_rows(), rows.n_columns());
    let means = class_means(rows, &occurring);
    let squares = squared_deviations(rows, &occurring, &means);
    let added = smoothing * largest_variance(&occurring, &means, &squares, n_columns, n_rows);
    let mut precisions = squares;
    let mut constants = Vec::with_capacity(occurring.len());
    for (class, &count) in occurring.counts.iter().enumerate() {
        let mut log_factors = 0.0;
        for value in &mut precisions[class * n_columns..(class + 1) * n_columns] {
            let variance = *value / count as f64 + added;
            log_factors += (std::f64::consts::TAU * variance).ln();
            *value = 0.5 / variance;
        }
        constants.push((count as f64 / n_rows as f64).ln() - 0.5 * log_factors);
    }
    if precisions.iter().chain(&constants).any(|value| !value.is_finite()) {
        let what = "a variance is 0 or not finite; is every column constant?";
        return Err(Error::Numeric { step: STEP, what });
    }
    let (codes, n_names) = (occurring.codes, occurring.n_names);
    Ok(FittedGaussianNb { means, precisions, constants, n_columns, codes, n_names })
}

/// Sums of the squared deviations from the class means, `n_classes x n_columns`.
fn squared_deviations(rows: FrameView<'_>, occurring: &Occurring, means: &[f64]) -> Vec<f64> {
    let width = rows.n_columns();
    let sums = map_shards(rows.n_rows(), width, |range| {
        vectorized!({
            let mut sums = vec![0.0; means.len()];
            let classes = &occurring.of_sample[range.clone()];
            for (row, &class) in rows.slice(range).iter().zip(classes) {
                let at = class as usize * width;
                let values = row.iter().zip(&means[at..at + width]);
                for (sum, (value, mean)) in sums[at..at + width].iter_mut().zip(values) {
                    *sum += (value - mean) * (value - mean);
                }
            }
            sums
        })
    });
    sum_in_order(sums).unwrap_or_default()
}

/// The largest variance of a column over all classes together.
fn largest_variance(
    occurring: &Occurring,
    means: &[f64],
    squares: &[f64],
    width: usize,
    n_rows: usize,
) -> f64 {
    let of_class = |values: &[f64], column: usize, class: usize| values[class * width + column];
    let counts = || occurring.counts.iter().map(|&count| count as f64).enumerate();
    let variances = (0..width).map(|column| {
        let sum: f64 = counts().map(|(class, n)| n * of_class(means, column, class)).sum();
        let centre = sum / n_rows as f64;
        let total: f64 = counts()
            .map(|(class, n)| {
                let offset = of_class(means, column, class) - centre;
                of_class(squares, column, class) + n * offset * offset
            })
            .sum();
        total / n_rows as f64
    });
    variances.fold(0.0, f64::max)
}

impl FittedClassifier for FittedGaussianNb {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| {
            rows.expect_width(self.n_columns)?;
            let n_classes = self.codes.len();
            let mut values = vec![0.0; rows.n_rows() * n_classes];
            fill_shards(&mut values, n_classes, rows.n_rows(), self.n_columns, |range, out| {
                vectorized!(self.log_likelihoods(rows.slice(range), out));
            });
            let predicted = predict_largest(&values, &self.codes, self.n_names)?;
            let joint = spread(values.clone(), &self.codes, self.n_names, -f64::MAX);
            fill_shards(&mut values, n_classes, rows.n_rows(), 8 * n_classes, |_, out| {
                vectorized!(softmax_rows(out, n_classes, |_, _, _| {}));
            });
            let probabilities = spread(values, &self.codes, self.n_names, 0.0);
            predicted.with_decision(joint)?.with_probabilities(probabilities)
        })
    }
}

impl FittedGaussianNb {
    #[inline(always)]
    fn log_likelihoods(&self, rows: FrameView<'_>, out: &mut [f64]) {
        for (row, out) in rows.iter().zip(out.chunks_exact_mut(self.codes.len())) {
            for (class, out) in out.iter_mut().enumerate() {
                let at = class * self.n_columns;
                let means = &self.means[at..at + self.n_columns];
                let precisions = &self.precisions[at..at + self.n_columns];
                let distance = scaled_distance(row, means, precisions);
                *out = (self.constants[class] - distance).clamp(-f64::MAX, f64::MAX);
            }
        }
    }
}

/// The sum of `precision (value - mean)^2`, in eight lanes of fixed order.
#[inline(always)]
fn scaled_distance(row: &[f64], means: &[f64], precisions: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let runs = row.chunks_exact(8).zip(means.chunks_exact(8)).zip(precisions.chunks_exact(8));
    for ((row, means), precisions) in runs {
        for lane in 0..8 {
            let offset = row[lane] - means[lane];
            lanes[lane] += offset * offset * precisions[lane];
        }
    }
    let rest = row.len() / 8 * 8;
    for column in rest..row.len() {
        let offset = row[column] - means[column];
        lanes[column - rest] += offset * offset * precisions[column];
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
