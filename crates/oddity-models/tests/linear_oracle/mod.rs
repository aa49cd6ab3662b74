//! Reads what scikit-learn gave (`fixtures/make_sklearn_linear.py`) and compares.

use oddity_core::{Classes, Classifier, Columns, Frame, Predicted, Seed};
use serde_json::Value;

/// Fits every case of a file and hands its index, the case and the prediction to `check`.
pub(crate) fn for_cases(
    text: &str,
    make: impl Fn(&str, &Value) -> Box<dyn Classifier>,
    mut check: impl FnMut(&str, &Value, &Predicted),
) {
    let file: Value = serde_json::from_str(text).expect("a whole fixture");
    assert_eq!(file["scikit-learn"], "1.9.1");
    let cases = file["cases"].as_array().expect("a whole fixture");
    assert!(8 < cases.len());
    for case in cases {
        let table = &file["tables"][case["table"].as_str().expect("a whole fixture")];
        let name = format!("{} {} {}", case["kind"], case["table"], case["params"]);
        let codes: Vec<u32> = numbers(&table["y"]).into_iter().map(|code| code as u32).collect();
        let n_classes = codes.iter().max().expect("a whole fixture") + 1;
        let classes = Classes::new(codes, (0..n_classes).map(|code| code.to_string()))
            .expect("a whole fixture");
        let classifier = make(case["kind"].as_str().expect("a whole fixture"), &case["params"]);
        let fitted = classifier.fit(&frame(&table["x"]).samples(), &classes, Seed(1));
        let fitted = fitted.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_ne!(fitted.converged(), Some(false), "{name}");
        let predicted = fitted.predict(&frame(&table["test"]).samples());
        let predicted = predicted.unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected: Vec<u32> =
            numbers(&case["classes"]).into_iter().map(|code| code as u32).collect();
        assert_eq!(predicted.codes(), expected, "{name}");
        check(&name, case, &predicted);
    }
}

/// Asserts that two lists differ by at most `tolerance`, relative above 1.
pub(crate) fn assert_close(name: &str, found: &[f64], expected: &Value, tolerance: f64) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{name}");
    for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let difference = (found - expected).abs() / expected.abs().max(1.0);
        assert!(difference <= tolerance, "{name}: value {at} is {found}, not {expected}");
    }
}

fn frame(rows: &Value) -> Frame {
    let width = rows[0].as_array().expect("a whole fixture").len();
    Frame::new(numbers(rows), Columns::numbered("x", width)).expect("a whole fixture")
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().expect("a whole fixture")],
    }
}
