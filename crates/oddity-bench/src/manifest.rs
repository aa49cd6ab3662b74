//! What a folder of results holds: the suite, its data, and every cell, so that results can be
//! read, checked and merged without the data.

use std::fs;
use std::path::{Path, PathBuf};

use oddity_core::{Classes, SamplesOwned, Sequences};
use serde::{Deserialize, Serialize};

use crate::backend::BackendChoice;
use crate::cell::{CODE_VERSION, CellName, SCHEMA_VERSION};
use crate::dataset::{Attributes, Dataset};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::shard::Shard;
use crate::store::{Store, write_atomically};
use crate::suite::Suite;

/// The file's name.
const FILE: &str = "manifest.json";

/// Whether a folder holds the manifest of a run, of this version or another.
pub(crate) fn lies_in(folder: &Path) -> bool {
    let json = fs::read(folder.join(FILE)).unwrap_or_default();
    let read: Option<serde_json::Value> = serde_json::from_slice(&json).ok();
    let has = |key: &str| read.as_ref().is_some_and(|manifest| manifest.get(key).is_some());
    ["schema_version", "code_version", "suite", "cells"].into_iter().all(has)
}

/// What a folder of results holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA_VERSION`] of the cells.
    pub schema_version: u32,
    /// [`CODE_VERSION`] of the cells.
    pub code_version: String,
    /// The suite as TOML, with just the pipelines that were asked for, and without published
    /// figures where generated data stood in.
    pub suite: String,
    /// What networks run on.
    pub backend: BackendChoice,
    /// Which share of the cells was computed here; all where it is left out.
    pub shard: Option<Shard>,
    /// The data.
    pub datasets: Vec<DatasetNote>,
    /// Every cell of the suite, in the order of the plan.
    pub cells: Vec<ListedCell>,
}

/// A dataset, without its samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetNote {
    /// The name by which results call the data.
    pub name: String,
    /// Where it came from, in words.
    pub source: String,
    /// SHA-256.
    pub checksum: String,
    /// How generated data differs from real data.
    pub warning: Option<String>,
    /// Whether it stands in for data that was not found.
    pub stands_in: bool,
    /// Counts worth showing.
    pub counts: Vec<(String, u64)>,
}

/// A cell of the suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedCell {
    /// Its key.
    pub key: String,
    /// Where it stands in the suite.
    pub name: CellName,
    /// Whether another shard computes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// A folder of results: what it should hold, and what it does.
#[derive(Clone, Debug)]
pub struct Folder {
    /// What it should hold.
    pub manifest: Manifest,
    /// The suite of the manifest.
    pub suite: Suite,
    /// Its cells.
    pub store: Store,
}

impl Manifest {
    /// Of a plan with all its cells, of which a shard may be computed here.
    ///
    /// # Errors
    ///
    /// [`Error::Cell`] for a suite that cannot be written as TOML.
    pub fn of(plan: &Plan<'_>, backend: BackendChoice, shard: Option<Shard>) -> Result<Manifest> {
        let suite = toml::to_string(plan.suite)
            .map_err(|error| Error::Cell { path: FILE.into(), reason: error.to_string() })?;
        let units = shard.map(|shard| shard.takes(plan));
        let groups = plan.groups.iter().enumerate();
        let cells = groups.flat_map(|(at, group)| {
            let elsewhere = units.as_ref().is_some_and(|here| !here[at]);
            group.cells.iter().map(move |cell| ListedCell {
                key: cell.key.clone(),
                name: cell.name.clone(),
                elsewhere,
            })
        });
        Ok(Manifest {
            schema_version: SCHEMA_VERSION,
            code_version: CODE_VERSION.to_owned(),
            suite,
            backend,
            shard,
            datasets: plan.datasets.iter().map(DatasetNote::of).collect(),
            cells: cells.collect(),
        })
    }

    /// Writes the manifest into a folder.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        let json = serde_json::to_vec_pretty(self)
            .map_err(|error| Error::Cell { path: path.clone(), reason: error.to_string() })?;
        write_atomically(&path, &json)
    }
}

impl DatasetNote {
    fn of(dataset: &Dataset) -> DatasetNote {
        DatasetNote {
            name: dataset.name.clone(),
            source: dataset.source.clone(),
            checksum: dataset.checksum.clone(),
            warning: dataset.warning.clone(),
            stands_in: dataset.stands_in,
            counts: dataset.counts.clone(),
        }
    }

    /// The dataset for a report, which asks for no sample.
    fn without_samples(&self) -> Result<Dataset> {
        Ok(Dataset {
            name: self.name.clone(),
            source: self.source.clone(),
            checksum: self.checksum.clone(),
            warning: self.warning.clone(),
            stands_in: self.stands_in,
            seconds: 0.0,
            samples: SamplesOwned::Sequences(Sequences::new(Vec::new(), vec![0])?),
            classes: Classes::new(Vec::new(), ["normal"])?,
            normal: 0,
            attributes: Attributes::default(),
            counts: self.counts.clone(),
        })
    }
}

impl Folder {
    /// Reads what a folder should hold; nothing is made where nothing is.
    ///
    /// # Errors
    ///
    /// [`Error::NoManifest`] for a folder without results, [`Error::Cell`] for a manifest that
    /// cannot be read.
    pub fn open(folder: &Path) -> Result<Folder> {
        let path = folder.join(FILE);
        let json = fs::read(&path).map_err(|_| Error::NoManifest { folder: folder.to_owned() })?;
        let damaged = |reason| Error::Cell { path: path.clone(), reason };
        let manifest: Manifest =
            serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))?;
        let suite = toml::from_str(&manifest.suite).map_err(|error| damaged(error.to_string()))?;
        Ok(Folder { manifest, suite, store: Store::at(folder) })
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.store.folder().to_owned()
    }

    /// The data, for a report.
    ///
    /// # Errors
    ///
    /// None that can be met: the samples are none.
    pub fn datasets(&self) -> Result<Vec<Dataset>> {
        self.manifest.datasets.iter().map(DatasetNote::without_samples).collect()
    }
}
