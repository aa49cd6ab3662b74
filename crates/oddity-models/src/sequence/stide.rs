//! Stide: the share of a sequence's n-grams that were never seen in training.

use oddity_core::{Detector, Error, FittedDetector, Result, Samples, Seed, State};
use serde::{Deserialize, Serialize};

use super::mismatches::{Mismatches, check};
use super::n_grams::NGrams;

const STEP: &str = "stide";

/// Scores a sequence by the share of its n-grams that occur in no training sequence.
///
/// A sequence of `l` symbols has `l - n + 1` n-grams, overlapping ones included; its score is
/// the number of those that are not in the training set over `l - n + 1`, from 0 to 1:
///
/// ```text
/// score = 1/(l - n + 1) sum of [x_t .. x_t+n-1 is unseen] over t from 1 to l - n + 1
/// ```
///
/// The set is exact. With a `frame` it is instead the largest number of unseen ones among
/// `frame` consecutive n-grams, over `frame`: the locality frame count of the paper, which takes
/// 20. So a short attack within a long trace is not diluted; a sequence with fewer n-grams is
/// taken as one frame.
///
/// - A sequence shorter than `n` is compared as a whole: 0 if it is a part of a training
///   sequence, else 1; the empty sequence has score 0.
/// - Cost: fit and score `O(n_symbols)` expected, memory `O(n)` for each distinct n-gram; a
///   sequence shorter than `n` costs a pass over all of those.
/// - Pointwise: the score is of a whole sequence, by itself.
/// - Explanations: the unseen n-grams in their order (those of the first worst frame, with
///   `frame`), each with what it adds to the score.
/// - Differs from the paper, which raises an alarm where the count of a frame passes a threshold;
///   without `frame` the mismatches of the whole sequence count.
///
/// # Errors
///
/// `fit` refuses samples that are no sequences ([`Error::Kind`]), and none at all
/// ([`Error::TooFewSamples`]).
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Error, Seed, Sequences};
/// use oddity_models::sequence::{Stide, StideParams};
///
/// let train: Sequences = [[5u16, 6, 7, 5, 6, 7]].into_iter().collect();
/// let test: Sequences = [vec![6u16, 7, 5, 6], vec![5, 6, 7, 7], vec![6, 6]].into_iter().collect();
/// let stide = Stide::new(StideParams { n: 3, frame: None })?;
/// let fitted = stide.fit(&train.samples(), Seed(0))?;
/// assert_eq!(fitted.score(&test.samples())?.values(), [0.0, 0.5, 1.0]);
/// let explained = fitted.explain(&test.samples(), 5)?.unwrap_or_default();
/// let text = format!("{:?}", explained[1].parts);
/// assert_eq!(text, "[Part { of: NGram { at: 1, symbols: [6, 7, 7] }, weight: 0.5 }]");
/// # Ok::<(), Error>(())
/// ```
///
/// # References
///
/// - S. Forrest, S. A. Hofmeyr, A. Somayaji and T. A. Longstaff. A sense of self for Unix
///   processes. IEEE Symposium on Security and Privacy, 1996, doi:10.1109/SECPRI.1996.502675.
/// - C. Warrender, S. Forrest and B. Pearlmutter. Detecting intrusions using system calls:
///   alternative data models. IEEE Symposium on Security and Privacy, 1999,
///   doi:10.1109/SECPRI.1999.766910.
#[derive(Clone, Debug)]
pub struct Stide {
    params: StideParams,
}

/// Parameters of [`Stide`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StideParams {
    /// Symbols in an n-gram, at least 1. Default 6, as in the paper.
    pub n: usize,
    /// Consecutive n-grams among which the unseen ones are counted, at least 1. By default those
    /// of the whole sequence are; the paper counts among 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<usize>,
}

impl Default for StideParams {
    fn default() -> StideParams {
        StideParams { n: 6, frame: None }
    }
}

impl Stide {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `n` or `frame` is 0.
    pub fn new(params: StideParams) -> Result<Stide> {
        check(STEP, params.n, params.frame)?;
        Ok(Stide { params })
    }
}

