//! The middle and the spread of a few figures.

use oddity_eval::cross_validation::Summary;

/// The middle value; nothing of nothing.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n.is_multiple_of(2) => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
        _ => Some(sorted[middle]),
    }
}

/// The standard deviation of a sample, by `n - 1`: nothing of fewer than two values. Seeds are a
/// sample of all seeds there could be.
pub(crate) fn sample_sd(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if n < 2.0 { None } else { Some(Summary::of(values)?.sd * (n / (n - 1.0)).sqrt()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middle_and_spread_are_those_of_the_formulas() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!((median(&[]), sample_sd(&[1.0])), (None, None));
        assert!((sample_sd(&[1.0, 3.0]).unwrap() - 2.0_f64.sqrt()).abs() < 1e-15);
    }
}
