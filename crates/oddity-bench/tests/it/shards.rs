//! Shards that are merged equal one run, byte for byte; what does not belong together is refused.

use std::fs;
use std::path::Path;

use super::programs::{SUITE, bench, faulty, outcome, suite_file};
use super::read;

fn run(suite: &Path, out: &Path, arguments: &[&str]) -> (i32, String) {
    outcome(bench().arg("run").arg(suite).arg("--out").arg(out).args(arguments))
}

fn merge(folders: &[&Path], out: &Path) -> (i32, String) {
    outcome(bench().arg("merge").args(folders).arg("--out").arg(out))
}

#[test]
fn two_shards_merged_equal_one_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [whole, one, two, all, half] =
        ["whole", "one", "two", "all", "half"].map(|name| folder.path().join(name));
    assert_eq!(run(&suite, &whole, &[]).0, 0);
    assert_eq!(run(&suite, &one, &["--shard", "1/2"]).0, 0);
    assert_eq!(run(&suite, &two, &["--shard", "2/2", "--isolate"]).0, 0);
    let (of_one, of_two) = (read(&one, "results.jsonl"), read(&two, "results.jsonl"));
    let of_whole = read(&whole, "results.jsonl");
    let known = |line: &str| of_whole.lines().any(|other| other == line);
    assert!(of_one.lines().chain(of_two.lines()).all(known));
    assert!(!of_one.contains("\"split\":\"mean\""), "a mean over some of the folds");

    let (code, said) = merge(&[&one, &two], &all);
    assert_eq!(code, 0, "{said}");
    assert_eq!(read(&all, "results.jsonl"), of_whole);
    let n_timings = |folder: &Path| read(folder, "timings.jsonl").lines().count();
    assert_eq!(n_timings(&all), n_timings(&one) + n_timings(&two));
    assert!(read(&all, "report.html").contains("one-class/stide"));

    // A folder says whether it is whole.
    let check = |folder: &Path| outcome(bench().arg("check").arg(folder));
    assert_eq!(check(&all).0, 0, "{}", check(&all).1);
    let (code, said) = check(&one);
    assert!(code == 2 && said.contains("those of other shards"), "{said}");
    let (code, said) = merge(&[&one, &one], &half);
    assert!(code == 2 && said.contains("missing"), "{said}");
    // A merged folder is one like any other: nothing is left to compute.
    let (code, said) = run(&suite, &all, &[]);
    assert!(code == 0 && said.contains("0 cells computed"), "{said}");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [one, other, out] = ["one", "other", "out"].map(|name| folder.path().join(name));
    assert_eq!(run(&suite, &one, &["--only", "one-class/*"]).0, 0);
    assert_eq!(run(&suite, &other, &["--only", "one-class/stide"]).0, 0);
    let (code, said) = merge(&[&one, &other], &out);
    assert!(code == 2 && said.contains("its suite"), "{said}");

    // The same suite on other data, and the same cells with other scores.
    let changed = folder.path().join("changed.toml");
    fs::write(&changed, SUITE.replace("n_attack = 40", "n_attack = 41")).expect("a suite");
    let data = folder.path().join("data");
    assert_eq!(run(&changed, &data, &["--only", "one-class/*"]).0, 0);
    let (code, said) = merge(&[&one, &data], &out);
    assert!(code == 2 && said.contains("other"), "{said}");
    let lossy = folder.path().join("lossy");
    let mut faulty = faulty("loss=0.02", "one-class/stide");
    faulty.arg("run").arg(&suite).arg("--out").arg(&lossy).args(["--only", "one-class/*"]);
    assert_eq!(outcome(&mut faulty).0, 0);
    let (code, said) = merge(&[&one, &lossy], &out);
    assert!(code == 2 && said.contains("its scores are other"), "{said}");
    let (code, said) = merge(&[&one, folder.path()], &out);
    assert!(code == 2 && said.contains("manifest.json"), "{said}");
}
