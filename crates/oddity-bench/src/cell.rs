//! Cells: the units of work of a suite, each a pure function of its key.

use oddity_features::{RowRule, StepConfig, WindowsParams};
use oddity_ingest::Sha256;
use oddity_models::catalogue::{ClassifierConfig, DetectorConfig};
use serde::{Deserialize, Serialize};

use crate::backend::BackendIdentity;
use crate::dataset::DatasetConfig;
use crate::search::SearchConfig;
use crate::suite::{Filter, HeldOut, Scope, SplitConfig, Truth, Validation};

/// Version of the layout of stored cells; part of every key.
pub const SCHEMA_VERSION: u32 = 5;

/// Hash of the sources that decide what a cell computes; part of every key.
pub const CODE_VERSION: &str = env!("ODDITY_CODE_VERSION");

/// Where a cell stands in its suite: how results name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellName {
    /// The suite.
    pub suite: String,
    /// The dataset.
    pub dataset: String,
    /// The pipeline, `task/pipeline`.
    pub pipeline: String,
    /// The seed of split and model.
    pub seed: u64,
    /// The split: `fold-00` and on, `fold-00-NAME` for series, or `test`.
    pub split: String,
}

impl std::fmt::Display for CellName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} seed {} {}", self.suite, self.pipeline, self.seed, self.split)
    }
}

/// Everything that a cell's outcome depends on. Its hash is the cell's key.
///
/// Measures are not in it: they are computed from the stored scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellIdentity {
    /// [`SCHEMA_VERSION`] when the cell was made.
    pub schema_version: u32,
    /// [`CODE_VERSION`] when the cell was made.
    pub code_version: String,
    /// Checksum of the data.
    pub data_checksum: String,
    /// How the data is read: the same bytes are other samples under another label, and other
    /// parts where other files train.
    pub dataset: DatasetConfig,
    /// The samples that take part.
    pub samples: Vec<Filter>,
    /// What is told apart.
    pub truth: Truth,
    /// Steps over all samples, before any were chosen.
    pub prepare: Vec<StepConfig>,
    /// The windows, if models see windows.
    pub windows: Option<WindowsParams>,
    /// Whether the split is one of windows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub split_windows: bool,
    /// Which score of its windows a row gets, if measures see rows.
    pub rows_by: Option<RowRule>,
    /// Which training samples are held out for a threshold. The threshold is not in the
    /// identity: it is fitted on their stored scores.
    pub held_out: Option<HeldOut>,
    /// Which labelled samples are cut from the test part for a threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// How the samples are split.
    pub split_config: SplitConfig,
    /// Which of the splits this is.
    pub split: String,
    /// Whether the training samples are scored too.
    pub measure_train: bool,
    /// Where the shared features are fitted.
    pub scope: Scope,
    /// The shared features.
    pub features: Vec<StepConfig>,
    /// The pipeline's id.
    pub pipeline: String,
    /// The pipeline's own steps.
    pub steps: Vec<StepConfig>,
    /// The classifier, if it is one.
    pub classifier: Option<ClassifierConfig>,
    /// The detector, if it is one.
    pub detector: Option<DetectorConfig>,
    /// The search, if there is one.
    pub search: Option<SearchConfig>,
    /// What its networks run on, where that is not the native trainer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<BackendIdentity>,
    /// The seed.
    pub seed: u64,
}

impl CellIdentity {
    /// The cell's key: the first 32 hexadecimal digits of the SHA-256 of the identity as
    /// JSON, whose fields have a fixed order.
    ///
    /// # Panics
    ///
    /// Never for the cells of a suite: plain structs, enums and numbers hold nothing that JSON
    /// could refuse, and names of files are UTF-8, as TOML is.
    pub fn key(&self) -> String {
        let json = serde_json::to_vec(self).expect("plain values are JSON");
        let mut key = Sha256::of(&json).to_string();
        key.truncate(32);
        key
    }
}

/// How a cell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Computed.
    Ok,
    /// An error or a panic.
    Error,
    /// Over its time budget.
    Timeout,
    /// Over its memory budget.
    OutOfMemory,
    /// Not run, on purpose.
    Skipped,
    /// Its input is one that must not be measured.
    Refused,
}

impl Status {
    /// The status as results write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Error => "error",
            Status::Timeout => "timeout",
            Status::OutOfMemory => "out_of_memory",
            Status::Skipped => "skipped",
            Status::Refused => "refused",
        }
    }
}
