//! eTaPR against its three official packages.

use std::collections::BTreeMap;

use oddity_core::Alarms;
use oddity_eval::measure::{EtaprVersion, Events, MeasureError, Undefined};
use proptest::prelude::*;
use serde::Deserialize;

use crate::close;
use crate::event_streams::{assert_value, events, flags, hai_stream, pairs, value, value_on};

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: String,
    alarms: String,
    /// For a version with parameters: precision, detection, portion, the same of recall, and F1.
    values: BTreeMap<String, Option<[f64; 7]>>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../fixtures/etapr.json")).unwrap()
}

/// The version that an id without its prefix names.
fn version(id: &str) -> EtaprVersion {
    let (name, list) = id.strip_suffix(')').unwrap().split_once('(').unwrap();
    let numbers: Vec<f64> =
        list.split(',').map(|pair| pair.split_once('=').unwrap().1.parse().unwrap()).collect();
    match (name, &numbers[..]) {
        ("2020", &[rho, pi, alpha, tail]) => {
            EtaprVersion::V2020 { rho, pi, alpha, tail: tail as usize }
        }
        ("2021", &[theta_p, theta_r, delta]) => EtaprVersion::V2021 { theta_p, theta_r, delta },
        ("22.6.1", &[theta_p, theta_r, delta]) => EtaprVersion::V22 { theta_p, theta_r, delta },
        _ => panic!("{id}"),
    }
}

#[test]
fn values_equal_the_references() {
    for Case { name, truth, alarms, values } in cases() {
        let (events, alarms) = (events(&truth), flags(&alarms));
        for (id, expected) in values {
            let case = format!("{name}, {id}");
            let of = |prefix| value_on(&format!("{prefix}-{id}"), &events, &alarms);
            if events.is_empty() {
                // The references of 2020 and 2021 say 0.
                for prefix in ["etapr", "etap", "etar"] {
                    assert_eq!(of(prefix), Err(Undefined::NoAnomaly.into()), "{case}");
                }
                continue;
            }
            assert_value(&case, of("etapr"), expected.map(|values| values[6]));
            assert_value(&case, of("etap"), expected.map(|values| values[0]));
            assert_value(&case, of("etar"), Some(expected.map_or(0.0, |values| values[3])));
            let Ok(report) = version(&id).report(&events, &Alarms::new(alarms.clone())) else {
                assert!(!alarms.contains(&true), "{case}");
                continue;
            };
            let parts = [
                report.precision,
                report.precision_detection,
                report.precision_portion,
                report.recall,
                report.recall_detection,
                report.recall_portion,
                report.f1,
            ];
            for (part, (found, expected)) in parts.into_iter().zip(expected.unwrap()).enumerate() {
                assert!(close(found, expected), "{case}: part {part}: {found}, {expected}");
            }
        }
    }
}

#[test]
fn pruning_runs_along_a_chain() {
    // Each alarm shares 4 of its 10 samples with an event of 10 and 4 with the next: only the ends
    // fall short, and with them all others one by one.
    let n_events = 3000;
    let truth: Vec<bool> = (0..12 * n_events).map(|sample| sample % 12 < 10).collect();
    let alarms: Vec<bool> = (0..12 * n_events)
        .map(|sample| (6..12 * n_events - 6).contains(&sample) && (sample + 6) % 12 < 10)
        .collect();
    let of = |theta_p| {
        let version = EtaprVersion::V22 { theta_p, theta_r: 0.8, delta: 0.0 };
        version.report(&Events::from(&truth[..]), &Alarms::new(alarms.clone())).unwrap()
    };
    let report = of(0.8);
    assert_eq!((report.alarms.len(), report.f1), (n_events - 1, 0.0));
    // With less to reach, the alarms at the ends stay, and all but the events there.
    let found = of(0.4).events.iter().filter(|event| event.is_detected).count();
    assert_eq!(found, n_events - 2);
}

#[test]
fn the_examples_of_the_package_come_out() {
    let events = Events::from_intervals(97, &[(1, 4), (59, 60), (62, 64), (67, 96)]).unwrap();
    let version = EtaprVersion::V22 { theta_p: 0.5, theta_r: 0.01, delta: 0.0 };
    for (first, precision, f1) in
        [(57, 0.3876823062996395, 0.48215321069691597), (17, 0.535329416677799, 0.5819644328137645)]
    {
        let alarms = Events::from_intervals(97, &[(2, first), (59, 60), (62, 64), (66, 69)]);
        let alarms = Alarms::new(alarms.unwrap().anomalies());
        let report = version.report(&events, &alarms).unwrap();
        assert!(close(report.precision, precision), "{}", report.precision);
        assert_eq!(report.recall, 0.6375);
        assert!(close(report.f1, f1), "{}", report.f1);
    }
}

