//! Ranges, point adjustment and NAB against their references, and what an operator counts.

use std::collections::BTreeMap;

use oddity_core::Alarms;
use oddity_eval::measure::{
    DetectionDelay, Events, FalseAlarmsPerDay, Measure, MeasureError, Nab, NabProfile, Truth,
    Undefined,
};
use proptest::prelude::*;
use serde::Deserialize;

use crate::close;
use crate::event_streams::{assert_value, flags, hai_stream, pairs, say, value};

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: String,
    alarms: String,
    values: BTreeMap<String, Option<f64>>,
}

fn cases(text: &str) -> Vec<Case> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn range_based_values_equal_the_reference() {
    for Case { name, truth, alarms, values } in cases(include_str!("../fixtures/range_based.json"))
    {
        let (truth, alarms) = (flags(&truth), flags(&alarms));
        for (id, expected) in values {
            assert_value(&format!("{name}, {id}"), value(&id, &truth, &alarms), expected);
        }
    }
}

#[test]
fn ranges_without_a_counterpart() {
    let (none, some) = (flags("0000"), flags("0110"));
    let of = |id: &str, truth: &[bool], alarms: &[bool]| value(id, truth, alarms);
    assert_eq!(of("range_recall", &some, &none), Ok(0.0));
    assert_eq!(of("range_precision", &some, &none), Err(Undefined::NoAlarm.into()));
    assert_eq!(of("range_f1", &some, &none), Err(Undefined::NoAlarm.into()));
    assert_eq!(of("range_precision", &none, &some), Ok(0.0));
    assert_eq!(of("range_recall", &none, &some), Err(Undefined::NoAnomaly.into()));
    assert_eq!(of("range_f1", &none, &some), Err(Undefined::NoAnomaly.into()));
}

#[test]
fn point_adjusted_values_equal_the_reference() {
    let text = include_str!("../fixtures/point_adjusted.json");
    for Case { name, truth, alarms, values } in cases(text) {
        let (truth, alarms) = (flags(&truth), flags(&alarms));
        for (id, expected) in values {
            assert_value(&format!("{name}, {id}"), value(&id, &truth, &alarms), expected);
        }
    }
    // An event of five samples found, one of two missed, and a false alarm.
    let (truth, alarms) = (flags("0111110001100"), flags("1000100000000"));
    let found = ["precision", "recall", "f1"]
        .map(|rate| value(&format!("{rate}_point_adjusted"), &truth, &alarms));
    assert_eq!(found, [Ok(5.0 / 6.0), Ok(5.0 / 7.0), Ok(50.0 / 65.0)]);
}

#[test]
fn nab_scores_equal_the_reference() {
    let mut n_compared = 0;
    for Case { name, truth, alarms, values } in cases(include_str!("../fixtures/nab.json")) {
        let (truth, alarms) = (flags(&truth), flags(&alarms));
        for (id, expected) in values {
            let found = value(&id, &truth, &alarms);
            if expected.is_none() && found.is_ok() {
                // The reference divides by 0 behind an event of one sample.
                let is_single = Events::from(&truth[..]).runs().iter().any(|run| run.len() == 1);
                assert!(is_single, "{name}, {id}");
                continue;
            }
            n_compared += usize::from(expected.is_some());
            assert_value(&format!("{name}, {id}"), found, expected);
        }
    }
    assert!(100 < n_compared, "{n_compared}");
}

#[test]
fn nab_scores_each_series_alone() {
    let nab = Nab { profile: NabProfile::Standard, probation: 0.0 };
    let (truth, alarms) = (flags("0110000110"), Alarms::new(flags("0000010000")));
    let of = |edges: &[usize]| {
        let events = Events::in_series(&truth, edges).unwrap();
        nab.evaluate(&Truth::Events(&events), &alarms).unwrap()
    };
    // Three samples behind an event of two, or far from any: sigma(3) is nearly -1.
    assert!(close(of(&[]), 100.0 * 0.11 * (2.0 / (1.0 + 15_f64.exp()) - 1.0) / 4.0));
    assert!(close(of(&[5]), 100.0 * -0.11 / 4.0));
}

#[test]
fn what_an_operator_counts() {
    // Three events, of which two are found; four runs of alarms, of which two hit.
    let truth = flags("0011100001100111");
    let alarms = flags("1000110111001000");
    let of = |id: &str| value(id, &truth, &alarms);
    assert_eq!(of("attacks_found"), Ok(2.0));
    assert_eq!(of("event_recall"), Ok(2.0 / 3.0));
    assert_eq!(of("event_precision"), Ok(0.5));
    let precision = 2.0 / 7.0;
    let f1 = 2.0 * precision * (2.0 / 3.0) / (precision + 2.0 / 3.0);
    assert!(close(of("f1_event").unwrap(), f1));
    // Two samples late, and not at all.
    assert_eq!(of("detection_delay"), Ok(1.0));
    assert_eq!(of("detection_delay(step=0.5)"), Ok(0.5));
    assert_eq!(of("false_alarms_per_day"), Ok(2.0 / (16.0 / 86_400.0)));
    assert_eq!(of("false_alarms_per_day(step=5400)"), Ok(2.0));
}

