//! The categories of each column: the distinct values of the training rows, ascending.

use std::ops::Range;

use oddity_core::{ANY, Error, FrameView, Result, State};

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
    /// Puts the categories of all columns behind each other, and where those of each end.
    pub(crate) fn put(&self, state: &mut State) {
        put_ends(state, self.0.iter().map(Vec::len));
        let values = self.0.concat();
        state.put_f64s("categories", &[values.len()], &values);
    }

    /// The categories of so many columns that were put.
    pub(crate) fn restore(state: &State, n_columns: usize) -> Result<Categories> {
        let values = state.f64s("categories", &[ANY])?;
        let ranges = ranges(state, n_columns, values.len())?;
        let of_columns: Vec<Vec<f64>> =
            ranges.into_iter().map(|range| values[range].to_vec()).collect();
        let ascend = |values: &Vec<f64>| {
            // 0 and -0 are one category, the former.
            values.iter().all(|value| value.to_bits() == (value + 0.0).to_bits())
                && values.is_sorted_by(|a, b| a < b)
        };
        if !of_columns.iter().all(ascend) {
            return Err(state.wrong("categories", "the numbers of each column in ascending order"));
        }
        Ok(Categories(of_columns))
    }
}

/// Puts where lists of these lengths end, one behind the other.
pub(crate) fn put_ends(state: &mut State, lens: impl Iterator<Item = usize>) {
    let ends = lens.scan(0, |end, len| {
        *end += len;
        Some(*end)
    });
    state.put_counts("ends", &ends.collect::<Vec<_>>());
}

/// The places of so many lists, [`ANY`] for any number, that share so many places.
pub(crate) fn ranges(state: &State, n_lists: usize, n_places: usize) -> Result<Vec<Range<usize>>> {
    let ends = state.counts("ends", n_lists, n_places)?;
    if !ends.is_sorted() || ends.last().copied().unwrap_or(0) != n_places {
        return Err(state.wrong("ends", "places in ascending order, up to the last"));
    }
    let starts = [0].into_iter().chain(ends.iter().copied());
    Ok(starts.zip(&ends).map(|(start, &end)| start..end).collect())
}