#[test]
fn the_alarms_on_hai_get_their_published_values() {
    let Some(truth) = hai_stream("HAI_Attack_Stream") else { return };
    let short = ["iforest", "ocsvm"].map(|name| hai_stream(name).unwrap());
    for alarms in short {
        let length = MeasureError::Length { truth: truth.len(), output: alarms.len() };
        for id in ["etapr-2020", "etar-2021", "etap-22.6.1", "f1_affiliation"] {
            assert_eq!(value(id, &truth, &alarms), Err(length), "{id}");
        }
    }
    let at_07 = "etapr-22.6.1(theta_p=0.7)";
    let rows = [
        (
            "rnn_v1",
            (171, 36),
            (0.7713966760670083, 0.7993275761182115),
            [0.8915, 0.5254, 0.7184, 0.7851],
            0.78511379,
        ),
        (
            "rnn_v2",
            (42, 29),
            (0.5053671587611459, 0.7215663791743986),
            [0.6513, 0.4243, 0.3556, 0.5944],
            0.5944184255,
        ),
    ];
    for (name, (n_alarms, n_found), (precision, recall), by_version, f1) in rows {
        let alarms = hai_stream(name).unwrap();
        let report = EtaprVersion::V22_DEFAULT
            .report(&Events::from(&truth[..]), &Alarms::new(alarms.clone()))
            .unwrap();
        assert_eq!((report.events.len(), report.alarms.len()), (38, n_alarms));
        assert_eq!(report.events.iter().filter(|event| event.is_detected).count(), n_found);
        assert!(close(report.precision, precision), "{name}: {}", report.precision);
        assert!(close(report.recall, recall), "{name}: {}", report.recall);
        assert!((report.f1 - f1).abs() < 1e-8, "{name}: {}", report.f1);
        for (id, expected) in
            ["etapr-2020", "etapr-2021", at_07, "etapr-22.6.1"].into_iter().zip(by_version)
        {
            let found = value(id, &truth, &alarms).unwrap();
            assert!((found - expected).abs() <= 0.5e-4, "{name}, {id}: {found}");
        }
    }
}

#[test]
fn no_tail_reaches_into_another_series() {
    let truth = flags("11110000");
    let alarms = Alarms::new(flags("00001100"));
    let version = EtaprVersion::V22 { theta_p: 0.1, theta_r: 0.1, delta: 1.0 };
    let report = |edges: &[usize]| {
        version.report(&Events::in_series(&truth, edges).unwrap(), &alarms).unwrap()
    };
    assert!(report(&[]).events[0].is_detected);
    assert!(!report(&[4]).events[0].is_detected);
    let cut = report(&[5]).events[0].portion;
    assert!(0.0 < cut && cut < report(&[]).events[0].portion);
}

proptest! {
    #[test]
    fn without_a_tail_time_may_run_backward((truth, alarms) in pairs()) {
        let backward = |flags: &[bool]| -> Vec<bool> { flags.iter().rev().copied().collect() };
        for id in ["etapr-22.6.1", "etapr-2021", "etapr-2020(tail=0)"] {
            let forward = value(id, &truth, &alarms);
            let found = value(id, &backward(&truth), &backward(&alarms));
            match (forward, found) {
                (Ok(forward), Ok(found)) => prop_assert!(close(forward, found), "{id}"),
                (forward, found) => prop_assert_eq!(forward, found),
            }
        }
    }

    #[test]
    fn series_of_their_own_are_pooled((truth, alarms) in pairs()) {
        // Twice the same series: all means are the same.
        let twice = |flags: &[bool]| [flags, flags].concat();
        let events = Events::in_series(&twice(&truth), &[truth.len()]).unwrap();
        for version in [
            EtaprVersion::V2020_DEFAULT,
            EtaprVersion::V2021_DEFAULT,
            EtaprVersion::V22 { theta_p: 0.5, theta_r: 0.1, delta: 1.0 },
        ] {
            let both = version.report(&events, &Alarms::new(twice(&alarms)));
            let one = version.report(&Events::from(&truth[..]), &Alarms::new(alarms.clone()));
            match (both, one) {
                (Ok(both), Ok(one)) => prop_assert!(close(both.f1, one.f1)),
                (both, one) => prop_assert_eq!(both.err(), one.err()),
            }
        }
    }

    #[test]
    fn perfect_alarms_have_value_1((truth, _) in pairs()) {
        // In 2021 too, where a portion counts by its square.
        for id in ["etapr-2020(tail=0)", "etapr-2021", "etapr-22.6.1", "etap-22.6.1", "etar-2020"] {
            prop_assert!(close(value(id, &truth, &truth).unwrap(), 1.0), "{id}");
        }
    }
}
