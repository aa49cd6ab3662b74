//! Sums over rows and over parts that several threads made.

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

dispatch! {
    /// Adds `from` to `to`.
    ///
    /// # Panics
    ///
    /// If the lengths differ or are no multiple of 16.
    pub fn add(from: &[f32], to: &mut [f32]) = add_body;

    /// Adds each column of rows of `width` numbers to `sums`.
    ///
    /// # Panics
    ///
    /// If `width`, the number of sums, is no multiple of 16, or there are no whole rows.
    pub fn add_rows(rows: &[f32], sums: &mut [f32]) = add_rows_body;

    /// The sum of squares, in `f64`.
    pub fn sum_of_squares(values: &[f32]) -> f64 = sum_of_squares_body;
}

#[inline(always)]
fn add_body<S: Simd>(s: S, from: &[f32], to: &mut [f32]) {
    assert_eq!(from.len(), to.len(), "as many numbers");
    let (to, rest) = to.as_chunks_mut::<LANES>();
    assert!(rest.is_empty(), "whole vectors");
    for (to, from) in to.iter_mut().zip(from.as_chunks::<LANES>().0) {
        let sum = s.add(s.load(to), s.load(from));
        s.store(to, sum);
    }
}

#[inline(always)]
fn add_rows_body<S: Simd>(s: S, rows: &[f32], sums: &mut [f32]) {
    let width = sums.len();
    let (sums, rest) = sums.as_chunks_mut::<LANES>();
    assert!(rest.is_empty() && !sums.is_empty(), "whole vectors");
    assert!(rows.len().is_multiple_of(width), "whole rows");
    let rows = rows.as_chunks::<LANES>().0;
    let groups = sums.len();
    for (group, to) in sums.iter_mut().enumerate() {
        let mut sum = s.load(to);
        for row in rows.iter().skip(group).step_by(groups) {
            sum = s.add(sum, s.load(row));
        }
        s.store(to, sum);
    }
}

#[inline(always)]
fn sum_of_squares_body<S: Simd>(_: S, values: &[f32]) -> f64 {
    let mut sums = [0.0f64; LANES];
    let (groups, rest) = values.as_chunks::<LANES>();
    for group in groups {
        for (sum, &value) in sums.iter_mut().zip(group) {
            *sum += f64::from(value) * f64::from(value);
        }
    }
    let rest: f64 = rest.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn sums_are_exact_where_f64_is() {
        let values: Vec<f32> = (0..37).map(|i| i as f32).collect();
        for level in Level::all() {
            assert_eq!(sum_of_squares(level, &values), 16_206.0);
            let mut to = vec![1.0; 32];
            add(level, &values[..32], &mut to);
            assert_eq!(to[31], 32.0);
            let mut sums = vec![0.5; 16];
            add_rows(level, &values[..32], &mut sums);
            assert_eq!(sums[15], 15.0 + 31.0 + 0.5);
        }
    }
}
