//! A measure of several detectors on several datasets, and which datasets count together.

use serde::{Deserialize, Serialize};

use super::friedman::ranks_of;
use crate::measure::Direction;
use crate::{Error, Result};

/// A measure of detectors (columns) on datasets (rows).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultTable {
    /// The names of the detectors.
    pub detectors: Vec<String>,
    /// The datasets.
    pub rows: Vec<ResultRow>,
}

/// The measure on one dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRow {
    /// The name of the dataset, such as one series.
    pub dataset: String,
    /// Where it is from: datasets of one source are alike, and count as one.
    pub source: String,
    /// A value a detector; none where the measure is undefined or the run failed.
    pub values: Vec<Option<f64>>,
}

/// What counts as one observation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterBy {
    /// A source, whatever the number of its datasets.
    #[default]
    Source,
    /// A dataset, whatever its source: only where datasets are independent.
    Dataset,
}

/// A dataset that is left out for all detectors, since some have no value on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The dataset.
    pub dataset: String,
    /// The detectors without a value.
    pub detectors: Vec<String>,
}

/// Datasets that count as one.
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) n_datasets: usize,
    /// Twice the sum of each detector's ranks over the datasets, 1 for the best.
    pub(crate) doubled_ranks: Vec<u64>,
    /// The values by dataset, then detector.
    values: Vec<Vec<f64>>,
}

impl Cluster {
    /// The mean rank of each detector.
    pub(crate) fn mean_ranks(&self) -> impl Iterator<Item = f64> + '_ {
        self.doubled_ranks.iter().map(|&sum| sum as f64 / (2 * self.n_datasets) as f64)
    }

    /// The mean over the datasets of one detector's rank less another's. One division, so that
    /// clusters of different size tie where their differences are equal.
    pub(crate) fn rank_difference(&self, a: usize, b: usize) -> f64 {
        let difference = self.doubled_ranks[a] as f64 - self.doubled_ranks[b] as f64;
        difference / (2 * self.n_datasets) as f64
    }

    /// The mean over the datasets of one detector's value less another's.
    pub(crate) fn value_difference(&self, a: usize, b: usize) -> f64 {
        let mut differences: Vec<f64> = self.values.iter().map(|row| row[a] - row[b]).collect();
        // In ascending order, so that the order of datasets changes no bit.
        differences.sort_unstable_by(f64::total_cmp);
        differences.iter().sum::<f64>() / self.n_datasets as f64
    }
}

impl ResultTable {
    /// The datasets with all values, in clusters by name, and those left out.
    pub(crate) fn clusters(
        &self,
        by: ClusterBy,
        direction: Direction,
    ) -> Result<(Vec<Cluster>, Vec<LeftOut>)> {
        let k = self.detectors.len();
        if k < 2 {
            return Err(Error::TooFewDetectors { found: k, wanted: 2 });
        }
        let mut left_out = Vec::new();
        let mut complete = Vec::with_capacity(self.rows.len());
        for (at, row) in self.rows.iter().enumerate() {
            if row.values.len() != k {
                let found = row.values.len();
                return Err(oddity_core::Error::Width { expected: k, found }.into());
            }
            let known: Vec<f64> = row.values.iter().copied().flatten().collect();
            if known.len() == k {
                let ranks = ranks_of(at, &known, k, direction)?.ranks;
                let cluster = match by {
                    ClusterBy::Source => &row.source,
                    ClusterBy::Dataset => &row.dataset,
                };
                complete.push((cluster, known, ranks));
                continue;
            }
            let missing = self.detectors.iter().zip(&row.values).filter(|(_, v)| v.is_none());
            let detectors = missing.map(|(name, _)| name.clone()).collect();
            left_out.push(LeftOut { dataset: row.dataset.clone(), detectors });
        }
        complete.sort_by(|a, b| a.0.cmp(b.0));
        let mut clusters: Vec<Cluster> = Vec::new();
        for (name, values, ranks) in complete {
            let goes_on = |last: &&mut Cluster| by == ClusterBy::Source && last.name == *name;
            match clusters.last_mut().filter(goes_on) {
                Some(last) => {
                    last.n_datasets += 1;
                    last.doubled_ranks.iter_mut().zip(ranks).for_each(|(sum, rank)| *sum += rank);
                    last.values.push(values);
                }
                None => clusters.push(Cluster {
                    name: name.clone(),
                    n_datasets: 1,
                    doubled_ranks: ranks,
                    values: vec![values],
                }),
            }
        }
        Ok((clusters, left_out))
    }
}
