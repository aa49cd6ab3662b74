//! Trainings of cells: interrupted ones go on to the same bits, and models are kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{options, read, run_text};

const SUITE: &str = r#"
name = "training"
title = "Trainings"
description = "An autoencoder of a generated plant's rows, and one of its windows."
dataset = { kind = "hai_generated", n_rows = 1200, attack_interval = 300 }

[[task]]
id = "rows"
description = "Rows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
measures = ["roc_auc"]

[[task.pipeline]]
id = "dense"
detector = { kind = "dense_autoencoder", training = { epochs = 40, batch_size = 32 } }
seeds = [0, 1]

[[task]]
id = "windows"
description = "Windows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
features = [{ kind = "drop_constant" }, { kind = "standardize" }]
windows = { size = 8, stride = 4, label = "last" }
measures = ["roc_auc"]

[[task.pipeline]]
id = "lstm"
detector = { kind = "lstm_autoencoder", encoder = [{ layer = "lstm", units = 6, returns = "last" }], decoder = [{ layer = "lstm", units = 6 }], training = { epochs = 3 } }
"#;

/// The program as another process, which keeps a checkpoint an epoch.
fn program(folder: &Path) -> Command {
    let suite = folder.join("suite.toml");
    fs::write(&suite, SUITE).expect("a suite");
    let mut command = Command::new(env!("CARGO_BIN_EXE_oddity-bench"));
    command.arg("run").arg(suite).arg("--out").arg(folder);
    command.args(["--checkpoint-every", "0", "--threads", "2"]);
    command
}

/// Every file below a folder that must not depend on interruptions, by its path.
fn outputs(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut outputs = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if [".parquet", ".safetensors", "results.jsonl", "detector.toml"]
                .iter()
                .any(|end| name.ends_with(end))
            {
                let bytes = fs::read(&path).expect("a file");
                outputs.insert(path.strip_prefix(folder).expect("below").to_owned(), bytes);
            }
        }
    }
    outputs
}

fn undisturbed() -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    run_text(SUITE, &options(folder.path(), 1));
    outputs(folder.path())
}

