//! HAI as a dataset: a series a file.

use std::path::Path;

use oddity_core::{Classes, Columns, Frame, Labels};
use oddity_datasets::Source;
use oddity_datasets::generate::{HaiGenerator, HaiKind, HaiParams, HaiRelease, hai as generate};
use oddity_ingest::{BatchReader, Input, ReadOptions, Role, TimeSteps, hai};
use serde::{Deserialize, Serialize};

use super::{Attributes, Dataset, read_or_generate};
use crate::error::{Error, Result};

/// A generated plant: how many files, of how many rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HaiGeneratedConfig {
    /// Where chance comes from.
    pub seed: u64,
    /// The release whose tags it has.
    pub release: HaiRelease,
    /// Training files.
    pub n_train: u32,
    /// Test files.
    pub n_test: u32,
    /// Rows of each file.
    pub n_rows: u64,
    /// Seconds from an attack to the next, about.
    pub attack_interval: u32,
}

impl Default for HaiGeneratedConfig {
    /// Two files of three hours each, as many attacks an hour as in HAI 21.03.
    fn default() -> HaiGeneratedConfig {
        HaiGeneratedConfig {
            seed: 0,
            release: HaiRelease::V21_03,
            n_train: 1,
            n_test: 1,
            n_rows: 10_800,
            attack_interval: HaiParams::default().attack_interval,
        }
    }
}

/// Reads all files of a release.
pub(super) fn load(release: HaiRelease, data_dir: Option<&Path>) -> Result<Dataset> {
    let places = [format!("hai/hai-{}", release.name()), format!("hai-{}", release.name())];
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let name = format!("hai-{}", release.name());
    let read = |source: Source| {
        let options = ReadOptions { checksum: true, ..ReadOptions::default() };
        let mut parts = Parts::default();
        for file in hai::files(&source.path)? {
            let stem = file.path.file_name().map(|name| name.to_string_lossy().into_owned());
            let subset = if file.is_train { "train" } else { "test" };
            parts.add(subset, &stem.unwrap_or_default(), file.open(&options)?)?;
        }
        parts.dataset(&name, source.text)
    };
    let config = HaiGeneratedConfig { release, ..HaiGeneratedConfig::default() };
    read_or_generate(data_dir, &places, read, || generate(&config))
}

/// Generates a plant and reads its files like real ones.
pub(super) fn generate(config: &HaiGeneratedConfig) -> Result<Dataset> {
    let options = ReadOptions { checksum: true, ..ReadOptions::default() };
    let mut parts = Parts::default();
    for (subset, kind, n_files) in
        [("train", HaiKind::Train, config.n_train), ("test", HaiKind::Test, config.n_test)]
    {
        for file in 1..=n_files {
            let params = HaiParams {
                seed: config.seed,
                release: config.release,
                kind,
                file,
                n_rows: config.n_rows,
                attack_interval: config.attack_interval,
                ..HaiParams::default()
            };
            let generator = HaiGenerator::new(params)?;
            let bytes = |write: &dyn Fn(&mut Vec<u8>) -> Result<()>, name: String| {
                let mut bytes = Vec::new();
                write(&mut bytes).map(|()| Input::Bytes { name, bytes })
            };
            let name = format!("{subset}{file}.csv");
            let data = bytes(&|sink| Ok(generator.write(sink)?), name.clone())?;
            let reader = if config.release == HaiRelease::V23_05 && kind == HaiKind::Test {
                let label = format!("label-{name}");
                let labels = bytes(&|sink| Ok(generator.write_labels(sink)?), label)?;
                hai::open_with_labels(data, labels, &options)?
            } else {
                hai::open(data, &options)?
            };
            parts.add(subset, &name, reader)?;
        }
    }
    let mut dataset =
        parts.dataset(generate::NAME, format!("generated with seed {}", config.seed))?;
    dataset.warning = Some(generate::DIFFERENCES.to_owned());
    Ok(dataset)
}

