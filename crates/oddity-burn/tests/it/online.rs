//! The online autoencoder on burn: scores event by event, bits and states.

use std::sync::Arc;

use oddity_core::{Detector, Error, Frame, OnlineDetector, Seed};
use oddity_neural::{OnlineLstmAutoencoder, OnlineLstmAutoencoderParams, OnlineNetwork};

use super::{burn, scores_apart};

/// Two layers that leave a sequence.
const SMALL: &str = "steps = 4
    layers = [{ layer = 'lstm', units = 7 }, { layer = 'lstm', units = 5 }]
    memory = 8
    learning_rate = 0.01";

/// The study's shape, small.
const STUDY: &str = "steps = 1
    layers = [{ layer = 'lstm', units = 24, activation = 'relu' },
        { layer = 'lstm', units = 12, activation = 'relu' }]
    output = { lstm = 'sigmoid' }
    target = 'same'
    scale = false
    outliers = { zeros = { tolerance = 2.0 } }";

const DROPS: &str = "layers = [
        { layer = 'lstm', units = 6, returns = 'last' }, { layer = 'dropout', rate = 0.2 }]
    outliers = 'learn'
    clip_norm = 0.5";

fn detector(text: &str) -> OnlineLstmAutoencoder {
    let params: OnlineLstmAutoencoderParams = toml::from_str(text).expect("parameters");
    OnlineLstmAutoencoder::new(params).expect("fits")
}

fn on_burn(text: &str) -> OnlineLstmAutoencoder {
    detector(text).on(Arc::new(burn()))
}

/// Flags that come in turns of five, and a number.
fn events(n: usize) -> Vec<[f64; 3]> {
    let noise = |i: usize| (Seed(9).derive(i as u64).0 >> 40) as f64 / 16_777_216.0;
    let event = |i: usize| [f64::from(i.is_multiple_of(5)), f64::from(i % 5 == 2), 20.0 + noise(i)];
    (0..n).map(event).collect()
}

fn observe(stream: &mut OnlineNetwork, events: &[[f64; 3]]) -> Vec<f64> {
    events.iter().map(|event| stream.observe(event).expect("a score")).collect()
}

#[test]
fn scores_are_those_of_the_native_trainer() {
    for text in [SMALL, STUDY, DROPS] {
        let streams = [detector(text), on_burn(text)];
        let [mut native, mut burn] =
            streams.map(|detector| detector.begin(3, Seed(3)).expect("fits"));
        let events = events(40);
        let [expected, found] = [&mut native, &mut burn].map(|stream| observe(stream, &events));
        assert_eq!(native.n_learnt(), burn.n_learnt());
        let off = scores_apart(&expected, &found);
        assert!(off < 1e-4, "{text}: off by {off:e}");
    }
}

#[test]
fn scoring_and_learning_apart_is_observing() {
    for text in [SMALL, STUDY, DROPS] {
        let begin = || on_burn(text).begin(3, Seed(3)).expect("fits");
        let (mut whole, mut parts) = (begin(), begin());
        for event in &events(20) {
            let expected = whole.observe(event).expect("a score");
            let found = parts.score_one(event).expect("a score");
            assert_eq!(found, parts.score_one(event).expect("a score"));
            parts.learn_one(event).expect("learns");
            assert!((found - expected).abs() <= 1e-5 * expected, "{text}: {found} for {expected}");
        }
        assert_eq!(whole.to_bytes(), parts.to_bytes());
    }
}

#[test]
fn a_stream_goes_on_from_its_state_on_either_backend() {
    for text in [SMALL, DROPS] {
        let (events, rest) = (events(30), &events(45)[30..]);
        let both = [detector(text), on_burn(text)];
        for from in &both {
            let mut stream = from.begin(3, Seed(3)).expect("fits");
            observe(&mut stream, &events);
            let state = stream.state().expect("a state");
            let expected = observe(&mut stream, rest);
            for to in &both {
                let mut again = to.begin(3, Seed(4)).expect("fits");
                again.resume(&state).expect("the same parameters");
                assert!(again.state().expect("a state") == state);
                let found = observe(&mut again, rest);
                let (off, same) = (scores_apart(&expected, &found), std::ptr::eq(from, to));
                assert!(off < 1e-4 && (!same || found == expected), "{text}: off by {off:e}");
            }
        }
    }
}

#[test]
fn an_event_whose_loss_is_not_finite_leaves_the_stream_as_it_was() {
    let text = format!("{SMALL}\nscale = false\noutliers = 'learn'");
    let mut stream = on_burn(&text).begin(3, Seed(1)).expect("fits");
    let events = events(13);
    observe(&mut stream, &events[..12]);
    let before = stream.to_bytes();
    let found = stream.observe(&[1e30, 0.0, 20.0]).expect_err("too large");
    assert!(matches!(found, Error::Diverged { batch: 12, .. }), "{found}");
    assert!(stream.to_bytes() == before);
    observe(&mut stream, &events[12..]);
}

#[test]
fn a_table_is_scored_behind_the_training_rows() {
    let frame = |events: &[[f64; 3]]| Frame::new(events.concat(), ["a", "b", "c"]).expect("finite");
    let (train, test) = (frame(&events(40)), frame(&events(60)[40..]));
    for text in [SMALL, "steps = 2\nadapts = false\nlayers = [{ layer = 'dense', units = 5 }]"] {
        let of = |detector: &OnlineLstmAutoencoder| {
            let fitted = detector.fit(&train.samples(), Seed(3)).expect("learns");
            (fitted.score(&test.samples()).expect("scores").into_values(), fitted.state())
        };
        let ((expected, _), (found, state)) = (of(&detector(text)), of(&on_burn(text)));
        let off = scores_apart(&expected, &found);
        assert!(off < 1e-4, "{text}: off by {off:e}");
        // To the bit on burn, and on the native trainer but for rounding.
        let state = state.expect("a state");
        let restored = |to: OnlineLstmAutoencoder| {
            let restored = to.restore(&state).expect("the same parameters");
            restored.score(&test.samples()).expect("scores").into_values()
        };
        assert_eq!(restored(on_burn(text)), found);
        assert!(scores_apart(&found, &restored(detector(text))) < 1e-4);
    }
}

#[test]
fn a_stream_moves_to_another_backend() {
    let mut native = detector(SMALL).begin(3, Seed(3)).expect("fits");
    observe(&mut native, &events(20));
    let bytes = native.to_bytes();
    let moved = native.on(Arc::new(burn())).expect("the same tensors");
    assert_eq!((moved.to_bytes(), moved.n_learnt()), (bytes, 12));
}
