//! Curves and areas against scikit-learn.

use oddity_core::{Cutoff, Labels, Predicted, Scores};
use oddity_eval::measure::{
    BinaryCounts, ClassMeasure, F1Sweep, PrCurve, RocCurve, ScoreMeasure, average_precision,
    roc_auc,
};
use serde::Deserialize;

use crate::close;

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<u8>,
    scores: Vec<f64>,
    roc_auc: Option<f64>,
    average_precision: Option<f64>,
    f1_oracle: Option<f64>,
    roc: Option<[Vec<Number>; 3]>,
    roc_corners: Option<[Vec<Number>; 3]>,
    pr: Option<[Vec<Number>; 3]>,
    pr_corners: Option<[Vec<Number>; 3]>,
}

/// A number, or `"inf"`, for which JSON has no number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Infinite(Infinite),
}

#[derive(Deserialize)]
enum Infinite {
    #[serde(rename = "inf")]
    Positive,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../fixtures/sklearn_scores.json")).unwrap()
}

fn inputs(case: &Case) -> (Labels, Scores) {
    let labels = case.labels.iter().map(|&label| label == 1).collect();
    (labels, Scores::new(case.scores.clone()).unwrap())
}

fn assert_same(case: &str, found: Option<f64>, expected: Option<f64>) {
    match (found, expected) {
        (Some(found), Some(expected)) => assert!(close(found, expected), "{case}: {found}"),
        _ => assert_eq!(found, expected, "{case}"),
    }
}

fn assert_curve(case: &str, found: Option<[Vec<f64>; 3]>, expected: &Option<[Vec<Number>; 3]>) {
    let (Some(found), Some(expected)) = (&found, expected) else {
        assert_eq!(found.is_some(), expected.is_some(), "{case}");
        return;
    };
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.len(), expected.len(), "{case}");
        for (&found, expected) in found.iter().zip(expected) {
            match expected {
                Number::Finite(expected) => assert!(close(found, *expected), "{case}: {found}"),
                Number::Infinite(Infinite::Positive) => assert_eq!(found, f64::INFINITY, "{case}"),
            }
        }
    }
}

#[test]
fn areas_and_the_best_f1_equal_scikit_learn() {
    for case in cases() {
        let (labels, scores) = inputs(&case);
        let areas = [
            ("roc_auc", roc_auc(&labels, &scores).ok(), case.roc_auc),
            ("average_precision", average_precision(&labels, &scores).ok(), case.average_precision),
            ("f1_oracle", None, case.f1_oracle),
        ];
        let decision = case.scores.iter().flat_map(|score| [0.0, *score]).collect();
        let codes = vec![0; case.scores.len()];
        let predicted = Predicted::new(codes, 2).unwrap().with_decision(decision).unwrap();
        for (id, function, expected) in areas {
            let by_id = ScoreMeasure::parse(id).unwrap();
            let by_id = by_id.evaluate(&(&labels).into(), &scores).ok();
            assert_same(&format!("{}, {id}", case.name), by_id, expected);
            let of_classes = ClassMeasure::parse(id).unwrap();
            let of_classes = of_classes.evaluate(&(&labels).into(), &predicted).ok();
            assert_eq!(by_id, of_classes, "{}, {id}", case.name);
            if id != "f1_oracle" {
                assert_eq!(by_id, function, "{}, {id}", case.name);
            }
        }
    }
}

#[test]
fn curves_equal_scikit_learn() {
    for case in cases() {
        let (labels, scores) = inputs(&case);
        let roc = |curve: RocCurve| {
            [curve.false_positive_rate, curve.true_positive_rate, curve.thresholds]
        };
        let pr = |curve: PrCurve| [curve.precision, curve.recall, curve.thresholds];
        let name = &case.name;
        assert_curve(name, RocCurve::new(&labels, &scores).ok().map(roc), &case.roc);
        assert_curve(name, RocCurve::corners(&labels, &scores).ok().map(roc), &case.roc_corners);
        assert_curve(name, PrCurve::new(&labels, &scores).ok().map(pr), &case.pr);
        assert_curve(name, PrCurve::corners(&labels, &scores).ok().map(pr), &case.pr_corners);
    }
}

#[test]
fn the_best_point_of_a_sweep_is_what_its_cutoff_gives() {
    for case in cases() {
        let (labels, scores) = inputs(&case);
        let Ok(sweep) = F1Sweep::new(&labels, &scores) else {
            assert_eq!(case.f1_oracle, None, "{}", case.name);
            continue;
        };
        let best = sweep.best();
        assert_same(&case.name, Some(best.f1), case.f1_oracle);
        let cutoff: Cutoff = best.cutoff().unwrap();
        let counts = BinaryCounts::new(&labels, &cutoff.alarms(&scores)).unwrap();
        let found = counts.true_positives as f64;
        let alarms = (counts.true_positives + counts.false_positives) as f64;
        assert_eq!(best.precision, found / alarms, "{}", case.name);
        assert_eq!(best.recall, found / labels.n_anomalies() as f64, "{}", case.name);
    }
}
