//! `bench report`: writes results and report again from stored cells, or one report over several
//! folders.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::ensure;

use super::say;
use crate::environment::Environment;
use crate::manifest::Folder;
use crate::run::{collect, write_report, write_results};

/// Writes results and report of each folder; with `out` one report over all of them, there.
pub(crate) fn run(
    folders: &[PathBuf],
    out: Option<&Path>,
    root: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    if let Some(out) = out {
        let path = write_over(folders, out, root)?;
        say(&format!("{} folders: report: {}", folders.len(), path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    for folder in folders {
        let path = write(folder, root)?;
        say(&format!("{}: report: {}", folder.display(), path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes results and report of a folder, with the environment of its last listed cell; gives the
/// report's path.
pub(super) fn write(folder: &Path, root: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = Folder::open(folder)?;
    let _lock = folder.store.lock()?;
    Ok(write_results(&folder, &environment(&folder, root))?.1)
}

/// Writes one report over folders of suites, whose cells were computed by one code.
fn write_over(folders: &[PathBuf], out: &Path, root: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folders = folders.iter().map(|folder| Folder::open(folder));
    let folders = folders.collect::<Result<Vec<Folder>, _>>()?;
    let Some(first) = folders.first() else { anyhow::bail!("no folder is given") };
    let mut results = Vec::new();
    for (at, folder) in folders.iter().enumerate() {
        let path = folder.path();
        let is_known = |other: &Folder| other.suite.name == folder.suite.name;
        let again = folders[..at].iter().any(is_known);
        ensure!(!again, "{}: suite {} is given twice", path.display(), folder.suite.name);
        let same = folder.manifest.code_version == first.manifest.code_version;
        ensure!(
            same,
            "{}: its cells were computed by other code than those of {}: run its suite again",
            path.display(),
            first.path().display()
        );
        let _lock = folder.store.lock()?;
        results.push(collect(folder)?);
    }
    let pairs: Vec<_> = folders.iter().zip(&results).collect();
    std::fs::create_dir_all(out)?;
    Ok(write_report(&pairs, &environment(first, root), out)?)
}

/// The environment that the last listed cell of a folder that can be read was computed in; that of
/// this process where none can be.
pub(super) fn environment(folder: &Folder, root: Option<&Path>) -> Environment {
    let records = folder.manifest.cells.iter().rev().filter(|cell| !cell.elsewhere);
    let environment = records.filter_map(|cell| folder.store.read(&cell.key).ok()).next();
    let environment = environment.map(|(record, _)| record.run.environment);
    environment.unwrap_or_else(|| Environment::detect(root, 1, 1))
}
