//! Timings of every time that a cell was computed: one file a cell, beside its scores.
//!
//! A cell's scores are the same each time; its timings are not, and the spread between rounds
//! is what a later difference is judged against. `--fresh` forgets cells and keeps this.

use std::fs;

use serde::{Deserialize, Serialize};

use super::{HISTORY, RunSection, Store, write_atomically};
use crate::error::{Error, Result};

/// One time that a cell was computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Seconds since 1970 when the cell was done.
    pub at: u64,
    /// Timings, memory and environment.
    #[serde(flatten)]
    pub run: RunSection,
}

impl Store {
    /// Every round of a cell, the oldest first; none where the cell was never computed, or by a
    /// version that kept no history.
    pub fn history(&self, key: &str) -> Vec<Round> {
        let text = fs::read(self.history_path(key)).unwrap_or_default();
        // A damaged history is no history: scores do not depend on it.
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Adds a round to a cell's history.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the disk is full or the folder is not writable.
    pub fn add_round(&self, key: &str, run: &RunSection) -> Result<()> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let mut rounds = self.history(key);
        rounds.push(Round { at: now.map_or(0, |now| now.as_secs()), run: run.clone() });
        self.write_history(key, &rounds)
    }

    /// Writes the whole history of a cell.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the disk is full or the folder is not writable.
    pub fn write_history(&self, key: &str, rounds: &[Round]) -> Result<()> {
        let path = self.history_path(key);
        let json = serde_json::to_vec(rounds)
            .map_err(|error| Error::Cell { path: path.clone(), reason: error.to_string() })?;
        write_atomically(&path, &json)
    }

    fn history_path(&self, key: &str) -> std::path::PathBuf {
        self.folder.join(HISTORY).join(format!("{key}.json"))
    }
}
