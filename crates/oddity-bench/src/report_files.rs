//! Writes a report: the page, and every figure and table as files beside it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report::{self, Report, ReportFile};
use crate::store::{write_atomically, write_unsynced};

/// Folders of figures and tables, with the endings of the files in each.
const FOLDERS: [(&str, &[&str]); 2] = [("figures", &["svg", "png"]), ("tables", &["csv", "tex"])];

/// Writes `report.html`, and the folders `figures` and `tables`, and gives the page's path.
///
/// Figures and tables of an earlier report that this one no longer has are removed: those that
/// the earlier `index.csv` names, and no other file. Pictures are drawn by the threads of the
/// current rayon pool.
///
/// # Errors
///
/// [`Error::File`] if one cannot be written, [`Error::Figure`] if a chart cannot be drawn.
pub fn write(folder: &Path, report: &Report) -> Result<PathBuf> {
    let files = report::files(report)?;
    for (name, endings) in FOLDERS {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        remove_stale(&folder, name, endings, &files)?;
    }
    for file in &files {
        write_unsynced(&folder.join(&file.path), &file.bytes)?;
    }
    let page = folder.join("report.html");
    write_atomically(&page, report::render(report).as_bytes())?;
    Ok(page)
}

/// Removes what the index of an earlier report names and the new files lack.
fn remove_stale(folder: &Path, name: &str, endings: &[&str], files: &[ReportFile]) -> Result<()> {
    // No index: no earlier report.
    let Ok(index) = fs::read_to_string(folder.join("index.csv")) else { return Ok(()) };
    for line in index.lines().skip(1) {
        let stem = line.split(',').next().unwrap_or_default();
        // What is no name of ours may be anything, such as a path elsewhere.
        let is_ours = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if stem.is_empty() || !stem.chars().all(is_ours) {
            continue;
        }
        for ending in endings {
            let path = format!("{name}/{stem}.{ending}");
            let stale = folder.join(format!("{stem}.{ending}"));
            if files.iter().all(|file| file.path != path) && stale.exists() {
                fs::remove_file(&stale).map_err(Error::file(&stale))?;
            }
        }
    }
    Ok(())
}
