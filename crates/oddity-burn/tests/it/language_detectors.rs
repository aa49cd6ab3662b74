//! The detector of language models on burn: scores, bits and states.

use std::sync::Arc;

use oddity_core::{Detector, FittedDetector, Seed, Sequences, Unwatched};
use oddity_neural::{FittedLanguageModel, LstmLanguageModel, LstmLanguageModelParams};

use super::{burn, scores_apart};

/// Two members, two layers, dropout, chunks, several parts a batch.
const SMALL: &str = "members = [[9, 7], [12]]
    embedding = 5
    bptt = 16
    dropout = 0.1
    statistic = { lowest_window = 20 }
    training = { epochs = 3, batch_size = 40, learning_rate = 0.01, clip_norm = 1.0 }";

fn detector(text: &str) -> LstmLanguageModel {
    let params: LstmLanguageModelParams = toml::from_str(text).expect("parameters");
    LstmLanguageModel::new(params).expect("in range")
}

fn on_burn(text: &str) -> LstmLanguageModel {
    detector(text).on(Arc::new(burn()))
}

/// Sequences of symbols that count up by 1 or 2 and begin again.
fn grammar(n: usize, seed: u64) -> Sequences {
    let draw = |i: usize| Seed(seed).derive(i as u64).0 >> 40;
    let sequence = |at: usize| -> Vec<u16> {
        let mut symbol = 0;
        let next = |i: usize| {
            symbol = (symbol + 1 + (draw(1000 * (at + 1) + i) % 2) as u16) % 7;
            10 * symbol
        };
        (0..draw(at) as usize % 80).map(next).collect()
    };
    (0..n).map(sequence).collect()
}

fn scores(fitted: &dyn FittedDetector, test: &Sequences) -> Vec<f64> {
    fitted.score(&test.samples()).expect("scores").into_values()
}

/// With a symbol that the training sequences lack, and a long sequence.
fn test() -> Sequences {
    let long: Vec<u16> = (0..300).map(|i| i % 7 * 10).collect();
    let some = grammar(70, 8);
    some.view().iter().map(<[u16]>::to_vec).chain([vec![0, 9, 20], long]).collect()
}

#[test]
fn scores_are_those_of_the_native_trainer() {
    for text in [
        "members = [[14]]\ntraining = { epochs = 4, learning_rate = 0.01 }",
        SMALL,
        "members = [[6]]\ndirection = 'backward'\nrelative = true
         training = { epochs = 2, validation = 0.0, schedule = 'cosine' }",
    ] {
        let train = grammar(90, 7);
        let of = |detector: LstmLanguageModel| {
            let fitted = detector.fit(&train.samples(), Seed(3)).expect("trains");
            let losses = fitted.history().expect("a history").epochs.clone();
            (scores(&*fitted, &test()), losses)
        };
        let ((expected, of_native), (found, of_burn)) = (of(detector(text)), of(on_burn(text)));
        for (a, b) in of_native.iter().zip(&of_burn) {
            assert!((a.loss - b.loss).abs() < 1e-5 * a.loss, "{text}: {b:?} for {a:?}");
        }
        // Standardised scores may be near 0: differences count beside the largest.
        let largest = expected.iter().fold(0.0f64, |most, score| most.max(score.abs()));
        let pairs = expected.iter().zip(&found);
        let off = pairs.fold(0.0f64, |most, (a, b)| most.max((a - b).abs())) / largest;
        assert!(off < 1e-4, "{text}: off by {off:e}");
    }
}

#[test]
fn one_thread_and_three_give_the_same_bits() {
    let of = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool");
        pool.install(|| {
            let fitted = on_burn(SMALL).fit(&grammar(60, 7).samples(), Seed(3)).expect("trains");
            scores(&*fitted, &test())
        })
    };
    assert_eq!(of(1), of(3));
}

#[test]
fn a_score_depends_on_its_sequence_alone() {
    let fitted = on_burn(SMALL).fit(&grammar(60, 7).samples(), Seed(3)).expect("trains");
    let all = test();
    let together = scores(&*fitted, &all);
    for chosen in [vec![3], (0..72).rev().collect(), (0..72).filter(|at| at % 3 == 1).collect()] {
        let some: Sequences = chosen.iter().map(|&at| all.view().get(at).to_vec()).collect();
        let expected: Vec<f64> = chosen.iter().map(|&at| together[at]).collect();
        assert_eq!(scores(&*fitted, &some), expected);
    }
}

#[test]
fn what_one_backend_kept_the_other_restores() {
    let train = grammar(60, 7);
    let plain = "members = [[14]]\ntraining = { epochs = 2, learning_rate = 0.01 }";
    let both = [detector(plain), on_burn(plain)];
    for from in &both {
        let fitted = from.fit(&train.samples(), Seed(3)).expect("trains");
        let state = fitted.state().expect("a state");
        let expected = scores(&*fitted, &test());
        for (to, name) in both.iter().zip(["native", "burn"]) {
            let restored = to.restore(&state).expect("the same parameters");
            assert!(restored.state().expect("a state") == state);
            let found = scores(&*restored, &test());
            let same = std::ptr::eq(from, to);
            let off = scores_apart(&expected[..72], &found[..72]);
            assert!(off < 1e-5 && (!same || found == expected), "to {name}: off by {off:e}");
        }
    }
}

#[test]
fn bytes_of_a_model_fitted_on_burn_are_read_and_moved() {
    let train = grammar(60, 7);
    let fitted = on_burn(SMALL).fit_model(&train.samples(), Seed(3), &mut Unwatched);
    let fitted = fitted.expect("trains");
    let native = FittedLanguageModel::from_bytes(&fitted.to_bytes()).expect("as written");
    assert_eq!(native.to_bytes(), fitted.to_bytes());
    let moved = native.on(&burn()).expect("the same tensors");
    assert_eq!(scores(&moved, &test()), scores(&fitted, &test()));
}
