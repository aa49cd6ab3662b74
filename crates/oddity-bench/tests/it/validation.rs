//! Cutoffs chosen on labelled samples that are cut from the test part.

use std::collections::BTreeSet;

use oddity_bench::check::check;
use oddity_bench::dataset::Dataset;
use oddity_bench::manifest::Folder;
use oddity_bench::repro::reproduce;
use oddity_bench::results::{NoCutoff, ResultRow, cutoffs};
use oddity_bench::run::Finished;
use oddity_bench::store::{CellTable, Part};
use oddity_bench::suite::Suite;
use oddity_core::{Classes, Scores};
use oddity_eval::measure::{AlarmMeasure, Truth, Undefined};

use super::{options, read, run_text};

const SUITE: &str = r#"
name = "labelled"
title = "Labelled"
description = "Rows of a generated plant."
dataset = { kind = "hai_generated", n_rows = 900, attack_interval = 150 }

[[task]]
id = "rows"
description = "Rows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
threshold = { rules = ["f1_best", "g_mean_best", "quantile(q=0.95)"], validation = { share = 0.3, rows = "random", seed = 3 } }
measures = ["roc_auc", "precision", "recall", "f1"]

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction", components = { variance = 0.5 } }
seeds = [0, 1]

[[task.pipeline]]
id = "isolation-forest"
detector = { kind = "isolation_forest" }
seeds = [0, 1]
"#;

const ALL: &str = r#"["f1_best", "g_mean_best", "quantile(q=0.95)"]"#;
const RANDOM: &str = r#"{ share = 0.3, rows = "random", seed = 3 }"#;

fn positions(table: &CellTable, part: Part) -> BTreeSet<u32> {
    table.rows_of(part).iter().map(|&row| table.sample[row]).collect()
}

/// Scores of a part with their truth.
fn scored(table: &CellTable, part: Part) -> Vec<(f64, bool)> {
    let scores = table.score.as_ref().expect("scores");
    table.rows_of(part).iter().map(|&row| (scores[row], table.truth[row] == 1)).collect()
}

/// True positives, false positives and missed, of alarms from `least` on.
fn counts(scored: &[(f64, bool)], least: f64) -> [f64; 3] {
    let n = |alarm: bool, anomaly: bool| {
        let of =
            scored.iter().filter(|(score, truth)| (least <= *score, *truth) == (alarm, anomaly));
        of.count() as f64
    };
    [n(true, true), n(true, false), n(false, true)]
}

fn f1([found, wrong, missed]: [f64; 3]) -> f64 {
    2.0 * found / (2.0 * found + wrong + missed)
}

fn row_of<'a>(
    finished: &'a Finished,
    pipeline: &str,
    seed: u64,
    measure: &str,
    rule: &str,
) -> &'a ResultRow {
    let mut rows = finished.results.rows.iter().filter(|row| {
        (row.pipeline.as_str(), row.seed, row.split.as_str()) == (pipeline, Some(seed), "test")
            && row.measure == measure
            && row.threshold.as_ref().is_some_and(|of| of.starts_with(&format!("{rule} of ")))
    });
    let row = rows.next().expect("a row");
    assert!(rows.next().is_none());
    row
}

