//! Stide: the share of a sequence's n-grams that were never seen in training.

use oddity_core::{
    Detector, Error, FittedDetector, Result, Samples, Scores, Seed, SequencesView, Symbol,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::n_grams::NGrams;

const STEP: &str = "stide";

/// Scores a sequence by the share of its n-grams that occur in no training sequence.
///
/// A sequence of `l` symbols has `l - n + 1` n-grams, overlapping ones included; its score is
/// the number of those that are not in the training set over `l - n + 1`, from 0 to 1. The
/// set is exact. A sequence shorter than `n` is compared as a whole: 0 if it is a part of a
/// training sequence, else 1; the empty sequence has score 0.
///
/// Fit and score cost `O(n_symbols)` expected, memory `O(n)` for each distinct n-gram; a
/// sequence shorter than `n` costs a pass over all of those. The score is of a whole
/// sequence, by itself.
///
/// The method of the paper raises an alarm where many mismatches fall within a frame of 20
/// n-grams; here the mismatches of the whole sequence count.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Error, Seed, Sequences};
/// use oddity_models::sequence::{Stide, StideParams};
///
/// let train: Sequences = [[5u16, 6, 7, 5, 6, 7]].into_iter().collect();
/// let test: Sequences = [vec![6u16, 7, 5, 6], vec![5, 6, 7, 7], vec![6, 6]].into_iter().collect();
/// let stide = Stide::new(StideParams { n: 3 })?;
/// let scores = stide.fit(&train.samples(), Seed(0))?.score(&test.samples())?;
/// assert_eq!(scores.values(), [0.0, 0.5, 1.0]);
/// # Ok::<(), Error>(())
/// ```
///
/// # Reference
///
/// C. Warrender, S. Forrest and B. Pearlmutter. Detecting intrusions using system calls:
/// alternative data models. IEEE Symposium on Security and Privacy, 1999.
/// doi:10.1109/SECPRI.1999.766910.
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
}

impl Default for StideParams {
    fn default() -> StideParams {
        StideParams { n: 6 }
    }
}

impl Stide {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `n` is 0.
    pub fn new(params: StideParams) -> Result<Stide> {
        Error::check_parameter(STEP, "n", params.n as f64, 1 <= params.n, "at least 1")?;
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
        Ok(Box::new(Fitted::new(self.params.n, sequences)))
    }
}

struct Fitted {
    n: usize,
    n_grams: NGrams,
    /// The training sequences that are too short to have an n-gram.
    short: Vec<Vec<Symbol>>,
}

impl Fitted {
    fn new(n: usize, sequences: SequencesView<'_>) -> Fitted {
        let (mut n_grams, mut short) = (NGrams::new(n), Vec::new());
        for sequence in sequences.iter() {
            if sequence.len() < n {
                short.push(sequence.to_vec());
            } else {
                n_grams.insert(sequence);
            }
        }
        Fitted { n, n_grams, short }
    }

    fn score_one(&self, sequence: &[Symbol]) -> f64 {
        if sequence.is_empty() {
            return 0.0;
        }
        if sequence.len() < self.n {
            // Any part shorter than `n` of a longer sequence is a part of one of its n-grams.
            let mut parts = self.n_grams.iter().chain(self.short.iter().map(Vec::as_slice));
            let seen = parts.any(|part| part.windows(sequence.len()).any(|part| part == sequence));
            return if seen { 0.0 } else { 1.0 };
        }
        self.n_grams.n_unseen(sequence) as f64 / (sequence.len() - self.n + 1) as f64
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let sequences = samples.sequences()?;
        let each = (0..sequences.len()).into_par_iter().with_min_len(16);
        Scores::new(each.map(|at| self.score_one(sequences.get(at))).collect())
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::Sequences;

    use super::*;

    fn scores(n: usize, train: &[&[u16]], test: &[&[u16]]) -> Vec<f64> {
        let stide = Stide::new(StideParams { n }).unwrap();
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
    fn refuses_n_of_0_and_no_sequence() {
        let refused = Stide::new(StideParams { n: 0 }).unwrap_err();
        assert_eq!(refused.to_string(), "stide: parameter n is 0, wanted at least 1");
        let none: Sequences = std::iter::empty::<[u16; 0]>().collect();
        let stide = Stide::new(StideParams::default()).unwrap();
        assert!(matches!(
            stide.fit(&none.samples(), Seed(0)).err(),
            Some(Error::TooFewSamples { wanted: 1, found: 0, .. })
        ));
    }
}
