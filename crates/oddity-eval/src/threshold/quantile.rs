//! The quantile of the scores.

use oddity_core::{Cutoff, Error, Result, Scores, Threshold};

/// The quantile of the scores: about a share `1 - q` of samples like them are alarms.
///
/// With the scores in ascending order `s[0] .. s[n-1]` and `h = q (n - 1)` it is the point between
/// `s[floor h]` and `s[floor h + 1]` that the fraction of `h` says: definition 7 of Hyndman and
/// Fan 1996, doi:10.2307/2684934, and what `numpy.quantile` gives, to the bit. Fewer
/// than `(1 - q) (n - 1) + 1` of the scores it was fitted on lie above it.
///
/// ```
/// use oddity_core::{Scores, Threshold};
/// use oddity_eval::threshold::Quantile;
///
/// let held_out = Scores::new((0..=100).map(f64::from).collect())?;
/// assert_eq!(Quantile::new(0.95)?.fit(&held_out)?.value(), 95.0);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    q: f64,
}

impl Quantile {
    /// Checks the share.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if it is not between 0 and 1, both excluded.
    pub fn new(q: f64) -> Result<Quantile> {
        Error::check_parameter("quantile", "q", q, 0.0 < q && q < 1.0, "between 0 and 1")?;
        Ok(Quantile { q })
    }

    /// The share of scores that are at most the cutoff.
    pub fn q(self) -> f64 {
        self.q
    }

    /// The fewest scores it is fitted on: with fewer than `1 / (1 - q)` not one of them need
    /// lie above, and the cutoff is little more than their maximum.
    pub fn least_scores(self) -> usize {
        // A little off, for 1 / (1 - 0.9) is above 10.
        (1.0 / (1.0 - self.q) - 1e-6).ceil() as usize
    }
}

impl Threshold for Quantile {
    /// The quantile of the scores.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for fewer than [`Quantile::least_scores`].
    fn fit(&self, calibration: &Scores) -> Result<Cutoff> {
        let (found, wanted) = (calibration.len(), self.least_scores());
        if found < wanted {
            return Err(Error::TooFewSamples { step: "quantile", found, wanted });
        }
        let mut sorted = calibration.values().to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        Cutoff::new(quantile_of_sorted(&sorted, self.q))
    }
}

/// The quantile of values in ascending order, at least one of them, to the bit as numpy.
pub(crate) fn quantile_of_sorted(sorted: &[f64], q: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = q * last as f64;
    let below = (place as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    let share = place - below as f64;
    // From the nearer end, as numpy has it: exact where both are equal.
    let step = high - low;
    let value = if share < 0.5 { low + step * share } else { high - step * (1.0 - share) };
    if step.is_finite() { value } else { low * (1.0 - share) + high * share }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cutoff(q: f64, scores: Vec<f64>) -> f64 {
        Quantile::new(q).unwrap().fit(&Scores::new(scores).unwrap()).unwrap().value()
    }

    #[test]
    fn quantiles_equal_those_of_numpy() {
        // numpy 2.4.6: x = np.sin(np.arange(1, 41.0) ** 2) * 10; np.quantile(x, q)
        let scores: Vec<f64> = (1..=40).map(|i| f64::from(i * i).sin() * 10.0).collect();
        let wanted = [
            (0.05, -9.854680534305071),
            (0.25, -7.6790806915017),
            (0.5, -2.5362017250133677),
            (0.9, 9.36778298337446),
            (0.95, 9.957821670106052),
        ];
        for (q, wanted) in wanted {
            assert!((cutoff(q, scores.clone()) - wanted).abs() < 1e-13, "{q}");
        }
        assert_eq!(cutoff(0.5, vec![2.0, 1.0]), 1.5);
        assert_eq!(cutoff(0.95, vec![3.0; 20]), 3.0);
        assert_eq!(cutoff(0.5, vec![f64::MIN, f64::MAX]), 0.0);
    }

    #[test]
    fn shares_and_numbers_of_scores_are_checked() {
        for q in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(matches!(Quantile::new(q), Err(Error::Parameter { .. })), "{q}");
        }
        for (q, least) in [(0.5, 2), (0.9, 10), (0.95, 20), (0.99, 100), (0.999, 1000)] {
            assert_eq!(Quantile::new(q).unwrap().least_scores(), least);
        }
        let few = Scores::new(vec![1.0; 19]).unwrap();
        let refused = Quantile::new(0.95).unwrap().fit(&few);
        assert!(matches!(refused, Err(Error::TooFewSamples { found: 19, wanted: 20, .. })));
    }

    proptest! {
        #[test]
        fn few_scores_lie_above(
            scores in prop::collection::vec(-1e3..1e3f64, 20..200),
            q in 0.01..0.95f64,
        ) {
            let cutoff = cutoff(q, scores.clone());
            let above = scores.iter().filter(|&&score| cutoff < score).count() as f64;
            let not_below = scores.iter().filter(|&&score| cutoff <= score).count() as f64;
            let expected = (1.0 - q) * (scores.len() - 1) as f64;
            prop_assert!(above < expected + 1.0 + 1e-9, "{above} of {}", scores.len());
            prop_assert!(expected - 1e-9 <= not_below, "{not_below} of {}", scores.len());
        }
    }
}
