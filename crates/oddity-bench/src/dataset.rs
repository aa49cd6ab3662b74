//! The samples of a suite with what is known of each: class, subset, series, folder.

use std::path::Path;

use oddity_core::{Classes, SamplesOwned};
use oddity_datasets::generate::{DeviceTrafficParams, HaiRelease, TimelineParams};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::suite::Filter;

mod adfa_ld;
mod attributes;
mod device_traffic;
mod hai;
mod kdd;
mod smd;
mod table;
mod timeline;

pub use attributes::{Attribute, Attributes};
pub use hai::HaiGeneratedConfig;
pub use kdd::KddGeneratedConfig;
pub use table::TableConfig;
pub use timeline::TimelineConfig;

/// Which data a suite or a task runs on.
///
/// Real data that is nowhere on the machine is stood in for by a generator where there is one
/// (not for `smd` and `timeline`), unless the user named the folder to look in; the report says
/// so, and shows no published figure beside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DatasetConfig {
    /// The published ADFA-LD traces, from a data folder.
    AdfaLd,
    /// Traces of our own generator.
    AdfaLdGenerated(oddity_datasets::generate::AdfaLdParams),
    /// A release of HAI, a series a file, with `train` and `test`.
    Hai {
        /// The release.
        release: HaiRelease,
    },
    /// A plant of our own generator.
    HaiGenerated(HaiGeneratedConfig),
    /// NSL-KDD: `KDDTrain+.txt` and `KDDTest+.txt`, the subsets `train` and `test`.
    NslKdd,
    /// Connections of our own generator.
    NslKddGenerated(KddGeneratedConfig),
    /// A capture of packets that Wireshark exported, labelled by its notes of packets that
    /// are out of order.
    DeviceTraffic {
        /// The file, below the folder `device-traffic` of the data.
        file: String,
    },
    /// A capture of our own generator.
    DeviceTrafficGenerated(DeviceTrafficParams),
    /// A forensic timeline.
    Timeline(TimelineConfig),
    /// A timeline of our own generator.
    TimelineGenerated(TimelineParams),
    /// The machines of the Server Machine Dataset, a series each, with `train` and `test`.
    Smd,
    /// Files of the user's own.
    Table(TableConfig),
}

/// Loaded samples.
pub struct Dataset {
    /// The name by which results call the data.
    pub name: String,
    /// Where the data came from, in words.
    pub source: String,
    /// SHA-256 of the data.
    pub checksum: String,
    /// How generated data differs from real data; nothing for real data.
    pub warning: Option<String>,
    /// Whether this is generated data in place of data that was not found.
    pub stands_in: bool,
    /// Seconds that loading took.
    pub seconds: f64,
    /// All samples.
    pub samples: SamplesOwned,
    /// The class of each sample.
    pub classes: Classes,
    /// Code of the class that is no anomaly.
    pub normal: u32,
    /// What filters ask for.
    pub attributes: Attributes,
    /// Counts worth showing in a report, by name.
    pub counts: Vec<(String, u64)>,
}

