//! Joins the folders of shards, or of runs that were interrupted, into one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cell::{CellIdentity, Status};
use crate::error::{Error, Result};
use crate::manifest::{Folder, ListedCell, Manifest};
use crate::store::{CellRecord, CellTable, Round, Store};

/// What a merge gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Cells in the new folder.
    pub n_cells: usize,
    /// Cells of the suite that lie in none of the folders.
    pub n_missing: usize,
}

type Found = (CellRecord, Option<CellTable>);

/// Copies the cells of folders into another, and writes its results: the same bytes as those of
/// one run, but for timings and environment.
///
/// # Errors
///
/// [`Error::Merge`] for folders of other suites, schemas, code or data, and for cells that
/// contradict each other; those of files.
pub fn merge(folders: &[PathBuf], out: &Path) -> Result<Merged> {
    let opened = folders.iter().map(|folder| Folder::open(folder)).collect::<Result<Vec<_>>>()?;
    let Some(first) = opened.first() else { return Err(refuse(out, "no folder to merge")) };
    for other in &opened[1..] {
        same_work(&first.manifest, other)?;
    }
    if folders.iter().any(|source| is_same(source, out)) {
        return Err(refuse(out, "a folder cannot be merged into itself"));
    }
    let store = Store::open(out)?;
    let _lock = store.lock()?;
    let mut manifest = first.manifest.clone();
    let mut merged = Merged { n_cells: 0, n_missing: 0 };
    for cell in &mut manifest.cells {
        cell.elsewhere = match best(&opened, cell)? {
            Some((from, found)) => {
                copy(&opened, from, &found, &store)?;
                merged.n_cells += 1;
                false
            }
            None => {
                merged.n_missing += 1;
                true
            }
        };
    }
    if merged.n_missing == 0 {
        manifest.shard = None;
    }
    manifest.write(out)?;
    Ok(merged)
}

/// Whether two paths are those of one folder.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(a), Ok(b)) if a == b)
}

fn refuse(folder: &Path, reason: impl Into<String>) -> Error {
    Error::Merge { folder: folder.to_owned(), reason: reason.into() }
}

/// Refuses a folder of other work than the first one's.
fn same_work(first: &Manifest, other: &Folder) -> Result<()> {
    let here = &other.manifest;
    let differ = |what: &str| Err(refuse(&other.path(), format!("{what} of the first folder's")));
    if first.schema_version != here.schema_version {
        return differ("its cells have another schema than those");
    }
    if first.code_version != here.code_version {
        return differ("its cells were computed by other code than those");
    }
    if first.suite != here.suite {
        return differ("its suite, or the pipelines chosen, are other than those");
    }
    if first.backend != here.backend {
        return differ("its networks ran on another backend than those");
    }
    let data = |manifest: &Manifest| -> Vec<(String, String)> {
        let notes = manifest.datasets.iter();
        notes.map(|note| (note.name.clone(), note.checksum.clone())).collect()
    };
    if data(first) != data(here) {
        return differ("its data has other checksums than those");
    }
    let keys = |manifest: &Manifest| -> Vec<String> {
        manifest.cells.iter().map(|cell| cell.key.clone()).collect()
    };
    if keys(first) != keys(here) { differ("it lists other cells than those") } else { Ok(()) }
}

/// The cell as the folders have it: one that was computed before one that failed.
fn best(folders: &[Folder], cell: &ListedCell) -> Result<Option<(usize, Found)>> {
    let mut best: Option<(usize, Found)> = None;
    for (at, folder) in folders.iter().enumerate() {
        let Ok(found) = folder.store.read(&cell.key) else { continue };
        let Some((_, held)) = &best else {
            best = Some((at, found));
            continue;
        };
        match (held.0.status, found.0.status) {
            (Status::Ok, Status::Ok) if held.1 != found.1 || held.0.outcome != found.0.outcome => {
                let reason = format!("{}: its scores are other than another folder's", cell.name);
                return Err(refuse(&folder.path(), reason));
            }
            (held, Status::Ok) if held != Status::Ok => best = Some((at, found)),
            _ => {}
        }
    }
    if let Some((at, (record, _))) = &best
        && CellIdentity::key(&record.identity) != cell.key
    {
        return Err(refuse(&folders[*at].path(), format!("{}: another key", cell.name)));
    }
    Ok(best)
}

/// Copies a cell, what training it left, and its timings of all folders.
fn copy(folders: &[Folder], from: usize, found: &Found, to: &Store) -> Result<()> {
    let (record, table) = found;
    let source = folders[from].store.trained(&record.name);
    copy_files(&source, &to.trained(&record.name))?;
    let mut rounds: Vec<Round> = Vec::new();
    for folder in folders {
        for round in folder.store.history(&record.key) {
            if !rounds.contains(&round) {
                rounds.push(round);
            }
        }
    }
    rounds.sort_by_key(|round| round.at);
    if !rounds.is_empty() {
        to.write_history(&record.key, &rounds)?;
    }
    to.write(record, table.as_ref())
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        fs::create_dir_all(to).map_err(Error::file(to))?;
        let target = to.join(entry.file_name());
        fs::copy(entry.path(), &target).map_err(Error::file(&target))?;
    }
    Ok(())
}
