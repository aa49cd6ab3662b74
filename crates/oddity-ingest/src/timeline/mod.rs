//! Forensic timelines: what happened to the files of a host, as the digest of a study.

mod bodyfile;
mod columns;
mod describe;
mod digest;
mod dynamic;
mod flags;
mod format;
mod inode;
mod l2t;
mod mactime;
mod message;
mod options;
mod path;
mod plaso;
mod reader;
mod record;
mod report;
mod rows;
mod time;
mod tsk;

use std::borrow::Cow;

pub use flags::Flags;
pub use format::TimelineFormat;
pub use options::{Subject, TimelineOptions};
pub use reader::TimelineReader;
pub use report::TimelineReport;

use self::record::Record;
use self::rows::Rows;
use crate::Result;
use crate::delimited::{Cursor, Fault, Header};

/// An event in terms of the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Event<'a> {
    time: Option<i64>,
    inode: Option<u64>,
    flags: Flags,
    filename: Option<Cow<'a, str>>,
}

/// What one format makes of a record.
trait Layout: Send + Sync {
    /// Number of fields of a record, and whether it may have more.
    fn width(&self) -> (usize, bool);

    /// The byte that a line begins with that is no record.
    fn comment(&self) -> Option<u8> {
        None
    }

    /// Adds the events of a record.
    fn read(
        &self,
        cursor: &Cursor<'_>,
        record: &Record<'_>,
        rows: &mut Rows<'_>,
    ) -> Result<(), Fault>;
}

/// The columns of the file that stay beside the digest, with the names they have there; one
/// that the digest has too is renamed `NAME_in_file`.
fn kept(
    file: &str,
    header: &Header,
    options: &TimelineOptions,
    keep: impl Fn(usize) -> bool,
) -> Result<Vec<(String, usize)>> {
    let label = options.label.as_deref();
    if let Some(label) = label {
        header.expect(file, label)?;
    }
    let ours =
        |name: &str| matches!(name, "time" | "inode" | "filename") || Flags::NAMES.contains(&name);
    let names = header.names.iter().enumerate();
    let kept = names.filter(|(column, name)| {
        label == Some(name.as_str()) || options.keep_columns && keep(*column)
    });
    Ok(kept
        .map(|(column, name)| match name.as_str() {
            name if label != Some(name) && ours(name) => (format!("{name}_in_file"), column),
            name => (name.to_owned(), column),
        })
        .collect())
}
