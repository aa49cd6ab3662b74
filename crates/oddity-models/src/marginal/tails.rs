//! How far in the tails of its column a value lies, among the training rows.

use oddity_core::{Error, FittedDetector, Frame, Result, Samples, Scores, State};
use rayon::prelude::*;

use crate::flattened::{Flattened, Shape};
use crate::means::mean;

/// Columns that are read from the rows together: those of a line of the cache.
const TOGETHER: usize = 8;

/// Rows that are scored together, so that a column's values stay in the cache.
const BLOCK: usize = 512;

/// Values that are looked for side by side, so that one's wait for memory is another's step.
const ABREAST: usize = 16;

/// What a column's tails make of a value: the surprise `-ln` of the left tail, of the right
/// one, and the sign of the skewness.
pub(super) type Combine = fn(f64, f64, f64) -> f64;

/// The surprise of the tail that the skewness points to; of both where it points nowhere.
pub(super) fn skewed(left: f64, right: f64, skewness: f64) -> f64 {
    if skewness < 0.0 {
        left
    } else if 0.0 < skewness {
        right
    } else {
        left + right
    }
}

/// A detector whose score is a sum over the columns of what their tails make of a value.
pub(super) struct FittedTails {
    shape: Shape,
    n_rows: usize,
    columns: Vec<Column>,
}

/// The training values of a column.
#[derive(Debug, PartialEq)]
struct Column {
    /// Those that differ, ascending.
    values: Vec<f64>,
    /// How many training rows have at most each of them.
    n_up_to: Vec<usize>,
    /// The sign of the skewness.
    skewness: f64,
    /// The term of a value below the first, at the first, between the first and the second, ..
    terms: Vec<f64>,
}

impl FittedTails {
    pub(super) fn fit(
        step: &'static str,
        rows: &Flattened<'_>,
        combine: Combine,
    ) -> Result<FittedTails> {
        if rows.len() == 0 {
            return Err(Error::TooFewSamples { step, wanted: 1, found: 0 });
        }
        let firsts = (0..rows.width()).into_par_iter().step_by(TOGETHER).with_max_len(1);
        let columns = firsts.map(|first| {
            let columns = first..rows.width().min(first + TOGETHER);
            let mut values = vec![Vec::with_capacity(rows.len()); columns.len()];
            for row in 0..rows.len() {
                for (values, value) in values.iter_mut().zip(&rows.row(row)[columns.clone()]) {
                    values.push(*value);
                }
            }
            values.into_iter().map(|values| Column::new(values, combine)).collect::<Vec<_>>()
        });
        let columns = columns.collect::<Vec<_>>().into_iter().flatten().collect();
        Ok(FittedTails { shape: rows.shape(), n_rows: rows.len(), columns })
    }

    pub(super) fn restore(state: &State, combine: Combine) -> Result<FittedTails> {
        let shape = Shape::restore(state)?;
        let n_rows = state.count("n_rows")?;
        let counts = state.counts("n_distinct", shape.width(), n_rows)?;
        let skewness = state.f64s("skewness", &[shape.width()])?;
        let all = counts.iter().try_fold(0usize, |sum, &count| sum.checked_add(count));
        let all = all.ok_or_else(|| state.wrong("n_distinct", "counts of what there is"))?;
        let values = state.f64s("values", &[all])?;
        let n_up_to = state.counts("n_up_to", all, n_rows)?;
        let (mut first, mut columns) = (0, Vec::with_capacity(counts.len()));
        for (&count, &skewness) in counts.iter().zip(skewness) {
            let values = values[first..first + count].to_vec();
            let n_up_to = n_up_to[first..first + count].to_vec();
            first += count;
            if !values.is_sorted_by(|a, b| a < b) {
                return Err(state.wrong("values", "ascending values of each column"));
            }
            let whole =
                n_up_to.first().is_some_and(|&first| 1 <= first) && n_up_to.last() == Some(&n_rows);
            if !whole || !n_up_to.is_sorted_by(|a, b| a < b) {
                return Err(state.wrong("n_up_to", "ascending counts up to the number of rows"));
            }
            columns.push(Column { values, n_up_to, skewness, terms: Vec::new() });
        }
        columns.iter_mut().for_each(|column| column.set_terms(combine));
        Ok(FittedTails { shape, n_rows, columns })
    }
}

impl Column {
    fn new(values: Vec<f64>, combine: Combine) -> Column {
        let skewness = sign_of_skewness(&values);
        // Keys that order as the numbers do, which sort faster; adding 0 turns -0 into 0.
        let mut keys: Vec<u64> = values.into_iter().map(|value| key(value + 0.0)).collect();
        keys.sort_unstable();
        let (mut values, mut n_up_to) = (Vec::new(), Vec::new());
        for (at, &key) in keys.iter().enumerate() {
            if keys.get(at + 1) != Some(&key) {
                values.push(value_of(key));
                n_up_to.push(at + 1);
            }
        }
        let mut column = Column { values, n_up_to, skewness, terms: Vec::new() };
        column.set_terms(combine);
        column
    }

    fn set_terms(&mut self, combine: Combine) {
        let n_rows = self.n_up_to.last().copied().unwrap_or(0);
        // A value beyond all training values is the first in its tail.
        let surprise = |count: usize| match count {
            0 => ((n_rows + 1) as f64).ln(),
            _ => -(count as f64 / n_rows as f64).ln(),
        };
        let term = |n_at_most: usize, n_less: usize| {
            combine(surprise(n_at_most), surprise(n_rows - n_less), self.skewness)
        };
        let mut terms = vec![term(0, 0)];
        let mut n_less = 0;
        for &n_up_to in &self.n_up_to {
            terms.push(term(n_up_to, n_less));
            terms.push(term(n_up_to, n_up_to));
            n_less = n_up_to;
        }
        self.terms = terms;
    }

