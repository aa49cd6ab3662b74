//! `bench report`: writes results and report again from stored cells.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::say;
use crate::environment::Environment;
use crate::manifest::Folder;
use crate::run::write_results;

/// Writes results and report of each folder.
pub(crate) fn run(folders: &[PathBuf], root: Option<&Path>) -> anyhow::Result<ExitCode> {
    for folder in folders {
        let path = write(folder, root)?;
        say(&format!("{}: report: {}", folder.display(), path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes results and report of a folder, under the environment that its last cell was computed
/// in; gives the report's path.
pub(super) fn write(folder: &Path, root: Option<&Path>) -> anyhow::Result<PathBuf> {
    let folder = Folder::open(folder)?;
    let _lock = folder.store.lock()?;
    let records = folder.manifest.cells.iter().rev().filter(|cell| !cell.elsewhere);
    let environment = records.filter_map(|cell| folder.store.read(&cell.key).ok()).next();
    let environment = environment.map(|(record, _)| record.run.environment);
    let environment = environment.unwrap_or_else(|| Environment::detect(root, 1, 1));
    Ok(write_results(&folder, &environment)?.1)
}
