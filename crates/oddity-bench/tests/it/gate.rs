//! `compare`: quiet on equal runs, loud on what was planted. Seconds are drawn here, not taken.

use std::fs;
use std::path::Path;

use oddity_bench::compare::{CompareOptions, Comparison, Format, Kind, Verdict, compare};
use oddity_bench::manifest::Folder;
use oddity_bench::store::{PeakOf, Round, Timing};
use oddity_core::Seed;
use rand::RngExt;

use super::programs::{bench, faulty, outcome, suite_file};

/// Rounds on each side.
const N_ROUNDS: usize = 10;

/// Runs the suite into a folder, some of it with a fault.
fn run(suite: &Path, out: &Path, fault: Option<(&str, &str)>) {
    let mut command = fault.map_or_else(bench, |(fault, pipelines)| faulty(fault, pipelines));
    command.arg("run").arg(suite).arg("--out").arg(out);
    let (code, said) = outcome(&mut command);
    assert!(code <= 1, "{said}");
}

/// Replaces the timings of a folder: each stage takes 0.1 s, give or take 2 %, and a pipeline
/// more, if any.
fn draw_timings(folder: &Path, seed: u64, slower: Option<(&str, f64)>, memory: u64) {
    let folder = Folder::open(folder).expect("results");
    let mut random = Seed(seed).rng();
    for cell in &folder.manifest.cells {
        let history = folder.store.history(&cell.key);
        let Some(first) = history.first() else { continue };
        let rounds: Vec<Round> = (0..N_ROUNDS)
            .map(|_| {
                let mut round = first.clone();
                round.run.peak_rss_bytes = Some(memory);
                round.run.peak_rss_of = PeakOf::Cell;
                for timing in &mut round.run.timings {
                    // The sum of twelve uniform draws is close to normal, with deviation 1.
                    let normal: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
                    let slower = slower.filter(|(pipeline, _)| *pipeline == cell.name.pipeline);
                    let factor = 1.0 + slower.map_or(0.0, |(_, share)| share);
                    timing.seconds = 0.1 * factor * (1.0 + 0.02 * normal);
                }
                round
            })
            .collect();
        folder.store.write_history(&cell.key, &rounds).expect("a history");
    }
}

fn of(base: &Path, head: &Path, options: CompareOptions) -> Comparison {
    let [base, head] = [base, head].map(|folder| Folder::open(folder).expect("results"));
    compare(&base, &head, &options).expect("a comparison")
}

#[test]
fn ten_pairs_of_equal_runs_are_quiet_and_a_tenth_more_seconds_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [base, head] = ["base", "head"].map(|name| folder.path().join(name));
    run(&suite, &base, None);
    run(&suite, &head, None);
    for pair in 0..10 {
        draw_timings(&base, 2 * pair, None, 100 << 20);
        draw_timings(&head, 2 * pair + 1, None, 105 << 20);
        let comparison = of(&base, &head, CompareOptions::default());
        assert_eq!(comparison.exit_code(), 0, "{}", comparison.render(Format::Text));
    }
    let stide = "one-class/stide";
    draw_timings(&head, 99, Some((stide, 0.10)), 120 << 20);
    let comparison = of(&base, &head, CompareOptions::default());
    assert_eq!(comparison.exit_code(), 1);
    let worse = |kind| -> Vec<(&str, &str)> {
        let lines = comparison.lines.iter();
        let worse = lines.filter(|line| line.kind == kind && line.verdict == Verdict::Regression);
        worse.map(|line| (line.pipeline.as_str(), line.what.as_str())).collect()
    };
    let mut slower = worse(Kind::Speed);
    slower.sort_unstable();
    assert_eq!(slower, [(stide, "fit"), (stide, "inspect"), (stide, "score")]);
    assert_eq!(worse(Kind::Memory).len(), 4);
    assert_eq!(comparison.lines[0].verdict, Verdict::Regression, "the worst comes first");
    // Once each is too few to tell.
    let options = CompareOptions { quality: false, memory: false, ..CompareOptions::default() };
    run(&suite, &folder.path().join("once"), None);
    let once = of(&base, &folder.path().join("once"), options);
    assert_eq!(once.exit_code(), 2, "{}", once.render(Format::Text));
}

