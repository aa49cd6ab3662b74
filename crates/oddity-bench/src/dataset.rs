//! The samples of a suite with what is known of each: class, subset, folder.

use std::path::Path;

use oddity_core::{Classes, SamplesOwned};
use serde::{Deserialize, Serialize};

use crate::suite::Filter;

mod adfa_ld;

/// Which data a suite runs on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DatasetConfig {
    /// The published ADFA-LD traces, from a data folder.
    AdfaLd,
    /// Traces of our own generator.
    AdfaLdGenerated(oddity_datasets::generate::AdfaLdParams),
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
    /// Seconds that loading took.
    pub seconds: f64,
    /// All samples.
    pub samples: SamplesOwned,
    /// The class of each sample.
    pub classes: Classes,
    /// Code of the class that is no anomaly.
    pub normal: u32,
    /// What filters ask for, by sample.
    pub attributes: Vec<Attributes>,
    /// Counts worth showing in a report, by name.
    pub counts: Vec<(String, u64)>,
}

/// What a filter asks of a sample besides its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The subset: `training`, `validation`, `attack`.
    pub subset: &'static str,
    /// Number of the folder, where there is one.
    pub folder: Option<u32>,
}

impl Dataset {
    /// Loads or generates the data.
    ///
    /// # Errors
    ///
    /// Those of finding, reading or generating it.
    pub fn load(config: &DatasetConfig, data_dir: Option<&Path>) -> crate::error::Result<Dataset> {
        let began = std::time::Instant::now();
        let mut dataset = match config {
            DatasetConfig::AdfaLd => adfa_ld::load(data_dir),
            DatasetConfig::AdfaLdGenerated(params) => adfa_ld::generate(params),
        }?;
        dataset.seconds = began.elapsed().as_secs_f64();
        Ok(dataset)
    }

    /// Positions of the samples that pass a filter: those of the first filter, then those
    /// of the second, and so on; all samples where there is no filter.
    pub fn select(&self, filters: &[Filter]) -> Vec<usize> {
        let all = [Filter::default()];
        let filters = if filters.is_empty() { &all[..] } else { filters };
        let mut taken = vec![false; self.attributes.len()];
        let mut selected = Vec::new();
        for filter in filters {
            for (sample, taken) in taken.iter_mut().enumerate() {
                if !*taken && self.passes(sample, filter) {
                    *taken = true;
                    selected.push(sample);
                }
            }
        }
        selected
    }

    fn passes(&self, sample: usize, filter: &Filter) -> bool {
        let Attributes { subset, folder } = &self.attributes[sample];
        let class = &self.classes.names()[self.classes.codes()[sample] as usize];
        filter.subset.as_ref().is_none_or(|wanted| wanted == subset)
            && filter.class.as_ref().is_none_or(|wanted| wanted == class)
            && filter.folders.is_none_or(|[first, last]| {
                folder.is_some_and(|folder| (first..=last).contains(&folder))
            })
    }
}
