//! Rows to rows within a range.

use oddity_core::{
    ANY, Columns, Error, FittedTransformer, Frame, FrameView, Result, Samples, SamplesOwned, State,
    Transformer,
};
use oddity_linalg::{ColumnRanges, vectorized};
use serde::{Deserialize, Serialize};

use crate::row_wise;

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

impl MinMaxParams {
    /// What later values are cut to, if they are.
    fn limits(&self) -> Option<(f64, f64)> {
        self.clip.then_some((self.low, self.high))
    }
}

/// Rows to rows within a range: `low + (x - min) (high - low) / (max - min)`, by column.
///
/// A column whose values lie within ten rounding errors of each other (`10 eps`) is moved to
/// `low` without being stretched, as in scikit-learn.
///
/// [`MinMax::begin`] takes the training table in parts.
///
/// - Shapes: dense or sparse `n x d` to dense `n x d`; windows keep their place over the
///   table within the range, and are fitted on the rows that they cover.
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

    /// Begins a fit on rows that come in parts.
    pub fn begin(&self, columns: &Columns) -> MinMaxFit {
        let ranges = ColumnRanges::new(columns.len());
        MinMaxFit { params: self.params.clone(), ranges, columns: columns.clone() }
    }
}

impl Transformer for MinMax {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let fitted = row_wise::learn(train, |rows| {
            let mut fit = self.begin(rows.columns());
            fit.update(rows)?;
            fit.finish()
        })?;
        Ok(Box::new(fitted))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let columns = state.columns("columns", ANY)?;
        let factors = state.f64s("factors", &[columns.len()])?.to_vec();
        let shifts = state.f64s("shifts", &[columns.len()])?.to_vec();
        if factors.iter().any(|factor| *factor < 0.0) {
            return Err(state.wrong("factors", "numbers of at least 0"));
        }
        Ok(Box::new(FittedMinMax { factors, shifts, clip: self.params.limits(), columns }))
    }
}

/// A fit of [`MinMax`] on rows that come in parts.
#[derive(Clone, Debug)]
pub struct MinMaxFit {
    params: MinMaxParams,
    ranges: ColumnRanges,
    columns: Columns,
}

impl MinMaxFit {
    /// Takes more rows.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for another number of columns.
    pub fn update(&mut self, rows: FrameView<'_>) -> Result<()> {
        self.ranges.update(rows)
    }

    /// What was learnt from all rows.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] where there was none, [`Error::Numeric`] if a column's range, or
    /// what moves it, is beyond the range of numbers.
    pub fn finish(self) -> Result<FittedMinMax> {
        let none = Error::TooFewSamples { step: "min_max", wanted: 1, found: 0 };
        let ranges = self.ranges.finish().ok_or(none)?;
        let MinMaxParams { low, high, .. } = self.params;
        let (mut factors, mut shifts) = (Vec::new(), Vec::new());
        for (least, most) in ranges.least().iter().zip(ranges.most()) {
            let range = most - least;
            let range = if range < 10.0 * f64::EPSILON { 1.0 } else { range };
            let factor = (high - low) / range;
            let shift = low - least * factor;
            if ![range, factor, shift].iter().all(|value| value.is_finite()) {
                let what = "the range of a column is beyond the range of numbers";
                return Err(Error::Numeric { step: "min_max", what });
            }
            factors.push(factor);
            shifts.push(shift);
        }
        let clip = self.params.limits();
        Ok(FittedMinMax { factors, shifts, clip, columns: self.columns })
    }
}

/// A fitted [`MinMax`]: `x factor + shift`, by column.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedMinMax {
    factors: Vec<f64>,
    shifts: Vec<f64>,
    clip: Option<(f64, f64)>,
    columns: Columns,
}

impl FittedMinMax {
    /// What each column is multiplied by.
    pub fn factors(&self) -> &[f64] {
        &self.factors
    }

    /// What is then added.
    pub fn shifts(&self) -> &[f64] {
        &self.shifts
    }

    /// Moves rows into the range, a part of a stream or all of them.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for another number of columns, [`Error::NotFinite`] if a value leaves
    /// the range of numbers.
    pub fn transform_frame(&self, rows: FrameView<'_>) -> Result<Frame> {
        row_wise::map(rows, &self.columns, |out, values| {
            vectorized!(stretch(out, values, &self.factors, &self.shifts));
            if let Some((low, high)) = self.clip {
                out.iter_mut().for_each(|value| *value = value.clamp(low, high));
            }
        })
    }
}

#[inline(always)]
fn stretch(out: &mut [f64], values: &[f64], factors: &[f64], shifts: &[f64]) {
    let rows = out.chunks_exact_mut(factors.len()).zip(values.chunks_exact(factors.len()));
    for (out, row) in rows {
        for (((out, value), factor), shift) in out.iter_mut().zip(row).zip(factors).zip(shifts) {
            *out = value * factor + shift;
        }
    }
}

impl FittedTransformer for FittedMinMax {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        row_wise::apply(samples, |rows| self.transform_frame(rows))
    }
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.columns);
        state.put_f64s("factors", &[self.factors.len()], &self.factors);
        state.put_f64s("shifts", &[self.shifts.len()], &self.shifts);
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_beyond_the_numbers_is_refused() {
        let step = MinMax::new(MinMaxParams::default()).unwrap();
        let fit = |least: f64, most: f64| {
            let rows = Frame::new(vec![least, most], ["x"]).unwrap();
            let mut fit = step.begin(rows.columns());
            fit.update(rows.view()).unwrap();
            fit.finish()
        };
        assert!(matches!(fit(-1e308, 1e308), Err(Error::Numeric { step: "min_max", .. })));
        assert_eq!(fit(-1e307, 1e307).unwrap().factors(), [1.0 / 2e307]);
    }
}