#[test]
fn a_lost_fiftieth_of_the_auc_is_a_regression_and_said_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let text = fs::read_to_string(&suite).expect("a suite");
    // Enough traces that a fiftieth is more than chance.
    let text = text.replace("n_validation = 40", "n_validation = 400");
    fs::write(&suite, text.replace("n_attack = 40", "n_attack = 400")).expect("a suite");
    let [base, head] = ["base", "head"].map(|name| folder.path().join(name));
    run(&suite, &base, None);
    run(&suite, &head, Some(("loss=0.02", "one-class/stide")));
    let gate = |format: &str| {
        let mut command = bench();
        command.arg("compare").arg(&base).arg(&head).args(["--quality", "--format", format]);
        outcome(&mut command)
    };
    let (code, said) = gate("text");
    assert_eq!(code, 1, "{said}");
    let regressions: Vec<&str> =
        said.lines().filter(|line| line.starts_with("regression")).collect();
    assert!(regressions.iter().all(|line| line.contains("one-class/stide")), "{said}");
    assert!(regressions.iter().any(|line| line.contains("roc_auc")), "{said}");
    let (code, json) = gate("json");
    let comparison: Comparison = serde_json::from_str(&json).expect("a comparison");
    assert_eq!((code, comparison.verdict()), (1, Verdict::Regression));
    let (_, xml) = gate("junit");
    let xml = roxmltree::Document::parse(&xml).expect("XML");
    let suite = xml.root_element();
    assert_eq!(suite.attribute("failures"), Some(&*regressions.len().to_string()));
    let failures = suite.descendants().filter(|node| node.has_tag_name("failure")).count();
    assert_eq!(failures, regressions.len());
    let (_, markdown) = gate("markdown");
    assert!(markdown.contains("| **regression** | quality | one-class/stide |"), "{markdown}");

    // The other way about it is better.
    let options = CompareOptions { speed: false, memory: false, ..CompareOptions::default() };
    let better = of(&head, &base, options);
    assert_eq!((better.exit_code(), better.verdict()), (0, Verdict::Better));
}

#[test]
fn a_stage_that_is_new_is_not_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [base, head] = ["base", "head"].map(|name| folder.path().join(name));
    run(&suite, &base, None);
    run(&suite, &head, None);
    let opened = Folder::open(&head).expect("results");
    for cell in &opened.manifest.cells {
        let (mut record, table) = opened.store.read(&cell.key).expect("a cell");
        record.run.timings.push(Timing { stage: "export".to_owned(), seconds: 1.0, rows: 1 });
        opened.store.write(&record, table.as_ref()).expect("the cell again");
        opened.store.write_history(&cell.key, &[]).expect("no history: the record tells");
    }
    let options = CompareOptions { quality: false, memory: false, ..CompareOptions::default() };
    let comparison = of(&base, &head, options);
    let mut new = comparison.lines.iter().filter(|line| line.what == "export").peekable();
    assert!(new.peek().is_some());
    assert!(new.all(|line| line.sentence.starts_with("a stage that was not there before")));
    assert_eq!(comparison.exit_code(), 2);
}

#[test]
fn what_cannot_be_compared_is_incomplete_unless_it_failed_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [base, failing, part] = ["base", "failing", "part"].map(|name| folder.path().join(name));
    run(&suite, &base, None);
    run(&suite, &failing, Some(("panic", "one-class/stide")));
    let mut shard = bench();
    shard.arg("run").arg(&suite).arg("--out").arg(&part).args(["--shard", "1/2"]);
    assert_eq!(outcome(&mut shard).0, 0);
    let options = CompareOptions { speed: false, memory: false, ..CompareOptions::default() };
    assert_eq!(of(&base, &failing, options).exit_code(), 2);
    assert_eq!(of(&base, &part, options).exit_code(), 2);
    assert_eq!(of(&failing, &failing, options).exit_code(), 0);
    assert_eq!(of(&failing, &base, options).verdict(), Verdict::Better);
    let (code, said) = outcome(bench().arg("compare").arg(&base).arg(folder.path()));
    assert!(code == 2 && said.contains("manifest.json"), "{said}");
}
