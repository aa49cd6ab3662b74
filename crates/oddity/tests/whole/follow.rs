//! A file that grows is scored as it grows, until Ctrl-C.

#![cfg(unix)]

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use crate::plant;

#[test]
fn rows_that_are_appended_are_scored_until_an_interrupt() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    plant::fitted(true).save(&at.join("plant.oddity")).unwrap();
    let text = plant::csv(400, true);
    let (first, rest) = text.split_at(text.len() / 2 + 3);
    let data = at.join("today.csv");
    std::fs::write(&data, first).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_oddity"))
        .args(["score", "--model", "plant.oddity", "--data", "today.csv", "--follow"])
        .args(["--out", "-", "--alarms", "alarms.jsonl", "--json"])
        .current_dir(at)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    assert_eq!(lines.next().unwrap(), "row,time,series,score,alarm");
    let whole_rows = first.matches('\n').count() - 1;
    let scored: Vec<String> = lines.by_ref().take(whole_rows).collect();
    assert!(scored[whole_rows - 1].starts_with(&format!("{},", whole_rows - 1)));
    OpenOptions::new().append(true).open(&data).unwrap().write_all(rest.as_bytes()).unwrap();
    let later: Vec<String> = lines.by_ref().take(400 - whole_rows).collect();
    assert!(later[later.len() - 1].starts_with("399,"));
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    let said: serde_json::Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    assert_eq!(said["rows"], 400);
    assert!(child.wait().unwrap().success());
    let alarms = std::fs::read_to_string(at.join("alarms.jsonl")).unwrap();
    assert!(alarms.contains("\"row\":301"), "{alarms}");

    // The scores are those of the whole file.
    let fitted = oddity::prelude::FittedPipeline::load(&at.join("plant.oddity")).unwrap();
    let whole = plant::score(&fitted, &text);
    for (line, score) in scored.iter().chain(&later).zip(&whole.scores) {
        let field = line.split(',').nth(3).unwrap();
        assert_eq!(field.parse::<f64>().ok(), *score, "{line}");
    }
}
