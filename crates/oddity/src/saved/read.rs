//! Reading a saved pipeline, which may come from anybody.

use std::io::{Cursor, Read as _};
use std::path::Path;

use oddity_core::Cutoff;
use oddity_ingest::Sha256;
use serde::Deserialize;
use zip::ZipArchive;

use super::{
    ARRAYS, CHECKSUM, DESCRIPTION, DETECTOR, Description, SCHEMA_VERSION, arrays, of_step,
};
use crate::error::SavedProblem;
use crate::fitted_pipeline::FittedPipeline;
use crate::{Error, Result};

/// The largest description and arrays that are read.
const MAX_DESCRIPTION: u64 = 256 << 20;
const MAX_ARRAYS: u64 = 16 << 30;
const MAX_CHECKSUM: u64 = 64;

/// Arrays are written as they are; packed by somebody else, they are read up to so many times the
/// size of the file, and not until the memory is full.
const MAX_RATIO: u64 = 64;

impl FittedPipeline {
    /// Reads a saved pipeline. Its scores are those of the pipeline that was saved, to the bits.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::Saved`] for a file that is cut, altered, of a later version or
    /// of something else.
    pub fn load(path: &Path) -> Result<FittedPipeline> {
        let read = std::fs::read(path);
        let bytes = read.map_err(|source| Error::Io { path: path.to_owned(), source })?;
        FittedPipeline::from_bytes(&path.display().to_string(), &bytes)
    }

    /// Reads what [`to_bytes`](FittedPipeline::to_bytes) gave; `file` is what errors call it.
    ///
    /// # Errors
    ///
    /// As [`load`](FittedPipeline::load).
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<FittedPipeline> {
        read(bytes).map_err(|problem| Error::Saved { file: file.to_owned(), problem })
    }
}

/// The version, whatever else is in a description.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

fn read(bytes: &[u8]) -> Result<FittedPipeline, SavedProblem> {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|error| SavedProblem::Archive(error.to_string()))?;
    let text = part(&mut archive, DESCRIPTION, MAX_DESCRIPTION)?;
    let wrong = |message: String| SavedProblem::Description(message);
    let text = String::from_utf8(text).map_err(|error| wrong(error.to_string()))?;
    let Version { schema_version: found } =
        toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
    if found != SCHEMA_VERSION {
        return Err(SavedProblem::Version { found, wanted: SCHEMA_VERSION });
    }
    let wanted = part(&mut archive, CHECKSUM, MAX_CHECKSUM)?;
    let (found, wanted) =
        (Sha256::of(text.as_bytes()).to_string(), String::from_utf8_lossy(&wanted));
    if found != wanted {
        let wanted = wanted.into_owned();
        return Err(SavedProblem::Checksum { part: DESCRIPTION, found, wanted });
    }
    let description: Description =
        toml::from_str(&text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
    let limit = MAX_ARRAYS.min(MAX_RATIO * bytes.len() as u64);
    let arrays = part(&mut archive, ARRAYS, limit)?;
    let found = Sha256::of(&arrays).to_string();
    if found != description.state_sha256 {
        let wanted = description.state_sha256;
        return Err(SavedProblem::Checksum { part: ARRAYS, found, wanted });
    }
    let state = arrays::read(&arrays, description.texts).map_err(SavedProblem::Arrays)?;
    drop(arrays);
    let Description { pipeline: config, columns, facts, cutoff, .. } = description;
    config.check().map_err(|error| wrong(error.to_string()))?;
    let transformers = config.transformers().map_err(|error| wrong(error.to_string()))?;
    let mut steps = Vec::new();
    for (at, step) in transformers.iter().enumerate() {
        let name = of_step(at);
        let refused = |source| SavedProblem::State { part: name.clone(), source };
        steps.push(step.restore(&state.part(&name)).map_err(refused)?);
    }
    let refused = |source| SavedProblem::State { part: DETECTOR.to_owned(), source };
    let detector = config.detector.build().map_err(refused)?;
    let detector = detector.restore(&state.part(DETECTOR)).map_err(refused)?;
    let cutoff = Cutoff::new(cutoff).map_err(|error| wrong(error.to_string()))?;
    Ok(FittedPipeline { config, columns, steps, detector, cutoff, facts })
}

/// One part of the archive, which may say that it is shorter than it is.
fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &'static str,
    limit: u64,
) -> Result<Vec<u8>, SavedProblem> {
    let part = archive.by_name(name).map_err(|error| match error {
        zip::result::ZipError::FileNotFound => SavedProblem::MissingPart(name),
        other => SavedProblem::Archive(other.to_string()),
    })?;
    let mut bytes = Vec::new();
    let read = part.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| SavedProblem::Archive(error.to_string()))?;
    if limit < bytes.len() as u64 {
        let found = bytes.len() as u64;
        return Err(SavedProblem::TooLarge { part: name, found, limit });
    }
    Ok(bytes)
}
