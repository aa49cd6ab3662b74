//! The programs that whole runs start: the benchmark itself, and the one that plants faults.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `oddity-bench`.
pub(crate) fn bench() -> Command {
    Command::new(env!("CARGO_BIN_EXE_oddity-bench"))
}

/// The same with faults planted: the example `faulty_bench`.
pub(crate) fn faulty(fault: &str, pipelines: &str) -> Command {
    let tests = std::env::current_exe().expect("the program of the tests");
    let built = tests.parent().and_then(Path::parent).expect("the folder of what is built");
    let program: PathBuf = built.join("examples").join("faulty_bench");
    assert!(
        program.exists(),
        "{} is not built: `cargo build --examples` first, as `cargo xtask test` does",
        program.display()
    );
    let mut command = Command::new(program);
    command.env("FAULT", fault).env("FAULT_IN", pipelines);
    command
}

/// Runs to the end, and gives the exit code and all that was said.
pub(crate) fn outcome(command: &mut Command) -> (i32, String) {
    let Output { status, stdout, stderr } = command.output().expect("a program that starts");
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    (status.code().unwrap_or(-1), said)
}

/// The words of a suite with a few quick cells, as a file in a folder.
pub(crate) fn suite_file(folder: &Path) -> PathBuf {
    let path = folder.join("faults.toml");
    std::fs::write(&path, SUITE).expect("a suite");
    path
}

pub(crate) const SUITE: &str = r#"
name = "faults"
title = "Quick cells of both kinds"
description = "On generated traces."

[dataset]
kind = "adfa_ld_generated"
n_training = 60
n_validation = 40
n_attack = 40

[[task]]
id = "binary"
description = "Folds."
samples = [{ subset = "attack" }, { subset = "training" }]
split = { kind = "k_fold", n_folds = 3, stratified = true, shuffle = "seeded" }
features = [{ kind = "class_n_gram", sizes = [1, 2], columns_per_size = 20 }]
seeds = [0, 1]
measures = ["accuracy", "f1", "roc_auc"]

[[task.pipeline]]
id = "forest"
classifier = { kind = "random_forest", n_trees = 10 }

[[task.pipeline]]
id = "lr"
classifier = { kind = "logistic_regression" }

[[task]]
id = "one-class"
description = "Detectors."
split = { kind = "given", train = [{ subset = "training" }], test = [{ subset = "validation" }, { subset = "attack" }] }
measures = ["roc_auc", "average_precision"]

[[task.pipeline]]
id = "stide"
detector = { kind = "stide", n = 3 }

[[task.pipeline]]
id = "length"
detector = { kind = "length" }
"#;
