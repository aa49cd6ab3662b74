//! What a run and its workers tell each other: a JSON object a line.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::backend::BackendChoice;
use crate::budget::Budget;
use crate::cell::Status;
use crate::environment::Environment;

/// The first line that a worker reads: what it is to load and plan.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// The suite as TOML.
    pub(crate) suite: String,
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) backend: BackendChoice,
    pub(crate) threads: usize,
    pub(crate) folder: PathBuf,
    pub(crate) checkpoint_every: f64,
    pub(crate) environment: Environment,
}

/// Each line after it: a cell to compute and to store.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) key: String,
    pub(crate) again: bool,
    pub(crate) budget: Budget,
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The data is loaded; cells can come.
    Ready,
    /// A line for people.
    Say(String),
    /// The cell is stored.
    Done(Status),
    /// The worker cannot go on, and nor can another: the data is gone, the disk is full.
    Broken(String),
}
