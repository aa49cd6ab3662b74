//! Writing a fitted pipeline.

use std::io::{Cursor, Write as _};
use std::path::Path;

use oddity_core::State;
use oddity_ingest::Sha256;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{
    ARRAYS, CHECKSUM, DESCRIPTION, DETECTOR, Description, SCHEMA_VERSION, arrays, of_step,
};
use crate::files::write_whole;
use crate::fitted_pipeline::FittedPipeline;
use crate::{Error, Result};

impl FittedPipeline {
    /// The pipeline as bytes: the same for the same pipeline.
    ///
    /// # Errors
    ///
    /// [`Error::NotSaved`] for a step or detector that cannot be kept.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut state = State::new();
        let steps = self.steps.iter().zip(&self.config.steps).enumerate();
        for (at, (step, config)) in steps {
            let part = || format!("step {}, {}", at + 1, config.kind());
            let kept = step.state().ok_or_else(|| Error::NotSaved { part: part() })?;
            state.put_part(&of_step(at), kept);
        }
        let kept = self.detector.state();
        let part = || format!("the detector {}", self.config.detector.kind());
        state.put_part(DETECTOR, kept.ok_or_else(|| Error::NotSaved { part: part() })?);
        let (arrays, texts) = arrays::write(&state);
        let description = Description {
            schema_version: SCHEMA_VERSION,
            oddity: env!("CARGO_PKG_VERSION").to_owned(),
            cutoff: self.cutoff.value(),
            state_sha256: Sha256::of(&arrays).to_string(),
            pipeline: self.config.clone(),
            facts: self.facts.clone(),
            columns: self.columns.clone(),
            texts,
        };
        let text = match toml::to_string(&description) {
            Ok(text) => text,
            Err(error) => unreachable!("a description is tables of plain values: {error}"),
        };
        match archive(text.as_bytes(), &arrays) {
            Ok(bytes) => Ok(bytes),
            Err(error) => unreachable!("an archive in memory: {error}"),
        }
    }

    /// Writes the pipeline to a file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and those of [`to_bytes`](FittedPipeline::to_bytes).
    pub fn save(&self, path: &Path) -> Result<()> {
        let bytes = self.to_bytes()?;
        write_whole(path, |file| file.write_all(&bytes))
    }
}

/// The archive, without a clock in it. Arrays are not compressed: numbers that were learnt
/// hardly shrink.
fn archive(text: &[u8], arrays: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    let plain = packed.compression_method(CompressionMethod::Stored).large_file(true);
    zip.start_file(DESCRIPTION, packed)?;
    zip.write_all(text)?;
    zip.start_file(ARRAYS, plain)?;
    zip.write_all(arrays)?;
    zip.start_file(CHECKSUM, packed)?;
    zip.write_all(Sha256::of(text).to_string().as_bytes())?;
    Ok(zip.finish()?.into_inner())
}
