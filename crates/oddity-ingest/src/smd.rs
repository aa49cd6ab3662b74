//! Server Machine Dataset: 38 measurements a minute of machines of an internet company.
//!
//! Su, Zhao, Niu, Liu, Sun and Pei 2019, "Robust anomaly detection for multivariate time series
//! through stochastic recurrent neural network", doi:10.1145/3292500.3330672. For each machine
//! there are three files, plain or gzip: `train/NAME.txt` and `test/NAME.txt`, rows of 38
//! numbers without a header, and `test_label/NAME.txt`, a line with 0 or 1 for each row of the
//! test. Rows have no time; each file is one series.

use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray as _;

use crate::delimited::{Blocks, ColumnSpec, ColumnType, Dialect, look_at_first};
use crate::labelled::{LabelFile, with_labels};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, ReadOptions, Result, Role};

/// Number of measurements.
pub const N_COLUMNS: usize = 38;

/// The names of the machines in a folder that have all three files, sorted.
///
/// # Errors
///
/// [`Error::Io`], and [`Error::Format`] for a folder without a machine.
pub fn machines(folder: &Path) -> Result<Vec<String>> {
    let train = folder.join("train");
    let failed = |source| Error::Io { path: train.clone(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&train).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        let name = name.trim_end_matches(".gz").trim_end_matches(".txt").to_owned();
        let has = |part| path_of(folder, part, &name).exists();
        if has("train") && has("test") && has("test_label") {
            names.push(name);
        }
    }
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        let (file, found) = (folder.display().to_string(), "none".to_owned());
        let wanted = "machines with files in train, test and test_label";
        return Err(Error::Format { file, found, wanted });
    }
    Ok(names)
}

/// Opens the training rows of a machine, none of which is labelled.
///
/// # Errors
///
/// [`Error::Format`] for rows of another width, and those of delimited text.
pub fn open_train(folder: &Path, machine: &str, options: &ReadOptions) -> Result<BatchReader> {
    open(path_of(folder, "train", machine), options)
}

/// Opens the test rows of a machine, with the column `label`.
///
/// # Errors
///
/// As [`open_train`], and [`Error::Rows`] if there is not one label a row.
pub fn open_test(folder: &Path, machine: &str, options: &ReadOptions) -> Result<BatchReader> {
    let data = path_of(folder, "test", machine);
    open_labelled(data, path_of(folder, "test_label", machine), options)
}

/// Opens rows without labels.
///
/// # Errors
///
/// As [`open_train`].
pub fn open(input: impl Into<Input>, options: &ReadOptions) -> Result<BatchReader> {
    let source = ByteSource::open(input.into(), options)?;
    let file = source.name().to_owned();
    let dialect = Dialect::default();
    let mut blocks = Blocks::new(source, dialect.quote, options.max_record);
    let width = look_at_first(&mut blocks, dialect, |_, fields| Ok(fields.len()))?;
    if width != N_COLUMNS {
        let (found, wanted) = (format!("{width} columns"), "38 columns");
        return Err(Error::Format { file, found, wanted });
    }
    let spec = |column| ColumnSpec::new(format!("m{column:02}"), ColumnType::Number, Role::Feature);
    let specs: Vec<ColumnSpec> = (1..=N_COLUMNS).map(spec).collect();
    Ok(crate::delimited::open(blocks, dialect, &specs, options))
}

/// Opens rows with the labels of a file beside them, as the column `label`. The checksum, if the
/// options ask for one, is the SHA-256 of both files' checksums, the data's first.
///
/// # Errors
///
/// As [`open_test`].
pub fn open_labelled(
    input: impl Into<Input>,
    labels: impl Into<Input>,
    options: &ReadOptions,
) -> Result<BatchReader> {
    let source = ByteSource::open(labels.into(), options)?;
    let name = source.name().to_owned();
    let dialect = Dialect::default();
    let blocks = Blocks::new(source, dialect.quote, options.max_record);
    let specs = [ColumnSpec::new("label", ColumnType::Flag, Role::Label)];
    let table = crate::delimited::open(blocks, dialect, &specs, options).read_all()?;
    let labels = table.batch().column(0).as_boolean().clone();
    let labels = LabelFile { sha256: table.provenance().sha256, name, labels, times: None };
    Ok(with_labels(open(input, options)?, "label", labels, options.max_table))
}

fn path_of(folder: &Path, part: &str, machine: &str) -> PathBuf {
    let plain = folder.join(part).join(format!("{machine}.txt"));
    if plain.exists() { plain } else { folder.join(part).join(format!("{machine}.txt.gz")) }
}
