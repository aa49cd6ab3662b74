//! The online autoencoder: contract, prequential order, outliers, bytes.

use oddity_core::contract::check_row_detector;
use oddity_core::{Causality, Detector, Error, Frame, OnlineDetector, Seed};
use proptest::prelude::*;

use super::{
    OnlineLstmAutoencoder, OnlineLstmAutoencoderParams, OnlineNetwork, OnlineTarget, Outliers,
};
use crate::weights::{Archive, write_archive};
use crate::{LoadError, SavedNetwork, Weights};

/// Two layers that leave a sequence.
const SMALL: &str = "steps = 4
    layers = [{ layer = 'lstm', units = 7 }, { layer = 'lstm', units = 5 }]
    memory = 8
    learning_rate = 0.01";

fn params(text: &str) -> OnlineLstmAutoencoderParams {
    toml::from_str(text).expect("parameters")
}

fn detector(text: &str) -> OnlineLstmAutoencoder {
    OnlineLstmAutoencoder::new(params(text)).expect("fits")
}

/// Flags that come in turns of five, and a number.
fn events(n: usize) -> Vec<[f64; 3]> {
    let noise = |i: usize| (Seed(9).derive(i as u64).0 >> 40) as f64 / 16_777_216.0;
    let event = |i: usize| [f64::from(i.is_multiple_of(5)), f64::from(i % 5 == 2), 20.0 + noise(i)];
    (0..n).map(event).collect()
}

fn frame(events: &[[f64; 3]]) -> Frame {
    Frame::new(events.concat(), ["a", "b", "c"]).expect("finite")
}

/// The study's shape, small.
const STUDY: &str = "steps = 1
    layers = [{ layer = 'lstm', units = 24, activation = 'relu' },
        { layer = 'lstm', units = 12, activation = 'relu' },
        { layer = 'lstm', units = 24, activation = 'relu' }]
    output = { lstm = 'sigmoid' }
    target = 'same'
    scale = false
    outliers = { zeros = { tolerance = 0.0141 } }";

#[test]
fn holds_the_contract_of_detectors() {
    for (name, text) in [
        ("defaults", ""),
        ("a sequence", SMALL),
        ("the study's", STUDY),
        ("dropout", "layers = [{ layer = 'lstm', units = 6 }, { layer = 'dropout', rate = 0.2 }]"),
        ("frozen", "adapts = false\nlayers = [{ layer = 'dense', units = 5 }]"),
    ] {
        check_row_detector(&format!("online_lstm_autoencoder, {name}"), &detector(text));
    }
}

#[test]
fn a_table_is_scored_as_its_rows_are_one_by_one() {
    let (events, rest) = (events(60), &events(90)[60..]);
    for text in [SMALL, STUDY, "steps = 2\nadapts = false", "outliers = 'learn'\ntarget = 'same'"] {
        let detector = detector(text);
        let fitted = detector.fit(&frame(&events).samples(), Seed(3)).expect("learns");
        assert_eq!(fitted.causality(), Causality::Causal);
        let found = fitted.score(&frame(rest).samples()).expect("scores").into_values();
        let mut stream = detector.begin(3, Seed(3)).expect("fits");
        let mut sum = 0.0;
        for event in &events {
            // Scoring alone changes nothing.
            let score = stream.score_one(event).expect("a score");
            assert_eq!(stream.score_one(event).expect("a score").to_bits(), score.to_bits());
            stream.learn_one(event).expect("learns");
            sum += score;
        }
        let mean = fitted.history().expect("a history").epochs[0].loss;
        assert_eq!(mean.to_bits(), (sum / 60.0).to_bits());
        let score = |event: &[f64; 3]| match params(text).adapts {
            true => stream.observe(event).expect("a score"),
            false => stream.pass(event).expect("a score"),
        };
        let expected: Vec<f64> = rest.iter().map(score).collect();
        assert_eq!(found, expected, "{text}");
        // Each call goes on behind the training rows.
        assert_eq!(fitted.score(&frame(rest).samples()).expect("scores").values(), found);
        let part = fitted.score(&frame(&rest[..9]).samples()).expect("scores").into_values();
        assert_eq!(part, found[..9]);
    }
}

#[test]
fn what_does_not_follow_scores_above_what_does() {
    let text = "layers = [{ layer = 'lstm', units = 16, returns = 'last' }]\nlearning_rate = 0.01";
    for target in [OnlineTarget::Next, OnlineTarget::Same] {
        let params = OnlineLstmAutoencoderParams { target, ..params(text) };
        let mut stream = OnlineNetwork::new(params, 3, Seed(1)).expect("fits");
        let events = events(900);
        let scores: Vec<f64> =
            events.iter().map(|event| stream.observe(event).expect("a score")).collect();
        let mean = |scores: &[f64]| scores.iter().sum::<f64>() / scores.len() as f64;
        assert!(mean(&scores[800..]) < 0.6 * mean(&scores[60..160]), "{target:?}");
        let usual = stream.score_one(&[1.0, 0.0, 20.5]).expect("a score");
        let odd = stream.score_one(&[1.0, 1.0, 20.5]).expect("a score");
        assert!(usual < odd, "{target:?}: {usual} {odd}");
    }
}