impl Detector for Stide {
    /// Collects the n-grams.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] for samples that are no sequences, [`Error::TooFewSamples`] if there
    /// is none.
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let sequences = train.sequences()?;
        if sequences.is_empty() {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let StideParams { n, frame } = self.params;
        let mut n_grams = NGrams::new(n);
        sequences.iter().for_each(|sequence| n_grams.insert(sequence));
        let mut fitted = Mismatches::new(n, frame, n_grams);
        sequences.iter().for_each(|sequence| fitted.add_short(sequence));
        Ok(Box::new(fitted))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let StideParams { n, frame } = self.params;
        Ok(Box::new(Mismatches::of_state(n, frame, state)?))
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::{Part, PartOf, Sequences};

    use super::*;

    fn scores(n: usize, train: &[&[u16]], test: &[&[u16]]) -> Vec<f64> {
        let stide = Stide::new(StideParams { n, frame: None }).unwrap();
        let train: Sequences = train.iter().collect();
        let test: Sequences = test.iter().collect();
        let fitted = stide.fit(&train.samples(), Seed(0)).unwrap();
        fitted.score(&test.samples()).unwrap().into_values()
    }

    #[test]
    fn counts_overlapping_n_grams_by_hand() {
        // Training 2-grams: 12, 23, 31. Test: 12 23 33 31, and 44 44.
        let test: &[&[u16]] = &[&[1, 2, 3, 3, 1], &[4, 4, 4], &[1, 2, 3, 1]];
        assert_eq!(scores(2, &[&[1, 2, 3, 1]], test), [0.25, 1.0, 0.0]);
    }

    #[test]
    fn no_n_gram_crosses_from_one_sequence_to_the_next() {
        assert_eq!(scores(2, &[&[1, 2], &[3, 4]], &[&[2, 3]]), [1.0]);
    }

    #[test]
    fn short_sequences_are_compared_as_a_whole() {
        let train: &[&[u16]] = &[&[1, 2, 3, 4, 5], &[8, 9]];
        let test: &[&[u16]] = &[&[], &[4, 5], &[5, 4], &[9], &[8, 9], &[9, 9], &[2, 3, 4]];
        assert_eq!(scores(4, train, test), [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn a_frame_counts_where_the_mismatches_are_densest() {
        let stide = Stide::new(StideParams { n: 1, frame: Some(3) }).unwrap();
        let train: Sequences = [[1u16, 2]].into_iter().collect();
        let rows: [&[u16]; 4] = [&[9, 1, 9, 1, 9, 9, 2, 1], &[9, 2, 1, 9], &[9, 9], &[1]];
        let test: Sequences = rows.into_iter().collect();
        let fitted = stide.fit(&train.samples(), Seed(0)).unwrap();
        let scores = fitted.score(&test.samples()).unwrap();
        assert_eq!(scores.values(), [2.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 0.0]);
        let explained = fitted.explain(&test.samples(), 9).unwrap().unwrap();
        let places = |sequence: usize| -> Vec<usize> {
            let at = |part: &Part| match &part.of {
                PartOf::NGram { at, symbols } if symbols[..] == [9] => *at,
                other => unreachable!("{other:?}"),
            };
            explained[sequence].parts.iter().map(at).collect()
        };
        assert_eq!([places(0), places(1), places(3)], [vec![0, 2], vec![0], vec![]]);
        let sum: f64 = explained[0].parts.iter().map(|part| part.weight).sum();
        assert!((sum - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn refuses_n_of_0_and_no_sequence() {
        let refused = Stide::new(StideParams { n: 0, frame: None }).unwrap_err();
        assert_eq!(refused.to_string(), "stide: parameter n is 0, wanted at least 1");
        let none: Sequences = std::iter::empty::<[u16; 0]>().collect();
        let stide = Stide::new(StideParams::default()).unwrap();
        assert!(matches!(
            stide.fit(&none.samples(), Seed(0)).err(),
            Some(Error::TooFewSamples { wanted: 1, found: 0, .. })
        ));
    }
}
