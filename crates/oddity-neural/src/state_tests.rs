//! States of networks: arrays by name, refused by other parameters, streams that go on.

use oddity_core::contract::damaged;
use oddity_core::{
    Detector, Error, FittedDetector, Frame, OnlineDetector, Seed, Sequences, State, StateProblem,
    WindowsOwned,
};

use crate::{
    DenseAutoencoder, LstmAutoencoder, LstmForecaster, LstmLanguageModel, OnlineLstmAutoencoder,
    OnlineNetwork,
};

fn rows() -> Frame {
    let values = (0..90).map(|i| (f64::from(i) * 0.7).sin()).collect();
    Frame::new(values, ["x", "y", "z"]).expect("finite")
}

fn dense(text: &str) -> DenseAutoencoder {
    DenseAutoencoder::new(toml::from_str(text).expect("parameters")).expect("fits")
}

/// What is refused, and for which entry.
fn refused<T>(result: oddity_core::Result<T>) -> (String, StateProblem) {
    match result.err() {
        Some(Error::State { entry, problem }) => (entry, problem),
        other => panic!("{other:?}"),
    }
}

const DENSE: &str = "layers = [{ layer = 'dense', units = 2 }, { layer = 'batch_norm' }]
    training = { epochs = 2 }";

#[test]
fn weights_are_arrays_by_the_names_of_their_tensors() {
    let fitted = dense(DENSE).fit(&rows().samples(), Seed(1)).expect("learns");
    let state = fitted.state().expect("a network");
    assert_eq!(state.shape("weights.layers.0.kernel").unwrap(), [3, 2]);
    assert_eq!(state.shape("weights.layers.1.moving_variance").unwrap(), [2]);
    let restored = dense(DENSE).restore(&state).expect("restored");
    assert_eq!(restored.history(), fitted.history());
    assert_eq!(restored.artefacts(), fitted.artefacts());
}

#[test]
fn networks_of_other_parameters_are_refused() {
    let state = dense(DENSE).fit(&rows().samples(), Seed(1)).expect("learns").state();
    let state = state.expect("a network");
    for other in [
        "layers = [{ layer = 'dense', units = 3 }, { layer = 'batch_norm' }]",
        "layers = [{ layer = 'dense', units = 2 }]",
        "layers = [{ layer = 'dense', units = 2 }, { layer = 'batch_norm' }]\noutput = 'relu'",
        "layers = [{ layer = 'dense', units = 2 }, { layer = 'batch_norm' }]\nscore = 'mean_norm'",
    ] {
        let (entry, problem) = refused(dense(other).restore(&state));
        assert_eq!(entry, "description", "{other}");
        assert!(matches!(problem, StateProblem::Wrong { .. }), "{problem:?}");
    }
    // One tensor is of another network than the description says.
    let mut altered = state.clone();
    altered.put_f32s("weights.layers.0.kernel", &[2, 2], &[0.0; 4]);
    let (entry, problem) = refused(dense(DENSE).restore(&altered));
    assert_eq!(entry, "weights");
    let StateProblem::Refused { reason } = problem else { panic!("{problem:?}") };
    assert_eq!(reason, "tensor \"layers.0.kernel\" has shape [2, 2], wanted [3, 2]");
    // Nor does a detector of windows take one of rows.
    let windows = LstmAutoencoder::new(Default::default()).expect("fits");
    assert_eq!(refused(windows.restore(&state)).0, "description");
}