    /// The terms of some values.
    fn terms_of(&self, values: &[f64; ABREAST]) -> [f64; ABREAST] {
        let mut first = [0usize; ABREAST];
        let mut size = self.values.len();
        // How many training values are less, by halving what is left of the list.
        while 1 < size {
            let half = size / 2;
            for (first, value) in first.iter_mut().zip(values) {
                let less = self.values[*first + half - 1] < *value;
                *first += if less { half } else { 0 };
            }
            size -= half;
        }
        let mut terms = [0.0; ABREAST];
        for ((term, &first), value) in terms.iter_mut().zip(&first).zip(values) {
            let found = self.values[first];
            let place = 2 * first + usize::from(found <= *value) + usize::from(found < *value);
            *term = self.terms[place];
        }
        terms
    }
}

impl FittedDetector for FittedTails {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        self.shape.with(samples, |rows| {
            let mut scores = vec![0.0; rows.len()];
            scores.par_chunks_mut(BLOCK).enumerate().for_each(|(block, sums)| {
                let first = block * BLOCK;
                let rows: Vec<&[f64]> =
                    (first..first + sums.len()).map(|sample| rows.row(sample)).collect();
                for (at, column) in self.columns.iter().enumerate() {
                    for (sums, rows) in sums.chunks_mut(ABREAST).zip(rows.chunks(ABREAST)) {
                        let terms = column.terms_of(&values_of(rows, at));
                        sums.iter_mut().zip(&terms).for_each(|(sum, term)| *sum += term);
                    }
                }
            });
            Scores::new(scores)
        })
    }

    /// The terms of the columns, whose sum is the score.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        self.shape.with(samples, |rows| {
            let width = rows.width();
            let terms = rows.column_weights_together(|rows, terms| {
                for (at, column) in self.columns.iter().enumerate() {
                    let blocks = rows.chunks(ABREAST).zip(terms.chunks_mut(ABREAST * width));
                    blocks.for_each(|(rows, terms)| {
                        let of_rows = column.terms_of(&values_of(rows, at));
                        let each = terms.chunks_exact_mut(width).zip(&of_rows);
                        each.for_each(|(terms, term)| terms[at] = *term);
                    });
                }
                Ok(())
            })?;
            Ok(Some(terms))
        })
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.shape.put(&mut state);
        state.put_count("n_rows", self.n_rows);
        let of = |f: fn(&Column) -> usize| self.columns.iter().map(f).collect::<Vec<_>>();
        state.put_counts("n_distinct", &of(|column| column.values.len()));
        let skewness: Vec<f64> = self.columns.iter().map(|column| column.skewness).collect();
        state.put_f64s("skewness", &[skewness.len()], &skewness);
        let values: Vec<f64> = self.columns.iter().flat_map(|c| c.values.iter().copied()).collect();
        state.put_f64s("values", &[values.len()], &values);
        let n_up_to: Vec<usize> =
            self.columns.iter().flat_map(|c| c.n_up_to.iter().copied()).collect();
        state.put_counts("n_up_to", &n_up_to);
        Some(state)
    }
}

/// A column of some rows; 0 where there are fewer.
fn values_of(rows: &[&[f64]], column: usize) -> [f64; ABREAST] {
    let mut values = [0.0; ABREAST];
    values.iter_mut().zip(rows).for_each(|(value, row)| *value = row[column]);
    values
}

/// -1, 0 or 1: the sign of `Σ (x - m)³`; 0 where the values do not vary beyond rounding, as in
/// SciPy.
fn sign_of_skewness(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let Some(mean) = mean(values.iter().copied()) else { return 0.0 };
    let (mut second, mut third) = (0.0, 0.0);
    for value in values {
        let off = value - mean;
        second += off * off / n;
        third += off * off * off / n;
    }
    if second <= (f64::EPSILON * mean).powi(2) || third == 0.0 || third.is_nan() {
        0.0
    } else {
        third.signum()
    }
}

/// Whole numbers that order as the numbers do.
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

fn value_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_numbers_do() {
        let values = [-1e300, -2.5, -1e-320, 0.0, 1e-320, 1.0, 1e300];
        assert!(values.map(key).is_sorted());
        assert_eq!(values.map(|value| value_of(key(value))), values);
    }

    #[test]
    fn tails_count_training_values_on_both_sides() {
        let column = Column::new(vec![1.0, 2.0, 2.0, 4.0], |left, right, _| left - right);
        let surprise = |count: f64| if count == 0.0 { 5f64.ln() } else { -(count / 4.0).ln() };
        for (value, left, right) in [
            (0.0, 0.0, 4.0),
            (1.0, 1.0, 4.0),
            (1.5, 1.0, 3.0),
            (2.0, 3.0, 3.0),
            (4.0, 4.0, 1.0),
            (5.0, 4.0, 0.0),
        ] {
            let found = column.terms_of(&[value; ABREAST])[0];
            assert_eq!(found, surprise(left) - surprise(right), "{value}");
        }
        assert_eq!(column.skewness, 1.0);
        for n in 1..200 {
            assert_eq!(sign_of_skewness(&vec![0.1; n]), 0.0, "{n} equal values");
        }
    }
}
