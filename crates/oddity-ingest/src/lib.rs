//! Readers of security data: bytes to Arrow tables with roles, and to samples.
//!
//! # Overview
//!
//! Every reader of tables gives a [`BatchReader`]: Arrow batches of one schema in the order of
//! the file, with bounded memory, and a [`Role`] for each column (feature, time, label, series,
//! key). It reads plain and gzip files, found by their first bytes, or bytes in memory
//! ([`Input`]), within the limits of [`ReadOptions`].
//!
//! | reader | data |
//! | --- | --- |
//! | [`hai`] | HAI 20.07, 21.03, 22.04, 23.05: a plant, one row a second |
//! | [`kdd`] | KDD Cup 99 and NSL-KDD: network connections |
//! | [`device_traffic`] | packets that Wireshark exported as CSV |
//! | [`timeline`] | forensic timelines of plaso and the Sleuth Kit, as one digest: [`TimelineOptions`], [`TimelineReader`] |
//! | [`smd`] | the Server Machine Dataset |
//! | [`CsvOptions`] | any delimited text with or without a header |
//! | [`traces`] | any traces: text with one a line, or a folder with a file for each |
//! | [`Columnar`] | Parquet and Arrow IPC, with roles and the checksum of what they were made of |
//! | [`AdfaLd`] | ADFA-LD's system calls, as [`oddity_core::Sequences`] with a [`TraceInfo`] each |
//!
//! - [`Table`] is all batches together, and knows its [`Provenance`] with the [`Sha256`] of its
//!   source. [`Table::records`], [`Table::frame`], [`Table::labels`] and [`Table::classes`] make
//!   of it what the contracts take; [`frame`] and [`labels`] do so for a single batch.
//! - [`delimited`] says how text is written and what a column is read as.
//! - [`TimeSteps`] counts gaps, repeats and steps back of a time column.
//! - [`ColumnarWriter`] writes a Parquet or Arrow file batch by batch.
//! - [`Limits`] bounds what the reader of archives takes into memory.
//! - [`Error`] says what was wrong with which file, at which line and column.
//!
//! # Example
//!
//! ```
//! use oddity_ingest::{AdfaLd, Class, Subset};
//!
//! let folder = tempfile::tempdir()?;
//! for (file, trace) in [
//!     ("Training_Data_Master/UTD-0001.txt", "6 6 63 6 42 "),
//!     ("Validation_Data_Master/UVD-0001.txt", "6 174 174 "),
//!     ("Attack_Data_Master/Adduser_1/UAD-Adduser-1-7.txt", "265 168 168 "),
//!     ("README", "not a trace"),
//! ] {
//!     let path = folder.path().join(file);
//!     std::fs::create_dir_all(path.parent().ok_or("a folder")?)?;
//!     std::fs::write(path, trace)?;
//! }
//! let data = AdfaLd::open(folder.path())?;
//! assert_eq!(data.traces[0].class, Class::Adduser);
//! assert_eq!(data.sequences.view().get(0), [265, 168, 168]);
//! assert_eq!(data.traces[2].subset, Subset::Validation);
//! assert_eq!(data.skipped, ["README"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//!
//! It downloads nothing and generates nothing: that is `oddity-datasets`. It makes no
//! features: that is `oddity-features`.

mod adfa_ld;
mod batches;
mod columnar;
mod csv;
pub mod delimited;
pub mod device_traffic;
mod dictionaries;
mod error;
mod folder;
pub mod hai;
pub mod kdd;
mod label_rule;
mod labelled;
mod options;
mod roles;
pub mod smd;
mod source;
mod table;
mod time_steps;
pub mod timeline;
mod to_samples;
pub mod traces;
mod vectorized;

pub use adfa_ld::{AdfaLd, Class, Limits, Subset, TraceInfo};
pub use batches::BatchReader;
pub use columnar::{Columnar, ColumnarWriter};
pub use csv::CsvOptions;
pub use error::{Error, Result};
pub use label_rule::is_normal;
pub use options::ReadOptions;
pub use roles::Role;
pub use source::Input;
pub use table::{NotSha256, Provenance, Sha256, Table};
pub use time_steps::TimeSteps;
pub use timeline::{
    Flags, Subject, TimelineFormat, TimelineLabel, TimelineOptions, TimelineReader, TimelineReport,
};
pub use to_samples::{frame, labels};
