//! Rows to rows with mean 0 and deviation 1.

use oddity_core::{
    Columns, Error, FittedTransformer, Frame, FrameView, Result, Samples, SamplesOwned, Transformer,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows whose sums are taken together; fixed, so that no result depends on the number of
/// threads.
const SHARD: usize = 4_096;

/// Parameters of [`Standardize`]; the defaults are scikit-learn's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StandardizeParams {
    /// Whether the mean of each column is taken off.
    pub center: bool,
    /// Whether each column is divided by its deviation.
    pub scale: bool,
    /// Which deviation.
    pub deviation: Deviation,
}

impl Default for StandardizeParams {
    fn default() -> StandardizeParams {
        StandardizeParams { center: true, scale: true, deviation: Deviation::Population }
    }
}

/// What the sum of squared distances to the mean is divided by, for `n` rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deviation {
    /// `n`, as in scikit-learn's `StandardScaler`.
    #[default]
    Population,
    /// `n - 1`, as in the `std` of pandas.
    Sample,
}

/// Rows to standardised rows: `(x - mean) / deviation`, by column.
///
/// A column counts as constant if its variance is within the rounding error of `n` equal
/// values, `n eps variance + (n mean eps)^2`, by Chan, Golub and LeVeque 1983,
/// doi:10.1080/00031305.1983.10483115; it is divided by 1. Exact as in scikit-learn: the
/// variance in two passes, corrected for the rounding of the mean.
///
/// - Shapes: dense or sparse `n x d` to dense `n x d`.
/// - Cost: time and memory linear in `n d`; two passes in fit, parallel over fixed shards.
#[derive(Clone, Debug)]
pub struct Standardize {
    params: StandardizeParams,
}

impl Standardize {
    /// Takes the parameters, all of which are valid.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(params: StandardizeParams) -> Result<Standardize> {
        Ok(Standardize { params })
    }
}

impl Transformer for Standardize {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        train.with_dense(|rows| Ok(Box::new(self.fit_rows(rows)?) as Box<dyn FittedTransformer>))
    }
}

impl Standardize {
    fn fit_rows(&self, rows: FrameView<'_>) -> Result<FittedStandardize> {
        let wanted = match self.params.deviation {
            Deviation::Population => 1,
            Deviation::Sample => 2,
        };
        let found = rows.n_rows();
        if found < wanted {
            return Err(Error::TooFewSamples { step: "standardize", wanted, found });
        }
        let n_rows = found as f64;
        let (width, columns) = (rows.n_columns(), rows.columns().clone());
        let (sums, _) = sum_columns(rows, &vec![0.0; width]);
        let means: Vec<f64> = sums.iter().map(|sum| sum / n_rows).collect();
        let (corrections, squares) = sum_columns(rows, &means);
        let deviation = |column: usize| {
            let correction = corrections[column];
            let sum = squares[column] - correction * correction / n_rows;
            let variance = sum / n_rows;
            let rounding = n_rows * means[column] * f64::EPSILON;
            if variance <= n_rows * f64::EPSILON * variance + rounding * rounding {
                return 1.0;
            }
            match self.params.deviation {
                Deviation::Population => variance.sqrt(),
                Deviation::Sample => (sum / (n_rows - 1.0)).sqrt(),
            }
        };
        let scales: Vec<f64> = (0..width)
            .map(|column| if self.params.scale { deviation(column) } else { 1.0 })
            .collect();
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        if !finite(&means) || !finite(&scales) {
            let what = "a mean or a deviation is beyond the range of numbers";
            return Err(Error::Numeric { step: "standardize", what });
        }
        let means = if self.params.center { means } else { vec![0.0; width] };
        Ok(FittedStandardize { means, scales, columns })
    }
}

/// Sums of the distances to `from` and of their squares, by column.
fn sum_columns(rows: FrameView<'_>, from: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let width = from.len();
    let shards: Vec<(Vec<f64>, Vec<f64>)> = rows
        .values()
        .par_chunks(SHARD * width.max(1))
        .map(|shard| {
            let (mut sums, mut squares) = (vec![0.0; width], vec![0.0; width]);
            for row in shard.chunks_exact(width) {
                for (column, value) in row.iter().enumerate() {
                    let distance = value - from[column];
                    sums[column] += distance;
                    squares[column] += distance * distance;
                }
            }
            (sums, squares)
        })
        .collect();
    let (mut sums, mut squares) = (vec![0.0; width], vec![0.0; width]);
    for (shard_sums, shard_squares) in shards {
        for column in 0..width {
            sums[column] += shard_sums[column];
            squares[column] += shard_squares[column];
        }
    }
    (sums, squares)
}

struct FittedStandardize {
    means: Vec<f64>,
    scales: Vec<f64>,
    columns: Columns,
}

impl FittedTransformer for FittedStandardize {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        samples.with_dense(|rows| {
            let width = self.means.len();
            rows.expect_width(width)?;
            let mut values = rows.values().to_vec();
            values.par_chunks_mut(SHARD * width.max(1)).for_each(|shard| {
                for row in shard.chunks_exact_mut(width) {
                    for (column, value) in row.iter_mut().enumerate() {
                        *value = (*value - self.means[column]) / self.scales[column];
                    }
                }
            });
            Ok(Frame::new(values, &self.columns)?.into())
        })
    }
}
