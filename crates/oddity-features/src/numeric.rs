//! Records to dense rows of their number columns.

use oddity_core::{
    ANY, Column, ColumnKind, Columns, Error, FittedTransformer, Frame, Records, Result, Samples,
    SamplesOwned, State, Transformer,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows that are written at once, so that a column's stride stays in the cache.
const SHARD: usize = 512;

/// Parameters of [`Numeric`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NumericParams {
    /// The columns to take, in this order; by default all number columns, as they come.
    pub columns: Option<Vec<String>>,
    /// Columns to leave out. A name that no column has is no error: one configuration serves
    /// datasets with and without a column, such as a time.
    pub exclude: Vec<String>,
    /// What becomes of a value that is missing. Refused by default: a filled gap is a value
    /// that nobody measured.
    pub missing: MissingNumber,
    /// Whether each column that has gaps in the training samples gets a column
    /// `NAME=missing` behind all others, 1 where its value is missing and else 0.
    pub indicator: bool,
}

/// What becomes of a number that is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingNumber {
    /// It is an error that names row and column.
    #[default]
    Error,
    /// It becomes 0.
    Zero,
    /// It becomes the mean of the column's values in the training samples.
    Mean,
}

/// Records to dense rows: the number columns, with missing values by a stated policy.
/// Categories and text are dropped.
///
/// - Shapes: records of n rows to dense `n x d`, d the number of columns taken, and with an
///   indicator one more for each of them that has gaps in training.
/// - Cost: time and memory linear in `n d`.
/// - Columns are found by name: records may hold others, and in another order.
///
/// # Example
///
/// ```
/// use oddity_core::{Column, Records, Transformer};
/// use oddity_features::{MissingNumber, Numeric, NumericParams};
///
/// let records = Records::new([
///     ("length", Column::Numbers(vec![60.0, f64::NAN, 66.0])),
///     ("info", Column::Text(["a", "b", "c"].into_iter().collect())),
/// ])?;
/// let missing = MissingNumber::Mean;
/// let step = Numeric::new(NumericParams { missing, indicator: true, ..Default::default() })?;
/// let rows = step.fit(&records.samples())?.transform(&records.samples())?.into_dense()?;
/// assert_eq!(rows.columns().iter().collect::<Vec<_>>(), ["length", "length=missing"]);
/// assert_eq!(rows.values(), [60.0, 0.0, 63.0, 1.0, 66.0, 0.0]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Numeric {
    params: NumericParams,
}

impl Numeric {
    /// Takes the parameters, all of which are valid.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(params: NumericParams) -> Result<Numeric> {
        Ok(Numeric { params })
    }

    /// The names of the columns to take from records.
    fn names(&self, records: &Records) -> Result<Vec<String>> {
        let NumericParams { columns, exclude, .. } = &self.params;
        let is_number = |column: &Column| column.kind() == ColumnKind::Numbers;
        let names: Vec<String> = match columns {
            Some(columns) => columns.clone(),
            None => records
                .iter()
                .filter(|(_, column)| is_number(column))
                .map(|(name, _)| name.to_owned())
                .collect(),
        };
        let names: Vec<String> = names.into_iter().filter(|name| !exclude.contains(name)).collect();
        if names.is_empty() {
            return Err(Error::NoColumns { step: "numeric" });
        }
        Ok(names)
    }
}

impl Transformer for Numeric {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let records = train.records()?;
        if records.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: "numeric", wanted: 1, found: 0 });
        }
        let names = self.names(records)?;
        let (mut takes, mut gaps) = (Vec::new(), Vec::new());
        for name in &names {
            let numbers = records.numbers(name)?;
            if self.params.indicator && numbers.iter().any(|value| value.is_nan()) {
                gaps.push(takes.len());
            }
            let fill = fill("numeric", self.params.missing, name, numbers)?;
            takes.push((name.clone(), fill));
        }
        Ok(Box::new(FittedNumeric::new(&self.params, takes, gaps)))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let names = state.texts("columns")?;
        let NumericParams { columns, exclude, .. } = &self.params;
        let fits = match columns {
            Some(columns) => columns.iter().filter(|name| !exclude.contains(name)).eq(names),
            None => !names.iter().any(|name| exclude.contains(name)),
        };
        if names.is_empty() || !fits {
            return Err(state.wrong("columns", "those of the parameters, at least one"));
        }
        let fills = match self.params.missing {
            MissingNumber::Error => vec![None; names.len()],
            MissingNumber::Zero => vec![Some(0.0); names.len()],
            MissingNumber::Mean => {
                let means = state.f64s("means", &[names.len()])?;
                means.iter().copied().map(Some).collect()
            }
        };
        let gaps = match self.params.indicator {
            true => state.counts("gaps", ANY, names.len() - 1)?,
            false => Vec::new(),
        };
        if !gaps.is_sorted_by(|a, b| a < b) {
            return Err(state.wrong("gaps", "columns in ascending order"));
        }
        let takes = names.iter().cloned().zip(fills).collect();
        Ok(Box::new(FittedNumeric::new(&self.params, takes, gaps)))
    }
}

