//! NSL-KDD as a dataset: training and test connections, with the category of each attack.

use std::path::Path;

use oddity_core::Classes;
use oddity_datasets::Source;
use oddity_datasets::generate::{KddGenerator, KddParams, KddSubset, kdd as generate};
use oddity_ingest::kdd::{self, AttackCategory};
use oddity_ingest::{Input, ReadOptions, Role, Table};

use serde::{Deserialize, Serialize};

use super::{Attributes, Dataset, read_or_generate};
use crate::error::{Error, Result};

/// Where the data may lie below the data folder.
const PLACES: &[&str] = &["nsl-kdd", "NSL-KDD"];

/// The files, and the subsets that they are.
const FILES: [(&str, &str); 2] = [("train", "KDDTrain+.txt"), ("test", "KDDTest+.txt")];

/// The classes, by code: no attack first.
const CATEGORIES: [AttackCategory; 5] = [
    AttackCategory::Normal,
    AttackCategory::Dos,
    AttackCategory::Probe,
    AttackCategory::R2l,
    AttackCategory::U2r,
];

/// Reads the published files.
pub(super) fn load(data_dir: Option<&Path>) -> Result<Dataset> {
    let read = |source: Source| {
        let files = FILES.map(|(subset, file)| (subset, Input::File(source.path.join(file))));
        from_inputs("nsl-kdd", source.text, files)
    };
    read_or_generate(data_dir, PLACES, read, || generate(&KddGeneratedConfig::default()))
}

/// Generated connections: how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KddGeneratedConfig {
    /// Where chance comes from.
    pub seed: u64,
    /// Training connections.
    pub n_train: u64,
    /// Test connections.
    pub n_test: u64,
}

impl Default for KddGeneratedConfig {
    /// A fifth of the published numbers.
    fn default() -> KddGeneratedConfig {
        KddGeneratedConfig { seed: 0, n_train: 25_000, n_test: 4_500 }
    }
}

/// Generates both files and reads them like real ones.
pub(super) fn generate(config: &KddGeneratedConfig) -> Result<Dataset> {
    let input = |subset, n_rows, name: &str| -> Result<Input> {
        let params = KddParams { seed: config.seed, subset, n_rows, ..KddParams::default() };
        let mut bytes = Vec::new();
        KddGenerator::new(params)?.write(&mut bytes)?;
        Ok(Input::Bytes { name: name.to_owned(), bytes })
    };
    let [(train, train_file), (test, test_file)] = FILES;
    let files = [
        (train, input(KddSubset::Train, config.n_train, train_file)?),
        (test, input(KddSubset::Test, config.n_test, test_file)?),
    ];
    let source = format!("generated with seed {}", config.seed);
    let mut dataset = from_inputs(generate::NSL_NAME, source, files)?;
    dataset.warning = Some(generate::NSL_DIFFERENCES.to_owned());
    Ok(dataset)
}

/// Reads files, each of which is a subset.
fn from_inputs<const N: usize>(
    name: &str,
    source: String,
    inputs: [(&'static str, Input); N],
) -> Result<Dataset> {
    let options = ReadOptions { checksum: true, ..ReadOptions::default() };
    let (mut tables, mut subsets, mut checksums) = (Vec::new(), Vec::new(), Vec::new());
    for (subset, input) in inputs {
        let table = kdd::open(input, &options)?.read_all()?;
        subsets.extend(std::iter::repeat_n(subset, table.batch().num_rows()));
        checksums.push(super::checksum(table.provenance())?);
        tables.push(table);
    }
    let table = Table::join_rows(tables)?;
    let records = table.records(&[Role::Feature])?;
    let labels = table.classes(kdd::LABEL)?;
    let codes = labels.codes().iter().map(|&code| category(&labels.names()[code as usize]));
    let codes: Vec<u32> = codes.collect::<Result<_>>()?;
    let names = labels.codes().iter().map(|&code| labels.names()[code as usize].as_str());
    let attributes = Attributes::default()
        .with("subset", &subsets)
        .with(kdd::LABEL, names)
        .with_categories(&records);
    let classes = Classes::new(codes, CATEGORIES.map(AttackCategory::name))?;
    let counts = counts(&subsets, &classes);
    Ok(Dataset {
        name: name.to_owned(),
        source,
        checksum: super::checksum_of(&checksums),
        warning: None,
        stands_in: false,
        seconds: 0.0,
        samples: records.into(),
        classes,
        normal: 0,
        attributes,
        counts,
    })
}

fn category(label: &str) -> Result<u32> {
    let of = AttackCategory::of(label);
    let code = of.and_then(|of| CATEGORIES.iter().position(|category| *category == of));
    code.map(|code| code as u32).ok_or_else(|| Error::UnknownLabel { label: label.to_owned() })
}

fn counts(subsets: &[&str], classes: &Classes) -> Vec<(String, u64)> {
    let mut counts = Vec::new();
    for (subset, _) in FILES {
        for (code, name) in classes.names().iter().enumerate() {
            let same = |at: &usize| subsets[*at] == subset && classes.codes()[*at] as usize == code;
            let n = (0..subsets.len()).filter(same).count() as u64;
            counts.push((format!("{subset} connections, {name}"), n));
        }
    }
    counts
}