#[test]
fn every_rule_is_measured_on_what_is_left_and_labelled_ones_choose_on_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(SUITE, &options(folder.path(), 2));
    assert_eq!(finished.summary.failed, 0);
    let first = finished.results.cells[0].table.as_ref().unwrap();
    let cut = positions(first, Part::Validation);
    for cell in &finished.results.cells {
        let (table, outcome) = (cell.table.as_ref().unwrap(), &cell.record.outcome);
        assert_eq!(positions(table, Part::Validation), cut, "whatever the seed and the pipeline");
        let measured = positions(table, Part::Test);
        assert!(measured.is_disjoint(&cut));
        assert_eq!(measured.union(&cut).copied().collect::<Vec<_>>(), Vec::from_iter(900..1800));
        let (validation, rest) = (scored(table, Part::Validation), scored(table, Part::Test));
        let n_anomalies = validation.iter().filter(|(_, anomaly)| *anomaly).count();
        let n_others = rest.iter().filter(|(_, anomaly)| *anomaly).count();
        assert!(0 < n_anomalies);
        assert_eq!(n_anomalies, ((n_anomalies + n_others) as f64 * 0.3).ceil() as usize);
        assert_eq!(outcome.n_validation, Some(validation.len()));
        assert_eq!(outcome.n_validation_anomalies, Some(n_anomalies));
        assert_eq!((outcome.n_test, outcome.n_held_out), (rest.len(), Some(180)));
        // Every score of the validation part as the lowest alarm, from the highest on.
        let mut candidates: Vec<f64> = validation.iter().map(|(score, _)| *score).collect();
        candidates.sort_by(|a, b| b.total_cmp(a));
        let mut best = candidates[0];
        for &least in &candidates {
            if f1(counts(&validation, best)) < f1(counts(&validation, least)) {
                best = least;
            }
        }
        let below =
            candidates.iter().copied().filter(|score| *score < best).fold(f64::MIN, f64::max);
        let name = &cell.record.name;
        let row =
            |measure: &str, rule: &str| row_of(&finished, &name.pipeline, name.seed, measure, rule);
        let found = row("f1", "f1_best");
        let cutoff = found.cutoff.unwrap();
        assert!(below <= cutoff && cutoff < best, "{below} {cutoff} {best}");
        assert_eq!(found.value, Some(f1(counts(&rest, best))));
        assert_eq!(found.n_threshold, Some(validation.len()));
        assert_eq!(found.n_threshold_anomalies, Some(n_anomalies));
        assert_eq!(
            found.threshold.as_deref(),
            Some("f1_best of 0.3 of the test samples with their labels, by seed 3")
        );
        let quantile = row("recall", "quantile(q=0.95)");
        assert_eq!((quantile.n_threshold, quantile.n_threshold_anomalies), (Some(180), None));
        let [found, _, missed] = counts(&rest, quantile.cutoff.unwrap());
        assert_eq!(quantile.value, Some(found / (found + missed)));
    }
    let report = read(folder.path(), "report.html");
    for wanted in ["labelled validation part", "anomalies in it", "with their labels, by seed 3"] {
        assert!(report.contains(wanted), "{wanted}");
    }
    assert!(!report.contains("why there is none"));
    let lines = read(folder.path(), "results.jsonl");
    let quantile = lines.lines().find(|line| line.contains("\"quantile(q=0.95)")).unwrap();
    assert!(!quantile.contains("n_threshold_anomalies"), "{quantile}");
}

#[test]
fn the_cutoff_is_that_of_scikit_learn() {
    // scikit-learn 1.9.1, numpy 2.4.6: i = np.arange(80); y = i * i % 11 < 3
    // s = np.round(np.sin(i * i) * 10 + 3 * y, 3); val = i % 3 == 0
    // p, r, t = precision_recall_curve(y[val], s[val]); f = 2 * p * r / (p + r)
    // t[f.argmax()] is 12.055, one of a kind; f1_score(y[~val], s[~val] >= 12.055)
    // fpr, tpr, t = roc_curve(y[val], s[val], drop_intermediate=False)
    // t[np.sqrt(tpr * (1 - fpr)).argmax()] is 8.663
    let mut table = CellTable { n_classes: 2, ..CellTable::default() };
    let mut scores = Vec::new();
    for at in 0..80_u32 {
        let truth = u32::from(at * at % 11 < 3);
        let score = f64::from(at * at).sin() * 10.0 + 3.0 * f64::from(truth);
        table.sample.push(at);
        table.part.push(if at % 3 == 0 { Part::Validation } else { Part::Test });
        table.truth.push(truth);
        scores.push((score * 1e3).round() / 1e3);
    }
    table.score = Some(scores.clone());
    let suite = Suite::parse(SUITE, "test").unwrap();
    let fitted = cutoffs(&suite.tasks[0], &table);
    let cutoff = fitted[0].fixed().unwrap().value();
    assert!(cutoff < 12.055 && 12.055 - cutoff < 1e-9, "{cutoff}");
    assert_eq!((fitted[0].n_scores, fitted[0].n_anomalies), (27, Some(8)));
    let rest = table.rows_of(Part::Test);
    let truth = Classes::new(rest.iter().map(|&row| table.truth[row]).collect(), ["0", "1"]);
    let scores = Scores::new(rest.iter().map(|&row| scores[row]).collect()).unwrap();
    let alarms = fitted[0].alarms(&scores).unwrap();
    let measure = <AlarmMeasure>::parse("f1").unwrap();
    let value = measure.evaluate(&Truth::Classes(&truth.unwrap()), &alarms).unwrap();
    assert!((value - 0.42105263157894735).abs() < 1e-15, "{value}");
    let cutoff = fitted[1].fixed().unwrap().value();
    assert!(cutoff < 8.663 && 8.663 - cutoff < 1e-9, "{cutoff}");
}

