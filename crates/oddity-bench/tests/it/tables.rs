//! Suites over tables: several datasets, windows, series, groups, filters by attribute.

use std::collections::BTreeSet;
use std::path::PathBuf;

use oddity_bench::dataset::Dataset;
use oddity_bench::plan::Plan;
use oddity_bench::run::run;
use oddity_bench::suite::{Suite, embedded};
use oddity_models::catalogue::DetectorConfig;

use super::{options, read, run_text};

const GROUPED: &str = r#"
name = "grouped"
title = "Whole folders in one fold"
description = "Attack traces of the same folder are never on both sides."
dataset = { kind = "adfa_ld_generated", n_training = 5, n_validation = 5, n_attack = 60 }

[[task]]
id = "folders"
description = "Classes of attacks."
truth = "classes"
samples = [{ subset = "attack" }]
split = { kind = "group_k_fold", n_folds = 3, group = "folder" }
measures = ["accuracy"]

[[task.pipeline]]
id = "constant"
classifier = { kind = "constant" }
"#;

#[test]
fn generated_sources_give_the_same_results_on_any_number_of_threads() {
    let mut suite = embedded("synthetic").unwrap();
    // Two pipelines a task tell; the catalogue has the same test of each detector.
    suite.tasks.iter_mut().for_each(|task| task.pipelines.truncate(2));
    let results = [1, 3].map(|threads| {
        let folder = tempfile::tempdir().unwrap();
        let finished = run(&suite, &options(folder.path(), threads), |_, _| ()).unwrap();
        assert_eq!(finished.summary.failed, 0);
        let report = read(folder.path(), "report.html");
        for name in ["hai", "nsl-kdd", "device-traffic", "timeline"] {
            assert!(report.contains(&format!("{name}-generated: ")), "{name}");
        }
        read(folder.path(), "results.jsonl")
    });
    assert!(results[0] == results[1]);
}

#[test]
fn groups_are_never_on_both_sides_and_every_sample_is_tested_once() {
    let suite = Suite::parse(GROUPED, "test").unwrap();
    let config = suite.dataset_of(&suite.tasks[0]).unwrap();
    let datasets = [Dataset::load(config, None).unwrap()];
    let plan = Plan::new(&suite, &datasets, &[0], |_| true).unwrap();
    assert_eq!(plan.groups.len(), 3);
    let folders = datasets[0].attribute("folder").unwrap();
    let mut tested = Vec::new();
    for group in &plan.groups {
        let of = |part: &[usize]| -> BTreeSet<&str> {
            part.iter().map(|&at| folders.get(group.members[at])).collect()
        };
        let (train, test) = (of(group.split.train()), of(group.split.test()));
        assert!(train.is_disjoint(&test), "{train:?} {test:?}");
        tested.extend_from_slice(group.split.test());
    }
    tested.sort_unstable();
    assert_eq!(tested, (0..60).collect::<Vec<_>>());
}

#[test]
fn a_filter_that_asks_for_what_is_not_known_is_refused() {
    let text = GROUPED.replace("{ subset = \"attack\" }", "{ where = { service = \"http\" } }");
    let suite = Suite::parse(&text, "test").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Err(error) = run(&suite, &options(folder.path(), 1), |_, _| ()) else {
        panic!("a filter by an attribute that is not there")
    };
    assert_eq!(
        error.to_string(),
        "adfa-ld-generated: found no attribute \"service\", wanted one of subset, folder"
    );
}

#[test]
fn steps_over_all_samples_may_not_learn_from_them() {
    let text = GROUPED.replace("truth =", "prepare = [{ kind = \"standardize\" }]\ntruth =");
    let error = Suite::parse(&text, "test").unwrap_err().to_string();
    assert!(error.contains("may learn nothing"), "{error}");
}

