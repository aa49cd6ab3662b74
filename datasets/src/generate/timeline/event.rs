//! An event of the generated timeline: a time of a file, and what recorded it.

use std::sync::Arc;

/// A time of a file, or several that are the same, as one artefact has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEvent {
    /// Microseconds since 1970 in UTC.
    pub time: i64,
    /// The letters: modified, accessed, changed, born.
    pub macb: [bool; 4],
    /// What recorded the time.
    pub artefact: Artefact,
    /// The file's entry in the master file table.
    pub entry: u64,
    /// How many files had the entry by then.
    pub sequence: u16,
    /// The file's path from the root of the volume, with `/` between its parts.
    pub path: Arc<str>,
    /// Whether it is a directory.
    pub is_directory: bool,
    /// Whether the entry was still in use when the evidence was taken.
    pub is_allocated: bool,
    /// Whether the intruder caused it.
    pub is_intrusion: bool,
}

/// What records a time of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artefact {
    /// The attribute `$STANDARD_INFORMATION`, read through the file system.
    StandardInformation,
    /// The attribute `$FILE_NAME`, read from the master file table.
    FileName,
    /// A record of the change journal, with its reasons.
    Usn(&'static str),
    /// A shell item in a link file, which has this path.
    Link(Arc<str>),
    /// A shell item in a jump list, which has this path.
    JumpList(Arc<str>),
    /// A shell item in a key of the registry, whose hive has this path: a shellbag.
    ShellBag(Arc<str>),
}

impl TimelineEvent {
    /// The name without the folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}