#[test]
fn windows_of_the_two_sides_share_no_row() {
    let (overlap, apart) = ("size = 10, stride = 3", "size = 10, stride = 10");
    for (windows, rows, embargo) in [
        (overlap, "rows = \"first\", embargo = 25", 25),
        (overlap, "rows = \"first\"", 0),
        (apart, "rows = \"random\"", 0),
    ] {
        let windows = format!("windows = {{ {windows}, label = 'any' }}\nmeasures =");
        let text =
            SUITE.replace("rows = \"random\", seed = 3", rows).replace("measures =", &windows);
        let folder = tempfile::tempdir().unwrap();
        let finished = run_text(&text, &options(folder.path(), 2));
        assert_eq!(finished.summary.failed, 0);
        let table = finished.results.cells[0].table.as_ref().unwrap();
        let (validation, measured) =
            (positions(table, Part::Validation), positions(table, Part::Test));
        assert!(10 < validation.len() && 20 < measured.len());
        for one in &validation {
            // Of a window the position is that of its last row.
            assert!(measured.iter().all(|other| 10 + embargo <= other.abs_diff(*one)), "{rows}");
        }
    }
}

#[test]
fn rows_below_windows_are_cut_without_cutting_an_event() {
    let text = SUITE.replace(RANDOM, "{ share = 0.3, rows = \"first\" }").replace(
        "measures =",
        "windows = { size = 10, stride = 3, label = 'last' }\nrows_by = 'mean'\nmeasures =",
    );
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(&text, &options(folder.path(), 2));
    assert_eq!(finished.summary.failed, 0);
    let cell = &finished.results.cells[0];
    let (table, outcome) = (cell.table.as_ref().unwrap(), &cell.record.outcome);
    let (validation, measured) = (positions(table, Part::Validation), positions(table, Part::Test));
    let (last, first) = (*validation.last().unwrap(), *measured.first().unwrap());
    assert!(last < first && 1100 < last && first < 1230, "{last} {first}");
    assert_eq!(outcome.n_validation, Some(validation.len()));
    let plain =
        SUITE.replace("threshold = ", "# ").replace(", \"precision\", \"recall\", \"f1\"", "");
    let plain = run_text(&plain, &options(tempfile::tempdir().unwrap().path(), 2));
    let truth = &plain.results.cells[0].table.as_ref().unwrap().truth;
    let of_rows = |rows: std::ops::Range<u32>| rows.map(|row| truth[row as usize - 900]);
    assert!(of_rows(last..first + 1).any(|code| code == 0), "an event is on both sides");
}

