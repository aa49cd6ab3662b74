//! The Server Machine Dataset as a dataset: a series a machine.

use std::path::Path;

use oddity_core::{Classes, Frame, Labels};
use oddity_datasets::Source;
use oddity_ingest::{ReadOptions, Table, smd};

use super::{Attributes, Dataset};
use crate::error::Result;

/// Where the data may lie below the data folder.
const PLACES: &[&str] = &["smd", "ServerMachineDataset", "SMD"];

/// Reads all machines that are there: training rows, then test rows, of each.
pub(super) fn load(data_dir: Option<&Path>) -> Result<Dataset> {
    let Source { path, text, .. } = oddity_datasets::resolve(data_dir, PLACES)?;
    let options = ReadOptions { checksum: true, ..ReadOptions::default() };
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    let (mut subsets, mut series, mut checksums) = (Vec::new(), Vec::new(), Vec::new());
    let (mut columns, mut counts) = (None, Vec::new());
    for machine in smd::machines(&path)? {
        let mut add = |subset, table: &Table, truth: Labels| -> Result<()> {
            let frame: Frame = table.frame()?;
            let n_rows = frame.n_rows();
            subsets.extend(std::iter::repeat_n(subset, n_rows));
            series.extend(std::iter::repeat_n(machine.clone(), n_rows));
            checksums.push(super::checksum(table.provenance())?);
            counts.push((format!("{machine}, {subset} rows"), n_rows as u64));
            if subset == "test" {
                let n_anomalies = truth.n_anomalies() as u64;
                counts.push((format!("{machine}, anomalous test rows"), n_anomalies));
            }
            labels.extend_from_slice(truth.values());
            columns.get_or_insert_with(|| frame.columns().clone());
            values.extend(frame.into_values());
            Ok(())
        };
        let train = smd::open_train(&path, &machine, &options)?.read_all()?;
        add("train", &train, Labels::new(vec![false; train.batch().num_rows()]))?;
        let test = smd::open_test(&path, &machine, &options)?.read_all()?;
        add("test", &test, test.labels("label")?)?;
    }
    let frame = Frame::new(values, columns.unwrap_or_default())?;
    Ok(Dataset {
        name: "smd".to_owned(),
        source: text,
        checksum: super::checksum_of(&checksums),
        warning: None,
        stands_in: false,
        seconds: 0.0,
        samples: frame.into(),
        classes: Classes::binary(&Labels::new(labels)),
        normal: 0,
        attributes: Attributes::default().with("subset", subsets).with("series", series),
        counts,
    })
}
