//! Intervals of figures: what is resampled, what has none, and that they are the same each time.

use std::fs;
use std::path::Path;

use oddity_bench::check::check;
use oddity_bench::environment::Environment;
use oddity_bench::manifest::Folder;
use oddity_bench::results::{ResultRow, RowInterval};
use oddity_bench::run::{Finished, write_results};
use oddity_bench::store::Store;
use oddity_bench::suite::IntervalConfig;
use oddity_ingest::Sha256;
use serde_json::{Value, json};

use super::{options, read, run_text};

const SUITE: &str = r#"
name = "intervals"
title = "Figures with intervals"
description = "Traces, each recorded by itself."
dataset = { kind = "adfa_ld_generated", n_training = 40, n_validation = 30, n_attack = 30 }

[[task]]
id = "one-class"
description = "Detectors of one class."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }, { subset = "attack" }] }
seeds = [0, 1]
measures = ["roc_auc", "precision_at_k(k=10)", "vus_pr-opt(window=4)"]

[[task.pipeline]]
id = "stide"
detector = { kind = "stide", n = 3 }

[[task.pipeline]]
id = "random"
detector = { kind = "random" }

[[task]]
id = "classes"
description = "Attack or not, with folds."
split = { kind = "k_fold", n_folds = 5, stratified = true, shuffle = "seeded" }
seeds = [0, 1]
features = [{ kind = "n_gram", sizes = [1], columns_per_size = 10 }]
measures = ["accuracy"]

[[task.pipeline]]
id = "tree"
classifier = { kind = "cart" }
"#;

fn rows<'a>(finished: &'a Finished, pipeline: &str, measure: &str) -> Vec<&'a ResultRow> {
    let rows = finished.results.rows.iter();
    rows.filter(|row| row.pipeline == pipeline && row.measure == measure).collect()
}

fn interval(row: &ResultRow) -> &RowInterval {
    row.interval.as_ref().unwrap_or_else(|| panic!("no interval: {:?}", row.no_interval))
}

#[test]
fn figures_of_a_test_part_have_intervals_around_them() {
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(SUITE, &options(folder.path(), 1));
    for pipeline in ["one-class/stide", "one-class/random"] {
        for (measure, n_replicates) in [("roc_auc", 1_000), ("precision_at_k", 200)] {
            for row in rows(&finished, pipeline, measure) {
                if row.split != "test" {
                    assert!(row.interval.is_none());
                    continue;
                }
                let (found, value) = (interval(row), row.value.unwrap());
                let ends = found.interval;
                assert!(ends.low <= value && value <= ends.high, "{row:?}");
                assert_eq!((found.over.as_str(), found.n_groups), ("samples", 60));
                assert_eq!((ends.n_replicates, ends.level), (n_replicates, 0.95));
            }
        }
    }
    // A measure of several parameters, of which the suite names one, has its means too.
    let volume = rows(&finished, "one-class/random", "vus_pr-opt");
    let seeds: Vec<Option<u64>> = volume.iter().map(|row| row.seed).collect();
    assert_eq!(seeds, [Some(0), Some(1), None, None]);
    assert!(volume.iter().all(|row| row.parameters(",") == "thresholds=250,window=4"));
    // Two seeds of scores at random: the interval of their mean is narrower than either's.
    let random = rows(&finished, "one-class/random", "roc_auc");
    let widths: Vec<(Option<u64>, f64)> = random
        .iter()
        .filter(|row| row.split == "test")
        .map(|row| (row.seed, interval(row).interval.high - interval(row).interval.low))
        .collect();
    let [(Some(0), first), (Some(1), second), (None, mean)] = widths[..] else {
        panic!("{widths:?}")
    };
    assert!(mean < first && mean < second, "{widths:?}");
}

#[test]
fn means_over_folds_have_intervals_where_folds_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(SUITE, &options(folder.path(), 1));
    for row in rows(&finished, "classes/tree", "accuracy") {
        match (row.split.as_str(), row.seed) {
            ("mean", Some(_)) => {
                assert_eq!((interval(row).over.as_str(), interval(row).n_groups), ("folds", 5));
            }
            ("mean", None) => {
                let reason = row.no_interval.as_deref();
                assert_eq!(reason, Some("each seed has folds of its own"));
            }
            _ => assert!(row.interval.is_none() && row.no_interval.is_none()),
        }
    }
}

