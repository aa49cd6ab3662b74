//! The volume of the host: files, their entries in the master file table, and the events that
//! each operation leaves.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::event::{Artefact, TimelineEvent};

/// Microseconds in a second.
pub(super) const SECOND: i64 = 1_000_000;

/// The first entry that is not of NTFS itself.
const FIRST_ENTRY: u64 = 100;

/// A file that exists.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) entry: u64,
    sequence: u16,
    pub(super) path: Arc<str>,
    is_directory: bool,
}

/// Letters of a time.
pub(super) const A: [bool; 4] = [false, true, false, false];
pub(super) const C: [bool; 4] = [false, false, true, false];
pub(super) const MC: [bool; 4] = [true, false, true, false];
pub(super) const MAC: [bool; 4] = [true, true, true, false];
pub(super) const MACB: [bool; 4] = [true; 4];

/// The volume, and the events of the day so far.
#[derive(Debug)]
pub(super) struct Volume {
    /// The entry after the last that was ever used.
    next_entry: u64,
    /// Entries of deleted files with the sequence of the next: the lowest is taken first, as
    /// NTFS does.
    free: BTreeSet<(u64, u16)>,
    pub(super) events: Vec<TimelineEvent>,
    /// Whether what happens is the intruder's doing.
    pub(super) is_intrusion: bool,
}

impl Volume {
    pub(super) fn new() -> Volume {
        Volume {
            next_entry: FIRST_ENTRY,
            free: BTreeSet::new(),
            events: Vec::new(),
            is_intrusion: false,
        }
    }

    /// A file that was there before the timeline begins: it leaves no event.
    pub(super) fn old(&mut self, path: &str) -> File {
        let (entry, sequence) = self.allocate();
        File { entry, sequence, path: path.into(), is_directory: false }
    }

    /// A directory that was there before.
    pub(super) fn old_directory(&mut self, path: &str) -> File {
        File { is_directory: true, ..self.old(path) }
    }

    fn allocate(&mut self) -> (u64, u16) {
        if let Some(free) = self.free.pop_first() {
            return free;
        }
        self.next_entry += 1;
        (self.next_entry - 1, 1)
    }

    /// Creates a file and writes into it.
    pub(super) fn create(&mut self, time: i64, path: &str) -> File {
        let file = self.old(path);
        self.born(time, &file, true);
        file
    }

    /// Creates a directory.
    pub(super) fn create_directory(&mut self, time: i64, path: &str) -> File {
        let file = self.old_directory(path);
        self.born(time, &file, true);
        file
    }

    /// Creates a file, writes into it and deletes it after `life` microseconds: when the
    /// evidence was taken its entry was free.
    pub(super) fn temporary(&mut self, time: i64, path: &str, life: i64) {
        let file = self.old(path);
        self.born(time, &file, false);
        self.delete(time + life, &file);
    }

    fn born(&mut self, time: i64, file: &File, allocated: bool) {
        self.journal(time, file, "USN_REASON_FILE_CREATE");
        self.add(time, MACB, Artefact::StandardInformation, file, allocated);
        self.add(time, MACB, Artefact::FileName, file, allocated);
        if file.is_directory {
            self.journal(time + 15, file, "USN_REASON_FILE_CREATE, USN_REASON_CLOSE");
        } else {
            self.journal(time + 420, file, "USN_REASON_DATA_EXTEND, USN_REASON_FILE_CREATE");
            let reasons = "USN_REASON_DATA_EXTEND, USN_REASON_FILE_CREATE, USN_REASON_CLOSE";
            self.journal(time + 2_350, file, reasons);
            self.add(time + 2_350, MC, Artefact::StandardInformation, file, allocated);
        }
    }

    /// Writes into a file.
    pub(super) fn write(&mut self, time: i64, file: &File) {
        self.journal(time, file, "USN_REASON_DATA_OVERWRITE, USN_REASON_DATA_EXTEND");
        let reasons = "USN_REASON_DATA_OVERWRITE, USN_REASON_DATA_EXTEND, USN_REASON_CLOSE";
        self.journal(time + 1_180, file, reasons);
        self.add(time + 1_180, MC, Artefact::StandardInformation, file, true);
    }

