//! Thresholds on held-out normal samples, and scores of windows brought back to rows.

use std::collections::BTreeSet;

use oddity_bench::results::ResultRow;
use oddity_bench::store::{CellTable, Part};
use oddity_bench::suite::Suite;

use super::{options, read, run_text};

const SUITE: &str = r#"
name = "thresholds"
title = "Thresholds"
description = "Rows of a generated plant."
dataset = { kind = "hai_generated", n_rows = 900, attack_interval = 300 }

[[task]]
id = "rows"
description = "Rows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
measure_train = true
threshold = { rules = ["quantile(q=0.95)", "quantile(q=0.99)"], held_out = { share = 0.25, rows = "random" } }
measures = ["roc_auc", "precision", "recall", "f1", "false_positive_rate", "f1_oracle"]

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction" }
seeds = [0, 1]

[[task.pipeline]]
id = "constant"
detector = { kind = "constant" }
"#;

/// The cutoff as numpy has it, and the four counts, without any of the crates' code.
fn counts(table: &CellTable, q: f64, part: Part) -> (f64, [f64; 4]) {
    let scores = table.score.as_ref().expect("scores");
    let of = |wanted: Part| (0..scores.len()).filter(move |&row| table.part[row] == wanted);
    let mut held_out: Vec<f64> = of(Part::HeldOut).map(|row| scores[row]).collect();
    held_out.sort_by(f64::total_cmp);
    let place = q * (held_out.len() - 1) as f64;
    let (low, share) = (place as usize, place.fract());
    let cutoff = held_out[low] + (held_out[low + 1] - held_out[low]) * share;
    let mut counts = [0.0; 4];
    for row in of(part) {
        let at = 2 * usize::from(table.truth[row] == 1) + usize::from(cutoff < scores[row]);
        counts[at] += 1.0;
    }
    (cutoff, counts)
}

#[test]
fn figures_at_a_quantile_are_those_of_plain_counts() {
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(SUITE, &options(folder.path(), 2));
    assert_eq!(finished.summary.failed, 0);
    let row = |split: &str, seed: u64, measure: &str, q: f64| -> &ResultRow {
        let threshold =
            format!("quantile(q={q}) of 0.25 of the normal training samples, by the seed");
        let mut rows = finished.results.rows.iter().filter(|row| {
            (row.pipeline.as_str(), row.split.as_str(), row.seed) == ("rows/pca", split, Some(seed))
                && row.measure == measure
                && row.threshold.as_ref() == Some(&threshold)
        });
        let row = rows.next().unwrap();
        assert!(rows.next().is_none());
        row
    };
    for (cell, seed) in finished.results.cells.iter().zip([0, 1]) {
        let table = cell.table.as_ref().unwrap();
        assert_eq!(cell.record.outcome.n_held_out, Some(225));
        assert_eq!((cell.record.outcome.n_train, cell.record.outcome.n_test), (675, 900));
        let positions = |part: Part| -> BTreeSet<u32> {
            table.rows_of(part).iter().map(|&row| table.sample[row]).collect()
        };
        let (train, held_out) = (positions(Part::Train), positions(Part::HeldOut));
        assert!(train.is_disjoint(&held_out) && held_out.is_disjoint(&positions(Part::Test)));
        assert_eq!((train.len(), held_out.len()), (675, 225));
        assert_eq!(train.union(&held_out).copied().collect::<Vec<_>>(), Vec::from_iter(0..900));
        for q in [0.95, 0.99] {
            for (split, part) in [("test", Part::Test), ("train", Part::Train)] {
                let (cutoff, [tn, fp, missed, tp]) = counts(table, q, part);
                let found = row(split, seed, "false_positive_rate", q);
                assert!((found.cutoff.unwrap() - cutoff).abs() <= 1e-12 * cutoff);
                assert_eq!(found.n_threshold, Some(225));
                assert_eq!(found.value, Some(fp / (fp + tn)));
                if split == "test" {
                    assert_eq!(row(split, seed, "precision", q).value, Some(tp / (tp + fp)));
                    assert_eq!(row(split, seed, "recall", q).value, Some(tp / (tp + missed)));
                    let f1 = 2.0 * tp / (2.0 * tp + fp + missed);
                    assert_eq!(row(split, seed, "f1", q).value, Some(f1));
                } else {
                    let reason = row(split, seed, "recall", q).reason.as_deref();
                    assert_eq!(reason, Some("undefined: no anomaly"));
                }
            }
        }
    }
    let means = finished.results.rows.iter().filter(|row| {
        row.pipeline == "rows/pca"
            && row.measure == "f1"
            && row.seed.is_none()
            && row.split == "test"
    });
    assert_eq!(means.map(|row| row.value.is_some()).collect::<Vec<_>>(), [true, true]);
    // A detector that tells nothing apart alarms for nothing.
    let constant: Vec<&ResultRow> = finished
        .results
        .rows
        .iter()
        .filter(|row| row.pipeline == "rows/constant" && row.split == "test")
        .collect();
    let of = |measure: &str| constant.iter().find(|row| row.measure == measure).unwrap();
    assert_eq!(of("precision").reason.as_deref(), Some("undefined: no alarm"));
    assert_eq!((of("recall").value, of("f1").value), (Some(0.0), Some(0.0)));
    let report = read(folder.path(), "report.html");
    assert!(report.contains("quantile(q=0.99) of 0.25 of the normal training samples"));
}

