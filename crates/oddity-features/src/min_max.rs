//! Rows to rows within a range.

use oddity_core::{
    Columns, Error, FittedTransformer, Frame, FrameView, Result, Samples, SamplesOwned, Transformer,
};
use serde::{Deserialize, Serialize};

/// Parameters of [`MinMax`]; the defaults are scikit-learn's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinMaxParams {
    /// Where the smallest training value of a column goes.
    pub low: f64,
    /// Where the largest training value of a column goes; above `low`.
    pub high: f64,
    /// Whether later values beyond the range of the training values are cut to it.
    pub clip: bool,
}

impl Default for MinMaxParams {
    fn default() -> MinMaxParams {
        MinMaxParams { low: 0.0, high: 1.0, clip: false }
    }
}

/// Rows to rows within a range: `low + (x - min) (high - low) / (max - min)`, by column.
///
/// A column whose values lie within ten rounding errors of each other (`10 eps`) is moved to
/// `low` without being stretched, as in scikit-learn.
///
/// - Shapes: dense or sparse `n x d` to dense `n x d`.
/// - Cost: time and memory linear in `n d`.
#[derive(Clone, Debug)]
pub struct MinMax {
    params: MinMaxParams,
}

impl MinMax {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if the range is not finite or empty.
    pub fn new(params: MinMaxParams) -> Result<MinMax> {
        let MinMaxParams { low, high, .. } = params;
        let check = |parameter, found: f64, ok, wanted| {
            Error::check_parameter("min_max", parameter, found, ok, wanted)
        };
        check("low", low, low.is_finite(), "a finite number")?;
        check("high", high, high.is_finite() && low < high, "a finite number above low")?;
        Ok(MinMax { params })
    }
}

impl Transformer for MinMax {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        train.with_dense(|rows| Ok(Box::new(self.fit_rows(rows)?) as Box<dyn FittedTransformer>))
    }
}

impl MinMax {
    fn fit_rows(&self, rows: FrameView<'_>) -> Result<FittedMinMax> {
        if rows.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: "min_max", wanted: 1, found: 0 });
        }
        let mut least = rows.row(0).to_vec();
        let mut most = least.clone();
        for row in rows.iter() {
            for (column, &value) in row.iter().enumerate() {
                least[column] = least[column].min(value);
                most[column] = most[column].max(value);
            }
        }
        let MinMaxParams { low, high, clip } = self.params;
        let (mut factors, mut shifts) = (Vec::new(), Vec::new());
        for (least, most) in least.iter().zip(&most) {
            let range = most - least;
            let range = if range < 10.0 * f64::EPSILON { 1.0 } else { range };
            let factor = (high - low) / range;
            factors.push(factor);
            shifts.push(low - least * factor);
        }
        let clip = clip.then_some((low, high));
        let columns = rows.columns().clone();
        Ok(FittedMinMax { factors, shifts, clip, columns })
    }
}

struct FittedMinMax {
    factors: Vec<f64>,
    shifts: Vec<f64>,
    clip: Option<(f64, f64)>,
    columns: Columns,
}

impl FittedTransformer for FittedMinMax {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        samples.with_dense(|rows| {
            rows.expect_width(self.factors.len())?;
            let mut values = rows.values().to_vec();
            for row in values.chunks_exact_mut(self.factors.len().max(1)) {
                for (column, value) in row.iter_mut().enumerate() {
                    *value = *value * self.factors[column] + self.shifts[column];
                    if let Some((low, high)) = self.clip {
                        *value = value.clamp(low, high);
                    }
                }
            }
            Ok(Frame::new(values, &self.columns)?.into())
        })
    }
}
