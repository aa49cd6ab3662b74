//! Reads a folder of results again and takes every measure anew from the stored scores.

use std::fs;
use std::path::Path;

use oddity_ingest::Sha256;

use crate::cell::{CODE_VERSION, Status};
use crate::error::Result;
use crate::manifest::{Folder, ListedCell};
use crate::results::{Results, lines};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Cells whose record and scores were read.
    pub n_read: usize,
    /// Those among them that did not end well.
    pub n_failed: usize,
    /// Figures that were measured again.
    pub n_measured: usize,
    /// Files of trained models whose checksum was taken.
    pub n_artefacts: usize,
    /// What is damaged, or contradicts what is stored.
    pub wrong: Vec<String>,
    /// Cells that were not computed.
    pub missing: Vec<String>,
    /// Cells that another shard computes.
    pub n_elsewhere: usize,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

impl Checked {
    /// 0 where all is there and right, 1 where something is wrong, 2 where cells are missing.
    pub fn exit_code(&self) -> u8 {
        match (self.wrong.is_empty(), self.missing.is_empty() && self.n_elsewhere == 0) {
            (false, _) => 1,
            (true, false) => 2,
            (true, true) => 0,
        }
    }
}

/// Checks every record, table, trained file and figure of a folder.
///
/// # Errors
///
/// [`crate::Error::NoManifest`] for a folder without results; what is wrong with its cells is in
/// what this returns.
pub fn check(path: &Path) -> Result<Checked> {
    let folder = Folder::open(path)?;
    let mut checked = Checked::default();
    let mut cells = folder.manifest.cells.clone();
    for cell in &mut cells {
        if cell.elsewhere && !folder.store.has_record(&cell.key) {
            checked.n_elsewhere += 1;
            continue;
        }
        cell.elsewhere = !check_cell(&folder, cell, &mut checked);
    }
    if folder.manifest.code_version != CODE_VERSION {
        checked.notes.push("the cells were computed by other code than this program's".to_owned());
    }
    // All intervals are drawn anew: what the folder keeps of them is under test too.
    let results = Results::collect(&folder.suite, &cells, &folder.store)?;
    checked.n_measured = results.rows.len();
    check_results(path, &results, cells.iter().any(|cell| cell.elsewhere), &mut checked);
    Ok(checked)
}

/// Whether the cell is there; what is wrong with it is noted.
fn check_cell(folder: &Folder, cell: &ListedCell, checked: &mut Checked) -> bool {
    if !folder.store.has_record(&cell.key) {
        checked.missing.push(cell.name.to_string());
        return false;
    }
    let record = match folder.store.read(&cell.key) {
        Ok((record, _)) => record,
        Err(error) => {
            checked.wrong.push(error.to_string());
            return false;
        }
    };
    checked.n_read += 1;
    checked.n_failed += usize::from(record.status != Status::Ok);
    if record.name != cell.name {
        checked.wrong.push(format!("{}: the record is named {}", cell.name, record.name));
    }
    for artefact in &record.outcome.artefacts {
        let path = folder.store.folder().join(&artefact.path);
        checked.n_artefacts += 1;
        match fs::read(&path) {
            Ok(bytes) if Sha256::of(&bytes).to_string() == artefact.sha256 => {}
            Ok(_) => checked.wrong.push(format!("{}: another checksum", path.display())),
            Err(error) => checked.wrong.push(format!("{}: {error}", path.display())),
        }
    }
    true
}

/// Compares what was measured anew with `results.jsonl`: all its bytes where all cells are here,
/// else every line of a cell that is.
fn check_results(path: &Path, results: &Results, partial: bool, checked: &mut Checked) {
    let file = path.join("results.jsonl");
    let stored = match fs::read_to_string(&file) {
        Ok(stored) => stored,
        Err(error) => {
            checked.wrong.push(format!("{}: {error}", file.display()));
            return;
        }
    };
    let anew = match lines(&file, &results.rows) {
        Ok(anew) => String::from_utf8_lossy(&anew).into_owned(),
        Err(error) => {
            checked.wrong.push(error.to_string());
            return;
        }
    };
    let known: std::collections::HashSet<&str> = stored.lines().collect();
    let differ = anew.lines().zip(&results.rows).filter(|(line, _)| !known.contains(line));
    let before = checked.wrong.len();
    for (line, row) in differ {
        checked.wrong.push(format!(
            "{}: {} {} is not what the stored scores give: {line}",
            file.display(),
            row.pipeline,
            row.measure
        ));
    }
    if checked.wrong.len() == before && !partial && stored != anew {
        checked.wrong.push(format!("{}: lines that no stored cell gives", file.display()));
    }
}
