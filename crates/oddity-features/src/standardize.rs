//! Rows to rows with mean 0 and deviation 1.

use oddity_core::{
    ANY, Columns, Error, FittedTransformer, Frame, FrameView, Result, Samples, SamplesOwned, State,
    Transformer,
};
use oddity_linalg::{ColumnMoments, vectorized};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::row_wise::{self, SHARD};

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
    /// The names of the columns that are standardised; the others stay as they are. All columns
    /// by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

impl Default for StandardizeParams {
    fn default() -> StandardizeParams {
        StandardizeParams {
            center: true,
            scale: true,
            deviation: Deviation::Population,
            columns: None,
        }
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
/// doi:10.1080/00031305.1983.10483115; it is divided by 1, as in scikit-learn.
///
/// Means and variances are taken in two passes over each part of 512 rows or less, and parts
/// are merged by the formulas of the same paper (`d` the distance of two means):
/// `mean = mean_a + d n_b / n`, `squares = squares_a + squares_b + d^2 n_a n_b / n`, pairwise
/// in a fixed tree. They equal those of two passes over the whole table within rounding.
/// [`Standardize::begin`] takes the table in parts and gives the same bits however it is cut.
///
/// With `columns` the other columns keep their values to the bit.
///
/// - Shapes: dense or sparse `n x d` to dense `n x d`; windows keep their place over the
///   standardised table, and are fitted on the rows that they cover, each once.
/// - Cost: time and memory linear in `n d`; one pass over memory in fit.
///
/// # Example
///
/// ```
/// use oddity_core::Frame;
/// use oddity_features::{Standardize, StandardizeParams};
///
/// let rows = Frame::new(vec![1.0, 2.0, 3.0, 6.0], ["x"])?;
/// let mut fit = Standardize::new(StandardizeParams::default())?.begin(rows.columns());
/// fit.update(rows.view().slice(0..1))?;
/// fit.update(rows.view().slice(1..4))?;
/// let fitted = fit.finish()?;
/// assert_eq!((fitted.means()[0], fitted.scales()[0]), (3.0, 3.5f64.sqrt()));
/// # Ok::<(), oddity_core::Error>(())
/// ```
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

    /// Begins a fit on rows that come in parts.
    pub fn begin(&self, columns: &Columns) -> StandardizeFit {
        let moments = ColumnMoments::new(columns.len());
        StandardizeFit { params: self.params.clone(), moments, columns: columns.clone() }
    }
}

impl Transformer for Standardize {
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
        let means = state.f64s("means", &[columns.len()])?.to_vec();
        let scales = state.f64s("scales", &[columns.len()])?.to_vec();
        if scales.iter().any(|scale| *scale <= 0.0) {
            return Err(state.wrong("scales", "numbers above 0"));
        }
        Ok(Box::new(FittedStandardize { means, scales, columns }))
    }
}

/// A fit of [`Standardize`] on rows that come in parts.
#[derive(Clone, Debug)]
pub struct StandardizeFit {
    params: StandardizeParams,
    moments: ColumnMoments,
    columns: Columns,
}

impl StandardizeFit {
    /// Takes more rows.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for another number of columns.
    pub fn update(&mut self, rows: FrameView<'_>) -> Result<()> {
        self.moments.update(rows)
    }