#[test]
fn samples_of_an_attribute_are_resampled_together() {
    let folder = tempfile::tempdir().unwrap();
    let text = SUITE.replace(
        "seeds = [0, 1]\nmeasures = [\"roc_auc\"",
        "seeds = [0, 1]\nintervals = { over = { attribute = \"folder\" }, level = 0.8 }\nmeasures = [\"roc_auc\"",
    );
    let finished = run_text(&text, &options(folder.path(), 2));
    let row = rows(&finished, "one-class/stide", "roc_auc")[0];
    assert_eq!((interval(row).over.as_str(), interval(row).interval.level), ("folder", 0.8));
    assert!(2 <= interval(row).n_groups && interval(row).n_groups < 60);

    let none = text.replace("level = 0.8", "n_replicates = 0");
    let finished = run_text(&none, &options(folder.path(), 2));
    let row = rows(&finished, "one-class/stide", "roc_auc")[0];
    assert!(row.interval.is_none() && row.no_interval.is_none());
}

#[test]
fn two_runs_have_the_same_intervals() {
    let lines = [1, 3].map(|threads| {
        let folder = tempfile::tempdir().unwrap();
        run_text(SUITE, &options(folder.path(), threads));
        read(folder.path(), "results.jsonl")
    });
    assert!(lines[0] == lines[1]);
}

/// Writes the results of a folder again, and gives the lower ends of the intervals of one measure:
/// of the two seeds, and of their mean.
fn lows_again(folder: &Folder) -> Vec<f64> {
    let environment = Environment::detect(None, 1, 1);
    let (results, _) = write_results(folder, &environment).expect("a report");
    let of_measure =
        |row: &&ResultRow| row.pipeline == "one-class/stide" && row.measure == "roc_auc";
    let rows = results.rows.iter().filter(of_measure).filter(|row| row.split == "test");
    rows.map(|row| interval(row).interval.low).collect()
}

/// Puts other lower ends into the intervals that are kept, under a checksum that fits.
fn forge(kept: &Path) {
    let text = fs::read_to_string(kept).expect("kept intervals");
    let (_, lines) = text.split_once('\n').expect("a first line");
    let forged = lines.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("a line");
        if !line["interval"].is_null() {
            line["interval"]["low"] = json!(-7.0);
        }
        format!("{line}\n")
    });
    let forged: String = forged.collect();
    let sha256 = Sha256::of(forged.as_bytes()).to_string();
    let header = json!({ "layout": 1, "sha256": sha256 });
    fs::write(kept, format!("{header}\n{forged}")).expect("other intervals");
}

#[test]
fn kept_intervals_are_read_and_drawn_again_where_anything_changed() {
    let folder = tempfile::tempdir().unwrap();
    run_text(SUITE, &options(folder.path(), 1));
    let opened = Folder::open(folder.path()).unwrap();
    let drawn = read(folder.path(), "results.jsonl");
    let kept = folder.path().join("intervals/one-class/stide.jsonl");
    let whole = fs::read(&kept).unwrap();
    assert!(folder.path().join("intervals/one-class/random.jsonl").exists());

    // Nothing has changed: what is kept is taken, whatever it is. A check takes nothing of it.
    forge(&kept);
    assert_eq!(lows_again(&opened), [-7.0; 3]);
    assert_ne!(read(folder.path(), "results.jsonl"), drawn);
    assert_eq!(check(folder.path()).unwrap().exit_code(), 1);

    // A file that is damaged, and one that is gone.
    let mut damaged = fs::read(&kept).unwrap();
    let last = damaged.len() - 3;
    damaged[last] ^= 1;
    fs::write(&kept, damaged).unwrap();
    lows_again(&opened);
    assert_eq!(read(folder.path(), "results.jsonl"), drawn);
    assert!(fs::read(&kept).unwrap() == whole, "the same intervals are the same bytes");
    fs::remove_file(&kept).unwrap();
    lows_again(&opened);
    assert_eq!(read(folder.path(), "results.jsonl"), drawn);
    assert_eq!(check(folder.path()).unwrap().exit_code(), 0);

    // Other draws.
    forge(&kept);
    let mut fewer = opened.clone();
    let config = IntervalConfig { n_replicates: 500, ..IntervalConfig::default() };
    fewer.suite.tasks[0].intervals = Some(config);
    assert!(lows_again(&fewer).iter().all(|&low| low != -7.0));

    // Other scores, of one of the two seeds.
    lows_again(&opened);
    forge(&kept);
    let of_stide = |cell: &&oddity_bench::manifest::ListedCell| {
        cell.name.pipeline == "one-class/stide" && cell.name.seed == 0
    };
    let cell = opened.manifest.cells.iter().find(of_stide).unwrap();
    let (record, table) = opened.store.read(&cell.key).unwrap();
    let mut table = table.unwrap();
    table.score.as_mut().unwrap()[0] += 1.0;
    opened.store.write(&record, Some(&table)).unwrap();
    let lows = lows_again(&opened);
    assert!(lows[0] != -7.0 && lows[1] == -7.0 && lows[2] != -7.0, "{lows:?}");

    Store::open(folder.path()).unwrap().clear().unwrap();
    assert!(!kept.exists());
}
