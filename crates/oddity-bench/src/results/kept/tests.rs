//! Tests of kept intervals: what comes back, what is damaged, and what makes another key.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oddity_eval::compare::{Interval, IntervalMethod};

use super::*;
use crate::cell::Status;
use crate::suite::Suite;

fn interval(low: f64) -> Outcome {
    let interval = Interval {
        low,
        high: 0.1 + 0.2,
        level: 0.95,
        method: IntervalMethod::Percentile,
        n_replicates: 1_000,
        n_undefined: 3,
    };
    Ok(RowInterval { interval, over: "events".to_owned(), n_groups: 12 })
}

/// A file with two intervals in it, and what they are.
fn written(path: &Path) -> [(String, Outcome); 2] {
    let none = Err("found 1 groups".to_owned());
    let entries = [("one".to_owned(), interval(1.0 / 3.0)), ("two".to_owned(), none)];
    let mut kept = Kept::open(path.to_owned(), "version");
    entries.iter().for_each(|(key, outcome)| kept.keep(key.clone(), outcome));
    kept.write().expect("a file");
    entries
}

#[test]
fn what_is_kept_comes_back_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("task").join("stide.jsonl");
    let entries = written(&path);
    let mut kept = Kept::open(path.clone(), "version");
    assert!(entries.iter().all(|(key, outcome)| kept.find(key) == Some(outcome)));
    assert_eq!(kept.find("three"), None);
    // What nobody asks for any more does not stay.
    kept.keep("one".to_owned(), &entries[0].1);
    kept.write().unwrap();
    let kept = Kept::open(path.clone(), "version");
    assert_eq!((kept.find("one"), kept.find("two")), (Some(&entries[0].1), None));
    assert!(Kept::open(path, "").path.is_none(), "of code that is not known");
}

#[test]
fn a_file_that_is_damaged_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stide.jsonl");
    let _ = written(&path);
    let whole = fs::read(&path).unwrap();
    assert_eq!(read(&whole).unwrap().len(), 2);
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        assert!(read(&damaged).is_none(), "byte {at}");
        assert!(read(&whole[..at]).is_none(), "{at} bytes");
    }
    assert!(read(&[&whole[..], b"{}\n"].concat()).is_none());
    // Lines that belong together, of another layout.
    let text = String::from_utf8(whole).unwrap();
    assert!(read(text.replacen("\"layout\":1", "\"layout\":2", 1).as_bytes()).is_none());
}

const SUITE: &str = r#"
name = "kept"
title = "One detector"
description = "Traces."
dataset = { kind = "adfa_ld_generated", n_training = 4, n_validation = 3, n_attack = 3 }

[[task]]
id = "one-class"
description = "One class."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }, { subset = "attack" }] }
measures = ["roc_auc"]

[[task.pipeline]]
id = "stide"
detector = { kind = "stide", n = 3 }
"#;

/// The key of a figure of the suite, by code of this version.
fn key(version: &str, text: &str, change: fn(&mut ResultRow)) -> String {
    let suite = Suite::parse(text, "test").expect("a suite that fits together");
    let task = &suite.tasks[0];
    let mut row = ResultRow {
        suite: suite.name.clone(),
        dataset: "adfa-ld".to_owned(),
        pipeline: "one-class/stide".to_owned(),
        seed: Some(0),
        split: "test".to_owned(),
        measure: "roc_auc".to_owned(),
        params: serde_json::Map::new(),
        threshold: None,
        cutoff: None,
        n_threshold: None,
        n_threshold_anomalies: None,
        value: Some(0.5),
        interval: None,
        no_interval: None,
        status: Status::Ok,
        reason: None,
        published: None,
        reference: None,
        cell: None,
    };
    change(&mut row);
    let config = task.interval_config().expect("intervals are wanted");
    let kept = Kept::open(PathBuf::from("nowhere.jsonl"), version);
    kept.keys(task, &config, &[], &[&row]).remove(0).expect("a key")
}

#[test]
fn whatever_is_drawn_otherwise_has_another_key() {
    let with = |intervals: &str| SUITE.replace("measures", &format!("{intervals}\nmeasures"));
    let keys = [
        key("one", SUITE, |_| ()),
        key("two", SUITE, |_| ()),
        key("one", SUITE, |row| row.measure = "roc_auc-2".to_owned()),
        key("one", SUITE, |row| row.params.extend([("k".to_owned(), "1".into())])),
        key("one", SUITE, |row| row.threshold = Some("spot of 0.2".to_owned())),
        key("one", &with("intervals = { n_replicates = 500 }"), |_| ()),
        key("one", &with("intervals = { level = 0.9 }"), |_| ()),
        key("one", &with("intervals = { over = \"events\" }"), |_| ()),
    ];
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    // A figure of its own value, and where it is shown, change nothing that is drawn.
    assert_eq!(key("one", SUITE, |row| row.published = Some(1.0)), keys[0]);
    let config = IntervalConfig::default();
    let suite = Suite::parse(SUITE, "test").unwrap();
    assert!(Kept::nothing().keys(&suite.tasks[0], &config, &[], &[]).is_empty());
}
