//! Affiliation against its reference.

use oddity_core::{Alarms, Seed};
use oddity_eval::measure::{AffiliationReport, Events, Undefined, random_affiliation};
use proptest::prelude::*;
use serde::Deserialize;

use crate::close;
use crate::event_streams::{assert_value, flags, hai_stream, pairs, say, value};

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: String,
    alarms: String,
    precision: Option<f64>,
    recall: Option<f64>,
    precisions: Vec<Option<f64>>,
    recalls: Vec<f64>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../fixtures/affiliation.json")).unwrap()
}

#[test]
fn values_equal_the_reference() {
    for case in cases() {
        let (truth, alarms) = (flags(&case.truth), flags(&case.alarms));
        let name = &case.name;
        assert_value(name, value("affiliation_precision", &truth, &alarms), case.precision);
        assert_value(name, value("affiliation_recall", &truth, &alarms), case.recall);
        let f1 = case.precision.zip(case.recall).map(|(p, r)| 2.0 * p * r / (p + r));
        assert_value(name, value("f1_affiliation", &truth, &alarms), f1);
        let Ok(report) = AffiliationReport::new(&Events::from(&truth[..]), &Alarms::new(alarms))
        else {
            assert!(!truth.contains(&true), "{name}");
            continue;
        };
        assert_eq!(report.events.len(), case.recalls.len(), "{name}");
        let expected = case.precisions.iter().zip(&case.recalls);
        for (found, (precision, recall)) in report.events.iter().zip(expected) {
            let precisions = (found.precision.unwrap_or(-1.0), precision.unwrap_or(-1.0));
            assert!(close(precisions.0, precisions.1), "{name}: {precisions:?}");
            assert!(close(found.recall, *recall), "{name}: {}, {recall}", found.recall);
        }
    }
}

#[test]
fn the_published_examples_come_out() {
    let (truth, alarms) = (flags("0001000111"), flags("0000100010"));
    let precision = value("affiliation_precision", &truth, &alarms).unwrap();
    assert!(close(precision, 0.8181818181818181), "{precision}");
    let recall = value("affiliation_recall", &truth, &alarms).unwrap();
    assert!(close(recall, 0.8442760942760943), "{recall}");
}

#[test]
fn real_alarms_on_hai_are_above_random_ones() {
    let Some(truth) = hai_stream("HAI_Attack_Stream") else { return };
    let alarms = hai_stream("rnn_v1").unwrap();
    let precision = value("affiliation_precision", &truth, &alarms).unwrap();
    assert!(close(precision, 0.9682459148566306), "{precision}");
    let recall = value("affiliation_recall", &truth, &alarms).unwrap();
    assert!(close(recall, 0.9678138798702297), "{recall}");
    let n_alarms = alarms.iter().filter(|&&alarm| alarm).count();
    let random = random_affiliation(&Events::from(&truth[..]), n_alarms, 8, Seed(1)).unwrap();
    say(&format!("{n_alarms} random alarms on HAI: {random:?}"));
    assert!((0.66..0.70).contains(&random.f1), "{random:?}");
}

#[test]
fn series_have_zones_of_their_own() {
    let events = Events::in_series(&flags("0100000100"), &[5]).unwrap();
    let report = AffiliationReport::new(&events, &Alarms::new(flags("0000100100"))).unwrap();
    assert_eq!(report.events[0].zone, (0.0, 5.0));
    assert_eq!(report.events[1].zone, (5.0, 10.0));
    let alone =
        AffiliationReport::new(&Events::from(&flags("01000")[..]), &Alarms::new(flags("00001")));
    assert_eq!(report.events[0], alone.unwrap().events[0]);
    assert_eq!(report.events[1].recall, 1.0);
    // A series without an event has no zone, so its alarms count nowhere.
    let events = Events::in_series(&flags("0100000000"), &[5]).unwrap();
    let report = AffiliationReport::new(&events, &Alarms::new(flags("0000011111"))).unwrap();
    assert_eq!((report.precision, report.recall), (None, 0.0));
    assert_eq!(
        value("affiliation_precision", &flags("010"), &flags("000")),
        Err(Undefined::NoAlarm.into())
    );
}

proptest! {
    #[test]
    fn time_may_run_backward((truth, alarms) in pairs()) {
        let backward = |flags: &[bool]| -> Vec<bool> { flags.iter().rev().copied().collect() };
        for id in ["affiliation_precision", "affiliation_recall"] {
            let forward = value(id, &truth, &alarms).unwrap();
            let found = value(id, &backward(&truth), &backward(&alarms)).unwrap();
            prop_assert!(close(forward, found), "{id}: {forward}, {found}");
        }
    }

    #[test]
    fn perfect_alarms_have_value_1((truth, _) in pairs()) {
        for id in ["affiliation_precision", "affiliation_recall", "f1_affiliation"] {
            prop_assert!(close(value(id, &truth, &truth).unwrap(), 1.0), "{id}");
        }
    }
}