/// What fills the gaps of a column, by its values in training.
pub(crate) fn fill(
    step: &'static str,
    policy: MissingNumber,
    name: &str,
    numbers: &[f64],
) -> Result<Option<f64>> {
    let (mut sum, mut n_values) = (0.0, 0usize);
    for value in numbers.iter().filter(|value| !value.is_nan()) {
        sum += value;
        n_values += 1;
    }
    match policy {
        MissingNumber::Error if n_values < numbers.len() => Err(missing(name, numbers)),
        MissingNumber::Error => Ok(None),
        MissingNumber::Zero => Ok(Some(0.0)),
        MissingNumber::Mean if n_values == 0 => {
            Err(Error::NoValue { step, column: name.to_owned() })
        }
        MissingNumber::Mean => Ok(Some(sum / n_values as f64)),
    }
}

/// The error for the first value of a column that is missing.
fn missing(name: &str, numbers: &[f64]) -> Error {
    let row = numbers.iter().position(|value| value.is_nan()).unwrap_or_default();
    Error::MissingValue { row, column: name.to_owned() }
}

struct FittedNumeric {
    params: NumericParams,
    /// The columns taken, with what fills their gaps.
    takes: Vec<(String, Option<f64>)>,
    /// Which of them have a column of their own for their gaps, ascending.
    gaps: Vec<usize>,
    columns: Columns,
}

impl FittedNumeric {
    fn new(
        params: &NumericParams,
        takes: Vec<(String, Option<f64>)>,
        gaps: Vec<usize>,
    ) -> FittedNumeric {
        let named_gaps = gaps.iter().map(|&column| format!("{}=missing", takes[column].0));
        let names = takes.iter().map(|(name, _)| name.clone());
        let columns = Columns::new(names.chain(named_gaps));
        FittedNumeric { params: params.clone(), takes, gaps, columns }
    }
}

impl FittedTransformer for FittedNumeric {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let records = samples.records()?;
        let mut takes = Vec::with_capacity(self.takes.len());
        for (name, fill) in &self.takes {
            let numbers = records.numbers(name)?;
            if fill.is_none() && numbers.iter().any(|value| value.is_nan()) {
                return Err(missing(name, numbers));
            }
            takes.push((numbers, fill.unwrap_or_default()));
        }
        let gaps: Vec<&[f64]> = self.gaps.iter().map(|&column| takes[column].0).collect();
        let width = self.columns.len();
        let mut values = vec![0.0; records.n_rows() * width];
        values.par_chunks_mut(SHARD * width).enumerate().for_each(|(shard, out)| {
            let (first, n_rows) = (shard * SHARD, out.len() / width);
            for (column, (numbers, fill)) in takes.iter().enumerate() {
                let numbers = &numbers[first..first + n_rows];
                for (out, value) in out[column..].iter_mut().step_by(width).zip(numbers) {
                    *out = if value.is_nan() { *fill } else { *value };
                }
            }
            for (column, numbers) in gaps.iter().enumerate() {
                let numbers = &numbers[first..first + n_rows];
                let column = takes.len() + column;
                for (out, value) in out[column..].iter_mut().step_by(width).zip(numbers) {
                    *out = f64::from(u8::from(value.is_nan()));
                }
            }
        });
        Ok(Frame::new(values, &self.columns)?.into())
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_texts("columns", self.takes.iter().map(|(name, _)| name));
        if self.params.missing == MissingNumber::Mean {
            let means: Vec<f64> =
                self.takes.iter().map(|(_, fill)| fill.unwrap_or_default()).collect();
            state.put_f64s("means", &[means.len()], &means);
        }
        if self.params.indicator {
            state.put_counts("gaps", &self.gaps);
        }
        Some(state)
    }
}
