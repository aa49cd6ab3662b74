//! HAI: sensors and actuators of an industrial control testbed, one row a second.
//!
//! Shin, Lee, Yun and Kim 2020, "HAI 1.0: HIL-based augmented ICS security dataset", CSET '20.
//! Four processes (P1 boiler, P2 turbine, P3 water treatment, P4 hardware-in-the-loop
//! simulation of power generation) are run normally (training files) and under attack (test
//! files).
//!
//! | release | tags | separator | time | labels |
//! | --- | --- | --- | --- | --- |
//! | 20.07 | 59 | `;` | `time` | `attack`, `attack_P1`, `attack_P2`, `attack_P3` |
//! | 21.03 | 78, and `P2_SIT02` in the files | `,` | `time` | `attack`, `attack_P1`, `attack_P2`, `attack_P3` |
//! | 22.04 | 86 | `,` | `timestamp` | `Attack` |
//! | 23.05 | 86, eight of them others | `,` | `timestamp` | a file beside each test file: `timestamp`, `label` |
//!
//! The reader takes what the header says: the separator that occurs most often, a column
//! `time` or `timestamp` if there is one, columns `attack`, `attack_..` and `label` as labels in
//! any case of letters, everything else as a tag. Each file is one continuous series: no
//! window crosses from a file into the next. [`TimeSteps`](crate::TimeSteps) says where time stands still,
//! jumps or goes back inside a file.

use std::path::{Path, PathBuf};

use arrow_array::BooleanArray;
use arrow_array::cast::AsArray as _;

use crate::delimited::{Blocks, ColumnSpec, ColumnType, Dialect, Header};
use crate::labelled::{LabelFile, with_labels};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, ReadOptions, Result, Role};

/// Opens a file of any release, plain or gzip.
///
/// Columns: the time as `Timestamp`, tags as `Float64`, labels as `Boolean`, in the order of
/// the file, under the names of the file.
///
/// # Errors
///
/// [`Error::Format`] for a header without a tag, and those of delimited text.
///
/// ```
/// use oddity_ingest::{Input, ReadOptions, Role, hai};
///
/// let bytes = b"time;P1_B2004;attack\n2019-09-11 20:00:00;0.1;0\n".to_vec();
/// let input = Input::Bytes { name: "train1.csv".to_owned(), bytes };
/// let table = hai::open(input, &ReadOptions::default())?.read_all()?;
/// assert_eq!(table.roles(), [Role::Time, Role::Feature, Role::Label]);
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
pub fn open(input: impl Into<Input>, options: &ReadOptions) -> Result<BatchReader> {
    let source = ByteSource::open(input.into(), options)?;
    let file = source.name().to_owned();
    let dialect = Dialect::default();
    let mut blocks = Blocks::new(source, dialect.quote, options.max_record);
    let header = Header::read(&mut blocks, dialect, None)?;
    let specs: Vec<ColumnSpec> = header.names.iter().map(|name| spec(name)).collect();
    if specs.iter().all(|spec| spec.role != Role::Feature) {
        let found = format!("{} columns and no tag", specs.len());
        return Err(Error::Format { file, found, wanted: "a header with the tags of HAI" });
    }
    Ok(crate::delimited::open(blocks, header.dialect, &specs, options))
}

/// Opens a test file of 23.05 with the labels of the file beside it as the column `attack`.
/// The checksum, if the options ask for one, is the SHA-256 of both files' checksums, the data's
/// first.
///
/// # Errors
///
/// As [`open()`]; [`Error::Rows`] if the files differ in length, and
/// [`Error::TimeDiffers`] if in a time.
pub fn open_with_labels(
    input: impl Into<Input>,
    labels: impl Into<Input>,
    options: &ReadOptions,
) -> Result<BatchReader> {
    let labels = read_labels(labels.into(), options)?;
    Ok(with_labels(open(input, options)?, "attack", labels, options.max_table))
}

fn spec(name: &str) -> ColumnSpec {
    let lower = name.to_ascii_lowercase();
    let (column, role) = match lower.as_str() {
        "time" | "timestamp" => (ColumnType::WallClock, Role::Time),
        "attack" | "label" => (ColumnType::Flag, Role::Label),
        other if other.starts_with("attack_") => (ColumnType::Flag, Role::Label),
        _ => (ColumnType::Number, Role::Feature),
    };
    ColumnSpec::new(name, column, role)
}

fn read_labels(input: Input, options: &ReadOptions) -> Result<LabelFile> {
    let source = ByteSource::open(input, options)?;
    let name = source.name().to_owned();
    let dialect = Dialect::default();
    let mut blocks = Blocks::new(source, dialect.quote, options.max_record);
    let header = Header::read(&mut blocks, dialect, None)?;
    let specs: Vec<ColumnSpec> = header.names.iter().map(|name| spec(name)).collect();
    let table = crate::delimited::open(blocks, header.dialect, &specs, options).read_all()?;
    let missing = || Error::MissingColumn { file: name.clone(), name: "label".to_owned() };
    let label = table.columns(Role::Label).next().ok_or_else(missing)?;
    let labels: BooleanArray = table.batch().column(label).as_boolean().clone();
    let times = table.columns(Role::Time).next().map(|time| table.batch().column(time).clone());
    Ok(LabelFile { sha256: table.provenance().sha256, name, labels, times })
}

/// A file of a release's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HaiFile {
    /// The data.
    pub path: PathBuf,
    /// The labels, where they lie in a file of their own.
    pub labels: Option<PathBuf>,
    /// Whether it is a training file, in which nothing was attacked.
    pub is_train: bool,
}

impl HaiFile {
    /// Opens the file, with its labels.
    ///
    /// # Errors
    ///
    /// As [`open()`] and [`open_with_labels`].
    pub fn open(&self, options: &ReadOptions) -> Result<BatchReader> {
        match &self.labels {
            Some(labels) => open_with_labels(self.path.as_path(), labels.as_path(), options),
            None => open(self.path.as_path(), options),
        }
    }
}

/// The files of a folder in their order: training, then test, each by name. A name that holds
/// `train` or `test` and ends in `.csv` or `.csv.gz` is data, one that begins with `label` the
/// labels of the test file of the same number.
///
/// # Errors
///
/// [`Error::Io`], and [`Error::Format`] for a folder without such a file.
pub fn files(folder: &Path) -> Result<Vec<HaiFile>> {
    let failed = |source| Error::Io { path: folder.to_owned(), source };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<_>>()
        .map_err(failed)?;
    names.retain(|name| name.ends_with(".csv") || name.ends_with(".csv.gz"));
    names.sort_unstable_by_key(|name| (!name.contains("train"), name.clone()));
    let number = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let labels_of = |name: &str| {
        let found = names.iter().find(|other| {
            other.starts_with("label") && number(other) == number(name) && other.contains("test")
        });
        found.map(|found| folder.join(found))
    };
    let data = names.iter().filter(|name| !name.starts_with("label"));
    let files: Vec<HaiFile> = data
        .filter(|name| name.contains("train") || name.contains("test"))
        .map(|name| {
            let is_train = name.contains("train");
            let labels = if is_train { None } else { labels_of(name) };
            HaiFile { path: folder.join(name), labels, is_train }
        })
        .collect();
    if files.is_empty() {
        let (file, found) = (folder.display().to_string(), "no such file".to_owned());
        return Err(Error::Format {
            file,
            found,
            wanted: "files such as train1.csv and test1.csv",
        });
    }
    Ok(files)
}
