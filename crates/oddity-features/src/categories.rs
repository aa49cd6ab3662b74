//! The categories of each column: the distinct values of the training rows, ascending.

use oddity_core::{Error, FrameView, Result};

pub(crate) struct Categories(Vec<Vec<f64>>);

impl Categories {
    pub(crate) fn fit(step: &'static str, rows: FrameView<'_>) -> Result<Categories> {
        if rows.n_rows() == 0 {
            return Err(Error::TooFewSamples { step, wanted: 1, found: 0 });
        }
        let of_column = |column: usize| {
            // Adding 0 makes -0 and 0 one category.
            let mut values: Vec<f64> = rows.iter().map(|row| row[column] + 0.0).collect();
            values.sort_unstable_by(f64::total_cmp);
            values.dedup();
            values
        };
        Ok(Categories((0..rows.n_columns()).map(of_column).collect()))
    }

    /// Number of columns.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The categories of a column.
    pub(crate) fn of(&self, column: usize) -> &[f64] {
        &self.0[column]
    }

    /// Position of a value among the categories of its column.
    pub(crate) fn find(&self, column: usize, value: f64) -> Option<usize> {
        let value = value + 0.0;
        self.0[column].binary_search_by(|category| category.total_cmp(&value)).ok()
    }
}
