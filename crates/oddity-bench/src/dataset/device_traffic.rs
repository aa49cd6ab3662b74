//! A capture of packets as a dataset: labelled by a note of Wireshark's analysis.

use std::path::Path;

use oddity_core::{Classes, Labels};
use oddity_datasets::Source;
use oddity_datasets::generate::{
    DeviceTrafficGenerator, DeviceTrafficParams, device_traffic as generate,
};
use oddity_ingest::{Input, ReadOptions, Role, device_traffic};

use super::{Attributes, Dataset, read_or_generate};
use crate::error::Result;

/// Reads one capture of the data folder.
pub(super) fn load(file: &str, data_dir: Option<&Path>) -> Result<Dataset> {
    let places = [format!("device-traffic/{file}"), format!("device-traffic/{file}.gz")];
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let name = format!("device-traffic/{}", file.trim_end_matches(".csv"));
    let read = |source: Source| from_input(&name, source.text, source.path.into());
    read_or_generate(data_dir, &places, read, || generate(&DeviceTrafficParams::default()))
}

/// Generates a capture and reads it like a real one.
pub(super) fn generate(params: &DeviceTrafficParams) -> Result<Dataset> {
    let mut bytes = Vec::new();
    DeviceTrafficGenerator::new(params.clone())?.write(&mut bytes)?;
    let input = Input::Bytes { name: generate::NAME.to_owned(), bytes };
    let source = format!("generated with seed {}", params.seed);
    let mut dataset = from_input(generate::NAME, source, input)?;
    dataset.warning = Some(generate::DIFFERENCES.to_owned());
    Ok(dataset)
}

fn from_input(name: &str, source: String, input: Input) -> Result<Dataset> {
    let options = ReadOptions { checksum: true, ..ReadOptions::default() };
    let table = device_traffic::open(input, device_traffic::OUT_OF_ORDER, &options)?.read_all()?;
    let labels: Labels = table.labels("label")?;
    let records = table.records(&[Role::Key, Role::Time, Role::Feature])?;
    let attributes = Attributes::default().with_categories(&records);
    let counts = vec![
        ("packets".to_owned(), labels.len() as u64),
        ("out-of-order packets".to_owned(), labels.n_anomalies() as u64),
    ];
    Ok(Dataset {
        name: name.to_owned(),
        source,
        checksum: super::checksum(table.provenance())?.to_string(),
        warning: None,
        stands_in: false,
        seconds: 0.0,
        samples: records.into(),
        classes: Classes::binary(&labels),
        normal: 0,
        attributes,
        counts,
    })
}
