//! Which format a file has.

use oddity_ingest::{Columnar, CsvOptions, Input, ReadOptions, kdd};
use serde::{Deserialize, Serialize};

use crate::Result;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with a header, plain or gzip.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Arrow's file format.
    Arrow,
    /// HAI: sensors and actuators of a plant.
    Hai,
    /// KDD Cup 99 and NSL-KDD: network connections, without a header.
    Kdd,
    /// Packets as Wireshark exports them.
    Wireshark,
    /// Timelines of plaso and the Sleuth Kit.
    Timeline,
    /// Traces: symbols with white space between, one trace a line, or a folder with a file for each.
    Traces,
}

/// Columns of a format, all of which are in its header.
const HEADERS: &[(Format, &[&str])] = &[
    (Format::Wireshark, &["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"]),
    (Format::Timeline, &["date", "time", "timezone", "MACB", "source", "sourcetype"]),
    (Format::Timeline, &["datetime", "timestamp_desc", "source", "message", "parser"]),
    (Format::Timeline, &["Date", "Size", "Type", "Mode", "UID", "GID", "Meta", "File Name"]),
    (Format::Hai, &["P1_B2004", "P1_B2016"]),
];

/// Columns of KDD and NSL-KDD, with the label, and with NSL-KDD's difficulty.
const KDD_WIDTHS: [usize; 2] = [42, 43];

impl Format {
    /// The format of a file: by the ending of its name, else by its first line. A folder holds
    /// traces, and so does a text whose first line has several words and no separator.
    ///
    /// # Errors
    ///
    /// For a file that cannot be read or has no line.
    pub fn detect(input: &Input) -> Result<Format> {
        if matches!(input, Input::File(path) if path.is_dir()) {
            return Ok(Format::Traces);
        }
        if let Input::File(path) = input
            && let Some(form) = Columnar::of(path)
        {
            return Ok(if form == Columnar::Parquet { Format::Parquet } else { Format::Arrow });
        }
        let csv = CsvOptions::default().open(input.clone());
        let names: Vec<String> = match csv {
            Ok(reader) => {
                reader.schema().fields().iter().map(|field| field.name().clone()).collect()
            }
            // Connections have no header: their first line has a number twice.
            Err(oddity_ingest::Error::DuplicateColumn { .. })
                if kdd::open(input.clone(), &ReadOptions::default()).is_ok() =>
            {
                return Ok(Format::Kdd);
            }
            Err(error) => return Err(error.into()),
        };
        let has = |wanted: &&str| names.iter().any(|name| name == *wanted);
        let of_header = HEADERS.iter().find(|(_, wanted)| wanted.iter().all(has));
        if let Some((format, _)) = of_header {
            return Ok(*format);
        }
        if let [words] = names.as_slice()
            && 1 < words.split_whitespace().count()
        {
            return Ok(Format::Traces);
        }
        let is_kdd = KDD_WIDTHS.contains(&names.len())
            && ["tcp", "udp", "icmp"].contains(&names[1].as_str());
        Ok(if is_kdd { Format::Kdd } else { Format::Csv })
    }

    /// Whether rows can be read as they come: from standard input, from a file that grows.
    pub fn is_text(self) -> bool {
        !matches!(self, Format::Parquet | Format::Arrow)
    }

    /// Whether a line break inside quotes belongs to a field.
    pub fn has_quotes(self) -> bool {
        self.is_text() && self != Format::Traces
    }

    /// Whether the first line names the columns.
    pub fn has_header(self) -> bool {
        self.is_text() && !matches!(self, Format::Kdd | Format::Traces)
    }
}
