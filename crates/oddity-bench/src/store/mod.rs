//! Stored cells: one Parquet file of scores beside one JSON record, each written to a
//! temporary name, synced and renamed, so that a killed run leaves no half file.

mod errors;
mod files;
mod history;
mod lock;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use oddity_core::{Artefact, TrainingHistory};
use oddity_ingest::Sha256;
use serde::{Deserialize, Serialize};

pub use errors::{ColumnErrors, Errors, Example, ExampleColumn, ExampleKind};
pub use files::write_atomically;
pub(crate) use files::write_unsynced;
pub use history::Round;
pub use lock::Lock;
pub use table::{CellTable, Part};

use crate::budget::Budget;
use crate::cell::{CellIdentity, CellName, Status};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::manifest;

/// Folders below that of a run: scores and records, trainings that were interrupted, timings of
/// every round, intervals that were drawn, saved models and curves.
const CELLS: &str = "cells";
const CHECKPOINTS: &str = "checkpoints";
const HISTORY: &str = "history";
const INTERVALS: &str = "intervals";
const TRAINED: &str = "trained";

/// The JSON record of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRecord {
    /// The cell's key.
    pub key: String,
    /// Where the cell stands in its suite.
    pub name: CellName,
    /// How it ended.
    pub status: Status,
    /// Why it did not end well.
    pub reason: Option<String>,
    /// What the model said of itself.
    pub outcome: Outcome,
    /// What the key stands for.
    pub identity: CellIdentity,
    /// Timings and environment: they differ from run to run.
    pub run: RunSection,
}

/// What is kept of a fitted model besides its scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Samples fitted on.
    pub n_train: usize,
    /// Samples measured on.
    pub n_test: usize,
    /// Normal training samples held out for a threshold; nothing without one.
    pub n_held_out: Option<usize>,
    /// Labelled samples cut from the test part for a threshold; nothing without such a cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_validation: Option<usize>,
    /// Anomalies among these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_validation_anomalies: Option<usize>,
    /// Test rows that no window covers, which are not measured; nothing where windows or
    /// single samples are.
    pub n_uncovered: Option<usize>,
    /// Columns after the shared features; nothing for samples that are no rows.
    pub n_columns: Option<usize>,
    /// Names of the classes, by code.
    pub class_names: Vec<String>,
    /// Whether an iterative fit reached its tolerance.
    pub converged: Option<bool>,
    /// Accuracy out of bag, where it was asked for.
    pub out_of_bag_score: Option<f64>,
    /// What a search found.
    pub search: Option<SearchOutcome>,
    /// How a training in epochs went.
    pub history: Option<TrainingHistory>,
    /// Which columns the scores came from, of a detector that knows.
    pub errors: Option<Errors>,
    /// The files that the fitted model was saved as.
    pub artefacts: Vec<StoredArtefact>,
}

/// A file that a fitted model was saved as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredArtefact {
    /// Its path below the folder of the run.
    pub path: PathBuf,
    /// Its length.
    pub n_bytes: usize,
    /// Its SHA-256.
    pub sha256: String,
}

/// What a search found inside the training part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchOutcome {
    /// The measure that chose.
    pub measure: String,
    /// Number of fits, without the last one on the whole training part.
    pub n_fits: usize,
    /// Position of the chosen candidate.
    pub best: usize,
    /// All candidates, in the order they were tried.
    pub candidates: Vec<Candidate>,
}

/// One point of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The parameters, by name.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// Mean of the measure over the inner folds; nothing where a fold failed.
    pub mean: Option<f64>,
    /// Population standard deviation over the inner folds.
    pub sd: Option<f64>,
}

/// The part of a record that differs from run to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSection {
    /// Seconds of each stage; none of a cell whose process ended before it did.
    pub timings: Vec<Timing>,
    /// Largest resident memory, of what [`RunSection::peak_rss_of`] says.
    pub peak_rss_bytes: Option<u64>,
    /// What the peak was taken over.
    #[serde(default)]
    pub peak_rss_of: PeakOf,
    /// Whether a training went on from a checkpoint: its seconds are not all of them then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
    /// What the cell was allowed.
    #[serde(default, skip_serializing_if = "Budget::is_unlimited")]
    pub budget: Budget,
    /// Machine, build and settings.
    pub environment: Environment,
}

/// What a peak of memory was taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeakOf {
    /// The time that the cell took, in a process that computes one cell at a time; what the
    /// process held before, such as the data, counts.
    Cell,
    /// The life of the process until the cell was done.
    #[default]
    Process,
}

/// How long a stage of a cell took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// `features` (shared by the pipelines of a split), `search`, `fit`, `predict`, `score` or
    /// `inspect` (errors of columns, and examples).
    pub stage: String,
    /// Seconds.
    pub seconds: f64,
    /// Samples that went through the stage.
    pub rows: usize,
}

