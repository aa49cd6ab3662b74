//! The 27 flags of the digest: what they are called, in which order they stand, and what of an
//! event sets each.

use super::path::{Area, Kind};

/// A set of the digest's 27 flags, in the order of [`Flags::NAMES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flags(u32);

impl Flags {
    /// Names of the flags as the study's table has them, in its order: all its columns but
    /// `inode`, the first, and `filename`, the last.
    pub const NAMES: [&str; 27] = [
        "M",
        "A",
        "C",
        "B",
        "file_stat",
        "NTFS_file_stat",
        "file_entry_shell_item",
        "NTFS_USN_change",
        "filef",
        "directory",
        "link",
        "dir_appdata",
        "dir_win",
        "dir_user",
        "dir_other",
        "file_executable",
        "file_graphic",
        "file_documents",
        "file_ps",
        "file_other",
        "mft",
        "lnk_shell_items",
        "olecf_olecf_automatic_destinations/lnk/shell_items",
        "winreg_bagmru/shell_items",
        "usnjrnl",
        "is_allocated1",
        "is_allocated0",
    ];

    /// The flags that the positions name.
    ///
    /// # Panics
    ///
    /// If a position is 27 or more.
    pub fn of(positions: &[usize]) -> Flags {
        let mut flags = Flags::default();
        positions.iter().for_each(|&position| flags.set(position, true));
        flags
    }

    /// Whether the flag at a position of [`Flags::NAMES`] is set.
    pub fn contains(self, position: usize) -> bool {
        self.0 >> position & 1 == 1
    }

    /// Names of the flags that are set, in order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        (0..Flags::NAMES.len()).filter(move |&at| self.contains(at)).map(|at| Flags::NAMES[at])
    }

    pub(super) fn set(&mut self, position: usize, value: bool) {
        assert!(position < Flags::NAMES.len(), "flag {position} of {}", Flags::NAMES.len());
        self.0 = self.0 & !(1 << position) | u32::from(value) << position;
    }
}

/// Which of the four times of a file an event is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Macb {
    /// Modification of the content.
    pub(super) m: bool,
    /// Access.
    pub(super) a: bool,
    /// Change of the metadata.
    pub(super) c: bool,
    /// Birth.
    pub(super) b: bool,
}

/// What recorded an event about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    FileStat,
    NtfsFileStat,
    ShellItem,
    UsnChange,
}

/// Which reader of plaso found an event, of those that the digest tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parser {
    Mft,
    Lnk,
    JumpList,
    BagMru,
    UsnJournal,
}

/// What an entry of a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    File,
    Directory,
    Link,
}

/// What is known of an event, as far as the digest has a flag for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) macb: Macb,
    pub(super) source: Option<Source>,
    pub(super) parser: Option<Parser>,
    pub(super) entry: Option<Entry>,
    pub(super) area: Option<Area>,
    pub(super) kind: Option<Kind>,
    pub(super) allocated: Option<bool>,
}

impl From<Facts> for Flags {
    /// The flags of an event. What is not known sets no flag, and an event of no file has no
    /// flag beside M, A, C and B.
    fn from(facts: Facts) -> Flags {
        let mut flags = Flags::default();
        let Macb { m, a, c, b } = facts.macb;
        for (position, value) in [m, a, c, b].into_iter().enumerate() {
            flags.set(position, value);
        }
        let Some(source) = facts.source else { return flags };
        flags.set(4 + source as usize, true);
        let one_of = [
            facts.entry.map(|entry| 8 + entry as usize),
            facts.area.map(|area| 11 + area as usize),
            facts.kind.map(|kind| 15 + kind as usize),
            facts.parser.map(|parser| 20 + parser as usize),
            facts.allocated.map(|allocated| 26 - usize::from(allocated)),
        ];
        one_of.into_iter().flatten().for_each(|position| flags.set(position, true));
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(facts: Facts) -> Vec<&'static str> {
        Flags::from(facts).names().collect()
    }

    fn of(source: Source) -> Facts {
        Facts { source: Some(source), ..Facts::default() }
    }

    #[test]
    fn each_fact_sets_the_flag_of_its_name() {
        let base = of(Source::FileStat);
        let macb = |text: &str| Macb {
            m: text.contains('m'),
            a: text.contains('a'),
            c: text.contains('c'),
            b: text.contains('b'),
        };
        let cases = [
            (Facts { macb: macb("m"), ..base }, "M"),
            (Facts { macb: macb("a"), ..base }, "A"),
            (Facts { macb: macb("c"), ..base }, "C"),
            (Facts { macb: macb("b"), ..base }, "B"),
            (of(Source::FileStat), "file_stat"),
            (of(Source::NtfsFileStat), "NTFS_file_stat"),
            (of(Source::ShellItem), "file_entry_shell_item"),
            (of(Source::UsnChange), "NTFS_USN_change"),
            (Facts { entry: Some(Entry::File), ..base }, "filef"),
            (Facts { entry: Some(Entry::Directory), ..base }, "directory"),
            (Facts { entry: Some(Entry::Link), ..base }, "link"),
            (Facts { area: Some(Area::AppData), ..base }, "dir_appdata"),
            (Facts { area: Some(Area::Windows), ..base }, "dir_win"),
            (Facts { area: Some(Area::User), ..base }, "dir_user"),
            (Facts { area: Some(Area::Other), ..base }, "dir_other"),
            (Facts { kind: Some(Kind::Executable), ..base }, "file_executable"),
            (Facts { kind: Some(Kind::Graphic), ..base }, "file_graphic"),
            (Facts { kind: Some(Kind::Document), ..base }, "file_documents"),
            (Facts { kind: Some(Kind::PowerShell), ..base }, "file_ps"),
            (Facts { kind: Some(Kind::Other), ..base }, "file_other"),
            (Facts { parser: Some(Parser::Mft), ..base }, "mft"),
            (Facts { parser: Some(Parser::Lnk), ..base }, "lnk_shell_items"),
            (
                Facts { parser: Some(Parser::JumpList), ..base },
                "olecf_olecf_automatic_destinations/lnk/shell_items",
            ),
            (Facts { parser: Some(Parser::BagMru), ..base }, "winreg_bagmru/shell_items"),
            (Facts { parser: Some(Parser::UsnJournal), ..base }, "usnjrnl"),
            (Facts { allocated: Some(true), ..base }, "is_allocated1"),
            (Facts { allocated: Some(false), ..base }, "is_allocated0"),
        ];
        for (at, (facts, name)) in cases.into_iter().enumerate() {
            let source = facts.source.map(|source| Flags::NAMES[4 + source as usize]);
            let found: Vec<_> =
                names(facts).into_iter().filter(|&n| n == name || Some(n) != source).collect();
            assert_eq!(found, [name]);
            assert_eq!(Flags::NAMES[at], name);
        }
    }

    #[test]
    fn an_event_of_no_file_has_no_flag_but_those_of_its_time() {
        let facts = Facts {
            macb: Macb { m: true, ..Macb::default() },
            area: Some(Area::Windows),
            kind: Some(Kind::Other),
            allocated: Some(true),
            ..Facts::default()
        };
        assert_eq!(names(facts), ["M"]);
    }

    #[test]
    fn flags_are_found_again() {
        let flags = Flags::of(&[0, 26]);
        assert!(flags.contains(0) && flags.contains(26) && !flags.contains(1));
        assert_eq!(flags.names().collect::<Vec<_>>(), ["M", "is_allocated0"]);
    }
}