/// Kills the program once it has kept a checkpoint; gives the checkpoint's file.
fn killed(folder: &Path) -> PathBuf {
    let mut child =
        program(folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program");
    let checkpoint = loop {
        let files = fs::read_dir(folder.join("checkpoints")).into_iter().flatten().flatten();
        let mut files = files.map(|entry| entry.path());
        if let Some(file) = files.find(|file| file.extension().is_none()) {
            break file;
        }
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it was killed");
        std::thread::sleep(Duration::from_millis(1));
    };
    child.kill().expect("a child");
    child.wait().expect("a child");
    checkpoint
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..3 {
        assert!(killed(folder.path()).exists());
    }
    let last = program(folder.path()).output().expect("the program");
    let said = String::from_utf8_lossy(&last.stderr);
    assert!(last.status.success(), "{said}");
    assert!(said.contains("goes on behind epoch"), "{said}");
    assert_eq!(outputs(folder.path()), undisturbed());
    let left = fs::read_dir(folder.path().join("checkpoints")).expect("a folder").flatten();
    let left = left.filter(|entry| entry.path().extension().is_none());
    assert_eq!(left.count(), 0, "checkpoints of cells that are stored");
}

#[test]
fn a_damaged_or_foreign_checkpoint_is_forgotten_with_a_warning() {
    let wanted = undisturbed();
    for damage in [true, false] {
        let folder = tempfile::tempdir().expect("a folder");
        let checkpoint = killed(folder.path());
        let mut bytes = fs::read(&checkpoint).expect("a checkpoint");
        let reason = if damage {
            *bytes.last_mut().expect("bytes") ^= 1;
            "it is damaged"
        } else {
            "it is another cell's"
        };
        // The cells in work and to come: each finds it under its own key.
        fs::remove_dir_all(folder.path().join("cells")).expect("cells");
        let whole = tempfile::tempdir().expect("a folder");
        for cell in run_text(SUITE, &options(whole.path(), 1)).results.cells {
            let path = folder.path().join("checkpoints").join(&cell.record.key);
            fs::write(&path, &bytes).expect("a checkpoint");
        }
        if !damage {
            fs::remove_file(&checkpoint).expect("a checkpoint");
        }
        let again = program(folder.path()).output().expect("the program");
        let said = String::from_utf8_lossy(&again.stderr);
        assert!(again.status.success(), "{said}");
        let warnings = said.lines().filter(|line| {
            line.contains("the checkpoint is not used, the training begins anew")
                && line.contains(reason)
        });
        assert_eq!(warnings.count(), if damage { 3 } else { 2 }, "{said}");
        assert!(outputs(folder.path()) == wanted);
    }
}

#[test]
fn models_and_curves_are_kept_and_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let finished = run_text(SUITE, &options(folder.path(), 2));
    let outcome = &finished.results.cells[0].record.outcome;
    let names: Vec<String> =
        outcome.artefacts.iter().map(|file| file.path.display().to_string()).collect();
    let names_wanted =
        ["detector.safetensors", "detector.toml", "encoder.safetensors", "decoder.safetensors"]
            .map(|name| format!("trained/rows/dense/seed-0-test/{name}"));
    assert_eq!(names, names_wanted);
    let report = read(folder.path(), "report.html");
    assert!(names.iter().all(|name| report.contains(name)));

    let bytes = fs::read(folder.path().join(&names[0])).expect("a model");
    let saved = oddity_neural::SavedNetwork::from_bytes(&bytes).expect("a saved network");
    let again = saved.into_detector().expect("a detector");
    let history = oddity_core::FittedDetector::history(&again).expect("a history").clone();
    assert_eq!(Some(&history), outcome.history.as_ref());

    let curves = folder.path().join("trained/rows/dense/seed-1-test");
    let events: Vec<PathBuf> = fs::read_dir(curves)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().contains("tfevents"))
        .collect();
    let [events] = &events[..] else { panic!("{events:?}") };
    let events = fs::read(events).expect("curves");
    let n_losses = events.windows(16).filter(|part| part.ends_with(b"validation_loss")).count();
    assert_eq!(n_losses, 40);
}

#[test]
fn the_columns_behind_the_scores_are_kept_and_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let finished = run_text(SUITE, &options(folder.path(), 2));
    for cell in &finished.results.cells {
        let (outcome, table) = (&cell.record.outcome, cell.table.as_ref().expect("scores"));
        let errors = outcome.errors.as_ref().expect("errors");
        assert_eq!(Some(errors.n_columns), outcome.n_columns);
        let scores = table.score.as_ref().expect("scores");
        // The mean over the columns of mean errors is the mean score of the class.
        for (code, name) in [(0, "normal"), (1, "anomalous")] {
            let of_class = (0..scores.len()).filter(|&row| table.truth[row] == code);
            let of_class: Vec<f64> = of_class.map(|row| scores[row]).collect();
            let mean = of_class.iter().sum::<f64>() / of_class.len() as f64;
            let of = errors.columns.iter().map(|column| {
                if code == 0 { column.normal } else { column.anomalous }.expect("a mean")
            });
            let found = of.sum::<f64>() / errors.n_columns as f64;
            assert!((found - mean).abs() <= 1e-9 * mean, "{name}: {found} {mean}");
        }
        assert_eq!(errors.examples.len(), 4);
        for example in &errors.examples {
            let row = table.sample.iter().position(|&sample| sample == example.sample);
            assert_eq!(scores[row.expect("a test sample")], example.score);
            let column = &example.columns[0];
            assert_eq!(column.input.len(), example.n_steps);
            let squares = column.input.iter().zip(&column.output);
            let squares = squares.map(|(x, y)| f64::from(x - y).powi(2));
            let error = squares.sum::<f64>() / example.n_steps as f64;
            assert!((error - column.error).abs() < 1e-5 * column.error.max(1e-6), "{error}");
        }
    }
    let report = read(folder.path(), "report.html");
    assert!(report.contains("rows/dense, seed 0 test: the columns with the largest errors"));
    assert!(report.contains("row of the anomaly of the highest score, no. "));
}
