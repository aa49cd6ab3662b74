//! `check`, `report` and `repro`: what is stored is what it says, and comes out again.

use std::fs;
use std::path::{Path, PathBuf};

use super::programs::{bench, faulty, outcome, suite_file};
use super::read;

fn run(suite: &Path, out: &Path) {
    let (code, said) = outcome(bench().arg("run").arg(suite).arg("--out").arg(out));
    assert_eq!(code, 0, "{said}");
}

fn cells(out: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(out.join("cells")).expect("cells").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == extension));
    files.sort();
    files
}

#[test]
fn a_check_finds_what_was_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let out = folder.path().join("out");
    run(&suite, &out);
    let check = || outcome(bench().arg("check").arg(&out));
    let (code, said) = check();
    assert!(code == 0 && said.contains("14 cells read (0 failed), 0 missing"), "{said}");

    let results = read(&out, "results.jsonl");
    let at = results.find("\"value\":0.").expect("a figure") + "\"value\":0.".len();
    let mut bytes = results.clone().into_bytes();
    bytes[at] = if bytes[at] == b'5' { b'6' } else { b'5' };
    fs::write(out.join("results.jsonl"), bytes).expect("a figure that was changed");
    let (code, said) = check();
    assert!(code == 1 && said.contains("is not what the stored scores give"), "{said}");

    // The report command writes what the cells say.
    let (code, said) = outcome(bench().arg("report").arg(&out));
    assert_eq!(code, 0, "{said}");
    assert_eq!(read(&out, "results.jsonl"), results);

    let [record, scores] = ["json", "parquet"].map(|extension| cells(&out, extension)[0].clone());
    let whole = fs::read(&scores).expect("scores");
    fs::write(&scores, &whole[..whole.len() / 2]).expect("half the scores");
    let (code, said) = check();
    assert!(code == 1 && said.contains("stored cell cannot be read"), "{said}");
    fs::write(&scores, whole).expect("scores");
    fs::remove_file(record).expect("a record");
    let (code, said) = check();
    assert!(code == 2 && said.contains("1 missing"), "{said}");
}

#[test]
fn a_cell_comes_out_again_bit_for_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = suite_file(folder.path());
    let [out, again] = ["out", "again"].map(|name| folder.path().join(name));
    run(&suite, &out);
    let key = |pipeline: &str| -> String {
        let rows = read(&out, "results.jsonl");
        let row = rows.lines().find(|row| row.contains(pipeline)).expect("a row").to_owned();
        let row: serde_json::Value = serde_json::from_str(&row).expect("a row");
        row["cell"].as_str().expect("a key").to_owned()
    };
    for pipeline in ["binary/forest", "one-class/stide"] {
        let mut repro = bench();
        repro
            .arg("repro")
            .arg(&key(pipeline)[..12])
            .arg("--from")
            .arg(&out)
            .arg("--out")
            .arg(&again);
        let (code, said) = outcome(&mut repro);
        assert!(code == 0 && said.contains("the same bits"), "{said}");
    }
    // What comes out otherwise is said, and where.
    let mut repro = faulty("loss=0.02", "*");
    repro.arg("repro").arg(key("one-class/stide")).arg("--from").arg(&out).arg("--out").arg(&again);
    let (code, said) = outcome(&mut repro);
    assert!(code == 1 && said.contains("differs: score, value "), "{said}");
    let (code, said) = outcome(bench().args(["repro", "zz", "--from"]).arg(&out));
    assert!(code == 2 && said.contains("found 0 cells zz, wanted one"), "{said}");
}
