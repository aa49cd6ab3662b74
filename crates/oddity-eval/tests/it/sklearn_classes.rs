//! Confusion matrix, rates and report against scikit-learn.

use std::collections::BTreeMap;

use oddity_core::{Alarms, Classes, Labels, Predicted};
use oddity_eval::measure::{
    AlarmMeasure, ClassMeasure, ClassificationReport, ConfusionMatrix, MeasureError, Truth,
};
use serde::Deserialize;

use crate::close;

#[derive(Deserialize)]
struct Case {
    name: String,
    names: Vec<String>,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    probabilities: Option<Vec<f64>>,
    confusion: Vec<Vec<u64>>,
    values: BTreeMap<String, Option<f64>>,
    report: Option<String>,
    report_4: Option<String>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../fixtures/sklearn_classes.json")).unwrap()
}

fn inputs(case: &Case) -> (Classes, Predicted) {
    let classes = Classes::new(case.truth.clone(), case.names.clone()).unwrap();
    let predicted = Predicted::new(case.predicted.clone(), case.names.len()).unwrap();
    match case.probabilities.clone() {
        Some(values) => (classes, predicted.with_probabilities(values).unwrap()),
        None => (classes, predicted),
    }
}

fn assert_same(case: &str, found: Result<f64, MeasureError>, expected: Option<f64>) {
    match (found, expected) {
        (Ok(found), Some(expected)) => assert!(close(found, expected), "{case}: {found}"),
        (Err(error), None) => assert!(error.undefined().is_some(), "{case}: {error}"),
        (found, expected) => panic!("{case}: found {found:?}, wanted {expected:?}"),
    }
}

#[test]
fn measures_equal_scikit_learn_or_are_undefined() {
    for case in cases() {
        let (classes, predicted) = inputs(&case);
        for (id, expected) in &case.values {
            let measure = ClassMeasure::parse(id).unwrap();
            let value = measure.evaluate(&Truth::Classes(&classes), &predicted);
            assert_same(&format!("{}, {id}", case.name), value, *expected);
        }
    }
}

#[test]
fn measures_of_alarms_are_those_of_two_classes() {
    for case in cases().iter().filter(|case| case.names.len() == 2) {
        let labels: Labels = case.truth.iter().map(|&code| code == 1).collect();
        let alarms = Alarms::new(case.predicted.iter().map(|&code| code == 1).collect());
        for (id, expected) in &case.values {
            if let Ok(measure) = AlarmMeasure::parse(id) {
                let value = measure.evaluate(&Truth::Points(&labels), &alarms);
                assert_same(&format!("{}, {id}", case.name), value, *expected);
            }
        }
    }
}

#[test]
fn confusion_matrices_equal_scikit_learn() {
    for case in cases() {
        let (classes, predicted) = inputs(&case);
        let matrix = ConfusionMatrix::new(&Truth::Classes(&classes), &predicted).unwrap();
        assert!(matrix.rows().eq(case.confusion.iter().map(Vec::as_slice)), "{}", case.name);
        assert_eq!(matrix.n_samples(), case.truth.len() as u64);
        let json = serde_json::to_string(&matrix).unwrap();
        assert_eq!(serde_json::from_str::<ConfusionMatrix>(&json).unwrap(), matrix);
        let mut twice = matrix.clone();
        twice.add(&matrix).unwrap();
        assert_eq!(twice.count(0, 1), 2 * matrix.count(0, 1));
        if case.names.len() == 2 {
            let counts = matrix.binary().unwrap();
            let [normal, anomaly] = [&case.confusion[0], &case.confusion[1]];
            assert_eq!([counts.true_negatives, counts.false_positives], normal[..]);
            assert_eq!([counts.false_negatives, counts.true_positives], anomaly[..]);
        }
    }
}

#[test]
fn reports_read_as_those_of_scikit_learn() {
    let mut n_reports = 0;
    for case in cases() {
        let (classes, predicted) = inputs(&case);
        let matrix = ConfusionMatrix::new(&Truth::Classes(&classes), &predicted).unwrap();
        let report = ClassificationReport::new(&matrix);
        if let (Some(expected), Some(expected_4)) = (&case.report, &case.report_4) {
            assert_eq!(report.to_string(), *expected, "{}", case.name);
            assert_eq!(format!("{report:.4}"), *expected_4, "{}", case.name);
            n_reports += 1;
        }
    }
    assert!(4 <= n_reports);
}

#[test]
fn what_is_undefined_shows_as_such_in_a_report() {
    let classes = Classes::new(vec![0, 1, 1], ["quiet", "loud"]).unwrap();
    let predicted = Predicted::new(vec![0, 0, 0], 2).unwrap();
    let matrix = ConfusionMatrix::new(&Truth::Classes(&classes), &predicted).unwrap();
    let expected = "
              precision    recall  f1-score   support

       quiet       0.33      1.00      0.50         1
        loud          -      0.00      0.00         2

    accuracy                           0.33         3
   macro avg          -      0.50      0.25         3
weighted avg          -      0.33      0.17         3
";
    assert_eq!(format!("\n{}", ClassificationReport::new(&matrix)), expected);
}