#[test]
fn groups_are_cut_whole() {
    let text = SUITE
        .replace(
            "kind = \"hai_generated\", n_rows = 900, attack_interval = 150",
            "kind = \"adfa_ld_generated\", n_training = 60, n_validation = 80, n_attack = 90",
        )
        .replace("{ subset = \"train\" }", "{ subset = \"training\" }")
        .replace(
            "[{ subset = \"test\" }]",
            "[{ subset = \"attack\" }, { subset = \"validation\" }]",
        )
        .replace("features = [{ kind = \"drop_constant\" }, { kind = \"standardize\" }]\n", "")
        .replace(
            "{ kind = \"pca_reconstruction\", components = { variance = 0.5 } }",
            "{ kind = \"stide\", n = 3 }",
        )
        .replace("{ kind = \"isolation_forest\" }", "{ kind = \"length\" }")
        .replace("rows = \"random\"", "rows = { group = \"folder\" }");
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(&text, &options(folder.path(), 2));
    assert_eq!(finished.summary.failed, 0);
    let suite = Suite::parse(&text, "test").unwrap();
    let data = Dataset::load(suite.dataset.as_ref().unwrap(), None).unwrap();
    let folders = data.attribute("folder").unwrap();
    let table = finished.results.cells[0].table.as_ref().unwrap();
    let of = |part: Part, attack: bool| -> Vec<&str> {
        let samples = positions(table, part).into_iter().map(|sample| folders.get(sample as usize));
        samples.filter(|folder| folder.is_empty() != attack).collect()
    };
    // Normal traces have no folder.
    assert_eq!([of(Part::Validation, false).len(), of(Part::Test, false).len()], [24, 56]);
    let [cut, left] =
        [Part::Validation, Part::Test].map(|part| BTreeSet::from_iter(of(part, true)));
    assert!(!cut.is_empty() && !left.is_empty() && cut.is_disjoint(&left));
    assert!(row_of(&finished, "rows/pca", 0, "f1", "f1_best").value.is_some());
    let unknown = text.replace("group = \"folder\"", "group = \"host\"");
    let suite = Suite::parse(&unknown, "test").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let refused = oddity_bench::run::run(&suite, &options(folder.path(), 1), |_, _| ());
    let refused = refused.map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("host") && refused.contains("folder"), "{refused}");
}

#[test]
fn a_validation_part_of_one_class_gives_no_cutoff() {
    let text = SUITE.replace(RANDOM, "{ share = 0.02, rows = \"first\" }");
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(&text, &options(folder.path(), 2));
    assert_eq!(finished.summary.failed, 0);
    let wanted = "no cutoff: undefined, no anomaly among the 18 of the validation part";
    for rule in ["f1_best", "g_mean_best"] {
        let row = row_of(&finished, "rows/pca", 0, "f1", rule);
        assert_eq!((row.value, row.cutoff, row.status.as_str()), (None, None, "ok"));
        assert_eq!((row.n_threshold, row.n_threshold_anomalies), (Some(18), Some(0)));
        assert_eq!(row.reason.as_deref(), Some(wanted));
    }
    assert!(row_of(&finished, "rows/pca", 0, "f1", "quantile(q=0.95)").value.is_some());
    let suite = Suite::parse(&text, "test").unwrap();
    let fitted = cutoffs(&suite.tasks[0], finished.results.cells[0].table.as_ref().unwrap());
    let undefined = NoCutoff::Undefined { undefined: Undefined::NoAnomaly, n_scores: 18 };
    assert_eq!(fitted[0].cutoff.as_ref().err(), Some(&undefined));
    let report = read(folder.path(), "report.html");
    assert!(report.contains("why there is none") && report.contains(wanted));
}

#[test]
fn without_a_rule_of_scores_alone_nothing_is_held_out_of_the_training() {
    let text = SUITE.replace(ALL, "[\"f1_best\"]");
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(&text, &options(folder.path(), 2));
    let outcome = &finished.results.cells[0].record.outcome;
    assert_eq!((outcome.n_train, outcome.n_held_out), (900, None));
    assert!(row_of(&finished, "rows/pca", 0, "f1", "f1_best").value.is_some());
}

#[test]
fn cells_are_found_again_checked_and_reproduced() {
    let folder = tempfile::tempdir().unwrap();
    let run = options(folder.path(), 2);
    let before = run_text(SUITE, &run);
    let bytes = read(folder.path(), "results.jsonl");
    let again = run_text(SUITE, &run);
    assert_eq!((before.summary.computed, again.summary.computed), (4, 0));
    assert_eq!(read(folder.path(), "results.jsonl"), bytes);
    let checked = check(folder.path()).unwrap();
    assert_eq!((checked.exit_code(), &checked.wrong), (0, &Vec::new()));
    let opened = Folder::open(folder.path()).unwrap();
    let other = tempfile::tempdir().unwrap();
    let key = &opened.manifest.cells[1].key;
    let reproduced = reproduce(&opened, key, &options(other.path(), 1)).unwrap();
    assert!(reproduced.is_same(), "{:?}", reproduced.first_difference);
    // Another rule on the same cut needs no fit; another cut does.
    let other_rule = SUITE.replace("\"g_mean_best\"", "\"mean_sd\"");
    assert_eq!(run_text(&other_rule, &run).summary.computed, 0);
    let other_cut = SUITE.replace("seed = 3", "seed = 4");
    assert_eq!(run_text(&other_cut, &run).summary.computed, 4);
}

