//! The hidden Markov model against hmmlearn.

use oddity_core::{Seed, Sequences, State};
use oddity_models::sequence::{Hmm, HmmParams, HmmProbabilities};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    symbols: Vec<u16>,
    sequences: Vec<Vec<u16>>,
    start: Vec<f64>,
    transition: Vec<f64>,
    emission: Vec<f64>,
    scores: Vec<f64>,
    fits: Vec<Fit>,
}

#[derive(Deserialize)]
struct Fit {
    iterations: usize,
    start: Vec<f64>,
    transition: Vec<f64>,
    emission: Vec<f64>,
}

impl Case {
    fn model(&self) -> HmmProbabilities {
        let (symbols, start) = (self.symbols.clone(), self.start.clone());
        let model = HmmProbabilities::new(symbols, start, self.transition.clone(), &self.emission);
        model.expect("probabilities")
    }

    fn params(&self, iterations: usize) -> HmmParams {
        let (n_states, floor) = (self.start.len(), 1e-300);
        HmmParams { n_states, iterations, tolerance: 0.0, floor, ..HmmParams::default() }
    }
}

fn cases() -> Vec<Case> {
    let text = include_str!("fixtures/hmmlearn_hmm.json");
    serde_json::from_str::<Fixture>(text).expect("the fixture").cases
}

/// The emissions of a state, `[state][symbol]`.
fn emission(state: &State, n_symbols: usize, n_states: usize) -> Vec<f64> {
    let by_symbol = state.f64s("emission", &[n_symbols, n_states]).expect("emissions");
    let of_state = |of: usize| (0..n_symbols).map(move |symbol| by_symbol[symbol * n_states + of]);
    (0..n_states).flat_map(of_state).collect()
}

#[test]
fn likelihoods_equal_those_of_hmmlearn() {
    for case in cases() {
        let sequences: Sequences = case.sequences.iter().collect();
        let hmm = Hmm::new(case.params(0)).unwrap();
        let fitted = hmm.fit_from(&sequences.samples(), &case.model()).unwrap();
        let scores = fitted.score(&sequences.samples()).unwrap();
        assert_eq!(scores.len(), case.scores.len());
        for (found, expected) in scores.values().iter().zip(&case.scores) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}

#[test]
fn re_estimated_probabilities_equal_those_of_hmmlearn() {
    for case in cases() {
        let sequences: Sequences = case.sequences.iter().collect();
        for fit in &case.fits {
            let hmm = Hmm::new(case.params(fit.iterations)).unwrap();
            let fitted = hmm.fit_from(&sequences.samples(), &case.model()).unwrap();
            let state = fitted.state().unwrap();
            let n = case.start.len();
            for (what, found, expected) in [
                ("start", state.f64s("start", &[n]).unwrap().to_vec(), &fit.start),
                (
                    "transition",
                    state.f64s("transition", &[n, n]).unwrap().to_vec(),
                    &fit.transition,
                ),
                ("emission", emission(&state, case.symbols.len(), n), &fit.emission),
            ] {
                for (found, expected) in found.iter().zip(expected) {
                    let close = (found - expected).abs() < 1e-6;
                    assert!(close, "{what} after {}: {found} {expected}", fit.iterations);
                }
            }
        }
    }
}

#[test]
fn several_starts_are_no_less_likely_than_the_first_alone() {
    let case = &cases()[1];
    let sequences: Sequences = case.sequences.iter().collect();
    let n_symbols: Vec<f64> = case.sequences.iter().map(|symbols| symbols.len() as f64).collect();
    let loss = |n_starts| {
        let params = HmmParams { n_starts, ..case.params(10) };
        let hmm = Hmm::new(params).unwrap();
        let fitted = oddity_core::Detector::fit(&hmm, &sequences.samples(), Seed(3)).unwrap();
        let scores = fitted.score(&sequences.samples()).unwrap();
        let losses = scores.values().iter().zip(&n_symbols).map(|(score, n)| score * n);
        losses.sum::<f64>()
    };
    // The likelihood that is compared is that before the last step, which only raises it.
    assert!(loss(6) < loss(1));
}

#[test]
fn unseen_symbols_cost_the_floor_at_most() {
    let train: Sequences = [[1u16, 2].repeat(20)].iter().collect();
    let test: Sequences = [vec![9u16], vec![9, 9, 9], vec![]].into_iter().collect();
    let hmm = Hmm::new(HmmParams { floor: 1e-4, ..HmmParams::default() }).unwrap();
    let fitted = oddity_core::Detector::fit(&hmm, &train.samples(), Seed(0)).unwrap();
    let scores = fitted.score(&test.samples()).unwrap().into_values();
    for score in &scores[..2] {
        assert!((score - -1e-4f64.ln()).abs() < 1e-12, "{score}");
    }
    assert_eq!(scores[2], 0.0);
}

#[test]
fn what_are_no_probabilities_is_refused() {
    let model = |start: &[f64], transition: &[f64], emission: &[f64]| {
        HmmProbabilities::new(vec![1, 4], start.to_vec(), transition.to_vec(), emission)
    };
    assert!(model(&[1.0], &[1.0], &[0.5, 0.5]).is_ok());
    for refused in [
        model(&[0.9], &[1.0], &[0.5, 0.5]),
        model(&[1.0], &[1.0, 0.0], &[0.5, 0.5]),
        model(&[1.0], &[1.0], &[1.5, -0.5]),
        model(&[1.0], &[1.0], &[0.5, f64::NAN]),
        model(&[], &[], &[]),
    ] {
        assert!(refused.is_err(), "{refused:?}");
    }
    let train: Sequences = [[1u16, 7]].into_iter().collect();
    let one = HmmParams { n_states: 1, ..HmmParams::default() };
    let start = model(&[1.0], &[1.0], &[0.5, 0.5]).unwrap();
    let unseen = Hmm::new(one).unwrap().fit_from(&train.samples(), &start);
    assert!(unseen.err().unwrap().to_string().contains("position 1: symbol 7"));
}
