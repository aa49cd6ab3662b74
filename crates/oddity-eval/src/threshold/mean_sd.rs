//! The mean and a number of standard deviations.

use oddity_core::{Cutoff, Error, Result, Scores, Threshold};

/// `mean + k sd` of the scores, with the standard deviation that divides by n.
///
/// The three-sigma rule for k = 3: of normally distributed scores 0.13 % lie above. Scores
/// seldom are, and one large score moves it without a limit; [`MedianMad`](super::MedianMad) it
/// moves little. Of constant scores it is their value. Two passes, so that a large mean costs
/// no digits. Source: Shewhart 1931, Economic Control of Quality of Manufactured Product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSd {
    k: f64,
}

impl MeanSd {
    /// The fewest scores it is fitted on.
    pub const LEAST_SCORES: usize = 2;

    /// Checks the factor.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if it is not finite.
    pub fn new(k: f64) -> Result<MeanSd> {
        Error::check_parameter("mean_sd", "k", k, k.is_finite(), "finite")?;
        Ok(MeanSd { k })
    }

    /// How many standard deviations.
    pub fn k(self) -> f64 {
        self.k
    }
}

impl Threshold for MeanSd {
    /// The mean and the deviations above it.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for fewer than 2, [`Error::ScoreNotFinite`] where sums overflow.
    fn fit(&self, calibration: &Scores) -> Result<Cutoff> {
        let (found, wanted) = (calibration.len(), MeanSd::LEAST_SCORES);
        if found < wanted {
            return Err(Error::TooFewSamples { step: "mean_sd", found, wanted });
        }
        let scores = calibration.values();
        // Rounding would move the mean of equal scores off them.
        if scores.iter().all(|&score| score == scores[0]) {
            return Cutoff::new(scores[0]);
        }
        let mean_of = |sum: f64| sum / found as f64;
        let mean = mean_of(scores.iter().sum());
        let variance = mean_of(scores.iter().map(|score| (score - mean).powi(2)).sum());
        Cutoff::new(mean + self.k * variance.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_numpy() {
        // numpy 2.4.6: x = np.sin(np.arange(1, 41.0) ** 2) * 10; x.mean() + 3 * x.std()
        let scores = (1..=40).map(|i| f64::from(i * i).sin() * 10.0).collect();
        let cutoff = MeanSd::new(3.0).unwrap().fit(&Scores::new(scores).unwrap()).unwrap();
        assert!((cutoff.value() - 19.62890304333121).abs() < 1e-12, "{}", cutoff.value());
        // The sum of three times 0.1 is not three times 0.1.
        for value in [0.25, 0.1] {
            let constant = Scores::new(vec![value; 3]).unwrap();
            assert_eq!(MeanSd::new(3.0).unwrap().fit(&constant).unwrap().value(), value);
        }
    }

    #[test]
    fn what_it_cannot_work_with_is_refused() {
        assert!(matches!(MeanSd::new(f64::NAN), Err(Error::Parameter { .. })));
        let rule = MeanSd::new(3.0).unwrap();
        let few = rule.fit(&Scores::new(vec![1.0]).unwrap());
        assert!(matches!(few, Err(Error::TooFewSamples { found: 1, wanted: 2, .. })));
        let huge = rule.fit(&Scores::new(vec![f64::MAX, f64::MIN]).unwrap());
        assert!(matches!(huge, Err(Error::ScoreNotFinite { .. })));
    }
}
