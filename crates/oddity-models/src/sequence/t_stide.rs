//! t-stide: stide that takes rare training n-grams for unseen ones.

use oddity_core::{Detector, Error, FittedDetector, Result, Samples, Seed, State};
use serde::{Deserialize, Serialize};

use super::mismatches::{Mismatches, check};
use super::n_grams::NGrams;

const STEP: &str = "t_stide";

/// Scores a sequence by the share of its n-grams that are unseen or rare in training.
///
/// As [`Stide`](super::Stide), whose page says what a score and a `frame` are, except that a
/// training n-gram that makes up less than `rare_share` of all of them counts as unseen:
///
/// ```text
/// normal n-grams = { g : n_g >= rare_share N },   N = sum of n_g over all training n-grams
/// ```
///
/// So a few odd stretches of the training sequences do not make the same normal later.
///
/// - A sequence shorter than `n` is compared with the n-grams that are kept and with the short
///   training sequences, none of which is rare.
/// - Cost, causality and explanations are those of `stide`; fitting takes two passes.
/// - Differs from the paper in what `stide` differs in.
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
/// use oddity_models::sequence::{TStide, TStideParams};
///
/// let train: Sequences = [vec![5u16, 6].repeat(50), vec![7, 8]].into_iter().collect();
/// let test: Sequences = [vec![5u16, 6, 5], vec![7, 8]].into_iter().collect();
/// let t_stide = TStide::new(TStideParams { n: 2, rare_share: 0.02, frame: None })?;
/// let scores = t_stide.fit(&train.samples(), Seed(0))?.score(&test.samples())?;
/// assert_eq!(scores.values(), [0.0, 1.0]);
/// # Ok::<(), Error>(())
/// ```
///
/// # Reference
///
/// C. Warrender, S. Forrest and B. Pearlmutter. Detecting intrusions using system calls:
/// alternative data models. IEEE Symposium on Security and Privacy, 1999,
/// doi:10.1109/SECPRI.1999.766910.
#[derive(Clone, Debug)]
pub struct TStide {
    params: TStideParams,
}

/// Parameters of [`TStide`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TStideParams {
    /// Symbols in an n-gram, at least 1. Default 6, as in the paper.
    pub n: usize,
    /// Share of all training n-grams below which one is rare, at least 0 and less than 1. Default
    /// 0.00001, the paper's 0.001 %.
    pub rare_share: f64,
    /// Consecutive n-grams among which the mismatches are counted, at least 1. By default those
    /// of the whole sequence are; the paper counts among 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<usize>,
}

impl Default for TStideParams {
    fn default() -> TStideParams {
        TStideParams { n: 6, rare_share: 1e-5, frame: None }
    }
}

impl TStide {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: TStideParams) -> Result<TStide> {
        check(STEP, params.n, params.frame)?;
        let share = params.rare_share;
        let ok = (0.0..1.0).contains(&share);
        Error::check_parameter(STEP, "rare_share", share, ok, "at least 0 and less than 1")?;
        Ok(TStide { params })
    }
}

impl Detector for TStide {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let sequences = train.sequences()?;
        if sequences.is_empty() {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let TStideParams { n, rare_share, frame } = self.params;
        let mut all = NGrams::new(n);
        sequences.iter().for_each(|sequence| all.insert(sequence));
        let counts = all.counts(sequences);
        let least = rare_share * counts.iter().sum::<u64>() as f64;
        let mut kept = NGrams::new(n);
        for (n_gram, &count) in all.iter().zip(&counts) {
            if least <= count as f64 {
                kept.insert(n_gram);
            }
        }
        let mut fitted = Mismatches::new(n, frame, kept);
        sequences.iter().for_each(|sequence| fitted.add_short(sequence));
        Ok(Box::new(fitted))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let TStideParams { n, frame, .. } = self.params;
        Ok(Box::new(Mismatches::of_state(n, frame, state)?))
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::Sequences;

    use super::*;

    #[test]
    fn an_n_gram_of_less_than_the_share_is_unseen() {
        // Of 20 1-grams, 1 occurs sixteen times, 2 thrice and 3 once.
        let train: Sequences = [[vec![1u16; 16], vec![2; 3], vec![3]].concat()].iter().collect();
        let test: Sequences = [[1u16], [2], [3], [4]].into_iter().collect();
        let scores = |rare_share| {
            let params = TStideParams { n: 1, rare_share, frame: None };
            let fitted = TStide::new(params).unwrap().fit(&train.samples(), Seed(0)).unwrap();
            fitted.score(&test.samples()).unwrap().into_values()
        };
        assert_eq!(scores(0.0), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(scores(0.05), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(scores(0.06), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(scores(0.5), [0.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn shares_of_1_and_more_are_refused() {
        let params = TStideParams { rare_share: 1.0, ..TStideParams::default() };
        let refused = TStide::new(params).unwrap_err().to_string();
        assert_eq!(
            refused,
            "t_stide: parameter rare_share is 1, wanted at least 0 and less than 1"
        );
    }
}
