//! Volume under the surface and range AUC against the three programs that define them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use oddity_core::{Labels, Scores};
use oddity_eval::measure::{
    Events, MeasureError, ScoreMeasure, Surface, Undefined, VolumeVersion, average_precision,
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<u8>,
    scores: Vec<f64>,
    values: BTreeMap<String, Option<f64>>,
}

#[test]
fn values_equal_those_of_the_references() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../fixtures/vus.json")).unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let labels: Labels = case.labels.iter().map(|&label| label == 1).collect();
        let scores = Scores::new(case.scores).unwrap();
        for (id, expected) in &case.values {
            let measure = ScoreMeasure::parse(id).unwrap();
            assert_eq!(measure.id().to_string(), *id);
            let found = measure.evaluate(&(&labels).into(), &scores);
            let is_same = match (found, expected) {
                (Ok(found), Some(expected)) => (found - expected).abs() < 1e-9,
                (Err(error), None) => error.undefined().is_some(),
                _ => false,
            };
            if !is_same {
                wrong.push(format!("{}: {id}: {found:?} for {expected:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_buffer_reaches_into_another_series() {
    let scores: Vec<f64> = (0..60).map(|i| f64::from(i * i % 53)).collect();
    let mut anomalous = vec![false; 60];
    anomalous[27..30].fill(true);
    // The same samples turned round: in two series the event stays at an edge.
    let turned = |values: &[f64]| [&values[30..], &values[..30]].concat();
    let turned_labels = [&anomalous[30..], &anomalous[..30]].concat();
    let two = Events::in_series(&anomalous, &[30]).unwrap();
    let two_turned = Events::in_series(&turned_labels, &[30]).unwrap();
    let one = Events::from(&anomalous[..]);
    let scores_turned = Scores::new(turned(&scores)).unwrap();
    let scores = Scores::new(scores).unwrap();
    for version in VolumeVersion::ALL {
        let areas = |events, scores| Surface::new(events, scores, 0..=20, 250, version).unwrap();
        assert_eq!(areas(&two, &scores), areas(&two_turned, &scores_turned));
        assert_ne!(areas(&two, &scores), areas(&one, &scores));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let scores = Scores::new(vec![0.5; 3]).unwrap();
    let labels = Labels::new(vec![false, true]);
    for entry in ["vus_pr-opt", "range_roc_auc-2022"] {
        let measure = ScoreMeasure::parse(entry).unwrap();
        let length = MeasureError::Length { truth: 2, output: 3 };
        assert_eq!(measure.evaluate(&(&labels).into(), &scores), Err(length));
        let (no_labels, no_scores) = (Labels::new(vec![]), Scores::new(vec![]).unwrap());
        let of_none = measure.evaluate(&(&no_labels).into(), &no_scores);
        assert_eq!(of_none, Err(Undefined::NoSample.into()));
    }
    let events = Events::from_intervals(3, &[(1, 1)]).unwrap();
    for (buffers, n_thresholds, wanted) in [
        (RangeInclusive::new(3, 2), 250, "buffers"),
        (0..=2, 1, "thresholds"),
        (0..=2, 0, "thresholds"),
    ] {
        let of = Surface::new(&events, &scores, buffers, n_thresholds, VolumeVersion::Opt);
        let Err(MeasureError::Parameter { parameter, .. }) = of else { panic!("{of:?}") };
        assert_eq!(parameter, wanted);
    }
}

/// Labels and scores without ties.
fn scored() -> impl Strategy<Value = (Labels, Vec<f64>)> {
    prop::collection::vec((0..4_u8, -1e3..1e3_f64), 1..120).prop_map(|rows| {
        let labels = rows.iter().map(|(class, _)| *class == 0).collect();
        (labels, rows.into_iter().map(|(_, score)| score).collect())
    })
}

proptest! {
    #[test]
    fn a_monotone_map_changes_no_bit((labels, scores) in scored(), window in 0..40_usize) {
        let mapped: Vec<f64> = scores.iter().map(|score| score * 0.25 - 3.0).collect();
        let (scores, mapped) = (Scores::new(scores).unwrap(), Scores::new(mapped).unwrap());
        let events = Events::from(&labels);
        for version in VolumeVersion::ALL {
            let surface = |scores| Surface::new(&events, scores, 0..=window, 250, version);
            prop_assert_eq!(surface(&scores), surface(&mapped));
            for areas in surface(&scores).iter().flat_map(|surface| surface.areas()) {
                prop_assert!((0.0..=1.0).contains(&areas.pr));
                prop_assert!(areas.roc.is_none_or(|roc| (0.0..=1.0).contains(&roc)));
            }
        }
    }

    #[test]
    fn of_one_event_of_one_sample_the_area_without_a_buffer_is_the_average_precision(
        at in 0..40_usize,
        scores in prop::collection::vec(-1e3..1e3_f64, 40..41),
    ) {
        // Every score is a threshold, and the only event is found where its sample is.
        let labels: Labels = (0..40).map(|sample| sample == at).collect();
        let scores = Scores::new(scores).unwrap();
        let surface =
            Surface::new(&Events::from(&labels), &scores, 0..=0, 250, VolumeVersion::Opt).unwrap();
        let expected = average_precision(&labels, &scores).unwrap();
        prop_assert!((surface.mean().pr - expected).abs() < 1e-12);
    }

    #[test]
    fn the_mean_of_the_slices_is_the_volume((labels, scores) in scored(), window in 0..30_usize) {
        let events = Events::from(&labels);
        let scores = Scores::new(scores).unwrap();
        for version in VolumeVersion::ALL {
            let surface = |buffers| Surface::new(&events, &scores, buffers, 50, version);
            let slices = (0..=window).map(|buffer| surface(buffer..=buffer));
            match slices.collect::<Result<Vec<_>, _>>() {
                Err(error) => prop_assert_eq!(surface(0..=window), Err(error)),
                Ok(slices) => {
                    let slices: Vec<_> = slices.iter().flat_map(|one| one.areas()).copied().collect();
                    let whole = surface(0..=window).unwrap();
                    prop_assert_eq!(whole.areas(), slices);
                }
            }
        }
    }
}