    /// Reads a file or lists a directory.
    pub(super) fn read(&mut self, time: i64, file: &File) {
        self.add(time, A, Artefact::StandardInformation, file, true);
    }

    /// Gives a file another path: the times of its name become those of the file.
    pub(super) fn rename(&mut self, time: i64, file: &mut File, path: &str) {
        self.journal(time, file, "USN_REASON_RENAME_OLD_NAME");
        file.path = path.into();
        self.journal(time, file, "USN_REASON_RENAME_NEW_NAME");
        self.journal(time + 30, file, "USN_REASON_RENAME_NEW_NAME, USN_REASON_CLOSE");
        self.add(time, C, Artefact::StandardInformation, file, true);
        self.add(time, C, Artefact::FileName, file, true);
    }

    /// Deletes a file: its entry is free for another.
    pub(super) fn delete(&mut self, time: i64, file: &File) {
        self.journal(time, file, "USN_REASON_FILE_DELETE, USN_REASON_CLOSE");
        self.free.insert((file.entry, file.sequence.wrapping_add(1).max(1)));
    }

    /// Sets a file's times to others, to the second, as tools do that hide when it came: the
    /// times of its name stay, and the journal has the change.
    pub(super) fn stomp(&mut self, time: i64, file: &File, stomped: i64) {
        let whole = stomped - stomped.rem_euclid(SECOND);
        self.add(whole, [true, true, false, true], Artefact::StandardInformation, file, true);
        self.add(time, C, Artefact::StandardInformation, file, true);
        self.journal(time, file, "USN_REASON_BASIC_INFO_CHANGE");
        self.journal(time + 12, file, "USN_REASON_BASIC_INFO_CHANGE, USN_REASON_CLOSE");
    }

    /// Notes a file in a link, a jump list or a shellbag, whose times have two seconds.
    pub(super) fn shell_item(&mut self, time: i64, file: &File, artefact: Artefact) {
        let even = time - time.rem_euclid(2 * SECOND);
        let macb = if file.is_directory { MAC } else { [true, true, false, false] };
        let macb = if even % (4 * SECOND) == 0 { macb } else { A };
        // Shell items have no time of change.
        let macb = [macb[0], macb[1], false, macb[3]];
        self.add(even, macb, artefact, file, true);
    }

    fn journal(&mut self, time: i64, file: &File, reasons: &'static str) {
        self.add(time, C, Artefact::Usn(reasons), file, true);
    }

    fn add(&mut self, time: i64, macb: [bool; 4], artefact: Artefact, file: &File, alive: bool) {
        self.events.push(TimelineEvent {
            time,
            macb,
            artefact,
            entry: file.entry,
            sequence: file.sequence,
            path: Arc::clone(&file.path),
            is_directory: file.is_directory,
            is_allocated: alive,
            is_intrusion: self.is_intrusion,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_entry_is_used_again_with_the_next_sequence() {
        let mut volume = Volume::new();
        let first = volume.create(0, "/a");
        volume.create(0, "/b");
        volume.delete(5, &first);
        let third = volume.create(9, "/c");
        assert_eq!((third.entry, third.sequence), (first.entry, first.sequence + 1));
        assert_eq!(volume.create(9, "/d").entry, FIRST_ENTRY + 2);
    }

    #[test]
    fn a_stomped_file_is_older_than_its_name() {
        let mut volume = Volume::new();
        let file = volume.create(50 * SECOND, "/a.exe");
        volume.stomp(60 * SECOND, &file, 20 * SECOND + 7);
        let born = |artefact| {
            let of = |event: &&TimelineEvent| event.artefact == artefact && event.macb[3];
            volume.events.iter().filter(of).map(|event| event.time).min()
        };
        assert_eq!(born(Artefact::StandardInformation), Some(20 * SECOND));
        assert_eq!(born(Artefact::FileName), Some(50 * SECOND));
    }
}
