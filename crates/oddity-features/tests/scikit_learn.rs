//! The transformers against scikit-learn 1.9.1: `fixtures/transformers.json`, made by
//! `fixtures/transformers.py`.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Columns, Csr, Frame, Samples, SamplesOwned, Sequences, Step};
use oddity_features::StepConfig;
use serde_json::{Value, json};

fn fixture(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("fixtures/transformers.json")).unwrap();
    all[name].clone()
}

fn frame(table: &Value) -> Frame {
    let values: Vec<f64> = serde_json::from_value(table["values"].clone()).unwrap();
    let n_columns = table["columns"].as_u64().unwrap() as usize;
    Frame::new(values, Columns::numbered("x", n_columns)).unwrap()
}

fn sparse(frame: &Frame) -> Csr {
    let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in frame.view().iter() {
        for (column, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            indices.push(column as u32);
            values.push(value);
        }
        offsets.push(indices.len());
    }
    Csr::new(offsets, indices, values, frame.columns()).unwrap()
}

fn run(kind: &str, params: &Value, train: &Samples<'_>, test: &Samples<'_>) -> SamplesOwned {
    let mut config = params.clone();
    config["kind"] = json!(kind);
    let config: StepConfig = serde_json::from_value(config).unwrap();
    let Step::Plain(step) = config.build().unwrap() else { panic!("{kind} sees classes") };
    step.fit(train).unwrap().transform(test).unwrap()
}

fn check(kind: &str, name: &str, from_sparse: bool) {
    let case = fixture(name);
    let outputs = case["outputs"].as_array().unwrap();
    assert!(!outputs.is_empty());
    for output in outputs {
        let test = if output["test"].is_null() { &case["test"] } else { &output["test"] };
        let (train, test) = (frame(&case["train"]), frame(test));
        let found = if from_sparse {
            run(kind, &output["params"], &sparse(&train).samples(), &sparse(&test).samples())
        } else {
            run(kind, &output["params"], &train.samples(), &test.samples())
        };
        let (found, expected) = (found.into_dense().unwrap(), frame(&output["output"]));
        assert_eq!(found.n_columns(), expected.n_columns());
        for (at, (found, expected)) in found.values().iter().zip(expected.values()).enumerate() {
            let tolerance = 1e-12 * expected.abs().max(1.0);
            assert!(
                (found - expected).abs() <= tolerance,
                "{name} {}: value {at} is {found}, wanted {expected}",
                output["params"]
            );
        }
    }
}

#[test]
fn tf_idf() {
    check("tf_idf", "tf_idf", true);
}

#[test]
fn standardize() {
    check("standardize", "standardize", false);
    check("standardize", "standardize", true);
}

#[test]
fn standardize_with_the_sample_deviation() {
    check("standardize", "standardize_sample", false);
}

#[test]
fn min_max() {
    check("min_max", "min_max", false);
}

#[test]
fn one_hot() {
    check("one_hot", "one_hot", false);
}

#[test]
fn label_encode_of_columns() {
    check("label_encode", "label_encode", false);
}

#[test]
fn label_encode_of_whole_traces() {
    let case = fixture("label_encode_sequences");
    let traces: Vec<Vec<u16>> = serde_json::from_value(case["traces"].clone()).unwrap();
    let expected: Vec<f64> = serde_json::from_value(case["codes"].clone()).unwrap();
    let traces: Sequences = traces.into_iter().collect();
    let found = run("label_encode", &json!({}), &traces.samples(), &traces.samples());
    assert_eq!(found.into_dense().unwrap().values(), expected);
}
