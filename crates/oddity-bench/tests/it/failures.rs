//! What goes wrong is said: cells that fail, suites that contradict themselves, data that
//! is not there.

use oddity_bench::cell::Status;
use oddity_bench::environment::Environment;
use oddity_bench::manifest::Folder;
use oddity_bench::run::{run, write_results};
use oddity_bench::suite::{Suite, embedded};

use super::{options, read, run_text};

const FAILING: &str = r#"
name = "failing"
title = "A cell that fails beside one that does not"
description = "The first detector cannot read sequences as rows."

[dataset]
kind = "adfa_ld_generated"
n_training = 20
n_validation = 10
n_attack = 10

[[task]]
id = "one-class"
description = "Detectors."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }] }
measures = ["roc_auc"]

[[task.pipeline]]
id = "scaled"
steps = [{ kind = "standardize" }]
detector = { kind = "length" }

[[task.pipeline]]
id = "length"
detector = { kind = "length" }
"#;

#[test]
fn a_failed_cell_is_a_result_and_an_undefined_measure_has_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let finished = run_text(FAILING, &options(folder.path(), 1));
    assert_eq!((finished.summary.computed, finished.summary.failed), (2, 1));
    let [failed, undefined] = &finished.results.rows[..] else { panic!("two rows") };
    assert_eq!((failed.status, failed.value), (Status::Error, None));
    assert_eq!(failed.reason.as_deref(), Some("found sequences, wanted dense rows"));
    assert_eq!((undefined.status, undefined.value), (Status::Ok, None));
    assert_eq!(undefined.reason.as_deref(), Some("undefined: no anomaly"));
    assert!(read(folder.path(), "report.html").contains("found sequences, wanted dense rows"));
}

const FOLDS: &str = r#"
name = "folds"
title = "A measure that chooses its own threshold"

[dataset]
kind = "adfa_ld_generated"
n_training = 20
n_validation = 10
n_attack = 20

[[task]]
id = "folds"
split = { kind = "k_fold", n_folds = 3, stratified = true, shuffle = "seeded" }
measures = ["f1_oracle"]

[[task.pipeline]]
id = "length"
detector = { kind = "length" }
"#;

#[test]
fn a_first_fold_that_failed_is_not_left_out_of_a_mean() {
    let folder = tempfile::tempdir().expect("a folder");
    run_text(FOLDS, &options(folder.path(), 1));
    let opened = Folder::open(folder.path()).expect("results");
    let first = &opened.manifest.cells[0];
    assert_eq!(first.name.split, "fold-00");
    let (mut record, _) = opened.store.read(&first.key).expect("a cell");
    (record.status, record.reason) = (Status::Error, Some("planted".to_owned()));
    opened.store.write(&record, None).expect("the cell again");
    let environment = Environment::detect(None, 1, 1);
    let (results, _) = write_results(&opened, &environment).expect("a report");
    assert!(results.rows.iter().all(|row| row.threshold.as_deref() == Some("oracle")));
    let mean = results.rows.iter().find(|row| row.split == "mean").expect("a mean");
    assert_eq!((mean.value, mean.status), (None, Status::Error));
    assert_eq!(mean.reason.as_deref(), Some("seed 0 fold-00: planted"));
}

#[test]
fn a_suite_that_contradicts_itself_is_refused_before_anything_runs() {
    let broken = [
        (FAILING.replace("kind = \"length\" }", "kind = \"longest\" }"), "longest"),
        (FAILING.replace("\"roc_auc\"", "\"roc_auk\""), "roc_auk"),
        (FAILING.replace("id = \"scaled\"", "id = \"length\""), "the id occurs twice"),
        (
            FAILING.replace("kind = \"standardize\"", "kind = \"class_n_gram\", sizes = [1]"),
            "labels",
        ),
        (FAILING.replace("detector = ", "detectr = "), "detectr"),
        (FAILING.replace("measures =", "seeds = [1, 2, 1]\nmeasures ="), "seed 1 occurs twice"),
    ];
    for (text, wanted) in broken {
        let error = Suite::parse(&text, "broken").expect_err("a refusal").to_string();
        assert!(error.contains(wanted), "{error}");
    }
    let unknown = embedded("adfa").expect_err("a refusal").to_string();
    assert!(unknown.contains("adfa-ld"), "{unknown}");
}

#[test]
fn data_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path(), 1);
    options.data_dir = Some(folder.path().join("nowhere"));
    let suite = embedded("adfa-ld").expect("the suite");
    let error = run(&suite, &options, |_, _| ()).err().expect("a refusal").to_string();
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn a_choice_of_no_pipeline_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(&folder.path().join("results"), 1);
    options.only = Some("no-such/*".to_owned());
    let suite = embedded("smoke").expect("the suite");
    let error = run(&suite, &options, |_, _| ()).err().expect("a refusal").to_string();
    assert_eq!(error, "no pipeline of smoke matches \"no-such/*\"");
    assert!(!folder.path().join("results").exists());
}