#[test]
fn cells_without_a_validation_part_are_what_they_were() {
    let text = SUITE
        .replace(ALL, "[\"quantile(q=0.95)\"]")
        .replace(&format!(", validation = {RANDOM}"), "");
    let folder = tempfile::tempdir().unwrap();
    let finished = run_text(&text, &options(folder.path(), 2));
    let record = &finished.results.cells[0].record;
    let json = read(folder.path(), &format!("cells/{}.json", record.key));
    for text in [json, read(folder.path(), "results.jsonl"), read(folder.path(), "manifest.json")] {
        assert!(!text.contains("validation") && !text.contains("n_threshold_anomalies"), "{text}");
    }
    assert!(!read(folder.path(), "report.html").contains("validation part"));
}

#[test]
fn a_validation_part_that_would_not_be_held_apart_is_refused() {
    let series = SUITE.replace("kind = \"given\"", "kind = \"series\"");
    let folds = SUITE.replace(
        "split = { kind = \"given\", train = [{ subset = \"train\" }], test = [{ subset = \"test\" }] }",
        "split = { kind = \"group_k_fold\", n_folds = 2, group = \"series\" }",
    );
    let shuffled = folds.replace(
        "{ kind = \"group_k_fold\", n_folds = 2, group = \"series\" }",
        "{ kind = \"k_fold\", n_folds = 2, stratified = true, shuffle = \"seeded\" }",
    );
    let with = |more: &str| SUITE.replace("measures =", &format!("{more}\nmeasures ="));
    let events = with("intervals = { over = \"events\" }");
    let overlap = with("windows = { size = 10, stride = 5 }");
    let (random, group) = ("rows = \"random\"", "rows = { group = \"series\" }");
    let folder = "rows = { group = \"folder\" }";
    let (dropped, running) = ("{ kind = \"drop_constant\" }", "{ kind = \"running_stats\" }");
    let broken: [(&str, &str, &str, &str); 17] = [
        (SUITE, dropped, running, "reads the rows before each"),
        (SUITE, &format!(", validation = {RANDOM}"), "", "f1_best is fitted on labelled scores"),
        (SUITE, ALL, "[\"spot\"]", "no rule that reads labels"),
        (SUITE, "share = 0.3", "share = 1.0", "above 0 and below 1"),
        (SUITE, "seed = 3", "embargo = 5", "an embargo lies behind the first rows"),
        (SUITE, "seed = 3", "seeds = 3", "seeds"),
        (SUITE, "measures =", "scope = \"all_samples\"\nmeasures =", "features of all samples"),
        (&series, random, random, "samples of a series follow each other"),
        (&series, random, group, "each test part is one series"),
        (&folds, random, random, "the split keeps groups together"),
        (&folds, random, folder, "keeps samples of the same series together"),
        (&shuffled, random, "rows = \"first\"", "out of their order"),
        (&events, random, random, "samples of an event belong together"),
        (
            &with("intervals = { over = { attribute = \"folder\" } }"),
            random,
            random,
            "the same folder",
        ),
        (&overlap, random, random, "windows that overlap share rows"),
        (&overlap, random, folder, "windows lie over rows of one series"),
        (
            &with("windows = { size = 10, stride = 10 }\nrows_by = \"mean\""),
            random,
            random,
            "windows around them",
        ),
    ];
    for (text, from, to, wanted) in broken {
        let error = Suite::parse(&text.replace(from, to), "broken").unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    for fits in [&shuffled, &folds.replace(random, group), &overlap.replace(random, group)] {
        Suite::parse(fits, "fits").unwrap();
    }
}
