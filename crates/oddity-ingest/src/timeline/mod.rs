//! Forensic timelines: what happened to the files of a host, as the digest of a study.
//!
//! [`TimelineOptions`] opens a timeline in one of five formats ([`TimelineFormat`], told from
//! the first line), plain or gzip, and a [`TimelineReader`] gives its events as Arrow batches
//! in the columns of the study's digest; [`TimelineReport`] counts what was odd about its times.
//! The digest was made for an unsupervised detector on the timeline of a Windows domain
//! controller (the "Stolen Szechuan Sauce" case), read event by event in time order.
//!
//! # Columns
//!
//! | column | type | role |
//! | --- | --- | --- |
//! | `time` | timestamp in microseconds, UTC; null where none was set | time |
//! | `inode` | `Int64`; null where none is stated, never 0 for that | key |
//! | 27 flags, [`Flags::NAMES`] | `Boolean` | feature |
//! | `filename` | text; null where none is stated | key |
//! | the column that [`TimelineOptions::label`] names | categories or flags | label |
//! | the other columns of the file | text as it stands | key |
//!
//! The digest's own 29 columns have no time: `time` is there only if its file has a column
//! `datetime`. Other columns are keys, not features, since they are free text, much of which
//! gives the answer away; drop them with [`TimelineOptions::keep_columns`]. A column of the file
//! that is named as one of ours becomes `NAME_in_file`. Of a body file `MD5, name, meta, mode,
//! UID, GID, size` stay.
//!
//! # Formats and their times
//!
//! | format | one row is | time | order |
//! | --- | --- | --- | --- |
//! | digest | a row | ISO 8601 in `datetime`, if there | as in the file |
//! | `l2t_csv` | a row | `mm/dd/yyyy`, `hh:mm:ss`, in the zone of `timezone` | as in the file |
//! | dynamic CSV | a row: a time of an event each | ISO 8601 in `datetime` | as in the file |
//! | `mactime -d` | a row | `Sat May 24 2025 18:56:58`, `-m`, `-y` | as in the file |
//! | body file | a distinct time of a line | seconds since 1970 in UTC | sorted by time, equal times in the order of the file |
//!
//! `mactime` does not say its zone, and a zone by name has rules that are not known here: the
//! user says the offset in [`TimelineOptions::utc_offset`]. `00/00/0000`, `0000-00-00..`,
//! `Xxx Xxx 00 0000`, `Not set` and the like are no time. So is 0 in a body file, as the Sleuth
//! Kit writes it: a line with four of them makes no row and is counted. A name in a body file
//! may hold bars: the fields behind it are counted from the right. All formats but the body
//! file, which must be sorted, are read in bounded memory.
//!
//! # From an event to the flags
//!
//! | flags | plaso | Sleuth Kit |
//! | --- | --- | --- |
//! | `M A C B` | `MACB` or `macb`; where that has no letter, `timestamp_desc` or `type` by plaso's own table (Content Modification M, Last Access, Last Time Executed and other uses A, Metadata Modification C, Creation, Added B) | letters of `mactime`; the times that are the same, of a body file |
//! | `file_stat` | source `File stat`, data type `fs:stat`, parser `filestat` | a line |
//! | `NTFS_file_stat` | `NTFS file stat`, `fs:stat:ntfs`, `mft` | a line whose name ends in `($FILE_NAME)` |
//! | `file_entry_shell_item` | `File entry shell item`, `windows:shell_item:file_entry`, parser `../shell_items` | never |
//! | `NTFS_USN_change` | `NTFS USN change`, `fs:ntfs:usn_change`, `usnjrnl` | never |
//! | `filef directory link` | `file_entry_type`, or `Type: file` in the message | the type by the metadata in the mode, or else by the directory |
//! | `dir_appdata` | a folder `AppData` in the path | the same |
//! | `dir_win` | else, below `/Windows` | the same |
//! | `dir_user` | else, below `/Users` or `/Documents and Settings` | the same |
//! | `dir_other` | else, if the path has a folder; a bare name has none of the four | the same |
//! | `file_executable` | machine code, installers, and what `PATHEXT` runs (exe dll sys com scr msi bat cmd vbs js ..) | the same |
//! | `file_graphic file_documents file_ps` | pictures; documents and texts; ps1 psm1 psd1 .. | the same |
//! | `file_other` | any other extension; none, if the entry is known for a file; a directory has none of the five | the same |
//! | `mft usnjrnl` | parser of that name, or what only it finds | `mft` for `($FILE_NAME)` |
//! | `lnk_shell_items` | parser `lnk/shell_items` | never |
//! | `olecf_olecf_automatic_destinations/lnk/shell_items` | parser `../olecf_automatic_destinations/lnk/shell_items` | never |
//! | `winreg_bagmru/shell_items` | parser `../bagmru/shell_items` | never |
//! | `is_allocated1 is_allocated0` | `is_allocated`, also in `extra`; else `(unallocated)` in the message of a file's times | no `(deleted)` behind the name; one |
//!
//! Each source is told by the name of the source, else by the data type, else by the parser.
//! What is not stated sets no flag. An event of none of the four sources carries no file (an
//! event log record, a registry key): its row stays, with no flag but its letters.
//!
//! A path is given from the root with `/` between its parts, without drive or volume, so that
//! the same file has the same name in each format. `inode` and `filename` are of the file that
//! the event is about: for journal, master file table and shell items those in the message
//! (`File reference`, `Path hints`, `Shell item path`), otherwise those of the columns. In the
//! study's table they were probably of the file that holds the record, since its filter drops
//! inode 84656 as "responsible for journaling": [`Subject::Container`] gives that. The filter
//! itself is [`TimelineOptions::study_filter`], not a default.
//!
//! # What differs from the study
//!
//! The study published its table's columns and not how it was made. The rules above are ours,
//! made from the names; the lists of extensions are, too.
//!
//! Sources: plaso's `l2t_csv` and dynamic output modules and its `timestamp_desc` table; the
//! body file of the Sleuth Kit 3 and its `mactime`.

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
pub use options::{Subject, TimelineLabel, TimelineOptions};
pub use reader::TimelineReader;
pub use report::TimelineReport;

use self::record::Record;
use self::rows::Rows;
use crate::Result;
use crate::delimited::{Fault, Header, Text};

/// An event in terms of the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Event<'a> {
    time: Option<i64>,
    inode: Option<i64>,
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
    fn read(&self, text: &Text<'_>, record: &Record<'_>, rows: &mut Rows<'_>) -> Result<(), Fault>;
}

/// The columns of the file that stay beside the digest, with the names they have there; one
/// that the digest has too is renamed `NAME_in_file`.
fn kept(
    file: &str,
    header: &Header,
    options: &TimelineOptions,
    keep: impl Fn(usize) -> bool,
) -> Result<Vec<(String, usize)>> {
    let label = options.label.as_ref().map(TimelineLabel::name);
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
