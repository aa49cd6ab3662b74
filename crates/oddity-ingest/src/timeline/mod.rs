//! Forensic timelines: what happened to the files of a host, as the study's digest.

mod flags;
mod message;
mod path;
mod plaso;
mod time;
mod tsk;

use std::borrow::Cow;

pub use flags::Flags;

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

/// An event in terms of the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Event<'a> {
    time: Option<i64>,
    inode: Option<u64>,
    flags: Flags,
    filename: Option<Cow<'a, str>>,
}
