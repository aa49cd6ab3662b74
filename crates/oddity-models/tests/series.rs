//! Detectors of series against STUMPY 1.14.1 and NumPy (`fixtures/series.json`, made by
//! `fixtures/make_series.py`).

use oddity_core::{Causality, Columns, FittedDetector, Frame, Samples, Seed, WindowsOwned};
use oddity_models::catalogue::DetectorConfig;
use serde_json::{Value, json};

const SIZE: usize = 24;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/series.json")).expect("valid JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).expect("numbers")
}

fn table(value: &Value) -> Frame {
    Frame::new(numbers(value), Columns::numbered("x", 3)).expect("finite values")
}

fn windows(frame: &Frame, stride: usize) -> WindowsOwned {
    WindowsOwned::new(frame.clone(), vec![0, frame.n_rows()], SIZE, stride).expect("windows")
}

fn fitted(config: Value, train: &Samples<'_>) -> Box<dyn FittedDetector> {
    let config: DetectorConfig = serde_json::from_value(config).expect("a configuration");
    let fitted = config.build().and_then(|detector| detector.fit(train, Seed(1)));
    fitted.unwrap_or_else(|error| panic!("{config:?}: {error}"))
}

fn check(what: &str, found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let off = (found - wanted).abs();
        // A distance near 0 is the root of what rounding left of a correlation of 1.
        let near = found.abs().max(wanted.abs()) < 5.0 * tolerance;
        let near = near || off < tolerance * wanted.abs().max(1.0);
        assert!(near, "{what}, {at}: {found}, wanted {wanted}");
    }
}

#[test]
fn distances_to_training_windows_equal_stumpy() {
    let fixture = fixture();
    let (train, test) = (table(&fixture["train"]), table(&fixture["test"]));
    for column in 0..3 {
        let one = |frame: &Frame| windows(&frame.view().select_columns(&[column]), 1);
        let fitted = fitted(json!({ "kind": "matrix_profile" }), &one(&train).samples());
        assert_eq!(fitted.causality(), Causality::Pointwise);
        let found = fitted.score(&one(&test).samples()).unwrap();
        let what = format!("column {column}");
        check(&what, found.values(), &numbers(&fixture["join"][column]), 1e-6);
    }
}

#[test]
fn profiles_of_a_series_by_itself_equal_stumpy() {
    let fixture = fixture();
    let test = table(&fixture["test"]);
    let config = json!({ "kind": "matrix_profile", "compared_with": "call" });
    for column in 0..3 {
        let one = windows(&test.view().select_columns(&[column]), 1);
        let fitted = fitted(config.clone(), &one.samples());
        assert_eq!(fitted.causality(), Causality::Acausal);
        let found = fitted.score(&one.samples()).unwrap();
        let what = format!("column {column}");
        check(&what, found.values(), &numbers(&fixture["self"][column]), 1e-6);
    }
}

#[test]
fn means_over_the_nearest_columns_equal_stumpy() {
    let fixture = fixture();
    let (train, test) = (table(&fixture["train"]), table(&fixture["test"]));
    let few = test.view().slice(0..300).to_frame();
    for k in 1..4 {
        let config = json!({ "kind": "matrix_profile", "columns": k });
        let fitted_ = fitted(config, &windows(&train, 1).samples());
        let found = fitted_.score(&windows(&few, 1).samples()).unwrap();
        let wanted = numbers(&fixture["join_means"][k.to_string()]);
        check(&format!("{k} columns"), found.values(), &wanted, 1e-6);
        let config = json!({ "kind": "matrix_profile", "columns": k, "compared_with": "call" });
        let all = windows(&test, 1);
        let found = fitted(config, &all.samples()).score(&all.samples()).unwrap();
        let wanted = numbers(&fixture["self_means"][k - 1]);
        check(&format!("{k} columns, by itself"), found.values(), &wanted, 1e-6);
    }
}

#[test]
fn windows_apart_from_each_other_score_as_among_all() {
    let fixture = fixture();
    let (train, test) = (table(&fixture["train"]), table(&fixture["test"]));
    for columns in [vec![0], vec![0, 1, 2]] {
        let part = |frame: &Frame| frame.view().select_columns(&columns);
        let (train, test) = (windows(&part(&train), 10), part(&test));
        let fitted = fitted(json!({ "kind": "matrix_profile" }), &train.samples());
        let all = fitted.score(&windows(&test, 1).samples()).unwrap();
        let some = fitted.score(&windows(&test, 7).samples()).unwrap();
        let wanted: Vec<f64> = all.values().iter().step_by(7).copied().collect();
        assert_eq!(some.values(), wanted, "{columns:?}");
    }
}

#[test]
fn explanations_name_the_column_that_differs() {
    let fixture = fixture();
    let (train, test) = (table(&fixture["train"]), table(&fixture["test"]));
    for kind in ["matrix_profile", "spectral_residual", "local_regression"] {
        let fitted = fitted(json!({ "kind": kind }), &windows(&train, 1).samples());
        let explained = fitted.explain(&windows(&test, 1).samples(), 1).unwrap().unwrap();
        let column = oddity_core::PartOf::Column("x2".to_owned());
        assert_eq!(explained[690].parts[0].of, column, "{kind}");
    }
}

#[test]
fn what_stands_out_of_the_spectrum_equals_numpy() {
    let fixture = fixture();
    let test = table(&fixture["test"]);
    let wanted = &fixture["spectral_residual"];
    let fitted = fitted(json!({ "kind": "spectral_residual" }), &test.samples());
    let found = fitted.score(&test.samples()).unwrap();
    check("rows", found.values(), &numbers(&wanted["rows"]), 1e-6);
    let found = fitted.score(&windows(&test, 7).samples()).unwrap();
    check("windows", found.values(), &numbers(&wanted["windows"]), 1e-6);
}

#[test]
fn what_a_polynomial_does_not_foretell_equals_numpy() {
    let fixture = fixture();
    let (train, test) = (table(&fixture["train"]), table(&fixture["test"]));
    let cases = fixture["local_regression"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let (degree, rows) = (&case["degree"], &case["rows"]);
        let config = json!({ "kind": "local_regression", "degree": degree, "rows": rows });
        let fitted = fitted(config.clone(), &train.samples());
        let found = fitted.score(&test.samples()).unwrap();
        let first = rows.as_u64().unwrap() as usize;
        check(&config.to_string(), &found.values()[first..], &numbers(&case["scores"]), 1e-6);
        // A row's score depends on the rows before alone.
        let part = fitted.score(&test.view().slice(0..500).to_frame().samples()).unwrap();
        assert_eq!(part.values(), &found.values()[..500]);
    }
}
