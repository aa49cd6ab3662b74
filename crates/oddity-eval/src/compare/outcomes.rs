//! What a figure was found to be on the data as they are and on each resample.

use crate::measure::MeasureError;

/// A figure on the data as they are and on resamples: a number, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// On all samples, once each.
    pub whole: Result<f64, MeasureError>,
    /// On each resample, in the order of the replicates.
    pub resamples: Vec<Result<f64, MeasureError>>,
}

impl Outcomes {
    /// The mean of several figures of the same resamples, such as those of several seeds: of each
    /// resample by itself, and without a value where one of them has none. Nothing for no figure.
    ///
    /// Resamples that one of them lacks are left out.
    pub fn mean(of: &[&Outcomes]) -> Option<Outcomes> {
        let n_resamples = of.iter().map(|one| one.resamples.len()).min()?;
        let at = |resample: usize| mean(of.iter().map(|one| one.resamples[resample]));
        Some(Outcomes {
            whole: mean(of.iter().map(|one| one.whole)),
            resamples: (0..n_resamples).map(at).collect(),
        })
    }
}

fn mean(
    numbers: impl ExactSizeIterator<Item = Result<f64, MeasureError>>,
) -> Result<f64, MeasureError> {
    let n = numbers.len();
    Ok(numbers.sum::<Result<f64, MeasureError>>()? / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Undefined;

    #[test]
    fn a_mean_has_a_value_where_all_have_one() {
        let none = Err(MeasureError::from(Undefined::NoAnomaly));
        let one = Outcomes { whole: Ok(1.0), resamples: vec![Ok(0.5), none, Ok(0.25)] };
        let two = Outcomes { whole: Ok(2.0), resamples: vec![Ok(1.0), Ok(1.0), Ok(0.75), Ok(0.0)] };
        let mean = Outcomes { whole: Ok(1.5), resamples: vec![Ok(0.75), none, Ok(0.5)] };
        assert_eq!(Outcomes::mean(&[&one, &two]), Some(mean));
        assert_eq!(Outcomes::mean(&[&one]).as_ref(), Some(&one));
        assert_eq!(Outcomes::mean(&[]), None);
    }
}