#[test]
fn steps_that_read_earlier_rows_need_a_split_that_keeps_their_order() {
    let suite = |split: &str, features: &str| {
        let text =
            GROUPED.replace("{ kind = \"group_k_fold\", n_folds = 3, group = \"folder\" }", split);
        let text = text.replace("truth =", &format!("{features}\ntruth ="));
        Suite::parse(&text, "test").map_err(|error| error.to_string())
    };
    let stats = "features = [{ kind = \"standardize\" }, { kind = \"running_stats\" }]";
    let part = "[{ subset = \"attack\" }]";
    let parts = "[{ subset = \"attack\" }, { subset = \"training\" }]";
    let given = |train: &str| format!("{{ kind = \"given\", train = {train}, test = {part} }}");
    let kept = [
        given(part),
        given(part).replace("given", "series"),
        "{ kind = \"hold_out\", shuffle = \"none\" }".to_owned(),
    ];
    for split in kept {
        assert!(suite(&split, stats).is_ok(), "{split}");
    }
    let refused = [
        given(parts),
        "{ kind = \"hold_out\" }".to_owned(),
        "{ kind = \"hold_out\", stratified = true }".to_owned(),
        "{ kind = \"k_fold\", shuffle = \"seeded\" }".to_owned(),
        "{ kind = \"k_fold\" }".to_owned(),
        "{ kind = \"group_k_fold\", n_folds = 3, group = \"folder\" }".to_owned(),
        "{ kind = \"one_class\", shuffle = \"none\" }".to_owned(),
    ];
    for split in refused {
        let error = suite(&split, stats).unwrap_err();
        assert!(error.starts_with("suite grouped, folders: \"running_stats\" reads"), "{error}");
        assert!(error.contains("put it into `prepare`"), "{error}");
    }
    // The same where a pipeline alone takes the step.
    let text = GROUPED.replace("classifier", "steps = [{ kind = \"flow\" }]\nclassifier");
    let error = Suite::parse(&text, "test").unwrap_err().to_string();
    assert!(error.contains("\"flow\" reads the rows before each"), "{error}");
    // Before the split the order is that of the dataset.
    let all = format!("scope = \"all_samples\"\n{stats}");
    assert!(suite("{ kind = \"k_fold\", shuffle = \"seeded\" }", &all).is_ok());
}

#[test]
fn windows_and_detectors_of_streams_need_rows_in_their_order() {
    let text = r#"
name = "order"
title = "Rows in their order"
dataset = { kind = "hai_generated", n_rows = 900, attack_interval = 300 }

[[task]]
id = "rows"
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
measures = ["roc_auc"]

[[task.pipeline]]
id = "detector"
detector = { kind = "pca_reconstruction" }
"#;
    let windows = text.replace("measures =", "windows = { size = 10, stride = 5 }\nmeasures =");
    let kind = |kind: &str| text.replace("{ kind = \"pca_reconstruction\" }", kind);
    let stream = kind("{ kind = \"running_z_score\" }");
    let among = "{ kind = \"ensemble\", members = [{ kind = \"pca_reconstruction\" }, \
                 { kind = \"local_regression\" }] }";
    let given = text.lines().find_map(|line| line.strip_prefix("split = ")).unwrap();
    let parse = |text: &str, split: &str| {
        Suite::parse(&text.replace(given, split), "test").map_err(|error| error.to_string())
    };
    let shuffled = ["{ kind = \"hold_out\" }", "{ kind = \"k_fold\" }", "{ kind = \"one_class\" }"];
    for (text, wanted) in [
        (&windows, "windows lie over rows that follow each other"),
        (&stream, "running_z_score reads the rows before each"),
        (&kind(among), "ensemble reads the rows before each"),
    ] {
        assert!(parse(text, given).is_ok(), "{text}");
        assert!(parse(text, "{ kind = \"hold_out\", shuffle = \"none\" }").is_ok(), "{text}");
        for split in shuffled {
            let error = parse(text, split).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }
    // Whole series keep their rows together.
    let series = "{ kind = \"group_k_fold\", n_folds = 2, group = \"series\" }";
    assert!(parse(&windows, series).is_ok());
}

#[test]
fn windows_take_no_classes_and_a_detector_of_rows_scores_them() {
    let text = r#"
name = "windows"
title = "Windows"
description = "Windows of a generated plant."
dataset = { kind = "hai_generated", n_rows = 900, attack_interval = 300 }

[[task]]
id = "minutes"
description = "Windows of ten rows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
windows = { size = 10, stride = 5, label = "any" }
measures = ["roc_auc"]

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction" }
"#;
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(text, &options(folder.path(), 2));
    let outcome = &finished.results.cells[0].record.outcome;
    assert_eq!((outcome.n_train, outcome.n_test), (179, 179));
    let table = finished.results.cells[0].table.as_ref().unwrap();
    // The first window ends with the tenth row of the test file.
    assert_eq!(table.sample[..2], [909, 914]);
    let error = Suite::parse(
        &text.replace("id = \"minutes\"", "id = \"minutes\"\ntruth = \"classes\""),
        "x",
    );
    assert!(error.unwrap_err().to_string().contains("windows have two classes"));
}

#[test]
fn http_connections_of_nsl_kdd_are_the_windows_of_the_study() {
    let Some(data_dir) = std::env::var_os("ODDITY_DATA_DIR").filter(|dir| !dir.is_empty()) else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path(), 2);
    options.data_dir = Some(PathBuf::from(data_dir));
    let mut suite = embedded("kdd-http").unwrap();
    // The study's hundred epochs of five seeds take minutes: here they only have to run.
    for pipeline in suite.tasks.iter_mut().flat_map(|task| &mut task.pipelines) {
        if let Some(DetectorConfig::LstmAutoencoder(params)) = &mut pipeline.detector {
            params.training.epochs = 2;
        }
        pipeline.seeds = pipeline.seeds.is_some().then(|| vec![0]);
    }
    let finished = run(&suite, &options, |_, _| ()).unwrap();
    assert_eq!(finished.summary.failed, 0);
    for cell in &finished.results.cells {
        let (name, outcome) = (&cell.record.name.pipeline, &cell.record.outcome);
        let table = cell.table.as_ref().unwrap();
        let n_anomalous = table.truth.iter().filter(|&&code| code == 1).count();
        if name.starts_with("rows/") {
            assert_eq!((outcome.n_train, outcome.n_test), (38_049, 7_853), "{name}");
        } else {
            let held_out = if name.starts_with("corrected/") { Some(761) } else { None };
            assert_eq!(outcome.n_held_out, held_out, "{name}");
            assert_eq!(outcome.n_train, 3_804 - held_out.unwrap_or(0), "{name}");
            assert_eq!((outcome.n_test, n_anomalous), (785, 634), "{name}");
        }
        let is_short = ["components/", "as-published/", "corrected/"]
            .iter()
            .any(|task| name.starts_with(task));
        let n_columns = if is_short { 14 } else { 28 };
        assert_eq!(outcome.n_columns, Some(n_columns), "{name}");
        let epochs = outcome.history.as_ref().map(|history| history.epochs.len());
        assert_eq!(epochs, name.contains("lstm-ae").then_some(2), "{name}");
    }
}

