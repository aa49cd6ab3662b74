//! The targets: one for each way in which a loader reads bytes.

use std::io::Write as _;

use oddity_datasets::TimelineFormat;
use oddity_ingest::delimited::{ColumnType, Encoding};
use oddity_ingest::{
    AdfaLd, Columnar, CsvOptions, Input, Limits, ReadOptions, Role, TimelineOptions,
    TimelineReader, device_traffic, hai, kdd, smd,
};
use tempfile::NamedTempFile;

use crate::{Reading, saved_pipeline, seeds};

/// A loader under test.
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// What its rows have to do with its input.
    pub rows: Rows,
    /// Small inputs that are read without an error.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads bytes to their end.
    pub read: fn(&[u8]) -> Reading,
}

/// What the rows of a table have to do with the bytes that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// A text with a row for each record but that many at its start. A table of one column is
    /// not counted, since a blank line is a record there.
    Records(usize),
    /// A text whose records are not rows one by one.
    Text,
    /// No text.
    Binary,
}

/// Every loader. A new one takes a line here, its seeds a function in `seeds.rs`.
pub const TARGETS: &[Target] = &[
    Target { name: "csv", rows: Rows::Records(1), seeds: seeds::csv, read: csv },
    Target { name: "csv_named", rows: Rows::Records(0), seeds: seeds::csv_named, read: csv_named },
    Target { name: "hai", rows: Rows::Records(1), seeds: seeds::hai, read: hai },
    Target {
        name: "hai_labelled",
        rows: Rows::Binary,
        seeds: seeds::hai_labelled,
        read: hai_labelled,
    },
    Target { name: "kdd", rows: Rows::Records(0), seeds: seeds::kdd, read: kdd },
    Target { name: "smd", rows: Rows::Records(0), seeds: seeds::smd, read: smd },
    Target {
        name: "smd_labelled",
        rows: Rows::Binary,
        seeds: seeds::smd_labelled,
        read: smd_labelled,
    },
    Target {
        name: "device_traffic",
        rows: Rows::Records(1),
        seeds: seeds::device_traffic,
        read: packets,
    },
    Target {
        name: "timeline_digest",
        rows: Rows::Binary,
        seeds: || seeds::timeline(TimelineFormat::Digest),
        read: timeline,
    },
    Target {
        name: "timeline_l2t",
        rows: Rows::Binary,
        seeds: || seeds::timeline(TimelineFormat::L2tCsv),
        read: timeline,
    },
    Target {
        name: "timeline_dynamic",
        rows: Rows::Binary,
        seeds: || seeds::timeline(TimelineFormat::Dynamic),
        read: timeline,
    },
    Target {
        name: "timeline_mactime",
        rows: Rows::Binary,
        seeds: || seeds::timeline(TimelineFormat::Mactime),
        read: timeline,
    },
    Target {
        name: "timeline_bodyfile",
        rows: Rows::Binary,
        seeds: || seeds::timeline(TimelineFormat::Bodyfile),
        read: timeline,
    },
    Target { name: "parquet", rows: Rows::Binary, seeds: seeds::parquet, read: parquet },
    Target { name: "ipc", rows: Rows::Binary, seeds: seeds::ipc, read: ipc },
    Target { name: "adfa_ld", rows: Rows::Binary, seeds: seeds::adfa_ld, read: adfa_ld },
    Target {
        name: "saved_pipeline",
        rows: Rows::Binary,
        seeds: saved_pipeline::archives,
        read: saved_pipeline::read_archive,
    },
    Target {
        name: "saved_pipeline_parts",
        rows: Rows::Binary,
        seeds: saved_pipeline::parts,
        read: saved_pipeline::read_parts,
    },
];

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Small limits: so that inputs of some kilobytes meet them.
pub(crate) fn limits() -> ReadOptions {
    ReadOptions {
        checksum: true,
        max_record: 1 << 16,
        max_unpacked: 1 << 20,
        max_categories: 1_000,
        max_table: 64 << 20,
    }
}

