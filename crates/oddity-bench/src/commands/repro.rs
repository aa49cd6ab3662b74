//! `bench repro`: computes a stored cell again.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use super::print;
use crate::hook::Hook;
use crate::manifest::Folder;
use crate::repro::{Reproduced, find, reproduce};
use crate::run::RunOptions;

/// What `bench repro` can be told.
#[derive(Args)]
pub(crate) struct ReproArguments {
    /// The cell's key, or its beginning; `results.jsonl` has it as `cell`.
    key: String,
    /// Folder that holds the cell; all below `target/bench` where it is left out.
    #[arg(long)]
    from: Option<PathBuf>,
    /// Folder of the data; else the environment variable `ODDITY_DATA_DIR`.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Threads of the models; all processors where it is left out.
    #[arg(long)]
    threads: Option<usize>,
    /// Folder of the new cell, empty or one of results; `target/bench/repro` where it is left out.
    /// What it holds is lost.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Computes the cell, and says what came of it.
pub(crate) fn run(
    arguments: &ReproArguments,
    root: Option<&Path>,
    hook: Option<&dyn Hook>,
) -> anyhow::Result<ExitCode> {
    let bench = root.unwrap_or(Path::new(".")).join("target/bench");
    let out = arguments.out.clone().unwrap_or_else(|| bench.join("repro"));
    let (folder, key) = match &arguments.from {
        Some(folder) => {
            let folder = Folder::open(folder)?;
            let key = find(&folder, &arguments.key)?;
            (folder, key)
        }
        None => search(&bench, &out, &arguments.key)?,
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let options = RunOptions {
        data_dir: arguments.data_dir.clone(),
        threads: arguments.threads.unwrap_or(processors),
        root: root.map(Path::to_owned),
        hook,
        ..RunOptions::new(out)
    };
    let reproduced = reproduce(&folder, &key, &options)?;
    say(&reproduced);
    Ok(if reproduced.is_same() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folder below `bench` that holds the one cell of this key; `out` may hold it from before.
fn search(bench: &Path, out: &Path, key: &str) -> anyhow::Result<(Folder, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(bench).into_iter().flatten().flatten() {
        if entry.path() == out {
            continue;
        }
        let Ok(folder) = Folder::open(&entry.path()) else { continue };
        if let Ok(key) = find(&folder, key) {
            found.push((folder, key));
        }
    }
    let n_found = found.len();
    if 1 < n_found {
        bail!("found {key} in {n_found} folders below {}: --from says which", bench.display());
    }
    let found = found.pop();
    found.with_context(|| format!("no cell {key} below {}: --from says where", bench.display()))
}

fn say(reproduced: &Reproduced) {
    let [then, now] = &reproduced.status;
    let ended = |(status, reason): &(crate::cell::Status, Option<String>)| {
        let reason = reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        format!("{}{reason}", status.as_str())
    };
    for (what, then, now) in &reproduced.changes {
        print(&format!("other: {what}: {then} then, {now} now"));
    }
    if then != now {
        print(&format!("ended: {} then, {} now", ended(then), ended(now)));
    }
    if let Some(difference) = &reproduced.first_difference {
        print(&format!("differs: {difference}"));
    }
    let verdict = if reproduced.is_same() { "the same bits" } else { "not the same" };
    print(&format!("{}: {verdict}", reproduced.name));
}