/// The files read so far.
#[derive(Default)]
struct Parts {
    values: Vec<f64>,
    columns: Columns,
    labels: Vec<bool>,
    subsets: Vec<&'static str>,
    series: Vec<String>,
    checksums: Vec<oddity_ingest::Sha256>,
    counts: Vec<(String, u64)>,
}

impl Parts {
    fn add(&mut self, subset: &'static str, name: &str, mut reader: BatchReader) -> Result<()> {
        let roles = reader.roles().to_vec();
        let of = |role: Role| (0..roles.len()).filter(|&at| roles[at] == role).collect::<Vec<_>>();
        let (features, time) = (of(Role::Feature), of(Role::Time).first().copied());
        // The first label is that of the whole plant.
        let label = of(Role::Label).first().map(|&at| reader.schema().field(at).name().clone());
        if label.is_none() && subset == "test" {
            // Nothing was attacked in a training file; of a test file that must be said.
            let names = reader.schema().fields().iter().map(|field| field.name().as_str());
            let known = names.collect::<Vec<_>>().join(", ");
            let (dataset, label) = (name.to_owned(), "attack".to_owned());
            return Err(Error::Column { dataset, name: label, files: "a test file", known });
        }
        let (mut steps, n_before) = (TimeSteps::new(1.0), self.labels.len());
        for batch in &mut reader {
            let batch = batch?;
            let frame: Frame = oddity_ingest::frame(&batch, &features)?;
            self.columns = frame.columns().clone();
            if let Some(time) = time {
                steps.update(&batch, time)?;
            }
            let labels = match &label {
                Some(label) => oddity_ingest::labels(&batch, label)?,
                None => Labels::new(vec![false; batch.num_rows()]),
            };
            self.labels.extend_from_slice(labels.values());
            self.values.extend(frame.into_values());
        }
        let n_rows = self.labels.len() - n_before;
        let n_attacked = self.labels[n_before..].iter().filter(|&&attacked| attacked).count();
        self.subsets.extend(std::iter::repeat_n(subset, n_rows));
        self.series.extend(std::iter::repeat_n(name.to_owned(), n_rows));
        self.checksums.push(super::checksum(&reader.provenance())?);
        for (what, count) in [
            ("rows", n_rows),
            ("attacked rows", n_attacked),
            ("gaps in time", steps.n_gaps),
            ("repeated times", steps.n_repeats),
            ("steps back in time", steps.n_backwards),
        ] {
            self.counts.push((format!("{name}, {what}"), count as u64));
        }
        Ok(())
    }

    fn dataset(self, name: &str, source: String) -> Result<Dataset> {
        let frame = Frame::new(self.values, self.columns)?;
        Ok(Dataset {
            name: name.to_owned(),
            source,
            checksum: super::checksum_of(&self.checksums),
            warning: None,
            stands_in: false,
            seconds: 0.0,
            samples: frame.into(),
            classes: Classes::binary(&Labels::new(self.labels)),
            normal: 0,
            attributes: Attributes::default()
                .with("subset", self.subsets)
                .with("series", self.series),
            counts: self.counts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_file_without_labels_is_not_taken_for_normal() {
        let add = |subset, text: &str| -> Result<()> {
            let input = Input::Bytes { name: "file.csv".to_owned(), bytes: text.into() };
            let options = ReadOptions { checksum: true, ..ReadOptions::default() };
            Parts::default().add(subset, "file.csv", hai::open(input, &options)?)
        };
        let without = "time,P1_A\n2020-01-01 00:00:00,1.5\n";
        assert!(add("train", without).is_ok());
        let error = add("test", without).unwrap_err().to_string();
        assert!(error.contains("no column \"attack\" in a test file"), "{error}");
        assert!(add("test", "time,P1_A,attack\n2020-01-01 00:00:00,1.5,0\n").is_ok());
    }
}
