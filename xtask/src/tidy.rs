//! Rules about the source that neither the compiler nor clippy knows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// Lines above which a file must be split or named in [`LONG_FILES`].
const MAX_LINES: usize = 400;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Which crates of the workspace each crate may depend on. The algorithms do not know each
/// other, so that a downstream crate can take one without the rest.
const CRATE_GRAPH: &[(&str, &[&str])] = &[
    ("oddity-core", &[]),
    ("oddity-ingest", &["oddity-core"]),
    ("oddity-linalg", &["oddity-core"]),
    ("oddity-features", &["oddity-core", "oddity-linalg"]),
    ("oddity-kernels", &[]),
    ("oddity-neural", &["oddity-core", "oddity-kernels"]),
    ("oddity-burn", &["oddity-core", "oddity-kernels", "oddity-neural"]),
    ("oddity-models", &["oddity-core", "oddity-linalg", "oddity-neural"]),
    ("oddity-eval", &["oddity-core"]),
    ("oddity-datasets", &["oddity-core", "oddity-ingest"]),
    (
        "oddity-bench",
        &[
            "oddity-burn",
            "oddity-core",
            "oddity-ingest",
            "oddity-features",
            "oddity-neural",
            "oddity-models",
            "oddity-eval",
            "oddity-datasets",
        ],
    ),
    (
        "oddity-peers",
        &[
            "oddity-core",
            "oddity-ingest",
            "oddity-features",
            "oddity-models",
            "oddity-neural",
            "oddity-eval",
            "oddity-datasets",
        ],
    ),
    (
        "oddity",
        &[
            "oddity-bench",
            "oddity-core",
            "oddity-ingest",
            "oddity-features",
            "oddity-neural",
            "oddity-models",
            "oddity-eval",
            "oddity-datasets",
        ],
    ),
    ("oddity-fuzz", &["oddity", "oddity-core", "oddity-datasets", "oddity-ingest"]),
    ("xtask", &[]),
];

/// Crates that touch no file, clock, network or environment.
const PURE_CRATES: &[&str] = &[
    "oddity-core",
    "oddity-burn",
    "oddity-linalg",
    "oddity-features",
    "oddity-models",
    "oddity-neural",
    "oddity-eval",
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc"];

/// Checks every source file and manifest, and reports everything that is wrong at once.
pub(crate) fn run() -> Result<()> {
    let root = cargo::root();
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut problems = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let path = file.strip_prefix(&root).unwrap_or(file);
        let found = check_source(path, &text);
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", path.display())));
    }
    problems.extend(check_graph()?);
    ensure!(!files.is_empty(), "no source file found below {}", root.display());
    ensure!(problems.is_empty(), "untidy:\n  {}", problems.join("\n  "));
    cargo::say(&format!("tidy: {} files", files.len()));
    Ok(())
}

/// Gathers the Rust files below a folder, without build outputs and hidden folders.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            collect(&path, files)?;
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn check_source(path: &Path, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let first = text.lines().next().unwrap_or_default();
    if !first.starts_with("//! ") {
        problems.push("the first line must say what the file is (`//! …`)".to_owned());
    }
    let n_lines = text.lines().count();
    let long = LONG_FILES.iter().any(|(file, _)| Path::new(file) == path);
    if MAX_LINES < n_lines && !long {
        problems.push(format!("{n_lines} lines, at most {MAX_LINES}"));
    }
    for (at, line) in text.lines().enumerate() {
        if line.ends_with([' ', '\t']) || line.contains('\t') {
            problems.push(format!("line {}: a tab or a trailing space", at + 1));
        }
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if EMPTY_NAMES.contains(&stem.as_ref()) {
        problems.push(format!("the name {stem:?} says nothing"));
    }
    let owner = path.iter().nth(1).unwrap_or_default().to_string_lossy();
    let source = path.iter().nth(2).is_some_and(|folder| folder == "src");
    if source && PURE_CRATES.contains(&owner.as_ref()) {
        let grouped = grouped(text);
        for module in ["fs", "env", "net", "time", "process"] {
            if text.contains(&format!("std::{module}")) || grouped.contains(&module) {
                problems.push(format!("std::{module} in a crate without files, clock or network"));
            }
        }
    }
    problems
}

/// The modules that grouped imports from `std` name: `env` and `fs` of `use std::{env, fs::File};`.
fn grouped(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for group in text.split("std::{").skip(1) {
        let (mut depth, mut begins) = (0, true);
        for (at, char) in group.char_indices() {
            match char {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if depth == 0 && begins && !char.is_whitespace() => {
                    let is_other = |char: char| !char.is_alphanumeric() && char != '_';
                    names.extend(group[at..].split(is_other).next());
                    begins = false;
                }
                _ => {}
            }
        }
    }
    names
}

/// Compares the crates' dependencies with [`CRATE_GRAPH`].
fn check_graph() -> Result<Vec<String>> {
    let metadata = cargo::metadata()?;
    let mut problems = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if !package["source"].is_null() {
            continue;
        }
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = CRATE_GRAPH.iter().find(|(owner, _)| *owner == name) else {
            problems.push(format!("{name}: not in the crate graph of xtask/src/tidy.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let ours = CRATE_GRAPH.iter().any(|(owner, _)| *owner == other);
            if ours && dependency["kind"].is_null() && !allowed.contains(&other) {
                problems.push(format!("{name}: may not depend on {other}"));
            }
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> usize {
        check_source(Path::new(path), text).len()
    }

    #[test]
    fn each_rule_finds_its_fault() {
        assert_eq!(check("crates/oddity-core/src/x.rs", "//! A file.\n"), 0);
        assert_eq!(check("crates/oddity-core/src/x.rs", "fn f() {}\n"), 1);
        assert_eq!(check("crates/oddity-core/src/utils.rs", "//! A file.\n"), 1);
        assert_eq!(check("crates/oddity-core/src/x.rs", "//! A file. \n"), 1);
        assert_eq!(check("crates/oddity-core/src/x.rs", "//! A file.\nuse std::fs;\n"), 1);
        assert_eq!(check("crates/oddity-ingest/src/x.rs", "//! A file.\nuse std::fs;\n"), 0);
        let grouped = "//! A file.\nuse std::{\n    env, fmt::{self, time},\n    fs::File};\n";
        assert_eq!(check("crates/oddity-core/src/x.rs", grouped), 2);
        let long = format!("//! A file.\n{}", "// x\n".repeat(MAX_LINES));
        assert_eq!(check("crates/oddity-core/src/x.rs", &long), 1);
    }
}
