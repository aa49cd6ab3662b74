//! Intervals of figures: what is resampled, what has none, and that they are the same each time.

use oddity_bench::results::{ResultRow, RowInterval};
use oddity_bench::run::Finished;

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
measures = ["roc_auc", "precision_at_k(k=10)"]

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