#[test]
fn what_an_operator_cannot_count_is_undefined() {
    let (none, some) = (flags("0000"), flags("0110"));
    let of = |id: &str, truth: &[bool], alarms: &[bool]| value(id, truth, alarms);
    for id in ["attacks_found", "event_recall", "f1_event", "detection_delay"] {
        assert_eq!(of(id, &none, &some), Err(Undefined::NoAnomaly.into()), "{id}");
    }
    for id in ["attacks_found", "event_recall", "f1_event"] {
        assert_eq!(of(id, &some, &none), Ok(0.0), "{id}");
    }
    assert_eq!(of("event_precision", &some, &none), Err(Undefined::NoAlarm.into()));
    assert_eq!(of("event_precision", &none, &some), Ok(0.0));
    assert_eq!(of("detection_delay", &some, &none), Err(Undefined::NoEventFound.into()));
    assert_eq!(of("false_alarms_per_day", &none, &none), Ok(0.0));
    assert_eq!(of("false_alarms_per_day", &[], &[]), Err(Undefined::NoSample.into()));
    assert_eq!(of("nab", &none, &some), Err(Undefined::NoAnomaly.into()));
    assert_eq!(of("nab(probation=1)", &some, &some), Err(Undefined::NoAnomaly.into()));
}

#[test]
fn steps_of_no_time_are_refused() {
    let events = Events::from(&flags("0110")[..]);
    let (truth, alarms) = (Truth::Events(&events), Alarms::new(flags("1000")));
    for step in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let found = [
            FalseAlarmsPerDay { step }.evaluate(&truth, &alarms),
            DetectionDelay { step }.evaluate(&truth, &alarms),
        ];
        for found in found {
            let refused = matches!(found, Err(MeasureError::Parameter { parameter: "step", .. }));
            assert!(refused, "{step}: {found:?}");
        }
    }
}

#[test]
fn the_alarms_on_hai_find_36_and_29_of_38_attacks() {
    let Some(truth) = hai_stream("HAI_Attack_Stream") else { return };
    for (name, n_found) in [("rnn_v1", 36.0), ("rnn_v2", 29.0)] {
        let alarms = hai_stream(name).unwrap();
        for id in [
            "range_precision",
            "range_recall",
            "range_f1",
            "f1_point_adjusted",
            "f1_pa_k",
            "pa_k_area",
            "f1",
            "nab",
            "nab(profile=low_fp)",
            "f1_event",
            "event_precision",
            "detection_delay",
            "false_alarms_per_day",
        ] {
            let found = value(id, &truth, &alarms).unwrap();
            say(&format!("{name} {id}: {found}"));
        }
        // eTaPR prunes; an attack that one alarm touches is found here.
        assert!(n_found <= value("attacks_found", &truth, &alarms).unwrap());
    }
}

proptest! {
    #[test]
    fn pa_k_lies_between_plain_and_adjusted((truth, alarms) in pairs(), k in 0.0..100.0_f64) {
        let of = |id: &str| value(id, &truth, &alarms).unwrap();
        let (plain, adjusted) = (of("f1"), of("f1_point_adjusted"));
        prop_assert_eq!(of("f1_pa_k(k=100)"), plain);
        prop_assert_eq!(of("f1_pa_k(k=0)"), adjusted);
        let between = of(&format!("f1_pa_k(k={k})"));
        prop_assert!((plain..=adjusted).contains(&between));
    }

    #[test]
    fn the_area_over_k_is_the_mean_of_pa_k((truth, alarms) in pairs()) {
        let area = value("pa_k_area", &truth, &alarms).unwrap();
        // F1 falls with k, so that the mean over midpoints is off by at most the last step.
        let of = |step: u32| {
            let k = (f64::from(step) + 0.5) / 5.0;
            value(&format!("f1_pa_k(k={k})"), &truth, &alarms).unwrap()
        };
        let mean = (0..500).map(of).sum::<f64>() / 500.0;
        prop_assert!((area - mean).abs() <= 2e-3, "{area}, {mean}");
    }

    #[test]
    fn perfect_alarms_are_perfect((truth, _) in pairs()) {
        for id in [
            "range_precision", "range_recall", "range_f1(r_bias=middle,p_bias=back)",
            "f1_point_adjusted", "f1_pa_k", "pa_k_area", "f1_event", "event_recall",
            "event_precision",
        ] {
            prop_assert!(close(value(id, &truth, &truth).unwrap(), 1.0), "{id}");
        }
        prop_assert!(close(value("nab(probation=0)", &truth, &truth).unwrap(), 100.0));
        prop_assert_eq!(value("detection_delay", &truth, &truth), Ok(0.0));
        prop_assert_eq!(value("false_alarms_per_day", &truth, &truth), Ok(0.0));
    }

    #[test]
    fn the_order_of_events_does_not_count((truth, alarms) in pairs(), (others, more) in pairs()) {
        // Two series in either order.
        let of = |first: (&[bool], &[bool]), second: (&[bool], &[bool]), id: &str| {
            let truth = [first.0, second.0].concat();
            let events = Events::in_series(&truth, &[first.0.len()]).unwrap();
            let alarms = Alarms::new([first.1, second.1].concat());
            let measure = oddity_eval::measure::AlarmMeasure::parse(id).unwrap();
            measure.evaluate(&Truth::Events(&events), &alarms)
        };
        let (a, b) = ((&truth[..], &alarms[..]), (&others[..], &more[..]));
        for id in [
            "etapr-2020", "etapr-2021", "etapr-22.6.1(delta=0.5)", "f1_affiliation", "range_f1",
            "f1_point_adjusted", "pa_k_area", "nab", "f1_event", "event_precision",
            "detection_delay", "false_alarms_per_day",
        ] {
            match (of(a, b, id), of(b, a, id)) {
                (Ok(one), Ok(other)) => prop_assert!(close(one, other), "{id}: {one}, {other}"),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}