    /// What was learnt from all rows.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for no row (with [`Deviation::Sample`], for one),
    /// [`Error::MissingColumn`] for a name in `columns` that no column has, and
    /// [`Error::Numeric`] if a mean or a deviation leaves the range of numbers.
    pub fn finish(self) -> Result<FittedStandardize> {
        let chosen = self.chosen()?;
        let wanted = match self.params.deviation {
            Deviation::Population => 1,
            Deviation::Sample => 2,
        };
        let found = self.moments.n_rows();
        if found < wanted {
            return Err(Error::TooFewSamples { step: "standardize", wanted, found });
        }
        let n_rows = found as f64;
        let moments = self.moments.finish();
        let deviation = |(&mean, &squares): (&f64, &f64)| {
            let (variance, rounding) = (squares / n_rows, n_rows * mean * f64::EPSILON);
            if variance <= n_rows * f64::EPSILON * variance + rounding * rounding {
                return 1.0;
            }
            match self.params.deviation {
                Deviation::Population => variance.sqrt(),
                Deviation::Sample => (squares / (n_rows - 1.0)).sqrt(),
            }
        };
        let mut means = moments.means().to_vec();
        let mut scales: Vec<f64> = match self.params.scale {
            true => means.iter().zip(moments.squares()).map(deviation).collect(),
            false => vec![1.0; means.len()],
        };
        for column in (0..means.len()).filter(|&column| !chosen[column]) {
            (means[column], scales[column]) = (0.0, 1.0);
        }
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        if !finite(&means) || !finite(&scales) {
            let what = "a mean or a deviation is beyond the range of numbers";
            return Err(Error::Numeric { step: "standardize", what });
        }
        let means = if self.params.center { means } else { vec![0.0; means.len()] };
        Ok(FittedStandardize { means, scales, columns: self.columns })
    }

    /// Which columns are standardised.
    fn chosen(&self) -> Result<Vec<bool>> {
        let Some(names) = &self.params.columns else { return Ok(vec![true; self.columns.len()]) };
        let is_column = |name: &&String| self.columns.iter().any(|column| column == *name);
        match names.iter().find(|name| !is_column(name)) {
            Some(name) => Err(Error::MissingColumn { name: name.clone() }),
            None => Ok(self
                .columns
                .iter()
                .map(|column| names.iter().any(|name| name == column))
                .collect()),
        }
    }
}

/// A fitted [`Standardize`].
#[derive(Clone, Debug, PartialEq)]
pub struct FittedStandardize {
    means: Vec<f64>,
    scales: Vec<f64>,
    columns: Columns,
}

impl FittedStandardize {
    /// What is taken off each column: its mean, or 0.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// What each column is divided by: its deviation, or 1.
    pub fn scales(&self) -> &[f64] {
        &self.scales
    }

    /// Standardises rows, a part of a stream or all of them.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for another number of columns, [`Error::NotFinite`] if a value leaves
    /// the range of numbers.
    pub fn transform_frame(&self, rows: FrameView<'_>) -> Result<Frame> {
        row_wise::map(rows, &self.columns, |out, values| {
            vectorized!(standardize(out, values, &self.means, &self.scales));
        })
    }

    /// Standardises rows in their own memory.
    ///
    /// # Errors
    ///
    /// As [`FittedStandardize::transform_frame`].
    pub fn transform_in_place(&self, rows: Frame) -> Result<Frame> {
        let width = self.means.len();
        rows.view().expect_width(width)?;
        let mut values = rows.into_values();
        values.par_chunks_mut(SHARD * width.max(1)).for_each(|values| {
            vectorized!(standardize_in_place(values, &self.means, &self.scales));
        });
        Frame::new(values, &self.columns)
    }
}

#[inline(always)]
fn standardize(out: &mut [f64], values: &[f64], means: &[f64], scales: &[f64]) {
    let rows = out.chunks_exact_mut(means.len()).zip(values.chunks_exact(means.len()));
    for (out, row) in rows {
        for (((out, value), mean), scale) in out.iter_mut().zip(row).zip(means).zip(scales) {
            *out = (value - mean) / scale;
        }
    }
}

#[inline(always)]
fn standardize_in_place(values: &mut [f64], means: &[f64], scales: &[f64]) {
    for row in values.chunks_exact_mut(means.len()) {
        for ((value, mean), scale) in row.iter_mut().zip(means).zip(scales) {
            *value = (*value - mean) / scale;
        }
    }
}

impl FittedTransformer for FittedStandardize {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        row_wise::apply(samples, |rows| self.transform_frame(rows))
    }
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.columns);
        state.put_f64s("means", &[self.means.len()], &self.means);
        state.put_f64s("scales", &[self.scales.len()], &self.scales);
        Some(state)
    }
}
