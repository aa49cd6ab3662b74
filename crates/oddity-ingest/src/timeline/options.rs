//! How a timeline is read.

use super::TimelineFormat;
use super::reader::TimelineReader;
use crate::delimited::Encoding;
use crate::{Input, ReadOptions, Result};

/// How a timeline is read.
///
/// ```
/// use oddity_ingest::{Input, Role, TimelineOptions};
///
/// let bytes = b"0|/Windows/a.exe|97-128-1|r/rrwxrwxrwx|0|0|64|1700000100|1700000000|1700000000|1700000000\n";
/// let input = Input::Bytes { name: "body".to_owned(), bytes: bytes.to_vec() };
/// let (table, report) = TimelineOptions::default().open(input)?.read_all()?;
/// // Two distinct times: the file was made, and read a hundred seconds later.
/// assert_eq!(table.batch().num_rows(), 2);
/// assert_eq!(table.columns(Role::Feature).count(), 27);
/// assert_eq!(report.steps.n_backwards, 0);
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineOptions {
    /// The format; told from the first line where none is given.
    pub format: Option<TimelineFormat>,
    /// The column that holds the truth about each event. None by default: timelines have no
    /// such column of their own.
    pub label: Option<TimelineLabel>,
    /// Whether the file's other columns stay beside the digest, as keys. They do by default;
    /// messages and XML can take ten times the memory of the digest.
    pub keep_columns: bool,
    /// Types of plaso's data whose events are left out, such as `fs:stat`. None by default.
    pub drop_data_types: Vec<String>,
    /// Events of inodes below this are left out: 0 by default, which is none of them. An event
    /// without an inode stays.
    pub drop_inodes_below: i64,
    /// Events of these inodes are left out. None by default.
    pub drop_inodes: Vec<i64>,
    /// Seconds east of UTC of times whose offset the file does not say: all of `mactime`, and
    /// plaso's in a zone by name. None by default: times without a zone are then in UTC, and a
    /// zone by name is an error.
    pub utc_offset: Option<i32>,
    /// Of which file `inode` and `filename` are, where another holds the record.
    pub subject: Subject,
    /// Whether fields can be in quotes. By default they can, but for `l2t_csv` and body files:
    /// `psort` puts a space for a comma and leaves quotes as they are, so that quotes there
    /// are text. Its dynamic CSV is written so too; where it has a stray quote, which is an
    /// error, say `false`.
    pub quotes: Option<bool>,
    /// How text is encoded; UTF-8, and Latin-1 where a field is not, by default.
    pub encoding: Encoding,
    /// Seconds between two events above which [`super::TimelineReport::steps`] counts a gap: a
    /// day by default.
    pub gap: f64,
    /// Limits and checksum.
    pub read: ReadOptions,
}

/// The column that holds the truth about each event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimelineLabel {
    /// A column of names, such as `tactic_folder`.
    Classes(String),
    /// A column of 0 and 1.
    Flags(String),
}

impl TimelineLabel {
    /// The name of the column.
    pub fn name(&self) -> &str {
        match self {
            TimelineLabel::Classes(name) | TimelineLabel::Flags(name) => name,
        }
    }
}

/// Which file an event's `inode` and `filename` are of, where a record is held by another file
/// than the one it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// The file that the record is about: by the file reference and the path in its message.
    #[default]
    File,
    /// The file that holds the record, as plaso's columns `inode` and `filename` have it:
    /// every change in the journal is then one of `$UsnJrnl`.
    Container,
}

impl Default for TimelineOptions {
    fn default() -> TimelineOptions {
        TimelineOptions {
            format: None,
            label: None,
            keep_columns: true,
            drop_data_types: Vec::new(),
            drop_inodes_below: 0,
            drop_inodes: Vec::new(),
            utc_offset: None,
            subject: Subject::default(),
            quotes: None,
            encoding: Encoding::Utf8OrLatin1,
            gap: 86_400.0,
            read: ReadOptions::default(),
        }
    }
}

impl TimelineOptions {
    /// With the filter of the study: rows of inodes below 100, and of inode 84656, which is
    /// the change journal of its host, are left out.
    pub fn study_filter(self) -> TimelineOptions {
        TimelineOptions { drop_inodes_below: 100, drop_inodes: vec![84_656], ..self }
    }

    /// Opens a timeline: plain or gzip.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Io`], [`crate::Error::Empty`], [`crate::Error::Format`] for a first line
    /// of no known format, [`crate::Error::MissingColumn`] for a column that the format has or
    /// the options name, [`crate::Error::DuplicateColumn`]. Reading then gives
    /// [`crate::Error::Width`] and [`crate::Error::Value`], those of text
    /// ([`crate::Error::NulByte`], [`crate::Error::Quote`], [`crate::Error::Unclosed`], and
    /// [`crate::Error::NotUtf8`] if the encoding is UTF-8 alone), and those of the limits.
    pub fn open(&self, input: impl Into<Input>) -> Result<TimelineReader> {
        TimelineReader::open(input.into(), self)
    }
}
