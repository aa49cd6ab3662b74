//! Forecasters: contract, scores by hand, saved detectors, refusals.

use oddity_core::contract::check_window_detector;
use oddity_core::{Detector, Error, FittedDetector, Frame, Seed, Unwatched, WindowsOwned};

use crate::{ErrorScore, LoadError, LstmForecaster, LstmForecasterParams, Reads, SavedNetwork};

const SMALL: &str = "layers = [
        { layer = 'lstm', units = 7 }, { layer = 'batch_norm' },
        { layer = 'dropout', rate = 0.1 },
        { layer = 'lstm', units = 5, returns = 'last' }, { layer = 'batch_norm' },
    ]
    training = { epochs = 3, batch_size = 40, learning_rate = 0.01, validation_split = 'series' }";

fn detector(text: &str) -> LstmForecaster {
    let params: LstmForecasterParams = toml::from_str(text).expect("parameters");
    LstmForecaster::new(params).expect("fits")
}

fn waves(size: usize) -> WindowsOwned {
    let values = (0..120).flat_map(|i| [(i as f64 * 0.3).sin(), (i as f64 * 0.2).cos()]).collect();
    let rows = Frame::new(values, ["x", "y"]).expect("finite");
    WindowsOwned::new(rows, vec![0, 50, 120], size, 1).expect("fits")
}

#[test]
fn holds_the_contract_of_detectors() {
    check_window_detector("lstm_forecaster", &detector(SMALL));
    let norm = format!("score = 'mean_norm'\n{SMALL}");
    check_window_detector("lstm_forecaster, mean norm", &detector(&norm));
}

#[test]
fn the_score_is_the_error_of_the_row_behind_those_that_are_read() {
    let windows = waves(6);
    for (score, root) in [(ErrorScore::MeanSquaredError, false), (ErrorScore::MeanNorm, true)] {
        let mut params: LstmForecasterParams = toml::from_str(SMALL).expect("parameters");
        params.score = score;
        let fitted = LstmForecaster::new(params).expect("fits");
        let fitted = fitted.fit_network(&windows.samples(), Seed(2), &mut Unwatched);
        let fitted = fitted.expect("trains");
        assert_eq!(fitted.network().steps, Some(5));
        let scores = fitted.score(&windows.samples()).expect("scores");
        for window in [0, 17, 70] {
            let rows = windows.view().get(window).to_frame();
            let values: Vec<f32> = rows.values().iter().map(|&value| value as f32).collect();
            let made = fitted.saved().outputs(&values[..10]).expect("five rows");
            let square: f64 = made
                .iter()
                .zip(&values[10..])
                .map(|(&y, &t)| (f64::from(y) - f64::from(t)).powi(2))
                .sum();
            let expected = if root { square.sqrt() } else { square / 2.0 };
            assert!((scores.values()[window] - expected).abs() < 1e-6 * expected);
        }
    }
}

#[test]
fn a_saved_forecaster_scores_as_before() {
    let windows = waves(6);
    let fitted = detector(SMALL).fit_network(&windows.samples(), Seed(2), &mut Unwatched);
    let fitted = fitted.expect("trains");
    let saved = SavedNetwork::from_bytes(&fitted.saved().to_bytes()).expect("as written");
    let of_saved = saved.detector.as_ref().expect("a detector");
    assert_eq!((of_saved.reads, of_saved.code), (Reads::Forecasts, None));
    assert!(saved.encoder().is_none());
    // What makes windows again is no forecaster.
    let mut other = saved.clone();
    other.detector.as_mut().expect("a detector").reads = Reads::Windows;
    assert!(matches!(other.check(), Err(LoadError::Use { .. })));
    let again = saved.into_detector().expect("a detector");
    let scores = |detector: &dyn FittedDetector| {
        detector.score(&windows.samples()).expect("scores").into_values()
    };
    assert_eq!(scores(&again), scores(&fitted));
}

#[test]
fn windows_without_a_row_to_foretell_and_layers_that_leave_a_sequence_are_refused() {
    let found = detector(SMALL).fit(&waves(1).samples(), Seed(1)).err().expect("one row");
    assert!(matches!(found, Error::Length { expected: 2, found: 1, .. }), "{found}");
    let fitted = detector(SMALL).fit(&waves(6).samples(), Seed(1)).expect("trains");
    let found = fitted.score(&waves(5).samples()).expect_err("another size");
    assert!(matches!(found, Error::Length { expected: 6, found: 5, .. }), "{found}");
    for (text, expected) in [
        ("layers = [{ layer = 'lstm', units = 3 }]", "layers whose last LSTM returns"),
        ("layers = []", "layers whose last LSTM returns"),
        ("layers = [{ layer = 'lstm', units = 0, returns = 'last' }]", "units is 0"),
        ("training = { epochs = 0 }", "epochs is 0"),
    ] {
        let params = toml::from_str(text).expect("parameters");
        let found = LstmForecaster::new(params).expect_err(text).to_string();
        assert!(found.contains(expected), "{found}");
    }
}