#[test]
fn outliers_are_scored_and_not_learnt_from() {
    let run = |outliers: Outliers| {
        let params = OnlineLstmAutoencoderParams { outliers, ..params(SMALL) };
        let mut stream = OnlineNetwork::new(params, 3, Seed(1)).expect("fits");
        let learnt = show(&mut stream, &events(30));
        let score = stream.observe(&[0.0, 0.0, 400.0]).expect("a score");
        (learnt, stream.n_learnt(), score, stream.n_events())
    };
    // The memory of 8 fills first; nothing of the stream is 9 deviations off.
    let (learnt, n, score, n_events) = run(Outliers::Skip { tolerance: 9.0 });
    assert_eq!((learnt, n, n_events), (22, 22, 31));
    assert!(100.0 < score);
    let (learnt, n, ..) = run(Outliers::Learn);
    assert_eq!((learnt, n), (30, 31));
    let (learnt, n, ..) = run(Outliers::Zeros { tolerance: 9.0 });
    assert_eq!((learnt, n), (30, 31));
}

/// Shows events; says how many were learnt from.
fn show(stream: &mut OnlineNetwork, events: &[[f64; 3]]) -> u64 {
    for event in events {
        stream.observe(event).expect("a score");
    }
    stream.n_learnt()
}

#[test]
fn what_reads_zeros_answers_every_event_alike() {
    let mut stream = OnlineNetwork::new(params(STUDY), 3, Seed(1)).expect("fits");
    let flags = |i: usize| [2, 7, 3].map(|n| f64::from(i.is_multiple_of(n)));
    show(&mut stream, &(0..120).map(flags).collect::<Vec<_>>());
    // No event is within 0.0141 deviations, so that errors differ by the events alone:
    // the one answer y gives |y - x|^2 / 3, and flags x add (1 - 2 y_i) / 3 each.
    let mut score = |event: [f64; 3]| 3.0 * stream.score_one(&event).expect("a score");
    let none = score([0.0; 3]);
    let singles = [score([1.0, 0.0, 0.0]), score([0.0, 1.0, 0.0]), score([0.0, 0.0, 1.0])];
    let all = score([1.0; 3]);
    let sum: f64 = singles.iter().map(|single| single - none).sum();
    assert!((all - none - sum).abs() < 1e-5, "{none} {singles:?} {all}");
}

#[test]
fn a_stream_goes_on_from_its_bytes_to_the_same_bits() {
    for text in [
        SMALL,
        STUDY,
        "layers = [{ layer = 'lstm', units = 6 }, { layer = 'dropout', rate = 0.2 }]",
    ] {
        let mut stream = detector(text).begin(3, Seed(u64::MAX - 5)).expect("fits");
        let events = events(60);
        show(&mut stream, &events[..40]);
        let bytes = stream.to_bytes();
        let mut again = OnlineNetwork::from_bytes(&bytes).expect("as written");
        assert_eq!(again.to_bytes(), bytes);
        for event in &events[40..] {
            let [a, b] = [&mut stream, &mut again].map(|s| s.observe(event).expect("a score"));
            assert_eq!(a.to_bits(), b.to_bits());
        }
        assert_eq!(again.to_bytes(), stream.to_bytes());
    }
}

#[test]
fn bad_events_are_refused_and_change_nothing() {
    let mut stream = detector(SMALL).begin(2, Seed(1)).expect("fits");
    stream.observe(&[1.0, 2.0]).expect("a score");
    let before = stream.to_bytes();
    let narrow = stream.observe(&[1.0]).expect_err("one column");
    assert!(matches!(narrow, Error::Width { expected: 2, found: 1 }), "{narrow}");
    let infinite = stream.observe(&[1.0, f64::INFINITY]).expect_err("infinite");
    assert!(matches!(infinite, Error::NotFinite { row: 1, column: 1, .. }), "{infinite}");
    assert!(stream.learn_one(&[f64::NAN, 0.0]).is_err() && stream.score_one(&[]).is_err());
    assert_eq!(stream.to_bytes(), before);
    assert!(detector(SMALL).begin(0, Seed(1)).is_err());
    // Far beyond what the network's numbers can hold.
    let huge = stream.observe(&[1e300, 0.0]).expect_err("too large");
    assert!(matches!(huge, Error::ScoreNotFinite { .. } | Error::Diverged { .. }), "{huge}");
}

#[test]
fn an_event_whose_loss_is_not_finite_leaves_the_stream_as_it_was() {
    let text = format!("{SMALL}\nscale = false\noutliers = 'learn'");
    let mut stream = detector(&text).begin(3, Seed(1)).expect("fits");
    let events = events(21);
    show(&mut stream, &events[..20]);
    let before = stream.to_bytes();
    // Its square is beyond single precision.
    let huge = [1e30, 0.0, 20.0];
    let found = stream.observe(&huge).expect_err("too large");
    assert!(matches!(found, Error::Diverged { batch: 20, .. }), "{found}");
    assert!(stream.learn_one(&huge).is_err());
    assert_eq!((stream.to_bytes() == before, stream.n_learnt()), (true, 20));
    stream.observe(&events[20]).expect("a score");
}

