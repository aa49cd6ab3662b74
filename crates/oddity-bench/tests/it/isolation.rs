//! Cells in processes of their own: the same results, and a crash, a hang or a hog costs one.

use std::path::Path;
use std::process::Command;

use oddity_bench::results::{ResultRow, TimingRow};
use oddity_bench::store::{PeakOf, Store};

use super::programs::{bench, faulty, outcome, suite_file};
use super::read;

fn rows(folder: &Path) -> Vec<ResultRow> {
    let text = read(folder, "results.jsonl");
    text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
}

fn run<'a>(command: &'a mut Command, suite: &Path, out: &Path) -> &'a mut Command {
    command.arg("run").arg(suite).arg("--out").arg(out)
}

#[test]
fn isolated_cells_are_the_same_and_have_a_peak_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [together, alone] = ["together", "alone"].map(|name| folder.path().join(name));
    assert_eq!(outcome(run(&mut bench(), &suite, &together)).0, 0);
    let mut command = bench();
    run(&mut command, &suite, &alone).args(["--isolate", "--jobs", "2", "--rounds", "3"]);
    let (code, said) = outcome(&mut command);
    assert_eq!(code, 0, "{said}");
    assert_eq!(read(&together, "results.jsonl"), read(&alone, "results.jsonl"));
    let timings = read(&alone, "timings.jsonl");
    let timings: Vec<TimingRow> =
        timings.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert!(timings.iter().any(|row| row.round == 2) && timings.iter().all(|row| row.round < 3));
    if cfg!(target_os = "linux") {
        let of_cell = |row: &TimingRow| {
            row.peak_rss_of == PeakOf::Cell && row.peak_rss_bytes.is_some_and(|bytes| 0 < bytes)
        };
        assert!(timings.iter().all(of_cell), "{timings:?}");
    }
    // A finished folder is done; what is there stays, and is counted.
    let (code, said) = outcome(&mut command);
    assert!(code == 0 && said.contains("0 cells computed, 14 stored before"), "{said}");
}

#[test]
fn a_crash_costs_its_cell_alone_and_says_why() {
    // Budgets are far above what the other cells take: a busy machine must not fail them.
    let cases = [
        ("panic", "error", "panic: planted", &[][..]),
        ("abort", "error", "signal 6 (SIGABRT)", &["--isolate"]),
        ("sleep", "timeout", "over its budget of 5 s", &["--budget", "5"]),
        ("memory", "out_of_memory", "over its budget of 400 MiB", &["--memory", "400"]),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    for (fault, status, reason, arguments) in cases {
        if fault == "memory" && !cfg!(target_os = "linux") {
            continue;
        }
        let out = folder.path().join(fault);
        let mut command = faulty(fault, "one-class/stide");
        let (code, said) = outcome(run(&mut command, &suite, &out).args(arguments));
        assert_eq!(code, 1, "{fault}: {said}");
        assert!(said.contains("14 cells computed, 0 stored before, 1 failed"), "{said}");
        let (failed, well): (Vec<ResultRow>, Vec<ResultRow>) =
            rows(&out).into_iter().partition(|row| row.pipeline == "one-class/stide");
        assert!(well.iter().all(|row| row.value.is_some()), "{fault}");
        for row in failed {
            assert_eq!(row.status.as_str(), status, "{fault}");
            assert!(row.reason.as_deref().unwrap_or_default().contains(reason), "{row:?}");
        }
        assert!(read(&out, "report.html").contains(reason));
    }
}

#[test]
fn a_cell_over_its_budget_is_tried_again_under_a_larger_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let out = folder.path().join("out");
    let mut command = faulty("sleep", "one-class/stide");
    let (code, said) = outcome(run(&mut command, &suite, &out).args(["--budget", "5"]));
    assert_eq!(code, 1, "{said}");
    // No fault is planted any more; a budget that is not larger changes nothing all the same.
    let mut same = bench();
    let (code, said) = outcome(run(&mut same, &suite, &out).args(["--budget", "0.5"]));
    assert!(code == 1 && said.contains("0 cells computed, 14 stored before, 1 failed"), "{said}");
    let (code, said) = outcome(run(&mut bench(), &suite, &out).args(["--budget", "60"]));
    assert!(code == 0 && said.contains("1 cells computed, 13 stored before, 0 failed"), "{said}");
    // An error is computed again where it is asked for.
    let out = folder.path().join("retry");
    assert_eq!(outcome(run(&mut faulty("panic", "binary/*"), &suite, &out)).0, 1);
    assert_eq!(outcome(run(&mut bench(), &suite, &out)).0, 1);
    let (code, said) = outcome(run(&mut bench(), &suite, &out).arg("--retry"));
    assert!(code == 0 && said.contains("12 cells computed, 2 stored before"), "{said}");
}

#[test]
fn a_second_run_in_the_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let out = folder.path().join("out");
    let store = Store::open(&out).expect("a store");
    let lock = store.lock().expect("the folder");
    let (code, said) = outcome(run(&mut bench(), &suite, &out));
    assert!(code == 2 && said.contains("another run works in this folder"), "{said}");
    drop(lock);
    assert_eq!(outcome(run(&mut bench(), &suite, &out)).0, 0);
}
