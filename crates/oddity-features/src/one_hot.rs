//! Columns of categories to a column of 0 and 1 for each category.

use oddity_core::{
    ANY, Columns, Csr, Error, FittedTransformer, Result, Samples, SamplesOwned, State, Transformer,
};
use serde::{Deserialize, Serialize};

use crate::categories::Categories;
use crate::numeric::MissingNumber;
use records::FittedRecords;

mod records;

/// Parameters of [`OneHot`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneHotParams {
    /// What becomes of a category that no training row has. Refused by default, as in
    /// scikit-learn.
    pub unseen: UnseenCategory,
    /// Whether text columns of records are taken as categories too; else they are dropped.
    pub text: bool,
    /// Whether number columns of records are dropped; else they stay as they are.
    pub drop_numbers: bool,
    /// What becomes of a number of records that is missing.
    pub missing: MissingNumber,
}

/// What becomes of a category that no training row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnseenCategory {
    /// It is an error.
    #[default]
    Error,
    /// All columns of its input column are 0; also called `ignore`.
    #[serde(alias = "ignore")]
    Zeros,
    /// Each input column has one more column, the last, that is 1 for it;
    /// also called `other`.
    #[serde(alias = "other")]
    Column,
}

/// Columns of categories to sparse columns of 0 and 1, one for each category.
///
/// Rows: every column holds categories. Records: category columns, and text columns if
/// asked, become columns of 0 and 1; number columns stay as they are or are dropped; a number
/// that is missing is an error, or filled, as asked. Columns of records are found
/// by name. Only categories that occur in the training rows get a column, whatever else the
/// column's list of names holds; they are sorted as text.
///
/// The categories of a column are the distinct values of the training rows, ascending; the
/// column of category 3 of column `service` is named `service=3`, the one for unseen
/// categories `service=unseen`.
///
/// - Shapes: dense or sparse `n x d`, or records, to sparse, `n x` the number of categories
///   and numbers.
/// - Cost: time `n d log n` in fit, `n d log c` in transform for `c` categories a column.
#[derive(Clone, Debug)]
pub struct OneHot {
    params: OneHotParams,
}

impl OneHot {
    /// Takes the parameters, all of which are valid.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(params: OneHotParams) -> Result<OneHot> {
        Ok(OneHot { params })
    }
}

impl Transformer for OneHot {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        if let Samples::Records(records) = train {
            return Ok(Box::new(FittedRecords::fit(&self.params, records)?));
        }
        train.with_dense(|rows| {
            let categories = Categories::fit("one_hot", rows)?;
            let fitted = FittedOneHot::new(categories, rows.columns(), self.params.unseen);
            Ok(Box::new(fitted) as Box<dyn FittedTransformer>)
        })
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        match state.texts("reads")? {
            [reads] if reads == ROWS => {
                let inputs = state.columns("columns", ANY)?;
                let categories = Categories::restore(state, inputs.len())?;
                Ok(Box::new(FittedOneHot::new(categories, &inputs, self.params.unseen)))
            }
            [reads] if reads == RECORDS => {
                Ok(Box::new(FittedRecords::restore(&self.params, state)?))
            }
            _ => Err(state.wrong("reads", "rows or records")),
        }
    }
}

/// What a state says of the samples that are read.
const ROWS: &str = "rows";
const RECORDS: &str = "records";

struct FittedOneHot {
    categories: Categories,
    /// The input columns.
    inputs: Columns,
    /// The first output column of each input column.
    firsts: Vec<usize>,
    unseen: UnseenCategory,
    columns: Columns,
}

impl FittedTransformer for FittedOneHot {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        samples.with_dense(|rows| {
            rows.expect_width(self.categories.len())?;
            let mut offsets = vec![0];
            let mut indices = Vec::with_capacity(rows.values().len());
            for (row, values) in rows.iter().enumerate() {
                for (column, &value) in values.iter().enumerate() {
                    if let Some(index) = self.position(row, column, value)? {
                        indices.push((self.firsts[column] + index) as u32);
                    }
                }
                offsets.push(indices.len());
            }
            let values = vec![1.0; indices.len()];
            Ok(Csr::new(offsets, indices, values, &self.columns)?.into())
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_texts("reads", [ROWS]);
        state.put_columns("columns", &self.inputs);
        self.categories.put(&mut state);
        Some(state)
    }
}

impl FittedOneHot {
    fn new(categories: Categories, inputs: &Columns, unseen: UnseenCategory) -> FittedOneHot {
        let (mut names, mut firsts) = (Vec::new(), Vec::new());
        for (column, name) in inputs.iter().enumerate() {
            firsts.push(names.len());
            names.extend(categories.of(column).iter().map(|category| format!("{name}={category}")));
            if unseen == UnseenCategory::Column {
                names.push(format!("{name}=unseen"));
            }
        }
        let (inputs, columns) = (inputs.clone(), Columns::new(names));
        FittedOneHot { categories, inputs, firsts, unseen, columns }
    }

    /// Which of the output columns of its input column is 1, if any.
    fn position(&self, row: usize, column: usize, value: f64) -> Result<Option<usize>> {
        let found = self.categories.find(column, value);
        match self.unseen {
            UnseenCategory::Error if found.is_none() => {
                Err(Error::UnseenCategory { row, column, value })
            }
            UnseenCategory::Column => Ok(found.or(Some(self.categories.of(column).len()))),
            _ => Ok(found),
        }
    }
}
