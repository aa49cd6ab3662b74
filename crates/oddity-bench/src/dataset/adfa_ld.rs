//! System-call traces as a dataset: the published ones, or those of our generator.

use std::path::Path;

use oddity_core::{Classes, SamplesOwned};
use oddity_datasets::Source;
use oddity_datasets::generate::{self, AdfaLdGenerator, AdfaLdParams};
use oddity_ingest::{AdfaLd, Class, Subset};

use super::{Attributes, Dataset, read_or_generate};
use crate::error::Result;

/// Where the data may lie below the data folder.
const PLACES: &[&str] = &["adfa-ld/ADFA-LD.zip", "adfa-ld/ADFA-LD", "ADFA-LD.zip", "ADFA-LD"];

/// Reads the published traces, or generates as many where they are not found.
pub(super) fn load(data_dir: Option<&Path>) -> Result<Dataset> {
    read_or_generate(data_dir, PLACES, read, || generate(&AdfaLdParams::default()))
}

fn read(source: Source) -> Result<Dataset> {
    let loaded = AdfaLd::open(&source.path)?;
    let traces = &loaded.traces;
    let attributes = attributes(
        traces.iter().map(|trace| trace.subset.name()),
        traces.iter().map(|trace| trace.folder.map(u32::from)),
    );
    let (classes, checksum) = (loaded.classes(), loaded.sha256.to_string());
    let mut counts = counts(&attributes, &loaded.sequences.view());
    counts.push(("files that are no traces".to_owned(), loaded.skipped.len() as u64));
    Ok(Dataset {
        name: "adfa-ld".to_owned(),
        source: source.text,
        checksum,
        warning: None,
        stands_in: false,
        seconds: 0.0,
        samples: SamplesOwned::Sequences(loaded.sequences),
        classes,
        normal: Class::Normal.code(),
        attributes,
        counts,
    })
}

/// Generates traces.
pub(super) fn generate(params: &AdfaLdParams) -> Result<Dataset> {
    let generator = AdfaLdGenerator::new(params.clone())?;
    let (sequences, traces) = generator.generate();
    let codes = traces.iter().map(|trace| {
        let name = trace.class.map_or(Class::Normal.name(), generate::Attack::name);
        Class::ALL.iter().position(|class| class.name() == name).unwrap_or_default() as u32
    });
    let classes = Classes::new(codes.collect(), Class::ALL.map(Class::name))?;
    let attributes = attributes(
        traces.iter().map(|trace| subset(trace.subset)),
        traces.iter().map(|trace| trace.folder),
    );
    let counts = counts(&attributes, &sequences.view());
    Ok(Dataset {
        name: "adfa-ld-generated".to_owned(),
        source: format!("generated with seed {}", params.seed),
        checksum: generator.checksum(),
        warning: Some(generate::adfa_ld::DIFFERENCES.to_owned()),
        stands_in: false,
        seconds: 0.0,
        samples: SamplesOwned::Sequences(sequences),
        classes,
        normal: Class::Normal.code(),
        attributes,
        counts,
    })
}

/// Subset and folder of each trace; no folder is the empty text.
fn attributes<'a>(
    subsets: impl Iterator<Item = &'a str>,
    folders: impl Iterator<Item = Option<u32>>,
) -> Attributes {
    let folders = folders.map(|folder| folder.map_or_else(String::new, |n| n.to_string()));
    Attributes::default().with("subset", subsets).with("folder", folders)
}

/// The name that the loader gives to the subset.
fn subset(subset: generate::Subset) -> &'static str {
    match subset {
        generate::Subset::Training => Subset::Training.name(),
        generate::Subset::Validation => Subset::Validation.name(),
        generate::Subset::Attack => Subset::Attack.name(),
    }
}

/// Traces and calls of each subset.
fn counts(
    attributes: &Attributes,
    sequences: &oddity_core::SequencesView<'_>,
) -> Vec<(String, u64)> {
    let mut counts = Vec::new();
    let Some(subsets) = attributes.get("subset") else { return counts };
    for subset in ["training", "validation", "attack"] {
        let of = || (0..sequences.len()).filter(|&at| subsets.get(at) == subset);
        counts.push((format!("{subset} traces"), of().count() as u64));
        let calls = of().map(|at| sequences.get(at).len() as u64).sum();
        counts.push((format!("{subset} calls"), calls));
    }
    counts
}
