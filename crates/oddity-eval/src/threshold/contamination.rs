//! The cutoff that makes at most a share of the scores alarms.

use oddity_core::{Cutoff, Error, Result, Scores, Threshold};

/// At most a share of the scores it is fitted on are alarms.
///
/// With n scores and `k = floor(share n)` it is the score of rank k + 1 in descending order, so
/// that k are alarms, or fewer where scores are equal to it.
///
/// [`Quantile`](super::Quantile) at `q = 1 - share` lies between two scores and is the usual
/// choice of other programs; it gives `share (n - 1)` alarms, rounded up where it lies
/// between two. This one is always a score, so that a monotone map of the scores does not change
/// the alarms. Share of the training samples is what pyod calls contamination: where anomalies
/// are among the calibration scores it is a guess of how many; where all are normal, it is the
/// false-positive rate.
///
/// ```
/// use oddity_core::{Scores, Threshold};
/// use oddity_eval::threshold::Contamination;
///
/// let scores = Scores::new((1..=100).map(f64::from).collect())?;
/// assert_eq!(Contamination::new(0.05)?.fit(&scores)?.value(), 95.0);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contamination {
    share: f64,
}

impl Contamination {
    /// Checks the share.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if it is not between 0 and 1, both excluded.
    pub fn new(share: f64) -> Result<Contamination> {
        let is_inside = 0.0 < share && share < 1.0;
        Error::check_parameter("contamination", "share", share, is_inside, "between 0 and 1")?;
        Ok(Contamination { share })
    }

    /// The largest share of scores that are alarms.
    pub fn share(self) -> f64 {
        self.share
    }

    /// The fewest scores it is fitted on: with fewer than `1 / share` none would be an alarm.
    pub fn least_scores(self) -> usize {
        // A little off, as for the quantile.
        (1.0 / self.share - 1e-6).ceil() as usize
    }
}

impl Threshold for Contamination {
    /// The score above which are at most the share.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for fewer than [`Contamination::least_scores`].
    fn fit(&self, calibration: &Scores) -> Result<Cutoff> {
        let (found, wanted) = (calibration.len(), self.least_scores());
        if found < wanted {
            return Err(Error::TooFewSamples { step: "contamination", found, wanted });
        }
        // A little more, for 0.07 of 100 is below 7.
        let n_alarms = (self.share * found as f64 + 1e-6) as usize;
        let mut values = calibration.values().to_vec();
        let at = found - 1 - n_alarms.min(found - 1);
        let (_, cutoff, _) = values.select_nth_unstable_by(at, f64::total_cmp);
        Cutoff::new(*cutoff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_and_numbers_of_scores_are_checked() {
        for share in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(matches!(Contamination::new(share), Err(Error::Parameter { .. })), "{share}");
        }
        let rule = Contamination::new(0.05).unwrap();
        assert_eq!(rule.least_scores(), 20);
        let refused = rule.fit(&Scores::new(vec![1.0; 19]).unwrap());
        assert!(matches!(refused, Err(Error::TooFewSamples { found: 19, wanted: 20, .. })));
    }

    proptest! {
        #[test]
        fn as_many_scores_are_alarms(n in 20..200_usize, share in 0.06..0.99_f64) {
            let scores = Scores::new((0..n).map(|i| (i as f64 * 7.0).sin()).collect()).unwrap();
            let cutoff = Contamination::new(share).unwrap().fit(&scores).unwrap();
            let alarms = cutoff.alarms(&scores);
            let n_alarms = alarms.values().iter().filter(|&&alarm| alarm).count();
            prop_assert_eq!(n_alarms, (share * n as f64 + 1e-6) as usize);
        }
    }
}
