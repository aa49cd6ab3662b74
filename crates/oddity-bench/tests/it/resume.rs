//! Stored cells: the same bytes for any number of threads, and only what is missing is
//! computed again.

use std::fs;

use super::{options, read, run_text};

const SUITE: &str = r#"
name = "resume"
title = "A small suite"
description = "Two tasks on few generated traces."

[dataset]
kind = "adfa_ld_generated"
n_training = 60
n_validation = 40
n_attack = 40

[[task]]
id = "binary"
description = "Folds."
samples = [{ subset = "attack" }, { subset = "training" }]
split = { kind = "k_fold", n_folds = 3, stratified = true, shuffle = "seeded" }
features = [{ kind = "class_n_gram", sizes = [1, 2], columns_per_size = 20 }]
seeds = [0, 1]
measures = ["accuracy", "f1", "roc_auc"]

[[task.pipeline]]
id = "forest"
classifier = { kind = "random_forest", n_trees = 10 }

[[task.pipeline]]
id = "lr"
classifier = { kind = "logistic_regression" }

[[task]]
id = "one-class"
description = "Detectors."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }, { subset = "attack" }] }
measures = ["roc_auc"]

[[task.pipeline]]
id = "stide"
detector = { kind = "stide", n = 3 }

[[task.pipeline]]
id = "random"
detector = { kind = "random" }
"#;

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let folders = [1, 2].map(|threads| {
        let folder = tempfile::tempdir().expect("a folder");
        let finished = run_text(SUITE, &options(folder.path(), threads));
        assert_eq!((finished.summary.computed, finished.summary.failed), (14, 0));
        folder
    });
    let [one, two] = folders.each_ref().map(|folder| read(folder.path(), "results.jsonl"));
    assert_eq!(one, two);
    assert!(one.lines().count() > 14 && !one.contains("\"value\":null"));
}

#[test]
fn a_second_run_computes_only_what_is_missing_or_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    run_text(SUITE, &options(folder.path(), 2));
    let first = read(folder.path(), "results.jsonl");
    let again = run_text(SUITE, &options(folder.path(), 2));
    assert_eq!((again.summary.found, again.summary.computed), (14, 0));

    let cells = folder.path().join("cells");
    let mut files: Vec<_> =
        fs::read_dir(&cells).expect("cells").flatten().map(|entry| entry.path()).collect();
    files.sort();
    // One cell loses its record, one its scores, one a part of its scores.
    let of = |extension: &str| -> Vec<_> {
        files.iter().filter(|file| file.extension().is_some_and(|e| e == extension)).collect()
    };
    fs::remove_file(of("json")[0]).expect("a record");
    fs::remove_file(of("parquet")[1]).expect("scores");
    let cut = fs::read(of("parquet")[2]).expect("scores");
    fs::write(of("parquet")[2], &cut[..cut.len() / 2]).expect("half the scores");
    let mended = run_text(SUITE, &options(folder.path(), 1));
    assert_eq!((mended.summary.found, mended.summary.computed), (11, 3));
    assert_eq!(read(folder.path(), "results.jsonl"), first);
    assert!(!read(folder.path(), "report.html").is_empty());
}
