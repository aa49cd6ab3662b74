//! A fitted pipeline as one file: a zip archive of TOML and safetensors.
//!
//! | part | what |
//! | --- | --- |
//! | `pipeline.toml` | schema and program version, the pipeline, its columns, what it was fitted on, cutoff, texts of the state, checksum of the arrays |
//! | `state.safetensors` | every fitted number, by the name of its step and entry |
//! | `pipeline.sha256` | checksum of `pipeline.toml` |
//!
//! Python reads it with `zipfile`, `tomllib` and `safetensors`. The same pipeline gives the same
//! bytes. The file holds no code: what is built from it is what the pipeline names, and every part
//! checks its state.

mod arrays;
mod read;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::data::FittedColumn;
use crate::fitted_pipeline::Facts;
use crate::pipeline::PipelineConfig;

/// The version of the form that is written, and the one that is read.
pub const SCHEMA_VERSION: u32 = 2;

/// The parts of the archive.
const DESCRIPTION: &str = "pipeline.toml";
const ARRAYS: &str = "state.safetensors";
const CHECKSUM: &str = "pipeline.sha256";

/// The description.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    schema_version: u32,
    /// The version of the program that wrote it.
    oddity: String,
    cutoff: f64,
    /// SHA-256 of the arrays.
    state_sha256: String,
    pipeline: PipelineConfig,
    facts: Facts,
    columns: Vec<FittedColumn>,
    /// The texts of the state.
    texts: BTreeMap<String, Vec<String>>,
}

/// The part of the state that a step is kept in.
fn of_step(at: usize) -> String {
    format!("step-{at}")
}

/// The part of the state that the detector is kept in.
const DETECTOR: &str = "detector";
