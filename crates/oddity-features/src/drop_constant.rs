//! Columns that say nothing: those with one value in all training rows.

use oddity_core::{
    ANY, Column, Error, FittedTransformer, FrameView, Records, Result, Samples, SamplesOwned,
    State, Transformer,
};
use serde::{Deserialize, Serialize};

use crate::row_wise;

/// Parameters of [`DropConstant`]: none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropConstantParams {}

/// Drops the columns that have one value in all training rows; the others keep their names.
///
/// That is what a deviation of 0 says, and it is decided by comparing values: no rounding
/// can hide or invent a difference. pandas's `std() == 0` gives the same but for two cases of
/// rounding: a constant such as 0.1 whose computed mean is off by a bit is kept there, and
/// differences whose squares underflow are dropped there. The rule of [`crate::Standardize`]
/// is wider: it also takes a column whose differences are within the rounding error of its
/// mean as constant, since it would have to divide by them.
///
/// Of records only number columns can be dropped; missing values are skipped, and a column
/// without any value is dropped. Of windows the rows that the training windows cover count.
///
/// - Shapes: dense or sparse `n x d`, windows or records to the same with at most d columns
///   (sparse rows become dense).
/// - Cost: time and memory linear in `n d`.
///
/// Fit needs two rows, of windows two that they cover, and refuses a table of which no column would be left.
#[derive(Clone, Debug)]
pub struct DropConstant;

impl DropConstant {
    /// Takes the parameters, of which there are none.
    ///
    /// # Errors
    ///
    /// None; a result like that of the other transformers.
    pub fn new(_: DropConstantParams) -> Result<DropConstant> {
        Ok(DropConstant)
    }
}

impl Transformer for DropConstant {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        let check = |found| match found {
            0 | 1 => Err(Error::TooFewSamples { step: "drop_constant", wanted: 2, found }),
            _ => Ok(()),
        };
        let (width, kept) = match train {
            Samples::Records(records) => {
                check(records.n_rows())?;
                (records.n_columns(), varied_records(records))
            }
            other => row_wise::learn(other, |rows| {
                check(rows.n_rows())?;
                Ok((rows.n_columns(), varied(rows)))
            })?,
        };
        if kept.is_empty() {
            return Err(Error::NoColumns { step: "drop_constant" });
        }
        Ok(Box::new(FittedDropConstant { kept, width }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let width = state.count("n_columns")?;
        let kept = state.counts("kept", ANY, width.saturating_sub(1))?;
        let ascends = kept.is_sorted_by(|a, b| a < b);
        if width == 0 || kept.is_empty() || !ascends {
            return Err(state.wrong("kept", "at least one column, in ascending order"));
        }
        Ok(Box::new(FittedDropConstant { kept, width }))
    }
}

/// The columns with two different values.
fn varied(rows: FrameView<'_>) -> Vec<usize> {
    let mut differs = vec![false; rows.n_columns()];
    for row in rows.iter() {
        for ((differs, value), first) in differs.iter_mut().zip(row).zip(rows.row(0)) {
            *differs |= value != first;
        }
    }
    (0..differs.len()).filter(|&column| differs[column]).collect()
}

fn varied_records(records: &Records) -> Vec<usize> {
    let varies = |column: &Column| match column {
        Column::Numbers(numbers) => {
            let mut present = numbers.iter().filter(|value| !value.is_nan());
            let first = present.next();
            present.any(|value| Some(value) != first)
        }
        _ => true,
    };
    let columns = records.columns().iter().enumerate();
    columns.filter(|(_, column)| varies(column)).map(|(at, _)| at).collect()
}

struct FittedDropConstant {
    /// Positions of the columns that stay, ascending.
    kept: Vec<usize>,
    /// Number of columns in fit.
    width: usize,
}

impl FittedTransformer for FittedDropConstant {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        if let Samples::Records(records) = samples {
            let (expected, found) = (self.width, records.n_columns());
            if found != expected {
                return Err(Error::Width { expected, found });
            }
            let (names, columns) = (records.names(), records.columns());
            let kept = self.kept.iter();
            let kept = kept.filter_map(|&at| Some((names.get(at)?, columns[at].clone())));
            return Ok(Records::new(kept)?.into());
        }
        row_wise::apply(samples, |rows| {
            rows.expect_width(self.width)?;
            Ok(rows.select_columns(&self.kept))
        })
    }
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_count("n_columns", self.width);
        state.put_counts("kept", &self.kept);
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::{Frame, Windows};

    use super::*;

    #[test]
    fn the_rows_of_a_single_window_are_enough() {
        let rows = Frame::new(vec![1.0, 5.0, 2.0, 5.0, 3.0, 5.0], ["x", "same"]).unwrap();
        let fit = |n_rows: usize| {
            let windows = Windows::new(rows.view(), vec![0, 3], n_rows, 3).unwrap();
            assert_eq!(windows.len(), 1);
            DropConstant.fit(&Samples::Windows(windows)).map(|_| ())
        };
        fit(3).unwrap();
        assert!(matches!(fit(1), Err(Error::TooFewSamples { wanted: 2, found: 1, .. })));
    }
}
