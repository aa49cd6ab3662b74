//! The median and a number of median absolute deviations.

use oddity_core::{Cutoff, Error, Result, Scores, Threshold};

use super::quantile_of_sorted;

/// `median + 1.4826 k MAD` of the scores, with the median absolute deviation from the median.
///
/// The factor 1.4826 makes the deviation that of a normal distribution, so that k means what it
/// does in [`MeanSd`](super::MeanSd). Up to half of the scores may be wild without moving it
/// without a limit. Where more than half of the scores are equal, the deviation is 0 and the
/// cutoff that score. Source: Leys et al. 2013, doi:10.1016/j.jesp.2013.03.013.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianMad {
    k: f64,
}

/// `1 / normal quantile at 3/4`, to the digits that the literature gives.
const CONSISTENCY: f64 = 1.4826;

impl MedianMad {
    /// The fewest scores it is fitted on.
    pub const LEAST_SCORES: usize = 2;

    /// Checks the factor.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if it is not finite.
    pub fn new(k: f64) -> Result<MedianMad> {
        Error::check_parameter("median_mad", "k", k, k.is_finite(), "finite")?;
        Ok(MedianMad { k })
    }

    /// How many deviations.
    pub fn k(self) -> f64 {
        self.k
    }
}

impl Threshold for MedianMad {
    /// The median and the deviations above it.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for fewer than 2, [`Error::ScoreNotFinite`] for an overflow.
    fn fit(&self, calibration: &Scores) -> Result<Cutoff> {
        let (found, wanted) = (calibration.len(), MedianMad::LEAST_SCORES);
        if found < wanted {
            return Err(Error::TooFewSamples { step: "median_mad", found, wanted });
        }
        let mut values = calibration.values().to_vec();
        let median = median_of(&mut values);
        values.iter_mut().for_each(|value| *value = (*value - median).abs());
        Cutoff::new(median + self.k * (CONSISTENCY * median_of(&mut values)))
    }
}

fn median_of(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    quantile_of_sorted(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cutoff(scores: Vec<f64>) -> f64 {
        MedianMad::new(3.0).unwrap().fit(&Scores::new(scores).unwrap()).unwrap().value()
    }

    #[test]
    fn it_is_that_of_numpy() {
        // numpy 2.4.6: x = np.sin(np.arange(1, 41.0) ** 2) * 10; m = np.median(x)
        // m + 3 * 1.4826 * np.median(abs(x - m))
        let scores: Vec<f64> = (1..=40).map(|i| f64::from(i * i).sin() * 10.0).collect();
        assert!((cutoff(scores.clone()) - 22.05018277193284).abs() < 1e-12, "{}", cutoff(scores));
        assert_eq!(cutoff(vec![1.0, 1.0, 1.0, 9.0]), 1.0);
    }

    #[test]
    fn what_it_cannot_work_with_is_refused() {
        assert!(matches!(MedianMad::new(f64::INFINITY), Err(Error::Parameter { .. })));
        let few = MedianMad::new(3.0).unwrap().fit(&Scores::new(vec![1.0]).unwrap());
        assert!(matches!(few, Err(Error::TooFewSamples { found: 1, wanted: 2, .. })));
    }
}
