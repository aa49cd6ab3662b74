//! The command, from a file never seen before to alarms and a report.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::plant;

/// Runs the command in a folder.
fn oddity(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oddity"));
    command.args(line.split_whitespace()).current_dir(folder);
    command.output().expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// What a call that must go well prints.
fn done(folder: &Path, line: &str) -> String {
    let output = oddity(folder, line);
    assert!(output.status.success(), "oddity {line}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What a call that must be refused says.
fn refused(folder: &Path, line: &str) -> String {
    let output = oddity(folder, line);
    assert_eq!(output.status.code(), Some(2), "oddity {line}");
    text(&output.stderr)
}

/// A folder with a file to fit on, one to score, and a model.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plant.csv"), plant::csv(600, false)).expect("written");
    std::fs::write(folder.path().join("today.csv"), plant::csv(400, true)).expect("written");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn three_commands_lead_from_a_file_to_alarms_and_a_report() {
    let folder = folder();
    let at = folder.path();
    done(at, "new plant.csv --detector pca_reconstruction --out plant.toml");
    let pipeline = std::fs::read_to_string(at.join("plant.toml")).unwrap();
    for line in ["time = \"time\"", "series = \"machine\"", "kind = \"one_hot\""] {
        assert!(pipeline.contains(line), "{pipeline}");
    }
    let wider = pipeline.replace("variance = 0.5", "variance = 0.9");
    std::fs::write(at.join("plant.toml"), wider).unwrap();
    done(at, "fit --data plant.csv --pipeline plant.toml --out plant.oddity");
    let said = done(
        at,
        "score --model plant.oddity --data today.csv --out scores.csv --alarms alarms.jsonl --explain 2 --report report.html --json",
    );
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["rows"], 400);
    let alarms = std::fs::read_to_string(at.join("alarms.jsonl")).unwrap();
    let alarms: Vec<serde_json::Value> =
        alarms.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said["alarms"], alarms.len());
    let first = alarms.iter().find(|alarm| alarm["row"] == 301).expect("the attack");
    assert_eq!((&first["time"], &first["series"]), (&"2024-01-01T00:05:01Z".into(), &"b".into()));
    assert!(first["explanation"][0]["weight"].as_f64().unwrap() > 0.0);
    let scores = std::fs::read_to_string(at.join("scores.csv")).unwrap();
    assert_eq!(scores.lines().count(), 401);
    assert!(scores.starts_with("row,time,series,score,alarm\n0,1704067200,a,"));
    let report = std::fs::read_to_string(at.join("report.html")).unwrap();
    assert!(report.contains("columns that made them") && report.contains("pressure"));
    // Scores can be measured with the labels of the data.
    let measured = done(
        at,
        "measure --scores scores.csv --score-column score --labels today.csv --label-column attack --measure roc_auc",
    );
    assert!(measured.contains("roc_auc"), "{measured}");
    let explained =
        done(at, "explain --model plant.oddity --data today.csv --rows 301,0 --parts 2");
    assert!(explained.starts_with("row 301 2024-01-01T00:05:01Z b: score "), "{explained}");
}

#[test]
fn parquet_csv_and_standard_input_give_the_same_scores() {
    let folder = folder();
    let at = folder.path();
    done(at, "new plant.csv --detector pca_reconstruction --window 4 --out plant.toml");
    done(at, "fit --data plant.csv --pipeline plant.toml --out plant.oddity");
    done(at, "score --model plant.oddity --data today.csv --out scores.csv");
    done(at, "score --model plant.oddity --data today.csv --out scores.parquet");
    let scores = std::fs::read_to_string(at.join("scores.csv")).unwrap();
    let shown = done(at, "score --model plant.oddity --data today.csv --out -");
    assert_eq!(shown, scores);
    let mut child = Command::new(env!("CARGO_BIN_EXE_oddity"));
    child.args(["score", "--model", "plant.oddity", "--data", "-", "--out", "-"]);
    child.current_dir(at).stdin(std::fs::File::open(at.join("today.csv")).unwrap());
    let output = child.stderr(Stdio::null()).output().unwrap();
    assert_eq!(text(&output.stdout), scores);
    let inspected = done(at, "inspect scores.parquet --json");
    let inspected: serde_json::Value = serde_json::from_str(&inspected).unwrap();
    assert_eq!((&inspected["n_rows"], &inspected["format"]), (&400.into(), &"parquet".into()));
    assert_eq!(inspected["columns"][3]["n_missing"], 6);
}

#[test]
fn what_is_refused_leaves_no_file_and_says_what_to_do() {
    let folder = folder();
    let at = folder.path();
    done(at, "new plant.csv --detector pca_reconstruction --out plant.toml");
    done(at, "fit --data plant.csv --pipeline plant.toml --out plant.oddity");
    let before = names(at);
    let broken = plant::csv(200, false) + "2024-01-01 00:09:00,a,one,2,run,0\n";
    std::fs::write(at.join("today.csv"), broken).unwrap();
    let said = refused(
        at,
        "score --model plant.oddity --data today.csv --out scores.parquet --alarms a.jsonl",
    );
    assert!(said.contains("today.csv:202:") || said.contains("today.csv, line 202"), "{said}");
    let said = refused(at, "score --model plant.toml --data today.csv");
    assert!(said.contains("no saved pipeline") && said.contains("next: "), "{said}");
    let said = refused(at, "fit --data none.csv --pipeline plant.toml --out x.oddity");
    assert!(said.contains("none.csv") && said.contains("next: check the path"), "{said}");
    std::fs::write(at.join("today.csv"), "time,machine,flow\n2024-01-01 00:00:00,a,1\n").unwrap();
    let said = refused(at, "score --model plant.oddity --data today.csv --out scores.csv");
    assert!(said.contains("found no column \"pressure\""), "{said}");
    std::fs::write(at.join("today.csv"), "").unwrap();
    refused(at, "score --model plant.oddity --data today.csv --out scores.csv");
    let said = refused(at, "new plant.csv --out plant.toml");
    assert!(said.contains("is there already"), "{said}");
    let said = refused(at, "new plant.csv --detector oracle");
    assert!(said.contains("there is no detector \"oracle\""), "{said}");
    assert_eq!(names(at), before);
}

#[test]
fn lists_name_everything_with_its_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for what in
        ["detectors", "classifiers", "steps", "thresholds", "measures", "datasets", "suites"]
    {
        let listed = done(at, &format!("list {what} --json"));
        let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
        assert!(3 < listed.len(), "{what}");
        assert!(
            listed.iter().all(|item| item["summary"].as_str().is_some_and(|text| !text.is_empty()))
        );
        assert!(done(at, &format!("list {what}")).lines().count() == listed.len() + 1);
    }
    let shown = done(at, "list detectors pca_reconstruction");
    assert!(shown.contains("solver = \"auto\""), "{shown}");
    assert!(done(at, "completions bash").contains("_oddity"));
    assert!(done(at, "--help").contains("oddity score --model"));
}