impl Dataset {
    /// Loads or generates the data.
    ///
    /// # Errors
    ///
    /// Those of finding, reading or generating it.
    pub fn load(config: &DatasetConfig, data_dir: Option<&Path>) -> Result<Dataset> {
        let began = std::time::Instant::now();
        let mut dataset = match config {
            DatasetConfig::AdfaLd => adfa_ld::load(data_dir),
            DatasetConfig::AdfaLdGenerated(params) => adfa_ld::generate(params),
            DatasetConfig::Hai { release } => hai::load(*release, data_dir),
            DatasetConfig::HaiGenerated(config) => hai::generate(config),
            DatasetConfig::NslKdd => kdd::load(data_dir),
            DatasetConfig::NslKddGenerated(config) => kdd::generate(config),
            DatasetConfig::DeviceTraffic { file } => device_traffic::load(file, data_dir),
            DatasetConfig::DeviceTrafficGenerated(params) => device_traffic::generate(params),
            DatasetConfig::Timeline(config) => timeline::load(config, data_dir),
            DatasetConfig::TimelineGenerated(params) => timeline::generate(params),
            DatasetConfig::Smd => smd::load(data_dir),
            DatasetConfig::Table(config) => table::load(config, data_dir),
        }?;
        dataset.seconds = began.elapsed().as_secs_f64();
        Ok(dataset)
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Positions of the samples that pass a filter: those of the first filter, then those
    /// of the second, and so on; all samples where there is no filter.
    ///
    /// # Errors
    ///
    /// [`Error::Attribute`] for a filter that names an attribute which the data does not have.
    pub fn select(&self, filters: &[Filter]) -> Result<Vec<usize>> {
        let all = [Filter::default()];
        let filters = if filters.is_empty() { &all[..] } else { filters };
        let mut taken = vec![false; self.len()];
        let mut selected = Vec::new();
        for filter in filters {
            let passing = self.passing(filter)?;
            for (sample, taken) in taken.iter_mut().enumerate() {
                if !*taken && passing.iter().all(|(codes, pass)| pass[codes[sample] as usize]) {
                    *taken = true;
                    selected.push(sample);
                }
            }
        }
        Ok(selected)
    }

    /// For each condition of a filter the codes of the samples, and which of them pass.
    fn passing(&self, filter: &Filter) -> Result<Vec<(&[u32], Vec<bool>)>> {
        let mut conditions: Vec<(&[u32], Vec<bool>)> = Vec::new();
        let equal = |names: &[String], wanted: &str| -> Vec<bool> {
            names.iter().map(|name| name == wanted).collect()
        };
        if let Some(class) = &filter.class {
            conditions.push((self.classes.codes(), equal(self.classes.names(), class)));
        }
        if let Some(subset) = &filter.subset {
            let subsets = self.attribute("subset")?;
            conditions.push((&subsets.codes, equal(&subsets.names, subset)));
        }
        if let Some([first, last]) = filter.folders {
            let folders = self.attribute("folder")?;
            let within = |name: &String| {
                name.parse().is_ok_and(|folder: u32| (first..=last).contains(&folder))
            };
            conditions.push((&folders.codes, folders.names.iter().map(within).collect()));
        }
        for (name, wanted) in &filter.attributes {
            let attribute = self.attribute(name)?;
            conditions.push((&attribute.codes, equal(&attribute.names, wanted)));
        }
        Ok(conditions)
    }

    /// The series of each sample.
    ///
    /// # Errors
    ///
    /// [`Error::Attribute`] if the data has no series.
    pub fn series(&self) -> Result<&Attribute> {
        self.attribute("series")
    }

    /// What a split by series goes by: the name that a series has in each file that holds a part
    /// of it, where the data has such names, else the series.
    ///
    /// # Errors
    ///
    /// [`Error::Attribute`] if the data has no series.
    pub fn split_series(&self) -> Result<&Attribute> {
        self.attributes.get(attributes::SERIES_NAME).map_or_else(|| self.series(), Ok)
    }

    /// First row of each series among samples that stand in the order of the dataset, and the
    /// end: one series where the data has none.
    pub fn edges(&self, members: &[usize]) -> Vec<usize> {
        let mut edges = vec![0];
        if let Ok(series) = self.series() {
            let series = |member: usize| series.codes[member];
            let changes = members.windows(2).enumerate();
            let changes = changes.filter(|(_, pair)| series(pair[0]) != series(pair[1]));
            edges.extend(changes.map(|(at, _)| at + 1));
        }
        edges.push(members.len());
        edges
    }

    /// An attribute by its name.
    ///
    /// # Errors
    ///
    /// [`Error::Attribute`] if the data has none of that name.
    pub fn attribute(&self, name: &str) -> Result<&Attribute> {
        self.attributes.get(name).ok_or_else(|| Error::Attribute {
            dataset: self.name.clone(),
            name: name.to_owned(),
            known: self.attributes.names().collect::<Vec<_>>().join(", "),
        })
    }
}

/// Reads what is found, or generates a stand-in where no folder was named and the user's
/// cache folder does not hold the data either.
fn read_or_generate(
    data_dir: Option<&Path>,
    places: &[&str],
    read: impl FnOnce(oddity_datasets::Source) -> Result<Dataset>,
    generate: impl FnOnce() -> Result<Dataset>,
) -> Result<Dataset> {
    match oddity_datasets::resolve(data_dir, places) {
        Ok(source) => read(source),
        Err(oddity_datasets::Error::NoDataDir { .. }) => {
            let mut dataset = generate()?;
            dataset.source = format!("{}, since {} was not found", dataset.source, places[0]);
            dataset.stands_in = true;
            Ok(dataset)
        }
        Err(error) => Err(error.into()),
    }
}

/// The checksum of what was read, which its cells are told apart by.
fn checksum(provenance: &oddity_ingest::Provenance) -> Result<oddity_ingest::Sha256> {
    provenance.sha256.ok_or_else(|| Error::NoChecksum { origin: provenance.source.clone() })
}

/// One checksum over those of several files, in their order: of a single file its own.
fn checksum_of(files: &[oddity_ingest::Sha256]) -> String {
    if let [single] = files {
        return single.to_string();
    }
    let all: Vec<u8> = files.iter().flat_map(|file| file.0).collect();
    oddity_ingest::Sha256::of(&all).to_string()
}
