//! G-mean, balanced accuracy, Matthews correlation, Brier score, log loss and calibration against
//! scikit-learn and imbalanced-learn.

use std::collections::BTreeMap;

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores};
use oddity_eval::measure::{
    AlarmMeasure, BinaryCounts, Bins, CalibrationCurve, ClassMeasure, MeasureError, ScoreMeasure,
    ThresholdSweep, Truth, Undefined,
};
use proptest::prelude::*;
use serde::Deserialize;

use crate::close;

#[derive(Deserialize)]
struct Case {
    name: String,
    n_classes: usize,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    values: BTreeMap<String, Option<f64>>,
}

#[derive(Deserialize)]
struct Probabilities {
    name: String,
    truth: Vec<u32>,
    rows: Vec<f64>,
    values: BTreeMap<String, f64>,
    curves: BTreeMap<String, [Vec<f64>; 2]>,
}

#[test]
fn balances_equal_those_of_scikit_learn() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../fixtures/balance.json")).unwrap();
    for case in cases {
        let names = ["a", "b", "c", "d"][..case.n_classes].iter().copied();
        let classes = Classes::new(case.truth.clone(), names).unwrap();
        let predicted = Predicted::new(case.predicted.clone(), case.n_classes).unwrap();
        for (id, expected) in &case.values {
            let what = format!("{}: {id}", case.name);
            let same = |found: Result<f64, MeasureError>| match (found, expected) {
                (Ok(found), Some(expected)) => assert!(close(found, *expected), "{what}: {found}"),
                (Err(error), None) => assert!(error.undefined().is_some(), "{what}: {error}"),
                (found, _) => panic!("{what}: {found:?} for {expected:?}"),
            };
            let measure = ClassMeasure::parse(id).unwrap();
            same(measure.evaluate(&Truth::Classes(&classes), &predicted));
            if case.n_classes == 2 {
                let labels: Labels = case.truth.iter().map(|&code| code == 1).collect();
                let alarms = case.predicted.iter().map(|&code| code == 1).collect();
                let measure = AlarmMeasure::parse(id).unwrap();
                same(measure.evaluate(&Truth::Points(&labels), &Alarms::new(alarms)));
            }
        }
    }
}

#[test]
fn probabilities_are_judged_as_by_scikit_learn() {
    let text = include_str!("../fixtures/probabilities.json");
    let cases: Vec<Probabilities> = serde_json::from_str(text).unwrap();
    for case in cases {
        let n_classes = case.rows.len() / case.truth.len();
        let classes =
            Classes::new(case.truth.clone(), ["a", "b", "c"][..n_classes].iter().copied());
        let classes = classes.unwrap();
        let predicted = Predicted::from_probabilities(case.rows.clone(), n_classes).unwrap();
        for (id, expected) in &case.values {
            let measure = ClassMeasure::parse(id).unwrap();
            let found = measure.evaluate(&Truth::Classes(&classes), &predicted).unwrap();
            assert!(close(found, *expected), "{}: {id}: {found} for {expected}", case.name);
        }
        for (name, [anomalies, probability]) in &case.curves {
            let labels: Labels = case.truth.iter().map(|&code| code == 1).collect();
            let (bins, n_bins) = name.split_once(' ').unwrap();
            let bins = if bins == "uniform" { Bins::Uniform } else { Bins::Quantile };
            let of_anomaly: Vec<f64> = case.rows.chunks_exact(2).map(|row| row[1]).collect();
            let curve =
                CalibrationCurve::new(&labels, &of_anomaly, n_bins.parse().unwrap(), bins).unwrap();
            let name = format!("{}: {name}", case.name);
            assert_eq!(curve.bins.len(), anomalies.len(), "{name}");
            for (at, bin) in curve.bins.iter().enumerate() {
                assert!(close(bin.anomalies, anomalies[at]), "{name}: {at}");
                assert!(close(bin.probability, probability[at]), "{name}: {at}");
            }
        }
    }
}

#[test]
fn what_is_no_probability_is_refused() {
    let labels = Labels::new(vec![false, true]);
    let evaluate = |id: &str, predicted: &Predicted| {
        ClassMeasure::parse(id).unwrap().evaluate(&Truth::Points(&labels), predicted)
    };
    let bare = Predicted::new(vec![0, 1], 2).unwrap();
    let decision = bare.clone().with_decision(vec![0.0; 4]).unwrap();
    let outside = bare.clone().with_probabilities(vec![0.0, 1.0, -0.5, 1.5]).unwrap();
    for id in ["brier_score", "log_loss", "expected_calibration_error"] {
        assert_eq!(evaluate(id, &bare), Err(MeasureError::NoProbabilities));
        assert_eq!(evaluate(id, &decision), Err(MeasureError::NoProbabilities));
        let refused = evaluate(id, &outside);
        assert!(matches!(refused, Err(MeasureError::NotProbability { .. })), "{id}: {refused:?}");
        assert!(ScoreMeasure::parse(id).is_err(), "{id}");
    }
    let curve = CalibrationCurve::new(&labels, &[0.5], 10, Bins::Uniform);
    assert_eq!(curve, Err(MeasureError::Length { truth: 2, output: 1 }));
    let curve = CalibrationCurve::new(&labels, &[0.5, f64::NAN], 10, Bins::Uniform);
    assert_eq!(curve, Err(MeasureError::NotProbability { at: 1 }));
    let curve = CalibrationCurve::new(&labels, &[0.5, 0.5], 0, Bins::Quantile);
    assert!(matches!(curve, Err(MeasureError::Parameter { parameter: "bins", .. })));
    let no_labels = Labels::new(vec![]);
    let curve = CalibrationCurve::new(&no_labels, &[], 10, Bins::Quantile);
    assert_eq!(curve, Err(Undefined::NoSample.into()));
}

proptest! {
    #[test]
    fn every_point_of_a_sweep_is_what_its_cutoff_gives(
        rows in prop::collection::vec((any::<bool>(), (-9..9).prop_map(f64::from)), 2..50),
    ) {
        let (labels, scores): (Vec<bool>, Vec<f64>) = rows.into_iter().unzip();
        let (labels, scores) = (Labels::new(labels), Scores::new(scores).unwrap());
        let sweep = ThresholdSweep::new(&labels, &scores);
        let normals = labels.len() - labels.n_anomalies();
        prop_assert_eq!(sweep.is_ok(), 0 < normals && 0 < labels.n_anomalies());
        for point in sweep.iter().flat_map(|sweep| sweep.points()) {
            let alarms = point.cutoff().unwrap().alarms(&scores);
            let counts = BinaryCounts::new(&labels, &alarms).unwrap();
            let found = |id| {
                AlarmMeasure::parse(id).unwrap().evaluate(&Truth::Points(&labels), &alarms).unwrap()
            };
            prop_assert_eq!(counts.true_positives as f64 / labels.n_anomalies() as f64, point.recall);
            for (id, value) in [
                ("precision", point.precision),
                ("recall", point.recall),
                ("f1", point.f1),
                ("false_positive_rate", point.false_positive_rate),
                ("g_mean", point.g_mean),
            ] {
                prop_assert!(close(found(id), value), "{}: {}", id, value);
            }
        }
        if let Ok(sweep) = sweep {
            let oracle = |id| ScoreMeasure::parse(id).unwrap().evaluate(&(&labels).into(), &scores);
            prop_assert_eq!(oracle("f1_oracle").unwrap(), sweep.best(|point| point.f1).f1);
            prop_assert_eq!(oracle("g_mean_oracle").unwrap(), sweep.best(|point| point.g_mean).g_mean);
        }
    }
}
