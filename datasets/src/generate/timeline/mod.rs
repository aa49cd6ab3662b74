//! The timeline of a Windows host's files and of an intrusion, for tests and smoke runs without
//! real evidence.
//!
//! The data is shaped like what plaso and the Sleuth Kit make of an NTFS volume, and like the
//! 29-column digest of the study of the "Stolen Szechuan Sauce" case. It is called [`NAME`],
//! and a report that shows a figure of it prints [`DIFFERENCES`].
//!
//! # How the events come about
//!
//! The host has 116 files and folders at first, a user and a volume. On most days it starts in the
//! morning, reads its libraries and writes its logs; the user logs on, and until the evening
//! one activity follows another: browsing (cache files come and, when the cache is full, go),
//! editing (link files, jump lists, shellbags, owner and scratch files), mail, folders, new
//! documents, the recycle bin, services, scans, updates. Each operation on a file leaves the
//! times that NTFS keeps (`$STANDARD_INFORMATION` and, in the master file table, `$FILE_NAME`)
//! and its records in the change journal. Entries of deleted files are used again, the lowest
//! first, with the next sequence number.
//!
//! On the third day, and then every `days_between_intrusions` days, an intruder comes in
//! beside the user: a document with macros drops a program, PowerShell runs scripts, a program
//! of an innocent name is put into `System32` with its times set back to the night before it
//! came (its `$FILE_NAME` and the journal keep the true time) and into the start-up folder, the
//! documents are read, copied to one folder, packed and, with the tools, deleted.
//!
//! # How it differs from a real timeline
//!
//! - It is a record of every change, as if the metadata had been read after each; a real one
//!   has of each time only the last (but for the journal, and link files).
//! - Files that are deleted within one activity have entries that are not allocated, from the
//!   first event on, as evidence taken later has them; files deleted later do not.
//! - The host has hundreds of files where a real one has hundreds of thousands, one user,
//!   and few programs. An intrusion is short, loud and always of the same steps.
//! - Only five of plaso's hundreds of parsers have events, those that the digest has columns
//!   for; there are no event logs and no registry keys.
//! - A body file of `fls` has one line for each name of a file; here it has one for each time
//!   that all four of a file's times were overwritten, so that it tells the same events.
//! - Figures measured on it say whether code works, never how well a method works.
//!
//! # What a seed fixes
//!
//! The events depend on `seed`, `intrusion` and `days_between_intrusions`, and on nothing
//! else: more events only come after the same first ones. The formats tell of the same
//! events, as far as they can.

mod activity;
mod event;
mod host;
mod intrusion;
mod params;
mod volume;
mod words;
mod write;

use std::io::Write;

pub use event::{Artefact, TimelineEvent};
pub use params::{TimelineFormat, TimelineParams};

use self::host::Host;
use crate::{Error, Result};

/// The name of the generated data.
pub const NAME: &str = "timeline-generated";

/// What a report says beside figures of generated timelines.
pub const DIFFERENCES: &str = "timeline-generated: the file activity of a simulated Windows host \
    and user, with intrusions of always the same steps. It holds every change of every file, \
    where real evidence holds the last of each time; figures on it say whether code works, not \
    how well a method works.";

/// A generator of timelines in five formats.
///
/// ```
/// use oddity_datasets::{TimelineFormat, TimelineGenerator, TimelineParams};
///
/// let format = TimelineFormat::Mactime;
/// let params = TimelineParams { n_events: 500, format, ..TimelineParams::default() };
/// let generator = TimelineGenerator::new(params)?;
/// let mut file = Vec::new();
/// generator.write(&mut file)?;
/// let text = String::from_utf8_lossy(&file);
/// assert!(text.starts_with("Date,Size,Type,Mode,UID,GID,Meta,File Name\nMon Jan 08 2024 07:"));
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineGenerator {
    params: TimelineParams,
}

impl TimelineGenerator {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Parameter`] for more than 5,000,000,000 events, or intrusions that come
    /// not at least every 10,000 days.
    pub fn new(params: TimelineParams) -> Result<TimelineGenerator> {
        params.check()?;
        Ok(TimelineGenerator { params })
    }

    /// What is generated.
    pub fn params(&self) -> &TimelineParams {
        &self.params
    }

    /// The events in time order. One day is in memory at a time.
    pub fn events(&self) -> impl Iterator<Item = TimelineEvent> {
        self.days().flatten()
    }

    /// Writes the timeline in its format, header and all. The same parameters give the same
    /// bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `out` refuses.
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        let TimelineParams { format, label_column, .. } = self.params;
        let write = |out: &mut dyn Write, text: &str| {
            out.write_all(text.as_bytes()).map_err(Error::io("write", "timeline"))
        };
        write(out, &write::header(format, label_column))?;
        let (mut text, mut labels) = (String::new(), Vec::new());
        for events in self.days() {
            write::day(format, label_column, &events, &mut text, &mut labels);
            write(out, &text)?;
            text.clear();
            labels.clear();
        }
        out.flush().map_err(Error::io("write", "timeline"))
    }

    /// Writes the truth: a line `label`, then 1 for each row that the intruder caused and 0
    /// for any other, in the order in which the loaders of `oddity-ingest` give the rows of
    /// the format that the parameters name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `out` refuses.
    pub fn write_labels(&self, out: &mut dyn Write) -> Result<()> {
        let TimelineParams { format, label_column, .. } = self.params;
        let (mut text, mut labels) = (String::new(), Vec::new());
        out.write_all(b"label\n").map_err(Error::io("write", "labels"))?;
        for events in self.days() {
            write::day(format, label_column, &events, &mut text, &mut labels);
            let lines: String =
                labels.iter().map(|&label| if label { "1\n" } else { "0\n" }).collect();
            out.write_all(lines.as_bytes()).map_err(Error::io("write", "labels"))?;
            text.clear();
            labels.clear();
        }
        out.flush().map_err(Error::io("write", "labels"))
    }

    /// The events day by day; days without any are left out.
    fn days(&self) -> impl Iterator<Item = Vec<TimelineEvent>> {
        let TimelineParams { seed, n_events, intrusion, days_between_intrusions, .. } = self.params;
        let mut host = Host::new(seed, intrusion.then_some(days_between_intrusions));
        let mut left = n_events;
        std::iter::from_fn(move || {
            while 0 < left {
                let mut events = host.next_day();
                events.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                left -= events.len() as u64;
                if !events.is_empty() {
                    return Some(events);
                }
            }
            None
        })
    }
}
