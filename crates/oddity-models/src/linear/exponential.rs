//! The exponential function as a plain loop body that vectorises, and softmax.

const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts; the first has zeros at its end, so that its multiples are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding 1.5 * 2^52 rounds to an integer, which then lies in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// `e^x` within two units in the last place between -708 and 709; outside, the value at
/// the nearer end.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // Written as comparisons: they compile to vector minima and maxima.
    let x = if x < -708.0 { -708.0 } else { x };
    let x = if 709.0 < x { 709.0 } else { x };
    let rounded = x * LOG2_E + ROUND;
    let power = rounded - ROUND;
    let rest = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    // The Taylor series up to rest^13: |rest| <= ln 2 / 2 leaves an error below 5e-18.
    let mut sum = 1.0 / 6_227_020_800.0;
    for coefficient in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum * rest + coefficient;
    }
    sum * f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
}

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
                class[row] = exp(class[row] - most[row]);
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
    fn exp_equals_the_standard_library_within_two_units_in_the_last_place() {
        for step in -70_800..=70_900 {
            let x = f64::from(step) / 100.0;
            let (found, expected) = (exp(x), x.exp());
            assert!((found - expected).abs() <= 2.0 * f64::EPSILON * expected, "exp({x})");
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(-1e300) < 1e-300 && exp(1e300).is_finite());
    }

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