#[test]
fn windows_that_are_held_out_share_no_row_with_those_that_train() {
    for (stride, rows, size) in [(3, "last", 10), (10, "random", 10)] {
        let windows = format!("windows = {{ size = {size}, stride = {stride}, label = 'last' }}");
        let text = SUITE
            .replace("measure_train = true", &format!("measure_train = true\n{windows}"))
            .replace("rows = \"random\"", &format!("rows = \"{rows}\""));
        let folder = tempfile::tempdir().unwrap();
        let finished = run_text(&text, &options(folder.path(), 2));
        assert_eq!(finished.summary.failed, 0);
        let table = finished.results.cells[0].table.as_ref().unwrap();
        let ends = |part: Part| -> Vec<u32> {
            table.rows_of(part).iter().map(|&row| table.sample[row]).collect()
        };
        let (train, held_out) = (ends(Part::Train), ends(Part::HeldOut));
        assert!(!train.is_empty() && !held_out.is_empty());
        for held_out in held_out {
            assert!(train.iter().all(|&end| size <= end.abs_diff(held_out)));
        }
    }
}

#[test]
fn a_threshold_that_would_see_what_it_must_not_is_refused() {
    let overlap = "windows = { size = 10, stride = 5 }\nmeasure_train = true";
    let broken = [
        ("measure_train = true", overlap, "windows that overlap are held out in one piece"),
        ("measure_train = true", "scope = \"all_samples\"", "features of all samples"),
        ("measure_train = true", "rows_by = \"mean\"", "no windows"),
        ("quantile(q=0.95)", "quantile(q=1)", "q=1 is no parameter of the threshold rule"),
        ("quantile(q=0.95)", "median", "median"),
        ("quantile(q=0.95)", "f1_best", "f1_best is fitted on labelled scores"),
        ("[\"quantile(q=0.95)\", \"quantile(q=0.99)\"]", "[]", "without a rule"),
        ("share = 0.25", "share = 0", "above 0 and below 1"),
        ("threshold = ", "full = ", "is of alarms, and the task has no threshold"),
    ];
    for (from, to, wanted) in broken {
        let error = Suite::parse(&SUITE.replace(from, to), "broken").unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn a_box_plot_is_of_one_measure_with_its_parameters_at_the_first_rule() {
    let given =
        "{ kind = \"given\", train = [{ subset = \"train\" }], test = [{ subset = \"test\" }] }";
    let folds = "{ kind = \"k_fold\", n_folds = 3, stratified = true, shuffle = \"seeded\" }";
    let text = SUITE.replace(given, folds).replace("measure_train = true\n", "");
    for (first, title) in [
        ("precision", "rows: precision@quantile(q=0.95) of each fold"),
        ("precision_at_k(k=10)", "rows: precision_at_k(k=10) of each fold"),
    ] {
        let text = text.replace("[\"roc_auc\", ", &format!("[\"{first}\", "));
        let text = text.replace("\"precision\", \"precision\"", "\"precision\"");
        let folder = tempfile::tempdir().unwrap();
        run_text(&text, &options(folder.path(), 2));
        let list = read(folder.path(), "figures/index.csv");
        assert!(list.contains(title), "{list}");
    }
}

#[test]
fn rows_get_their_scores_from_the_windows_that_cover_them() {
    let text = r#"
name = "back-to-rows"
title = "Back to rows"
description = "Windows of a generated plant."
dataset = { kind = "hai_generated", n_rows = 903, attack_interval = 300 }

[[task]]
id = "windows"
description = "Windows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
windows = { size = 10, stride = 4, label = "any" }
measures = ["roc_auc"]

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction" }
"#;
    let run_one = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut finished = run_text(text, &options(folder.path(), 1));
        let cell = finished.results.cells.remove(0);
        (cell.table.unwrap(), cell.record.outcome)
    };
    let (plain, _) = run_one(&text.replace("windows = {", "# windows = {"));
    let run = |rule: Option<&str>| {
        let by = rule.map_or_else(String::new, |rule| format!("rows_by = \"{rule}\"\n"));
        run_one(&text.replace("measures =", &format!("{by}measures =")))
    };
    let (windows, outcome) = run(None);
    assert_eq!(outcome.n_uncovered, None);
    for rule in ["last", "mean", "max", "median"] {
        let (rows, outcome) = run(Some(rule));
        let mut wanted: Vec<(u32, f64)> = Vec::new();
        for row in 903..1806 {
            let ends = windows.sample.iter().zip(windows.score.as_ref().unwrap());
            let covers =
                |end: u32| if rule == "last" { row == end } else { row <= end && end < row + 10 };
            let mut scores: Vec<f64> =
                ends.filter(|(end, _)| covers(**end)).map(|(_, &score)| score).collect();
            scores.sort_by(f64::total_cmp);
            let n = scores.len();
            if n == 0 {
                continue;
            }
            wanted.push((
                row,
                match rule {
                    "mean" => scores.iter().sum::<f64>() / n as f64,
                    "median" => (scores[(n - 1) / 2] + scores[n / 2]) / 2.0,
                    _ => scores[n - 1],
                },
            ));
        }
        assert_eq!(outcome.n_uncovered, Some(903 - wanted.len()), "{rule}");
        assert_eq!(rows.sample, wanted.iter().map(|(row, _)| *row).collect::<Vec<_>>(), "{rule}");
        for (found, (row, wanted)) in rows.score.as_ref().unwrap().iter().zip(&wanted) {
            assert!((found - wanted).abs() <= 1e-12 * wanted.abs(), "{rule} {row}");
        }
        let truth: Vec<u32> =
            rows.sample.iter().map(|&row| plain.truth[row as usize - 903]).collect();
        assert!(rows.truth == truth && truth.contains(&1), "rows have their own truth");
    }
}