const WINDOWS_BEFORE: &str = r#"
name = "windows-before"
title = "Windows before the split"
description = "Rows of attacks, then normal ones."
dataset = { kind = "adfa_ld_generated", n_training = 20, n_validation = 5, n_attack = 12 }

[[task]]
id = "windows"
description = "As a published study has it."
samples = [{ subset = "attack" }, { subset = "training" }]
split = { kind = "one_class", test_share = 0.25 }
scope = "all_samples"
features = [{ kind = "n_gram", sizes = [1], columns_per_size = 5 }]
windows = { size = 4, stride = 1, label = "next" }
split_windows = true
measures = ["roc_auc"]

[[task.pipeline]]
id = "pca"
steps = [{ kind = "standardize" }]
detector = { kind = "pca_reconstruction" }
"#;

#[test]
fn windows_laid_before_the_split_are_each_in_one_part() {
    let suite = Suite::parse(WINDOWS_BEFORE, "test").unwrap();
    let config = suite.dataset_of(&suite.tasks[0]).unwrap();
    let datasets = [Dataset::load(config, None).unwrap()];
    let plan = Plan::new(&suite, &datasets, &[0], |_| true).unwrap();
    let split = &plan.groups[0].split;
    // 32 rows have 28 windows of four with a row behind them: that row is an attack for the
    // first eight.
    let windows: BTreeSet<usize> = split.train().iter().chain(split.test()).copied().collect();
    assert_eq!(windows, (0..28).collect());
    assert_eq!((split.train().len(), split.test().len()), (15, 13));
    assert!(split.train().iter().all(|&window| 8 <= window));
    let folder = tempfile::tempdir().unwrap();
    let finished = run(&suite, &options(folder.path(), 1), |_, _| ()).unwrap();
    assert_eq!(finished.summary.failed, 0);
    for (from, to, reason) in [
        ("scope = \"all_samples\"", "", "leaves rows in several parts"),
        ("windows = { size = 4, stride = 1, label = \"next\" }", "", "without windows"),
        (
            "{ kind = \"one_class\", test_share = 0.25 }",
            "{ kind = \"group_k_fold\", n_folds = 2, group = \"folder\" }",
            "as one class",
        ),
    ] {
        let text = WINDOWS_BEFORE.replace(from, to);
        let error = Suite::parse(&text, "test").unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
