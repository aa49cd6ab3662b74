//! The fields of a Sleuth Kit entry, of a body file or of `mactime`, to what the digest knows
//! of it.

use super::Event;
use super::flags::{Entry, Facts, Macb, Parser, Source};
use super::path::{area, canonical, kind};

/// What `fls` puts behind the name of the entry that a `$FILE_NAME` attribute holds.
const FILE_NAME: &str = " ($FILE_NAME)";
/// What `fls` puts behind the name of a deleted entry.
const DELETED: [&str; 4] = [" (deleted)", " (deleted-realloc)", "(deleted)", "(deleted-realloc)"];

/// The fields of an entry that the digest is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    pub(super) macb: Macb,
    pub(super) name: &'a str,
    /// `r/rrwxrwxrwx`: the type by the directory, the type by the metadata, the permissions.
    pub(super) mode: &'a str,
    pub(super) inode: Option<i64>,
}

impl<'a> Fields<'a> {
    /// What the digest knows of the event; its time is left for the caller to set.
    pub(super) fn event(&self) -> Event<'a> {
        let (name, deleted) = strip(self.name, &DELETED);
        let (name, by_file_name) = strip(name, &[FILE_NAME]);
        let (name, deleted_too) = strip(name, &DELETED);
        let entry = entry(self.mode);
        let name = match (entry, name.split_once(" -> ")) {
            (Some(Entry::Link), Some((name, _target))) => name,
            _ => name,
        };
        let path = canonical(name);
        let is_file = entry == Some(Entry::File);
        let facts = Facts {
            macb: self.macb,
            source: Some(if by_file_name { Source::NtfsFileStat } else { Source::FileStat }),
            parser: by_file_name.then_some(Parser::Mft),
            entry,
            area: area(&path),
            kind: if entry == Some(Entry::Directory) { None } else { kind(&path, is_file) },
            allocated: Some(!deleted && !deleted_too),
        };
        let filename = (!path.is_empty()).then_some(path);
        Event { time: None, inode: self.inode, flags: facts.into(), filename }
    }
}

/// The letters of `mactime`, such as `m.cb`; none if it is something else.
pub(super) fn letters(text: &str) -> Option<Macb> {
    let mut macb = Macb::default();
    let bytes: &[u8; 4] = text.as_bytes().try_into().ok()?;
    let flags = [&mut macb.m, &mut macb.a, &mut macb.c, &mut macb.b];
    for ((flag, &byte), letter) in flags.into_iter().zip(bytes).zip(*b"macb") {
        *flag = byte == letter;
        if !*flag && byte != b'.' {
            return None;
        }
    }
    Some(macb)
}

/// The type by the metadata, or by the directory where the metadata has none.
fn entry(mode: &str) -> Option<Entry> {
    let of = |letter: Option<&str>| match letter?.bytes().next()? {
        b'r' => Some(Entry::File),
        b'd' => Some(Entry::Directory),
        b'l' => Some(Entry::Link),
        _ => None,
    };
    let mut types = mode.splitn(2, '/');
    let by_directory = types.next();
    of(types.next()).or(of(by_directory))
}

/// The name without a mark behind it, and whether it had one.
fn strip<'a>(name: &'a str, marks: &[&str]) -> (&'a str, bool) {
    let bare = marks.iter().find_map(|mark| name.strip_suffix(mark));
    (bare.unwrap_or(name), bare.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(event: &Event<'_>, path: &str) -> bool {
        event.filename.as_deref() == Some(path)
    }

    fn event<'a>(name: &'a str, mode: &'a str) -> Event<'a> {
        Fields { macb: Macb::default(), name, mode, inode: Some(39) }.event()
    }

    fn names(name: &str, mode: &str) -> Vec<&'static str> {
        event(name, mode).flags.names().collect()
    }

    #[test]
    fn the_entry_of_a_file_name_attribute_is_of_the_master_file_table() {
        let expected =
            ["NTFS_file_stat", "filef", "dir_win", "file_executable", "mft", "is_allocated1"];
        assert_eq!(names("/Windows/a.exe ($FILE_NAME)", "r/rrwxrwxrwx"), expected);
        assert!(same(&event("/Windows/a.exe ($FILE_NAME)", "r/rrwxrwxrwx"), "/Windows/a.exe"));
        let expected = ["file_stat", "filef", "dir_win", "file_executable", "is_allocated1"];
        assert_eq!(names("/Windows/a.exe", "r/rrwxrwxrwx"), expected);
    }

    #[test]
    fn deleted_entries_are_not_allocated() {
        for name in [
            "/x/a.ps1 (deleted)",
            "/x/a.ps1 (deleted-realloc)",
            "/x/a.ps1(deleted)",
            "/x/a.ps1 ($FILE_NAME) (deleted)",
            "/x/a.ps1 (deleted) ($FILE_NAME)",
        ] {
            let event = event(name, "-/rrwxrwxrwx");
            let names: Vec<_> = event.flags.names().collect();
            assert!(same(&event, "/x/a.ps1"), "{event:?}");
            assert!(names.contains(&"is_allocated0") && names.contains(&"file_ps"), "{names:?}");
        }
    }

    #[test]
    fn types_are_those_of_the_metadata() {
        assert_eq!(
            names("/x", "d/dr-xr-xr-x"),
            ["file_stat", "directory", "dir_other", "is_allocated1"]
        );
        assert_eq!(
            names("/x/a.exe -> /y", "l/lrwxrwxrwx"),
            ["file_stat", "link", "dir_other", "file_executable", "is_allocated1"]
        );
        assert_eq!(
            names("/$OrphanFiles", "V/V---------"),
            ["file_stat", "dir_other", "is_allocated1"]
        );
        assert!(names("/a", "-/d---------").contains(&"directory"));
        assert!(names("/a", "r/----------").contains(&"filef"));
        assert!(names("/a", "").iter().all(|&name| name != "filef"));
    }

    #[test]
    fn letters_are_read_in_their_places() {
        assert_eq!(letters("m.cb"), Some(Macb { m: true, a: false, c: true, b: true }));
        assert_eq!(letters("...."), Some(Macb::default()));
        for text in ["", "mac", "macbb", "bcam", "MACB", "m,cb"] {
            assert_eq!(letters(text), None, "{text}");
        }
    }
}
