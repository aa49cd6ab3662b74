//! Linear discriminant analysis: one Gaussian a class, with a covariance that they share.

use faer::Mat;
use oddity_core::{
    Classes, Classifier, Error, FittedClassifier, FrameView, Predicted, Result, Samples, Seed,
};
use oddity_linalg::vectorized;
use serde::{Deserialize, Serialize};

use super::decision::{LinearDecision, Link};
use super::{Occurring, class_means, dot, map_shards, qr_factor, singular, sum_in_order};

const STEP: &str = "lda";
/// Rows that are factored at once on top of the factor of the rows before.
const BLOCK_ROWS: usize = 512;

/// Classifies by linear discriminant analysis: one normal distribution a class, with a covariance
/// that they share.
///
/// The probability of class `c` is the softmax over the classes of
///
/// ```text
/// ln π_c - (x - μ_c)' S⁻¹ (x - μ_c) / 2
/// ```
///
/// with the share `π_c` and the mean `μ_c` of the class in training, and the covariance `S` of the
/// rows around the means of their classes. Directions in which they do not vary are left out.
///
/// - Reads rows `n x d`, dense or sparse (written out). The scale of the columns does not matter. The
///   same bits come out for any number of threads.
/// - As scikit-learn's `LinearDiscriminantAnalysis` with its solver `svd`.
/// - Cost with `k` classes: fit `n d² + d³`, and memory for a few blocks of `d²` numbers for each of
///   up to 16 runs of rows; `d k` a row to predict.
/// - Errors: fewer than two classes that occur, no more rows than classes, coefficients that leave the
///   range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{Classes, Classifier, Frame, Seed};
/// use oddity_models::linear::{Lda, LdaParams};
///
/// let train = Frame::new(vec![0.0, 1.0, 2.0, 7.0, 8.0, 9.0], ["x"])?;
/// let classes = Classes::new(vec![0, 0, 0, 1, 1, 1], ["low", "high"])?;
/// let fitted = Lda::new(LdaParams::default())?.fit(&train.samples(), &classes, Seed(0))?;
/// let predicted = fitted.predict(&Frame::new(vec![3.0, 6.0], ["x"])?.samples())?;
/// assert_eq!(predicted.codes(), [0, 1]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// R. A. Fisher. The use of multiple measurements in taxonomic problems. Annals of Eugenics 7(2),
/// 1936. doi:10.1111/j.1469-1809.1936.tb02137.x.
pub struct Lda {
    params: LdaParams,
}

/// Parameters of [`Lda`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LdaParams {
    /// Directions whose singular value, of the standardised deviations from the class means
    /// over the root of the number of samples, is not above this are left out. Default 1e-4,
    /// as in scikit-learn.
    pub tolerance: f64,
}

impl Default for LdaParams {
    fn default() -> Self {
        LdaParams { tolerance: 1e-4 }
    }
}

impl Lda {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] unless `0 <= tolerance` and it is finite.
    pub fn new(params: LdaParams) -> Result<Lda> {
        let tolerance = params.tolerance;
        let ok = tolerance.is_finite() && 0.0 <= tolerance;
        Error::check_parameter(STEP, "tolerance", tolerance, ok, "0 or above")?;
        Ok(Lda { params })
    }
}

impl Classifier for Lda {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        _: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        train.with_dense(|rows| {
            let occurring = Occurring::new(classes, rows.n_rows(), STEP)?;
            let wanted = occurring.len() + 1;
            if rows.n_rows() < wanted {
                let found = rows.n_rows();
                return Err(Error::TooFewSamples { step: STEP, wanted, found });
            }
            let decision = fit(rows, occurring, self.params.tolerance)?;
            Ok(Box::new(FittedLda { decision }) as Box<dyn FittedClassifier>)
        })
    }
}

struct FittedLda {
    decision: LinearDecision,
}

impl FittedClassifier for FittedLda {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        samples.with_dense(|rows| self.decision.predict(rows))
    }
}

