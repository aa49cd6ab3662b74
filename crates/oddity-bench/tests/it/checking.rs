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
    // A folder that would lose the cell, or files of somebody else, is left as it is.
    let notes = folder.path().join("own").join("cells").join("notes.txt");
    fs::create_dir_all(notes.parent().expect("a folder")).expect("a folder");
    fs::write(&notes, "mine").expect("notes");
    let own = folder.path().join("own");
    for (to, wanted) in [(&out, "the folder that it is in"), (&own, "no manifest of ours")] {
        let key = key("one-class/stide");
        let mut repro = bench();
        repro.arg("repro").arg(key).arg("--from").arg(&out).arg("--out").arg(to);
        let (code, said) = outcome(&mut repro);
        assert!(code == 2 && said.contains(wanted), "{said}");
    }
    assert_eq!(fs::read_to_string(&notes).expect("notes"), "mine");
    assert_eq!(outcome(bench().arg("check").arg(&out)).0, 0);
    let (code, said) = outcome(bench().args(["repro", "zz", "--from"]).arg(&out));
    assert!(code == 2 && said.contains("found 0 cells zz, wanted one"), "{said}");
}

#[test]
fn one_report_is_made_of_several_suites() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let first = suite_file(folder.path());
    let second = at("second.toml");
    let text = fs::read_to_string(&first).expect("a suite").replace("\"faults\"", "\"others\"");
    fs::write(&second, text).expect("a suite of another name");
    for (suite, out) in [(&first, "one"), (&second, "two")] {
        let only = ["--only", "one-class/*"];
        let (code, said) =
            outcome(bench().arg("run").arg(suite).args(only).arg("--out").arg(at(out)));
        assert_eq!(code, 0, "{said}");
    }
    let over = |folders: &[&str]| {
        let folders = folders.iter().map(|name| at(name));
        outcome(bench().arg("report").args(folders).arg("--out").arg(at("both")))
    };
    let (code, said) = over(&["one", "two"]);
    assert!(code == 0 && said.contains("2 folders: report: "), "{said}");
    let page = read(&at("both"), "report.html");
    assert!(page.contains("<title>Oddity: faults, others</title>"));
    assert!(
        ["id=\"suite-faults\"", "id=\"suite-others\""].iter().all(|anchor| page.contains(anchor))
    );

    let (code, said) = over(&["one", "one"]);
    assert!(code != 0 && said.contains("suite faults is given twice"), "{said}");
    let manifest = read(&at("two"), "manifest.json");
    let start = manifest.find("code_version").expect("a version") + "code_version\":\"".len();
    let mut bytes = manifest.into_bytes();
    let digit = bytes.iter().skip(start).position(u8::is_ascii_hexdigit).expect("a digit") + start;
    bytes[digit] = if bytes[digit] == b'0' { b'1' } else { b'0' };
    fs::write(at("two").join("manifest.json"), bytes).expect("cells of other code");
    let (code, said) = over(&["one", "two"]);
    assert!(code != 0 && said.contains("computed by other code"), "{said}");
}
