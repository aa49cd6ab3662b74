//! Holm's correction for many tests.

use crate::{Error, Result};

/// Holm's adjusted p values, in the order given: a test is rejected at level alpha, with a chance
/// of at most alpha of one false rejection among all, where its adjusted p value is at most alpha.
///
/// With the `m` values ascending, `adjusted(i) = max over j <= i of min(1, (m - j) p(j))`, counted
/// from 0. Valid whatever the tests depend on. Cost m log m.
///
/// Source: Holm 1979, Scandinavian Journal of Statistics 6, <https://www.jstor.org/stable/4615733>
/// (it has no DOI); adjusted values as in Wright 1992, doi:10.2307/2532694.
///
/// # Errors
///
/// [`Error::PValue`] for the first value that is not between 0 and 1.
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>> {
    let is_chance = |value: &f64| (0.0..=1.0).contains(value);
    if let Some(position) = p_values.iter().position(|value| !is_chance(value)) {
        return Err(Error::PValue { position, value: p_values[position] });
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let (mut adjusted, mut highest) = (vec![0.0; p_values.len()], 0.0);
    for (n_before, &at) in order.iter().enumerate() {
        let factor = (p_values.len() - n_before) as f64;
        highest = f64::max(highest, (factor * p_values[at]).min(1.0));
        adjusted[at] = highest;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_the_r_function() {
        // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") by hand.
        assert_eq!(holm(&[0.01, 0.04, 0.03, 0.005]).unwrap(), [0.03, 0.06, 0.06, 0.02]);
        assert_eq!(holm(&[0.5, 0.9]).unwrap(), [1.0, 1.0]);
        assert_eq!(holm(&[]).unwrap(), [] as [f64; 0]);
    }

    #[test]
    fn what_is_no_chance_is_refused() {
        for value in [f64::NAN, -0.1, 1.1] {
            assert!(matches!(holm(&[0.5, value]), Err(Error::PValue { position: 1, .. })));
        }
    }
}