fn fit(rows: FrameView<'_>, occurring: Occurring, tolerance: f64) -> Result<LinearDecision> {
    let (n_rows, width, n_classes) = (rows.n_rows(), rows.n_columns(), occurring.len());
    let means = class_means(rows, &occurring);
    let priors: Vec<f64> =
        occurring.counts.iter().map(|&count| count as f64 / n_rows as f64).collect();
    let mut centre = vec![0.0; width];
    for (mean, prior) in means.chunks_exact(width.max(1)).zip(&priors) {
        centre.iter_mut().zip(mean).for_each(|(centre, mean)| *centre += prior * mean);
    }
    let whitening = whitening(rows, &occurring, &means, tolerance)?;

    // The class means in the whitened space, and the directions that they span there.
    let n_directions = whitening.ncols();
    let offset = |class: usize, column: usize| means[class * width + column] - centre[column];
    let spread = Mat::from_fn(n_classes, n_directions, |class, direction| {
        let factor = (n_rows as f64 * priors[class] / (n_classes - 1) as f64).sqrt();
        let sum = (0..width).map(|column| offset(class, column) * whitening[(column, direction)]);
        factor * sum.sum::<f64>()
    });
    let mut scalings = Mat::zeros(width, 0);
    if 0 < n_directions {
        let (values, right) = singular(&spread, STEP)?;
        let rank = values.iter().filter(|value| tolerance * values[0] < **value).count();
        scalings = &whitening * right.subcols(0, rank);
    }

    let offsets = Mat::from_fn(n_classes, width, offset);
    let projected = &offsets * &scalings;
    let coefficients = &projected * scalings.transpose();
    let mut functions = Vec::with_capacity(n_classes * width);
    let mut intercepts = Vec::with_capacity(n_classes);
    for (class, prior) in priors.iter().enumerate() {
        let row: Vec<f64> = (0..width).map(|column| coefficients[(class, column)]).collect();
        let squares = (0..projected.ncols()).map(|at| projected[(class, at)].powi(2));
        intercepts.push(-0.5 * squares.sum::<f64>() + prior.ln() - dot(&centre, &row));
        functions.extend(row);
    }
    let mut link = Link::Softmax;
    if n_classes == 2 {
        link = Link::Logistic;
        functions =
            (0..width).map(|column| functions[width + column] - functions[column]).collect();
        intercepts = vec![intercepts[1] - intercepts[0]];
    }
    if functions.iter().chain(&intercepts).any(|value| !value.is_finite()) {
        return Err(Error::Numeric { step: STEP, what: "the coefficients are not finite" });
    }
    let (codes, n_names) = (occurring.codes, occurring.n_names);
    Ok(LinearDecision {
        coefficients: functions,
        intercepts,
        n_columns: width,
        link,
        codes,
        n_names,
    })
}

/// The directions, `n_columns x rank`, in which the deviations from the class means have
/// unit variance and no correlation.
///
/// From the singular values of the deviations themselves, through their QR factor. Those of
/// the Gram matrix would be squares: the rank is decided at 1e-4, where a square of 1e-8
/// carries an error of about 1e-15 times the number of columns, and near-collinear columns
/// would lose half of their digits.
fn whitening(
    rows: FrameView<'_>,
    occurring: &Occurring,
    means: &[f64],
    tolerance: f64,
) -> Result<Mat<f64>> {
    let (n_rows, width) = (rows.n_rows(), rows.n_columns());
    if width == 0 {
        return Ok(Mat::zeros(0, 0));
    }
    let parts = map_shards(n_rows, width, |range| {
        let mut squares = vec![0.0; width];
        let mut factor = Mat::zeros(0, width);
        let classes = &occurring.of_sample[range.clone()];
        for (rows, classes) in rows
            .slice(range)
            .values()
            .chunks(BLOCK_ROWS.max(width) * width)
            .zip(classes.chunks(BLOCK_ROWS.max(width)))
        {
            factor = add_rows(factor, rows, classes, means, &mut squares);
        }
        (squares, factor)
    });
    let (squares, factors): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    let squares = sum_in_order(squares).unwrap_or_default();
    let deviations: Vec<f64> = squares
        .iter()
        .map(|square| (square / n_rows as f64).sqrt())
        .map(|deviation| if deviation == 0.0 { 1.0 } else { deviation })
        .collect();
    let mut factor = stack(factors, width);
    let fraction = (1.0 / n_rows as f64).sqrt();
    for (column, deviation) in deviations.iter().enumerate() {
        factor.col_mut(column).iter_mut().for_each(|value| *value *= fraction / deviation);
    }
    let (values, right) = singular(&factor, STEP)?;
    let rank = values.iter().filter(|value| tolerance < **value).count();
    Ok(Mat::from_fn(width, rank, |column, direction| {
        right[(column, direction)] / deviations[column] / values[direction]
    }))
}

/// The QR factor of the rows so far and those of a block, less the means of their classes.
fn add_rows(
    factor: Mat<f64>,
    rows: &[f64],
    classes: &[u32],
    means: &[f64],
    squares: &mut [f64],
) -> Mat<f64> {
    let width = squares.len();
    let above = factor.nrows();
    let mut stacked = Mat::zeros(above + classes.len(), width);
    stacked.subrows_mut(0, above).copy_from(&factor);
    let mut centred = vec![0.0; rows.len()];
    vectorized!({
        let pairs = rows.chunks_exact(width).zip(classes);
        for (out, (row, &class)) in centred.chunks_exact_mut(width).zip(pairs) {
            let mean = &means[class as usize * width..][..width];
            for column in 0..width {
                out[column] = row[column] - mean[column];
                squares[column] += out[column] * out[column];
            }
        }
    });
    let centred = faer::MatRef::from_row_major_slice(&centred, classes.len(), width);
    stacked.subrows_mut(above, classes.len()).copy_from(centred);
    // Few rows gain nothing from being factored on their own.
    if stacked.nrows() <= 2 * width { stacked } else { qr_factor(stacked) }
}

/// The QR factor of factors on top of each other.
fn stack(factors: Vec<Mat<f64>>, width: usize) -> Mat<f64> {
    let mut all = Mat::zeros(factors.iter().map(Mat::nrows).sum(), width);
    let mut at = 0;
    for factor in factors {
        all.subrows_mut(at, factor.nrows()).copy_from(&factor);
        at += factor.nrows();
    }
    qr_factor(all)
}