#[test]
fn parameters_outside_their_range_are_named() {
    for (text, expected) in [
        ("steps = 0", "steps is 0"),
        ("memory = 0", "memory is 0"),
        ("outliers = { skip = { tolerance = 0.0 } }", "tolerance is 0"),
        ("outliers = { zeros = { tolerance = inf } }", "tolerance is inf"),
        ("learning_rate = 0.0", "learning_rate is 0"),
        ("layers = [{ layer = 'batch_norm' }]", "no batch norm"),
        ("layers = [{ layer = 'dense', units = 0 }]", "units is 0"),
        (
            "layers = [{ layer = 'lstm', units = 2, returns = 'last' },
                { layer = 'repeat', steps = 3 }]",
            "as many steps made",
        ),
    ] {
        let found = OnlineLstmAutoencoder::new(params(text)).expect_err(text).to_string();
        assert!(found.contains(expected), "{found}");
    }
}

fn bytes() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| {
        let mut stream = detector(SMALL).begin(3, Seed(1)).expect("fits");
        show(&mut stream, &events(20));
        stream.to_bytes()
    })
}

#[test]
fn bytes_of_something_else_are_refused() {
    assert!(SavedNetwork::from_bytes(bytes()).is_err());
    let tensors = crate::Weights::from_safetensors(bytes()).expect("tensors").to_safetensors();
    let found = OnlineNetwork::from_bytes(&tensors).err().expect("no description");
    assert!(matches!(found, LoadError::Description { .. }), "{found}");
}

/// What reads the bytes of a stream whose description or tensors were changed, with a checksum
/// that is right.
fn changed(change: impl Fn(&mut Weights, &mut toml::Table)) -> LoadError {
    let archive = Archive::read(bytes()).expect("as written");
    let mut table: toml::Table =
        archive.text().expect("a description").parse().expect("a description in TOML");
    let mut weights = archive.weights;
    change(&mut weights, &mut table);
    let read = OnlineNetwork::from_bytes(&write_archive(&weights, Some(&table)));
    read.err().expect("refused")
}

fn set(table: &mut toml::Table, key: &str, value: impl Into<toml::Value>) {
    table.insert(key.to_owned(), value.into());
}

#[test]
fn numbers_that_no_stream_has_are_refused() {
    let numbers = |weights: &mut Weights, set: &str, value: f32| {
        let name = format!("{set}.layers.0.bias");
        weights.insert(name, &[28], vec![value; 28]).expect("four gates of seven units");
    };
    let infinite = changed(|weights, _| numbers(weights, "moments_1", f32::INFINITY));
    assert!(matches!(infinite, LoadError::NotFinite { .. }), "{infinite}");
    let negative = changed(|weights, _| numbers(weights, "moments_2", -1.0));
    assert!(negative.to_string().contains("below 0"), "{negative}");
    let learnt = changed(|_, table| set(table, "n_steps", 21));
    assert!(learnt.to_string().contains("more was learnt"), "{learnt}");
    for n_events in [7, 0] {
        let memory = changed(|_, table| {
            set(table, "n_events", n_events);
            set(table, "n_steps", 0);
        });
        assert!(memory.to_string().contains("the last events"), "{memory}");
    }
}

#[test]
fn sizes_that_no_memory_holds_are_refused() {
    let steps = changed(|_, table| {
        set(table["params"].as_table_mut().expect("a table"), "steps", 1_000_000_000_000_000i64);
    });
    assert!(matches!(steps, LoadError::Network(_)), "{steps}");
    let columns = changed(|_, table| {
        set(table, "n_columns", 1i64 << 50);
        set(table, "memory", Vec::<f64>::new());
        ["n_events", "n_steps"].into_iter().for_each(|key| set(table, key, 0));
    });
    assert!(matches!(columns, LoadError::Network(_)), "{columns}");
}

#[test]
fn a_later_form_is_named() {
    let later = changed(|_, table| {
        set(table, "form", 2);
        set(table, "what_came_with_it", true);
    });
    assert!(matches!(later, LoadError::Version { wanted: 1, found: 2 }), "{later}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn cut_and_altered_bytes_are_refused_or_mean_the_same(
        share in 0.0..1.0f64, flip in 1..=255u8, early in any::<bool>(),
    ) {
        let whole = bytes();
        let at = (share * if early { 3_000 } else { whole.len() } as f64) as usize;
        prop_assert!(OnlineNetwork::from_bytes(&whole[..at]).is_err());
        let mut altered = whole.to_vec();
        altered[at] ^= flip;
        if let Ok(read) = OnlineNetwork::from_bytes(&altered) {
            prop_assert_eq!(read.to_bytes(), whole);
        }
    }
}