/// The folder of a run.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens a folder, and makes it where it is missing.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if it cannot be made.
    pub fn open(folder: &Path) -> Result<Store> {
        for inner in [CELLS, CHECKPOINTS, HISTORY] {
            let path = folder.join(inner);
            fs::create_dir_all(&path).map_err(Error::file(&path))?;
        }
        Ok(Store { folder: folder.to_owned() })
    }

    /// A folder as it is: nothing is made in it.
    pub fn at(folder: &Path) -> Store {
        Store { folder: folder.to_owned() }
    }

    /// Whether there is a record under this key, whole or not.
    pub fn has_record(&self, key: &str) -> bool {
        self.path(key, "json").exists()
    }

    /// Removes all stored cells, with checkpoints, intervals and saved models; the history of timings
    /// stays.
    ///
    /// # Errors
    ///
    /// [`Error::NotResults`] if there are files where cells would lie, and no manifest of a run
    /// beside them: they are somebody else's. [`Error::File`] if the folder cannot be emptied.
    pub fn clear(&self) -> Result<()> {
        let emptied = [CELLS, CHECKPOINTS, INTERVALS, TRAINED].map(|inner| self.folder.join(inner));
        let is_empty = |path: &PathBuf| fs::read_dir(path).into_iter().flatten().next().is_none();
        if !emptied.iter().all(is_empty) && !manifest::lies_in(&self.folder) {
            return Err(Error::NotResults { folder: self.folder.clone() });
        }
        for path in emptied {
            if path.exists() {
                fs::remove_dir_all(&path).map_err(Error::file(&path))?;
            }
        }
        Store::open(&self.folder).map(|_| ())
    }

    /// The file of a cell's checkpoint, while it is in training.
    pub fn checkpoint(&self, key: &str) -> PathBuf {
        self.folder.join(CHECKPOINTS).join(key)
    }

    /// The file that keeps the intervals of a pipeline's figures.
    pub(crate) fn intervals(&self, pipeline: &str) -> PathBuf {
        let mut path = self.folder.join(INTERVALS);
        path.extend(pipeline.split('/').map(plain));
        path.as_mut_os_string().push(".jsonl");
        path
    }

    /// The folder of what training a cell leaves besides scores: saved models, curves.
    pub fn trained(&self, name: &CellName) -> PathBuf {
        self.folder.join(trained(name))
    }

    /// Writes the files that a fitted model can be kept as.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the disk is full or the folder is not writable.
    pub fn write_artefacts<'a>(
        &self,
        name: &CellName,
        artefacts: impl Iterator<Item = &'a Artefact>,
    ) -> Result<Vec<StoredArtefact>> {
        let mut stored = Vec::new();
        for Artefact { name: file, bytes } in artefacts {
            let folder = self.trained(name);
            fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
            write_atomically(&folder.join(plain(file)), bytes)?;
            let path = trained(name).join(plain(file));
            let sha256 = Sha256::of(bytes).to_string();
            stored.push(StoredArtefact { path, n_bytes: bytes.len(), sha256 });
        }
        Ok(stored)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a cell: first its table, where it has one, then its record.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the disk is full or the folder is not writable.
    pub fn write(&self, record: &CellRecord, table: Option<&CellTable>) -> Result<()> {
        if let Some(table) = table {
            let path = self.path(&record.key, "parquet");
            let bytes =
                table.to_parquet().map_err(|reason| Error::Cell { path: path.clone(), reason })?;
            write_atomically(&path, &bytes)?;
        }
        let path = self.path(&record.key, "json");
        let json = serde_json::to_vec_pretty(record)
            .map_err(|error| Error::Cell { path: path.clone(), reason: error.to_string() })?;
        write_atomically(&path, &json)
    }

    /// Reads a cell's record, and its table where the cell was computed.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if a file is missing, [`Error::Cell`] if one is damaged or belongs
    /// to another key.
    pub fn read(&self, key: &str) -> Result<(CellRecord, Option<CellTable>)> {
        let path = self.path(key, "json");
        let json = fs::read(&path).map_err(Error::file(&path))?;
        let record: CellRecord = serde_json::from_slice(&json)
            .map_err(|error| Error::Cell { path: path.clone(), reason: error.to_string() })?;
        if record.key != key || record.identity.key() != key {
            let reason = "the record belongs to another key".to_owned();
            return Err(Error::Cell { path, reason });
        }
        if record.status != Status::Ok {
            return Ok((record, None));
        }
        let path = self.path(key, "parquet");
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let table = CellTable::from_parquet(bytes, record.outcome.class_names.len())
            .map_err(|reason| Error::Cell { path, reason })?;
        Ok((record, Some(table)))
    }

    fn path(&self, key: &str, extension: &str) -> PathBuf {
        self.folder.join(CELLS).join(format!("{key}.{extension}"))
    }
}

/// The folder of what training a cell leaves, below that of the run.
fn trained(name: &CellName) -> PathBuf {
    let mut path = PathBuf::from(TRAINED);
    path.extend(name.pipeline.split('/').map(plain));
    path.push(plain(&format!("seed-{}-{}", name.seed, name.split)));
    path
}

/// A name that every file system takes, of one that may hold anything.
fn plain(name: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "-_.".contains(char);
    let plain: String = name.chars().map(|char| if is_plain(char) { char } else { '-' }).collect();
    if plain.trim_matches('.').is_empty() { format!("-{plain}") } else { plain }
}
