//! Intervals that were drawn before, kept below a folder of results: one file a pipeline.
//!
//! Each is kept under a checksum of everything that it depends on, so that what has changed is not
//! found: a stale one cannot be read. The file's first line has the checksum of the others; a file
//! that is damaged, or of another layout, holds nothing.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use oddity_core::Seed;
use oddity_eval::compare::BootstrapParams;
use oddity_ingest::Sha256;
use serde::{Deserialize, Serialize};

use super::intervals::{Outcome, RowInterval, SEED, params};
use super::test_parts::is_of;
use super::{ResultRow, StoredCell, lines};
use crate::error::{Error, Result};
use crate::store::write_unsynced;
use crate::suite::{IntervalConfig, Over, Task};

/// The code that intervals are drawn by: a hash of its sources, of the versions of other crates and
/// of the compiler. Empty where the build does not know it: nothing is kept then.
pub(super) const VERSION: &str = env!("ODDITY_INTERVAL_VERSION");

/// The layout of the file.
const LAYOUT: u32 = 1;

/// The intervals that are kept of one pipeline.
pub(super) struct Kept {
    /// Where; nowhere for a run that draws all of them anew, and keeps none.
    path: Option<PathBuf>,
    version: String,
    /// The bytes of the file as it was.
    before: Vec<u8>,
    known: HashMap<String, Outcome>,
    /// Those that were asked for, in the order of the rows: no others stay in the file.
    asked: Vec<Line>,
}

/// A line of the file, after the first.
#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    interval: Option<RowInterval>,
    no_interval: Option<String>,
}

/// The first line of the file.
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    layout: u32,
    sha256: String,
}

/// Everything that an interval depends on.
#[derive(Serialize)]
struct Identity<'a> {
    version: &'a str,
    /// The measure with its version and all its parameters.
    measure: String,
    /// The rule of the cutoff and what it is fitted on, as results say it, and its id.
    threshold: Option<&'a str>,
    rule: Option<&'a str>,
    bootstrap: BootstrapParams,
    seed: Seed,
    /// What is resampled, of data without series and with them.
    over: [Over; 2],
    /// Checksums of all that is stored of the cells, in their order.
    cells: Vec<&'a str>,
}

impl Kept {
    /// Nothing is kept, and nothing is to be.
    pub(super) fn nothing() -> Kept {
        let (before, known, asked) = (Vec::new(), HashMap::new(), Vec::new());
        Kept { path: None, version: String::new(), before, known, asked }
    }

    /// What a file holds, for code of this version.
    pub(super) fn open(path: PathBuf, version: &str) -> Kept {
        if version.is_empty() {
            return Kept::nothing();
        }
        // A file that cannot be read is one that is not there: everything is drawn then.
        let before = fs::read(&path).unwrap_or_default();
        let known = read(&before).unwrap_or_default();
        Kept { path: Some(path), version: version.to_owned(), before, known, asked: Vec::new() }
    }

    /// The key of each row's interval; none where nothing is kept.
    pub(super) fn keys(
        &self,
        task: &Task,
        config: &IntervalConfig,
        cells: &[StoredCell],
        rows: &[&ResultRow],
    ) -> Vec<Option<String>> {
        if self.path.is_none() || rows.is_empty() {
            return vec![None; rows.len()];
        }
        let sums: Vec<String> = cells.iter().map(checksum).collect();
        let rules = task.rules();
        let key = |row: &&ResultRow| -> Option<String> {
            let threshold = row.threshold.as_deref();
            let rule = rules.iter().find(|(_, text)| Some(text.as_str()) == threshold);
            let of_row = cells.iter().zip(&sums).filter(|(cell, _)| is_of(row, cell));
            let identity = Identity {
                version: &self.version,
                measure: row.measure_id(),
                threshold,
                rule: rule.map(|(rule, _)| rule.as_str()),
                bootstrap: params(config, config.n_replicates),
                seed: SEED,
                over: [false, true].map(|has_series| task.resampled(config, has_series)),
                cells: of_row.map(|(_, sum)| sum.as_str()).collect(),
            };
            let json = serde_json::to_vec(&identity).ok()?;
            Some(Sha256::of(&json).to_string())
        };
        rows.iter().map(key).collect()
    }

    /// The interval that is kept under a key, or the reason why there is none.
    pub(super) fn find(&self, key: &str) -> Option<&Outcome> {
        self.known.get(key)
    }

    /// Keeps what was found or drawn.
    pub(super) fn keep(&mut self, key: String, outcome: &Outcome) {
        let (interval, no_interval) = match outcome {
            Ok(interval) => (Some(interval.clone()), None),
            Err(reason) => (None, Some(reason.clone())),
        };
        self.asked.push(Line { key, interval, no_interval });
    }

    /// Writes what is kept, where that is not what the file held.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if it cannot be written.
    pub(super) fn write(self) -> Result<()> {
        let Some(path) = self.path.filter(|_| !self.asked.is_empty()) else { return Ok(()) };
        let text = lines(&path, &self.asked)?;
        let header = Header { layout: LAYOUT, sha256: Sha256::of(&text).to_string() };
        let bytes = [lines(&path, [header])?, text].concat();
        if bytes == self.before {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        write_unsynced(&path, &bytes)
    }
}

/// The intervals in a file; nothing of one that is not what was written.
fn read(bytes: &[u8]) -> Option<HashMap<String, Outcome>> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let (header, text) = (&bytes[..end], &bytes[end + 1..]);
    let header: Header = serde_json::from_slice(header).ok()?;
    if header != (Header { layout: LAYOUT, sha256: Sha256::of(text).to_string() }) {
        return None;
    }
    let entry = |line: &str| {
        let Line { key, interval, no_interval } = serde_json::from_str::<Line>(line).ok()?;
        match (interval, no_interval) {
            (Some(interval), None) => Some((key, Ok(interval))),
            (None, Some(reason)) => Some((key, Err(reason))),
            _ => None,
        }
    };
    std::str::from_utf8(text).ok()?.lines().map(entry).collect()
}

/// A checksum of what is stored of a cell, as far as it is measured.
fn checksum(cell: &StoredCell) -> String {
    let class_names = &cell.record.outcome.class_names;
    let table = cell.table.as_ref().map(|table| table.sha256());
    Sha256::of(format!("{class_names:?} {table:?}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests;
