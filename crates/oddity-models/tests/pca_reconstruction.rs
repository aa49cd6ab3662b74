//! Distances to principal components against scikit-learn 1.9.1
//! (`fixtures/pca_reconstruction.json`, made by `fixtures/make_pca_reconstruction.py`).

use oddity_core::{Causality, Columns, Detector, Error, Frame, Samples, Seed, WindowsOwned};
use oddity_models::linear::{PcaReconstruction, PcaReconstructionParams, WindowScore};
use serde_json::Value;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/pca_reconstruction.json")).expect("valid JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).expect("numbers")
}

fn frame(value: &Value) -> Frame {
    Frame::new(numbers(value), Columns::numbered("x", 5)).expect("finite values")
}

fn windows(frame: Frame) -> WindowsOwned {
    let edges = vec![0, frame.n_rows()];
    WindowsOwned::new(frame, edges, 6, 2).expect("windows of six rows")
}

fn check(params: PcaReconstructionParams, train: &Samples<'_>, test: &Samples<'_>, wanted: &Value) {
    let what = format!("{params:?}");
    let fitted = PcaReconstruction::new(params).and_then(|new| new.fit(train, Seed(1)));
    let fitted = fitted.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(fitted.causality(), Causality::Pointwise);
    let scores = fitted.score(test).unwrap_or_else(|error| panic!("{what}: {error}"));
    let wanted = numbers(wanted);
    assert_eq!(scores.len(), wanted.len(), "{what}");
    for (found, wanted) in scores.values().iter().zip(wanted) {
        let tolerance = 1e-9 * wanted.max(1e-3);
        assert!((found - wanted).abs() < tolerance, "{what}: {found}, wanted {wanted}");
    }
}

#[test]
fn errors_of_rows_equal_scikit_learn() {
    let fixture = fixture();
    let (train, test) = (frame(&fixture["train"]), frame(&fixture["test"]));
    let cases = fixture["rows"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let components = serde_json::from_value(case["components"].clone()).unwrap();
        let params = PcaReconstructionParams { components, ..Default::default() };
        check(params, &train.samples(), &test.samples(), &case["scores"]);
    }
}

#[test]
fn errors_of_windows_equal_scikit_learn() {
    let fixture = fixture();
    let (train, test) = (windows(frame(&fixture["train"])), windows(frame(&fixture["test"])));
    for (windows, count, wanted) in
        [(WindowScore::Mean, 2, "mean_2"), (WindowScore::Flatten, 4, "flatten_4")]
    {
        let components = serde_json::from_value(count.into()).unwrap();
        let params = PcaReconstructionParams { components, windows, ..Default::default() };
        let wanted = &fixture["windows"][wanted];
        check(params.clone(), &train.samples(), &test.samples(), wanted);
        // A window's score does not depend on the others.
        let some = [20, 3, 3];
        let part = test.view().select(&some);
        let fitted = PcaReconstruction::new(params).unwrap();
        let fitted = fitted.fit(&train.samples(), Seed(1)).unwrap();
        let all = fitted.score(&test.samples()).unwrap();
        let alone = fitted.score(&part.samples()).unwrap();
        let expected: Vec<f64> = some.iter().map(|&window| all.values()[window]).collect();
        assert_eq!(alone.values(), expected);
    }
}

#[test]
fn only_rows_that_training_windows_cover_are_learnt_from() {
    let fixture = fixture();
    let rows = frame(&fixture["train"]);
    let all = windows(rows.clone());
    let first: Vec<usize> = (0..40).collect();
    let chosen = all.view().select(&first);
    let last_row = 2 * 39 + 6;
    let alone = windows(rows.view().slice(0..last_row).to_frame());
    let detector = PcaReconstruction::new(PcaReconstructionParams::default()).unwrap();
    let score = |train: &WindowsOwned| {
        let fitted = detector.fit(&train.samples(), Seed(1)).unwrap();
        fitted.score(&all.samples()).unwrap()
    };
    assert_eq!(score(&chosen), score(&alone));
}

#[test]
fn flattened_windows_do_not_mix_with_rows_or_other_sizes() {
    let fixture = fixture();
    let rows = frame(&fixture["train"]);
    let params = PcaReconstructionParams {
        windows: WindowScore::Flatten,
        ..PcaReconstructionParams::default()
    };
    let fitted = PcaReconstruction::new(params).unwrap();
    let fitted = fitted.fit(&windows(rows.clone()).samples(), Seed(0)).unwrap();
    assert!(matches!(fitted.score(&rows.samples()), Err(Error::Kind { .. })));
    let longer = WindowsOwned::new(rows, vec![0, 240], 7, 1).unwrap();
    let refused = fitted.score(&longer.samples());
    assert!(matches!(refused, Err(Error::Width { expected: 30, found: 35 })));
}

#[test]
fn means_over_windows_do_not_mix_with_rows_or_other_sizes() {
    let rows = frame(&fixture()["train"]);
    let of_six = windows(rows.clone());
    let of_seven = WindowsOwned::new(rows.clone(), vec![0, 240], 7, 1).unwrap();
    let detector = PcaReconstruction::new(PcaReconstructionParams::default()).unwrap();
    for (train, others) in [
        (of_six.samples(), [rows.samples(), of_seven.samples()]),
        (rows.samples(), [of_six.samples(), of_seven.samples()]),
    ] {
        let fitted = detector.fit(&train, Seed(0)).unwrap();
        let restored = detector.restore(&fitted.state().unwrap()).unwrap();
        for fitted in [fitted, restored] {
            assert!(fitted.score(&train).is_ok());
            for other in &others {
                assert!(fitted.score(other).is_err());
                assert!(fitted.reconstruct(other).is_err());
            }
        }
    }
}

#[test]
fn errors_of_columns_add_up_to_the_score() {
    let fixture = fixture();
    let (train, test) = (frame(&fixture["train"]), frame(&fixture["test"]));
    let over = |windows| PcaReconstructionParams { windows, ..Default::default() };
    let (train_windows, test_windows) = (windows(train.clone()), windows(test.clone()));
    for (params, train, test, n_steps) in [
        (over(WindowScore::Mean), train.samples(), test.samples(), 1),
        (over(WindowScore::Mean), train_windows.samples(), test_windows.samples(), 6),
        (over(WindowScore::Flatten), train_windows.samples(), test_windows.samples(), 6),
    ] {
        let fitted = PcaReconstruction::new(params).unwrap().fit(&train, Seed(1)).unwrap();
        let scores = fitted.score(&test).unwrap();
        let errors = fitted.column_errors(&test).unwrap().unwrap();
        assert_eq!((errors.n_rows(), errors.n_columns()), (test.len(), 5));
        for (row, score) in errors.view().iter().zip(scores.values()) {
            assert!((row.iter().sum::<f64>() - score).abs() <= 1e-12 * score.max(1e-3));
        }
        let made = fitted.reconstruct(&test).unwrap().unwrap();
        assert_eq!((made.n_steps(), made.output().n_rows()), (n_steps, test.len() * n_steps));
    }
}
