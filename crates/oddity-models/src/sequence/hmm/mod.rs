//! A hidden Markov model: sequences as what a chain of hidden states emits.

mod fit;
mod fitted;
mod forward;
mod probabilities;

use oddity_core::{Detector, Error, FittedDetector, Result, Samples, Seed, State};
use oddity_neural::Statistic;
use serde::{Deserialize, Serialize};

use fit::fit;
use fitted::Fitted;
pub use probabilities::HmmProbabilities;

const STEP: &str = "hmm";

/// Scores a sequence by how unlikely a hidden Markov model is to emit it.
///
/// A chain of `n_states` hidden states begins with probabilities `pi`, steps with `A` and emits a
/// symbol in each state with `B`. The loss of a symbol is what the forward recursion, scaled to
/// sum to 1 in each step, divides by, and the score by default the mean of the losses, which is
/// the negative log-likelihood of the sequence a symbol (or another [`Statistic`] of them):
///
/// ```text
/// a_1(j) = pi_j B_j(x_1),   a_t(j) = B_j(x_t) sum over i of a_t-1(i) A_ij / c_t-1,   c_t = sum of a_t
/// score = 1/l sum of -ln c_t over t from 1 to l
/// ```
///
/// - **Fit.** Baum and Welch's re-estimation of all training sequences together, from
///   `n_starts` random models (each distribution uniform on the simplex); the one that is most
///   likely to emit the training sequences is kept. It ends where the mean log-likelihood of a
///   symbol grows by less than `tolerance`, or after `iterations`.
/// - **Floor.** To score, every state emits a symbol with at least probability `floor`, also one
///   that no training sequence has: such a symbol costs at most `-ln floor`, 13.8 nats by default.
///   The other probabilities are not made smaller for it.
/// - The empty sequence has score 0.
/// - Cost: fit `O(n_symbols n_states^2)` for each iteration and start, score once that; memory
///   for `n_states` numbers a symbol of the longest sequence and thread, to fit.
/// - Pointwise: a score depends on its sequence alone.
/// - Explanations: the symbols of the largest losses, each with the five before it, none in two
///   parts, with the loss as weight.
/// - Differs from Warrender et al., who take as many states as there are distinct symbols and
///   raise an alarm where a transition or an emission is less likely than a threshold.
///
/// # Errors
///
/// `fit` refuses samples that are no sequences ([`Error::Kind`]), and none with a symbol
/// ([`Error::TooFewSamples`]).
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Seed, Sequences};
/// use oddity_models::sequence::{Hmm, HmmParams};
///
/// let train: Sequences = [[1u16, 1, 2, 2].repeat(20)].into_iter().collect();
/// let test: Sequences = [vec![1u16, 1, 2, 2, 1, 1], vec![1, 2, 1, 2, 1, 2], vec![1, 1, 2, 7]]
///     .into_iter()
///     .collect();
/// let hmm = Hmm::new(HmmParams { n_states: 4, iterations: 200, ..HmmParams::default() })?;
/// let fitted = hmm.fit(&train.samples(), Seed(1))?;
/// let scores = fitted.score(&test.samples())?;
/// let rounded: Vec<String> = scores.values().iter().map(|score| format!("{score:.1}")).collect();
/// assert_eq!(rounded[0], "0.0");
/// assert!(scores.values()[0] < scores.values()[1] && 3.0 < scores.values()[2]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// - L. R. Rabiner. A tutorial on hidden Markov models and selected applications in speech
///   recognition. Proceedings of the IEEE 77(2), 1989, doi:10.1109/5.18626.
/// - L. E. Baum, T. Petrie, G. Soules and N. Weiss. A maximization technique occurring in the
///   statistical analysis of probabilistic functions of Markov chains. Annals of Mathematical
///   Statistics 41(1), 1970, doi:10.1214/aoms/1177697196.
/// - C. Warrender, S. Forrest and B. Pearlmutter. Detecting intrusions using system calls:
///   alternative data models. IEEE Symposium on Security and Privacy, 1999,
///   doi:10.1109/SECPRI.1999.766910.
#[derive(Clone, Debug)]
pub struct Hmm {
    params: HmmParams,
}