#[test]
fn windows_and_sequences_are_kept_with_the_parameters_they_were_fitted_with() {
    let windows = WindowsOwned::new(rows(), vec![0, 30], 5, 1).expect("windows");
    let forecaster =
        |text: &str| LstmForecaster::new(toml::from_str(text).expect("parameters")).expect("fits");
    let small = "layers = [{ layer = 'lstm', units = 4, returns = 'last' }]
        training = { epochs = 1 }";
    let fitted = forecaster(small).fit(&windows.samples(), Seed(1)).expect("learns");
    let state = fitted.state().expect("a network");
    let restored = forecaster(small).restore(&state).expect("restored");
    let scores = |of: &dyn FittedDetector| of.score(&windows.samples()).expect("scores");
    assert_eq!(scores(&*restored), scores(&*fitted));
    let wide = small.replace("units = 4", "units = 5");
    assert_eq!(refused(forecaster(&wide).restore(&state)).0, "description");

    let sequences: Sequences = (0..12u16).map(|i| vec![3, i % 3, 9]).collect();
    let model = |text: &str| {
        LstmLanguageModel::new(toml::from_str(text).expect("parameters")).expect("fits")
    };
    let small = "members = [[4]]\nembedding = 3\ntraining = { epochs = 1 }";
    let state = model(small).fit(&sequences.samples(), Seed(1)).expect("learns").state();
    let state = state.expect("a network");
    // Four symbols, the unseen ones and the start.
    assert_eq!(state.shape("weights.members.0.layers.0.embeddings").unwrap(), [7, 3]);
    let relative = format!("relative = true\n{small}");
    assert_eq!(refused(model(&relative).restore(&state)).0, "description");
}

fn stream(text: &str, n_columns: usize) -> OnlineNetwork {
    let params = toml::from_str(text).expect("parameters");
    let online = OnlineLstmAutoencoder::new(params).expect("fits");
    online.begin(n_columns, Seed(5)).expect("columns")
}

#[test]
fn a_stream_goes_on_from_its_state_to_the_same_bits() {
    let text = "steps = 3
        memory = 6
        layers = [{ layer = 'lstm', units = 4 }, { layer = 'dropout', rate = 0.1 }]";
    let rows = rows();
    for n_before in [0, 2, 20] {
        let mut whole = stream(text, 3);
        for row in rows.view().iter().take(n_before) {
            whole.observe(row).expect("a score");
        }
        let state = whole.state().expect("a stream");
        let mut again = stream(text, 3);
        again.observe(rows.row(7)).expect("a score");
        OnlineDetector::resume(&mut again, &state).expect("resumed");
        assert_eq!(again.state(), Some(state.clone()));
        for row in rows.view().iter().skip(n_before) {
            let (one, other) = (whole.observe(row).unwrap(), again.observe(row).unwrap());
            assert_eq!(one.to_bits(), other.to_bits());
        }
        assert_eq!(again.to_bytes(), whole.to_bytes());
    }
}

#[test]
fn a_stream_refuses_what_is_not_its_state_and_stays_as_it_was() {
    let text = "steps = 2\nmemory = 4\nlayers = [{ layer = 'lstm', units = 3 }]";
    let rows = rows();
    let mut seen = stream(text, 3);
    for row in rows.view().iter().take(9) {
        seen.observe(row).expect("a score");
    }
    let state = seen.state().expect("a stream");
    let before = stream(text, 3).state();
    for entry in state.entries().keys() {
        let mut lacking = State::new();
        let others = state.entries().iter().filter(|(other, _)| *other != entry);
        others.for_each(|(other, kept)| lacking.put(other, kept.clone()));
        let mut stream = stream(text, 3);
        refused(OnlineDetector::resume(&mut stream, &lacking));
        assert_eq!(stream.state(), before, "without {entry}");
    }
    for (entry, value) in state.entries() {
        for wrong in damaged(value) {
            let mut altered = state.clone();
            altered.put(entry, wrong);
            let mut stream = stream(text, 3);
            match OnlineDetector::resume(&mut stream, &altered) {
                // Another stream, whose scores are finite or errors.
                Ok(()) => {
                    let score = stream.observe(rows.row(9));
                    assert!(score.map_or(true, f64::is_finite), "{entry} altered");
                }
                Err(error) => {
                    assert!(matches!(error, Error::State { .. }), "{entry}: {error}");
                    assert_eq!(stream.state(), before, "{entry} altered");
                }
            }
        }
    }
    let mut narrow = stream(text, 2);
    assert_eq!(refused(OnlineDetector::resume(&mut narrow, &state)).0, "n_columns");
}
