//! Streams of truth and alarms: as the fixtures write them, at random, and real ones.

use std::io::Write;
use std::path::PathBuf;

use oddity_core::{Alarms, Labels};
use oddity_eval::measure::{AlarmMeasure, Events, MeasureError, Truth};
use proptest::prelude::*;

use crate::close;

/// A text of 0 and 1.
pub(crate) fn flags(text: &str) -> Vec<bool> {
    text.bytes().map(|byte| byte == b'1').collect()
}

/// The events of a text: runs of one digit but 0, so that runs of different digits may touch.
pub(crate) fn events(text: &str) -> Events {
    let mut intervals: Vec<(usize, usize)> = Vec::new();
    let mut before = b'0';
    for (sample, digit) in text.bytes().enumerate() {
        match intervals.last_mut() {
            Some(last) if digit == before && digit != b'0' => last.1 = sample,
            _ if digit != b'0' => intervals.push((sample, sample)),
            _ => {}
        }
        before = digit;
    }
    Events::from_intervals(text.len(), &intervals).unwrap()
}

/// Says something beside the tests' results.
pub(crate) fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// The value of a measure of alarms on events.
pub(crate) fn value_on(id: &str, events: &Events, alarms: &[bool]) -> Result<f64, MeasureError> {
    let measure = AlarmMeasure::parse(id).unwrap();
    measure.evaluate(&Truth::Events(events), &Alarms::new(alarms.to_vec()))
}

/// The value of a measure of alarms.
pub(crate) fn value(id: &str, truth: &[bool], alarms: &[bool]) -> Result<f64, MeasureError> {
    let (labels, alarms) = (Labels::new(truth.to_vec()), Alarms::new(alarms.to_vec()));
    AlarmMeasure::parse(id).unwrap().evaluate(&(&labels).into(), &alarms)
}

/// Checks a value against a reference, where `None` is one that it does not define.
pub(crate) fn assert_value(case: &str, found: Result<f64, MeasureError>, expected: Option<f64>) {
    match (found, expected) {
        (Ok(found), Some(expected)) => {
            assert!(close(found, expected), "{case}: {found}, {expected}")
        }
        (Err(MeasureError::Undefined { .. }), None) => {}
        (found, _) => panic!("{case}: {found:?}, {expected:?}"),
    }
}

/// Runs of `true` and of `false` in turns.
pub(crate) fn runs() -> impl Strategy<Value = Vec<bool>> {
    let lengths = prop::collection::vec((0..12_usize, 1..9_usize), 1..14);
    lengths.prop_map(|lengths| {
        let run = |(normal, anomalous)| {
            let normal = std::iter::repeat_n(false, normal);
            normal.chain(std::iter::repeat_n(true, anomalous))
        };
        lengths.into_iter().flat_map(run).collect()
    })
}

/// Truth and alarms of one length.
pub(crate) fn pairs() -> impl Strategy<Value = (Vec<bool>, Vec<bool>)> {
    (runs(), runs()).prop_map(|(mut truth, mut alarms)| {
        let longer = truth.len().max(alarms.len());
        truth.resize(longer, false);
        alarms.resize(longer, false);
        (truth, alarms)
    })
}

/// A stream of the eTaPR samples of HAI, where `ODDITY_DATA_DIR` names the folder of the data.
pub(crate) fn hai_stream(name: &str) -> Option<Vec<bool>> {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR").filter(|folder| !folder.is_empty())
    else {
        say("skipped: ODDITY_DATA_DIR is not set");
        return None;
    };
    let path = PathBuf::from(folder).join("hai/etapr").join(format!("{name}.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    Some(text.lines().map(|line| line.trim() == "-1").collect())
}
