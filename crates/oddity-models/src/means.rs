//! Means that of equal values are exactly that value.
//!
//! A sum of many equal values, divided by their number, differs from them by rounding: a column
//! that does not vary would then have a deviation, a tiny one, and all that is divided by it is
//! noise.

/// The mean, as the first value plus the mean of the differences from it; `None` of no values.
pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values = values.into_iter();
    let first = values.next()?;
    let (mut sum, mut n) = (0.0, 1.0);
    for value in values {
        sum += value - first;
        n += 1.0;
    }
    Some(first + sum / n)
}

/// The mean of each column, alike; `None` of no rows.
pub(crate) fn column_means<'a>(rows: impl IntoIterator<Item = &'a [f64]>) -> Option<Vec<f64>> {
    let mut rows = rows.into_iter();
    let first = rows.next()?;
    let (mut sums, mut n) = (vec![0.0; first.len()], 1.0);
    for row in rows {
        let columns = sums.iter_mut().zip(row).zip(first);
        columns.for_each(|((sum, value), first)| *sum += value - first);
        n += 1.0;
    }
    Some(first.iter().zip(&sums).map(|(first, sum)| first + sum / n).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_equal_values_are_that_value() {
        for n in 1..200 {
            assert_eq!(mean(vec![0.1; n]), Some(0.1));
            let rows = vec![[0.1, 1e8 + 0.1]; n];
            let means = column_means(rows.iter().map(<[f64; 2]>::as_slice));
            assert_eq!(means, Some(vec![0.1, 1e8 + 0.1]));
        }
    }

    #[test]
    fn means_of_others_are_those_by_hand() {
        assert_eq!(mean([1.0, 2.0, 6.0]), Some(3.0));
        let rows: [&[f64]; 2] = [&[1.0, -2.0], &[3.0, 4.0]];
        assert_eq!(column_means(rows), Some(vec![2.0, 1.0]));
        assert_eq!((mean([]), column_means([])), (None, None));
    }
}
