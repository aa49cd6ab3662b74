//! A forensic timeline as a dataset: the digest of its events, with a label where it has one.

use std::path::Path;

use oddity_core::{Classes, Column, Labels, Records};
use oddity_datasets::Source;
use oddity_datasets::generate::{TimelineGenerator, TimelineParams, timeline as generate};
use oddity_ingest::{Input, ReadOptions, Role, Table, TimelineLabel, TimelineOptions};
use serde::{Deserialize, Serialize};

use super::{Attributes, Dataset};
use crate::error::Result;

/// Which timeline is read, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineConfig {
    /// The file, below the folder `timeline` of the data.
    pub file: String,
    /// The column that names the class of each event; without one no event is an anomaly.
    #[serde(default)]
    pub label: Option<String>,
    /// The class that is no anomaly, if the label has one.
    #[serde(default)]
    pub normal: Option<String>,
    /// Types of plaso's data whose events are left out, such as `fs:stat`.
    #[serde(default)]
    pub drop_data_types: Vec<String>,
    /// Columns of the file that are categories beside the digest.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Columns of the file that say what belongs together, for splits.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// The column that the generator writes its labels to.
const GENERATED_LABEL: &str = "label";

/// Reads one timeline of the data folder. Nothing stands in for it: what a suite asks of a
/// file, such as the tactic of each event, no generated timeline has.
pub(super) fn load(config: &TimelineConfig, data_dir: Option<&Path>) -> Result<Dataset> {
    let place = format!("timeline/{}", config.file);
    let Source { path, text, .. } = oddity_datasets::resolve(data_dir, &[&place])?;
    let stem = config.file.split('.').next().unwrap_or_default();
    let options = TimelineOptions {
        label: config.label.clone().map(TimelineLabel::Classes),
        drop_data_types: config.drop_data_types.clone(),
        ..TimelineOptions::default()
    };
    from_input(&format!("timeline/{stem}"), text, path.into(), options, config)
}

/// Generates a timeline and reads it like a real one.
pub(super) fn generate(params: &TimelineParams) -> Result<Dataset> {
    let params = TimelineParams { label_column: true, ..params.clone() };
    let source = format!("generated with seed {}", params.seed);
    let mut bytes = Vec::new();
    TimelineGenerator::new(params)?.write(&mut bytes)?;
    let input = Input::Bytes { name: generate::NAME.to_owned(), bytes };
    let label = TimelineLabel::Flags(GENERATED_LABEL.to_owned());
    let options = TimelineOptions { label: Some(label), ..TimelineOptions::default() };
    let mut dataset =
        from_input(generate::NAME, source, input, options, &TimelineConfig::default())?;
    dataset.warning = Some(generate::DIFFERENCES.to_owned());
    Ok(dataset)
}

fn from_input(
    name: &str,
    source: String,
    input: Input,
    options: TimelineOptions,
    config: &TimelineConfig,
) -> Result<Dataset> {
    let read = ReadOptions { checksum: true, ..ReadOptions::default() };
    let label = options.label.clone();
    let (table, report) = TimelineOptions { read, ..options }.open(input)?.read_all()?;
    let classes = classes(&table, label.as_ref())?;
    let normal = match &label {
        Some(TimelineLabel::Classes(_)) => {
            let normal = config.normal.as_ref();
            let named = classes.names().iter().position(|name| Some(name) == normal);
            // No class of the data: each event is an anomaly.
            named.unwrap_or(classes.n_classes()) as u32
        }
        _ => 0,
    };
    let keys = table.records(&[Role::Key])?;
    let records = records(&table, &keys, &config.categories)?;
    let mut attributes = Attributes::default().with_categories(&records);
    for group in &config.groups {
        let text = keys.texts(group)?;
        attributes = attributes.with(group, (0..keys.n_rows()).map(text));
    }
    let mut counts = vec![("events".to_owned(), classes.len() as u64)];
    let of_classes = classes.names().iter().zip(classes.counts());
    counts.extend(of_classes.map(|(name, count)| (format!("events, {name}"), count as u64)));
    counts.push(("steps back in time".to_owned(), report.steps.n_backwards as u64));
    Ok(Dataset {
        name: name.to_owned(),
        source,
        checksum: super::checksum(table.provenance())?.to_string(),
        warning: None,
        stands_in: false,
        seconds: 0.0,
        samples: records.into(),
        classes,
        normal,
        attributes,
        counts,
    })
}

/// Time, inode and the flags of the digest, then the columns asked for as categories.
fn records(table: &Table, keys: &Records, categories: &[String]) -> Result<Records> {
    let digest = table.records(&[Role::Time, Role::Feature])?;
    let named = |(name, column): (&str, &Column)| (name.to_owned(), column.clone());
    let inode = keys.iter().filter(|(name, _)| *name == "inode").map(named);
    let mut columns: Vec<(String, Column)> = inode.chain(digest.iter().map(named)).collect();
    for name in categories {
        let text = keys.texts(name)?;
        let values = Attributes::default().with(name, (0..keys.n_rows()).map(text));
        if let Some(attribute) = values.get(name) {
            let (codes, names) = (attribute.codes.clone(), attribute.names.clone().into());
            columns.push((name.clone(), Column::Categories { codes, names }));
        }
    }
    Ok(Records::new(columns)?)
}

fn classes(table: &Table, label: Option<&TimelineLabel>) -> Result<Classes> {
    Ok(match label {
        Some(TimelineLabel::Classes(name)) => table.classes(name)?,
        Some(TimelineLabel::Flags(name)) => Classes::binary(&table.labels(name)?),
        None => Classes::binary(&Labels::new(vec![false; table.batch().num_rows()])),
    })
}