/// Between the two files of a target that reads two.
pub(crate) const NEXT_FILE: &[u8] = b"\n--- next file ---\n";

fn input(bytes: &[u8]) -> Input {
    Input::Bytes { name: "f".to_owned(), bytes: bytes.to_vec() }
}

/// The bytes before and behind [`NEXT_FILE`].
pub(crate) fn two_files(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.windows(NEXT_FILE.len()).position(|window| window == NEXT_FILE);
    let at = at.unwrap_or(bytes.len());
    (&bytes[..at], bytes.get(at + NEXT_FILE.len()..).unwrap_or_default())
}

fn csv(bytes: &[u8]) -> Reading {
    Reading::of(CsvOptions { read: limits(), ..CsvOptions::default() }.open(input(bytes)))
}

/// A text without a header, in another dialect, with every type that a user can name.
fn csv_named(bytes: &[u8]) -> Reading {
    let columns = [
        ("number", ColumnType::Number),
        ("integer", ColumnType::Integer),
        ("flag", ColumnType::Flag),
        ("time", ColumnType::WallClock),
        ("class", ColumnType::Category),
        ("text", ColumnType::Text),
    ];
    let mut options = CsvOptions {
        separator: Some(b';'),
        encoding: Encoding::Utf8OrLatin1,
        names: Some(columns.map(|(name, _)| name.to_owned()).to_vec()),
        read: limits(),
        ..CsvOptions::default()
    };
    for (name, column) in columns {
        options = options.column(name, column);
    }
    Reading::of(options.role("class", Role::Label).open(input(bytes)))
}

fn hai(bytes: &[u8]) -> Reading {
    Reading::of(hai::open(input(bytes), &limits()))
}

fn hai_labelled(bytes: &[u8]) -> Reading {
    let (data, labels) = two_files(bytes);
    Reading::of(hai::open_with_labels(input(data), input(labels), &limits()))
}

fn timeline(bytes: &[u8]) -> Reading {
    let options = TimelineOptions { read: limits(), ..TimelineOptions::default() };
    Reading::of(options.open(input(bytes)).map(TimelineReader::into_batches))
}

fn kdd(bytes: &[u8]) -> Reading {
    Reading::of(kdd::open(input(bytes), &limits()))
}

fn smd(bytes: &[u8]) -> Reading {
    Reading::of(smd::open(input(bytes), &limits()))
}

fn smd_labelled(bytes: &[u8]) -> Reading {
    let (data, labels) = two_files(bytes);
    Reading::of(smd::open_labelled(input(data), input(labels), &limits()))
}

fn packets(bytes: &[u8]) -> Reading {
    Reading::of(device_traffic::open(input(bytes), device_traffic::OUT_OF_ORDER, &limits()))
}

fn parquet(bytes: &[u8]) -> Reading {
    in_file(bytes, |file| Reading::of(Columnar::Parquet.open(file.path(), &limits())))
}

fn ipc(bytes: &[u8]) -> Reading {
    in_file(bytes, |file| Reading::of(Columnar::Ipc.open(file.path(), &limits())))
}

fn adfa_ld(bytes: &[u8]) -> Reading {
    let limits = Limits { file_bytes: 1 << 16, total_bytes: 1 << 20 };
    in_file(bytes, |file| match AdfaLd::open_within(file.path(), limits) {
        Ok(data) => Reading::of_facts(format!(
            "{} traces {} skipped {:?} {}",
            data.len(),
            data.content_sha256(),
            data.skipped,
            data.sha256
        )),
        Err(error) => Reading::of_error(&error),
    })
}

/// Reads bytes from a file, for the loaders that take nothing else. The name of the file is
/// another one each time, and is taken out of what is compared.
fn in_file(bytes: &[u8], read: impl FnOnce(&NamedTempFile) -> Reading) -> Reading {
    let written = NamedTempFile::new().and_then(|mut file| {
        file.write_all(bytes)?;
        Ok(file)
    });
    match written {
        Ok(file) => read(&file).without(&file.path().display().to_string()),
        Err(error) => Reading::of_error(&error),
    }
}