/// Parameters of [`Hmm`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HmmParams {
    /// Hidden states, from 1 to 1,000. Default 10.
    pub n_states: usize,
    /// Random models that the fit starts from, at least 1. Default 3.
    pub n_starts: usize,
    /// Re-estimations from each start, at most. Default 30.
    pub iterations: usize,
    /// Growth of the mean log-likelihood of a symbol, in nats, below which a fit ends; at least 0.
    /// Default 0.0001.
    pub tolerance: f64,
    /// The least probability of a symbol in a state, to score: more than 0 and less than 1.
    /// Default 0.000001.
    pub floor: f64,
    /// What a sequence is scored by. By default the mean.
    pub statistic: Statistic,
    /// Whether a mean is divided by 0.5 plus the entropy of the same symbols, as
    /// [`LstmLanguageModel`](oddity_neural::LstmLanguageModel) does.
    pub relative: bool,
}

impl Default for HmmParams {
    fn default() -> HmmParams {
        HmmParams {
            n_states: 10,
            n_starts: 3,
            iterations: 30,
            tolerance: 1e-4,
            floor: 1e-6,
            statistic: Statistic::default(),
            relative: false,
        }
    }
}

impl Hmm {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: HmmParams) -> Result<Hmm> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(STEP, name, found, ok, wanted);
        let n = params.n_states;
        check("n_states", n as f64, (1..=1_000).contains(&n), "from 1 to 1,000")?;
        check("n_starts", params.n_starts as f64, 1 <= params.n_starts, "at least 1")?;
        let ok = 0.0 <= params.tolerance && params.tolerance.is_finite();
        check("tolerance", params.tolerance, ok, "at least 0")?;
        let ok = 0.0 < params.floor && params.floor < 1.0;
        check("floor", params.floor, ok, "more than 0 and less than 1")?;
        params.statistic.check(STEP)?;
        Ok(Hmm { params })
    }

    /// Fits as [`Detector::fit`] does, from one model that is given in place of random ones.
    ///
    /// # Errors
    ///
    /// Those of [`Detector::fit`], [`Error::Parameter`] for another number of states than
    /// `n_states`, and [`Error::UnseenSymbol`] for a training symbol that the model lacks.
    pub fn fit_from(
        &self,
        train: &Samples<'_>,
        start: &HmmProbabilities,
    ) -> Result<Box<dyn FittedDetector>> {
        let (n, found) = (self.params.n_states, start.n_states());
        Error::check_parameter(STEP, "n_states", found as f64, n == found, "that of the model")?;
        let codes = start.codes_of(train.sequences()?)?;
        let (model, _) = fit(start.clone(), &codes, &self.params);
        Ok(Box::new(Fitted::new(model, &self.params)))
    }
}

impl Detector for Hmm {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        let sequences = train.sequences()?;
        if sequences.n_symbols() == 0 {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let starts = (0..self.params.n_starts as u64).map(|start| seed.derive(start));
        let mut best: Option<(HmmProbabilities, f64)> = None;
        for seed in starts {
            let start = HmmProbabilities::random(sequences, self.params.n_states, seed);
            let codes = start.codes_of(sequences)?;
            let (model, likelihood) = fit(start, &codes, &self.params);
            if best.as_ref().is_none_or(|&(_, best)| best < likelihood) {
                best = Some((model, likelihood));
            }
        }
        let (model, _) = best.ok_or(Error::Numeric { step: STEP, what: "no start was fitted" })?;
        Ok(Box::new(Fitted::new(model, &self.params)))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let model = HmmProbabilities::of_state(state, self.params.n_states)?;
        Ok(Box::new(Fitted::new(model, &self.params)))
    }
}
