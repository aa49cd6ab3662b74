//! Logarithms of unnormalised probabilities to probabilities.

use crate::exponential::exp_of_negative;

/// Rows that are worked on together, so that a vector register holds one class of several.
const TILE: usize = 32;

/// Turns each row of logarithms of unnormalised probabilities into probabilities, in place,
/// and hands `take` each row's number, largest logarithm and sum of `e^(logarithm -
/// largest)`.
#[inline(always)]
pub(crate) fn softmax_rows(
    values: &mut [f64],
    n_classes: usize,
    mut take: impl FnMut(usize, f64, f64),
) {
    let mut tile = vec![0.0; n_classes * TILE];
    for (index, rows) in values.chunks_mut(TILE * n_classes).enumerate() {
        for (row, values) in rows.chunks_exact(n_classes).enumerate() {
            for (class, value) in values.iter().enumerate() {
                tile[class * TILE + row] = *value;
            }
        }
        let mut most = [f64::NEG_INFINITY; TILE];
        for class in tile.chunks_exact(TILE) {
            for row in 0..TILE {
                most[row] = if most[row] < class[row] { class[row] } else { most[row] };
            }
        }
        let mut total = [0.0; TILE];
        for class in tile.chunks_exact_mut(TILE) {
            for row in 0..TILE {
                class[row] = exp_of_negative(class[row] - most[row]);
                total[row] += class[row];
            }
        }
        for class in tile.chunks_exact_mut(TILE) {
            for row in 0..TILE {
                class[row] /= total[row];
            }
        }
        for (row, values) in rows.chunks_exact_mut(n_classes).enumerate() {
            for (class, value) in values.iter_mut().enumerate() {
                *value = tile[class * TILE + row];
            }
            take(index * TILE + row, most[row], total[row]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_sums_to_one_and_takes_extremes() {
        let row = [1000.0, 1000.0 + 3f64.ln(), -1e300];
        let mut values: Vec<f64> = (0..70).flat_map(|_| row).collect();
        let mut rows = Vec::new();
        softmax_rows(&mut values, 3, |row, most, total| rows.push((row, most, total)));
        for values in values.chunks_exact(3) {
            assert!((values[0] - 0.25).abs() < 1e-12 && (values[1] - 0.75).abs() < 1e-12);
            assert!(values[2] < 1e-300);
        }
        assert_eq!(rows.len(), 70);
        assert_eq!((rows[69].0, rows[69].1), (69, row[1]));
        assert!((rows[69].2 - 4.0 / 3.0).abs() < 1e-12);
    }
}
