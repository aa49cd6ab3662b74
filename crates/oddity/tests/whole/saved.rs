//! Saved pipelines: the same scores again, whatever the detector.

use oddity::prelude::*;
use oddity::{Error, SCHEMA_VERSION, SavedProblem};

use crate::plant;

#[test]
fn scores_after_loading_are_the_same_bits() {
    for windows in [false, true] {
        let fitted = plant::fitted(windows);
        let bytes = fitted.to_bytes().unwrap();
        assert_eq!(bytes, plant::fitted(windows).to_bytes().unwrap(), "the same pipeline twice");
        let loaded = FittedPipeline::from_bytes("plant.oddity", &bytes).unwrap();
        let text = plant::csv(300, true);
        assert_eq!(plant::score(&loaded, &text), plant::score(&fitted, &text));
        assert_eq!(loaded.to_bytes().unwrap(), bytes);
        assert_eq!(loaded.facts(), fitted.facts());
    }
}

/// The detectors that read rows or windows, with parameters that fit a small test.
fn all() -> Vec<(DetectorConfig, bool)> {
    let few_epochs = "training = { epochs = 2 }";
    let mut all = Vec::new();
    for entry in detectors() {
        let reads = entry.default.reads();
        let rows = reads.contains(&oddity_core::SampleKind::Rows);
        let windows = reads.contains(&oddity_core::SampleKind::Windows);
        if !rows && !windows {
            continue;
        }
        let trained = format!("kind = '{}'\n{few_epochs}", entry.kind);
        let config = toml::from_str(&trained).unwrap_or(entry.default);
        all.push((config, !rows));
    }
    all
}

#[test]
fn every_detector_of_the_catalogue_is_saved_with_its_pipeline() {
    let mut n_saved = 0;
    for (detector, windows) in all() {
        let kind = detector.kind();
        let mut pipeline = plant::pipeline(windows);
        pipeline.detector = detector;
        let table = plant::table(&pipeline, &plant::csv(600, false));
        let fitted = match fit(&pipeline, vec![table], &mut Unwatched) {
            Ok(fitted) => fitted,
            Err(error) => panic!("{kind}: {error}"),
        };
        let bytes = fitted.to_bytes().unwrap_or_else(|error| panic!("{kind}: {error}"));
        let loaded = FittedPipeline::from_bytes(kind, &bytes);
        let loaded = loaded.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let text = plant::csv(200, true);
        assert_eq!(plant::score(&loaded, &text), plant::score(&fitted, &text), "{kind}");
        n_saved += 1;
    }
    assert!(5 < n_saved);
}

#[test]
fn a_file_of_a_later_version_is_refused_by_its_number() {
    let bytes = plant::fitted(false).to_bytes().unwrap();
    let later = SCHEMA_VERSION + 1;
    let altered = rewritten(&bytes, |text| {
        text.replace(
            &format!("schema_version = {SCHEMA_VERSION}"),
            &format!("schema_version = {later}\nnew = 1"),
        )
    });
    let error = FittedPipeline::from_bytes("m.oddity", &altered).err().unwrap();
    assert!(matches!(
        error,
        Error::Saved { problem: SavedProblem::Version { found, wanted: SCHEMA_VERSION }, .. } if found == later
    ));
}

#[test]
fn an_altered_description_is_refused() {
    let bytes = plant::fitted(false).to_bytes().unwrap();
    let raised = |text: &str| text.replacen("cutoff = ", "cutoff = 1", 1);
    let error = FittedPipeline::from_bytes("m.oddity", &repacked(&bytes, raised, false));
    let Err(Error::Saved { problem: SavedProblem::Checksum { part, .. }, .. }) = error else {
        panic!("a description with another cutoff");
    };
    assert_eq!(part, "pipeline.toml");
    let checked = FittedPipeline::from_bytes("m.oddity", &repacked(&bytes, raised, true));
    assert!(checked.is_ok(), "with its checksum it is another pipeline");
}

#[test]
fn a_description_that_contradicts_the_arrays_is_refused() {
    let bytes = plant::fitted(false).to_bytes().unwrap();
    let cases = [
        ("components = 2", "components = 3"),
        ("kind = \"standardize\"", "kind = \"min_max\""),
        ("cutoff = ", "cutoff = nan # "),
        ("state_sha256 = \"", "state_sha256 = \"0"),
        ("kind = \"pca_reconstruction\"", "kind = \"no_such\""),
    ];
    for (from, to) in cases {
        let altered = rewritten(&bytes, |text| text.replacen(from, to, 1));
        assert_ne!(altered, bytes, "{from}");
        let error = FittedPipeline::from_bytes("m.oddity", &altered);
        assert!(matches!(error, Err(Error::Saved { .. })), "{from}");
    }
}

/// The archive with another description, and the checksum of that.
fn rewritten(bytes: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    repacked(bytes, change, true)
}

/// The archive with another description; its checksum is that or stays.
fn repacked(bytes: &[u8], change: impl Fn(&str) -> String, checked: bool) -> Vec<u8> {
    use std::io::{Cursor, Read as _, Write as _};
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut checksum = String::new();
    for name in ["pipeline.toml", "state.safetensors", "pipeline.sha256"] {
        let mut content = Vec::new();
        archive.by_name(name).expect("a part").read_to_end(&mut content).expect("read");
        if name == "pipeline.toml" {
            content = change(&String::from_utf8(content).expect("text")).into_bytes();
            checksum = oddity_ingest::Sha256::of(&content).to_string();
        } else if name == "pipeline.sha256" && checked {
            content = checksum.clone().into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        writer.write_all(&content).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}
