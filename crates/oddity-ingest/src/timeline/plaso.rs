//! The fields of a plaso event to what the digest knows of it.

use std::borrow::Cow;

use super::describe::described;
use super::flags::{Entry, Facts, Macb, Parser, Source};
use super::inode::{inode, reference};
use super::message::{self, FilePath, Key, Said};
use super::path::{area, canonical, kind};
use super::{Event, Subject};

/// The fields of a plaso event that the digest is made of, as they stand in the file; none for
/// a column that is not there, and for `-` and nothing in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) macb: Option<&'a str>,
    pub(super) timestamp_desc: Option<&'a str>,
    pub(super) data_type: Option<&'a str>,
    pub(super) source_long: Option<&'a str>,
    pub(super) parser: Option<&'a str>,
    pub(super) filename: Option<&'a str>,
    pub(super) display_name: Option<&'a str>,
    pub(super) message: Option<&'a str>,
    pub(super) extra: Option<&'a str>,
    pub(super) inode: Option<&'a str>,
    pub(super) file_reference: Option<&'a str>,
    pub(super) is_allocated: Option<&'a str>,
    pub(super) file_entry_type: Option<&'a str>,
    pub(super) path_hints: Option<&'a str>,
    pub(super) shell_item_path: Option<&'a str>,
}

/// A field that is no inode and no file reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadField {
    Inode,
    FileReference,
}

impl<'a> Fields<'a> {
    /// What the digest knows of the event; its time is left for the caller to set.
    pub(super) fn event(&self, subject: Subject) -> Result<Event<'a>, BadField> {
        let parser = self.parser();
        let source = self.source(parser);
        // Only messages about files are understood.
        let said = match (source, self.message) {
            (Some(_), Some(message)) => Said::of(message),
            _ => Said::default(),
        };
        let inode = self.inode(source, &said, subject)?;
        let path = self.path(source, said, subject);
        let entry = source.and_then(|_| self.entry(&said));
        let known = source.and(path.as_deref());
        let is_file = entry == Some(Entry::File);
        let no_kind = matches!(entry, Some(Entry::Directory));
        let facts = Facts {
            macb: self.macb(),
            source,
            parser: parser.or(match source {
                // Only one parser makes events of these types.
                Some(Source::UsnChange) => Some(Parser::UsnJournal),
                Some(Source::NtfsFileStat) => Some(Parser::Mft),
                _ => None,
            }),
            entry,
            area: known.and_then(area),
            kind: known.filter(|_| !no_kind).and_then(|path| kind(path, is_file)),
            allocated: self.allocated(source),
        };
        Ok(Event { time: None, inode, flags: facts.into(), filename: path })
    }

    /// The type of the event's data, by its name where no column has it.
    pub(super) fn data_type(&self) -> Option<&'a str> {
        self.data_type.or(match self.source(self.parser())? {
            Source::FileStat => Some("fs:stat"),
            Source::NtfsFileStat => Some("fs:stat:ntfs"),
            Source::ShellItem => Some("windows:shell_item:file_entry"),
            Source::UsnChange => Some("fs:ntfs:usn_change"),
        })
    }

    /// Of the letters where a column has them, else of the description of the time.
    fn macb(&self) -> Macb {
        let letters = self.macb.map(|text| Macb {
            m: text.contains(['M', 'm']),
            a: text.contains(['A', 'a']),
            c: text.contains(['C', 'c']),
            b: text.contains(['B', 'b']),
        });
        match letters {
            Some(macb) if macb != Macb::default() => macb,
            _ => self.timestamp_desc.map(described).unwrap_or_default(),
        }
    }

    fn source(&self, parser: Option<Parser>) -> Option<Source> {
        let by_name = match self.source_long {
            Some("File stat" | "Bodyfile" | "Mactime Bodyfile") => Some(Source::FileStat),
            Some("NTFS file stat") => Some(Source::NtfsFileStat),
            Some("File entry shell item") => Some(Source::ShellItem),
            Some("NTFS USN change") => Some(Source::UsnChange),
            _ => None,
        };
        let by_type = || match self.data_type {
            Some("fs:stat" | "fs:bodyfile:entry" | "fs:mactime:line") => Some(Source::FileStat),
            Some("fs:stat:ntfs") => Some(Source::NtfsFileStat),
            Some("windows:shell_item:file_entry") => Some(Source::ShellItem),
            Some("fs:ntfs:usn_change") => Some(Source::UsnChange),
            _ => None,
        };
        let by_parser = || {
            if self.data_type.is_some() {
                return None;
            }
            match (parser, self.parser) {
                (Some(Parser::Mft), _) => Some(Source::NtfsFileStat),
                (Some(Parser::UsnJournal), _) => Some(Source::UsnChange),
                (_, Some("filestat")) => Some(Source::FileStat),
                (_, Some(chain)) if chain.ends_with("shell_items") => Some(Source::ShellItem),
                _ => None,
            }
        };
        by_name.or_else(by_type).or_else(by_parser)
    }

    fn parser(&self) -> Option<Parser> {
        match self.parser? {
            "mft" => Some(Parser::Mft),
            "usnjrnl" => Some(Parser::UsnJournal),
            "lnk/shell_items" => Some(Parser::Lnk),
            chain if chain.ends_with("olecf_automatic_destinations/lnk/shell_items") => {
                Some(Parser::JumpList)
            }
            chain if chain.ends_with("bagmru/shell_items") => Some(Parser::BagMru),
            _ => None,
        }
    }

    fn entry(&self, said: &Said<'_>) -> Option<Entry> {
        let word = self.file_entry_type.or_else(|| {
            said.get(Key::Type)
                .or_else(|| self.extra.and_then(|text| message::extra(text, "file_entry_type")))
        });
        match word?.split_whitespace().next()? {
            "file" | "3" => Some(Entry::File),
            "directory" | "2" => Some(Entry::Directory),
            "link" | "4" => Some(Entry::Link),
            _ => None,
        }
    }

    /// Of the column or of `extra`; else of the message of a file's times, which names only
    /// what is not allocated.
    fn allocated(&self, source: Option<Source>) -> Option<bool> {
        let stated = self
            .is_allocated
            .or_else(|| self.extra.and_then(|text| message::extra(text, "is_allocated")));
        match stated {
            Some("True" | "true" | "1") => return Some(true),
            Some("False" | "false" | "0") => return Some(false),
            _ => {}
        }
        let of_times = matches!(source, Some(Source::FileStat | Source::NtfsFileStat));
        self.message.filter(|_| of_times).map(|text| !text.contains("(unallocated)"))
    }

    fn inode(
        &self,
        source: Option<Source>,
        said: &Said<'_>,
        subject: Subject,
    ) -> Result<Option<i64>, BadField> {
        let inode = self.inode.map(|text| inode(text).ok_or(BadField::Inode)).transpose()?;
        if subject == Subject::Container || matches!(source, None | Some(Source::FileStat)) {
            return Ok(inode);
        }
        // The entry of the file that holds the record is not the entry of its subject.
        if let Some(text) = self.file_reference {
            return reference(text).map(Some).ok_or(BadField::FileReference);
        }
        let stated = said.get(Key::FileReference).or_else(|| said.get(Key::NtfsFileReference));
        Ok(stated.and_then(reference))
    }

    fn path(
        &self,
        source: Option<Source>,
        said: Said<'a>,
        subject: Subject,
    ) -> Option<Cow<'a, str>> {
        let container = self.filename.or(self.display_name);
        let own = match (source, subject) {
            (Some(source), Subject::File) => message::file_path(&FilePath {
                source,
                said,
                path_hints: self.path_hints,
                shell_item_path: self.shell_item_path,
            }),
            _ => None,
        };
        own.or(container).map(canonical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat<'a>() -> Fields<'a> {
        Fields {
            timestamp_desc: Some("Creation Time"),
            source_long: Some("File stat"),
            parser: Some("filestat"),
            filename: Some(r"NTFS:\Users\ann\a.docx"),
            message: Some(r"NTFS:\Users\ann\a.docx Type: file"),
            inode: Some("97-128-1"),
            ..Fields::default()
        }
    }

    fn names(fields: Fields<'_>) -> Vec<&'static str> {
        fields.event(Subject::File).unwrap().flags.names().collect()
    }

    fn has(fields: Fields<'_>, name: &str) -> bool {
        names(fields).contains(&name)
    }

    #[test]
    fn a_file_stat_says_all_that_the_digest_asks() {
        let event = stat().event(Subject::File).unwrap();
        let names: Vec<_> = event.flags.names().collect();
        assert_eq!(
            names,
            ["B", "file_stat", "filef", "dir_user", "file_documents", "is_allocated1"]
        );
        assert_eq!(event.inode, Some(97));
        assert_eq!(event.filename.as_deref(), Some("/Users/ann/a.docx"));
    }

    #[test]
    fn letters_come_first_and_descriptions_serve_where_they_say_nothing() {
        assert_eq!(names(Fields { macb: Some("M.C."), ..stat() })[..2], ["M", "C"]);
        assert_eq!(names(Fields { macb: Some("m..b"), ..stat() })[..2], ["M", "B"]);
        assert_eq!(names(Fields { macb: Some("...."), ..stat() })[0], "B");
        let both = Some("Metadata Modification Time; Last Access Time");
        assert_eq!(names(Fields { timestamp_desc: both, ..stat() })[..2], ["A", "C"]);
    }

    #[test]
    fn sources_are_known_by_name_then_type_then_parser() {
        for (source_long, data_type, parser, flag) in [
            (Some("File stat"), None, None, "file_stat"),
            (Some("NTFS file stat"), None, None, "NTFS_file_stat"),
            (Some("File entry shell item"), None, None, "file_entry_shell_item"),
            (Some("NTFS USN change"), None, None, "NTFS_USN_change"),
            (None, Some("fs:stat"), None, "file_stat"),
            (None, Some("fs:stat:ntfs"), None, "NTFS_file_stat"),
            (None, Some("windows:shell_item:file_entry"), None, "file_entry_shell_item"),
            (None, Some("fs:ntfs:usn_change"), None, "NTFS_USN_change"),
            (None, None, Some("filestat"), "file_stat"),
            (None, None, Some("mft"), "NTFS_file_stat"),
            (None, None, Some("usnjrnl"), "NTFS_USN_change"),
            (None, None, Some("winreg/bagmru/shell_items"), "file_entry_shell_item"),
            // Older versions name the time in the source.
            (Some("NTFS Creation Time"), None, Some("filestat"), "file_stat"),
        ] {
            let fields = Fields { source_long, data_type, parser, ..Fields::default() };
            assert!(has(fields, flag), "{fields:?}");
        }
    }

    #[test]
    fn parsers_are_known_by_their_chain() {
        for (parser, flag) in [
            ("mft", "mft"),
            ("usnjrnl", "usnjrnl"),
            ("lnk/shell_items", "lnk_shell_items"),
            (
                "olecf/olecf_automatic_destinations/lnk/shell_items",
                "olecf_olecf_automatic_destinations/lnk/shell_items",
            ),
            ("winreg/bagmru/shell_items", "winreg_bagmru/shell_items"),
            ("winreg/winreg_bagmru/shell_items", "winreg_bagmru/shell_items"),
        ] {
            let source_long = Some("File entry shell item");
            assert!(
                has(Fields { source_long, parser: Some(parser), ..Fields::default() }, flag),
                "{parser}"
            );
        }
        let implied = Fields { data_type: Some("fs:ntfs:usn_change"), ..Fields::default() };
        assert!(has(implied, "usnjrnl"));
        assert!(!has(
            Fields { parser: Some("custom_destinations/lnk/shell_items"), ..stat() },
            "lnk_shell_items"
        ));
    }

    #[test]
    fn types_and_allocation_are_read_wherever_they_stand() {
        let directory = Fields { message: Some(r"NTFS:\Users Type: directory"), ..stat() };
        assert!(has(directory, "directory") && !has(directory, "file_documents"));
        assert!(has(Fields { message: Some("x Type: link"), ..stat() }, "link"));
        assert!(has(Fields { file_entry_type: Some("directory"), ..stat() }, "directory"));
        assert!(has(
            Fields { message: None, extra: Some("file_entry_type: 2"), ..stat() },
            "directory"
        ));
        assert!(has(
            Fields { message: Some("x Type: file (unallocated)"), ..stat() },
            "is_allocated0"
        ));
        assert!(has(Fields { is_allocated: Some("False"), ..stat() }, "is_allocated0"));
        assert!(has(
            Fields { extra: Some("is_allocated: True"), message: None, ..stat() },
            "is_allocated1"
        ));
        let unknown = names(Fields { message: None, ..stat() });
        assert!(unknown.iter().all(|name| !name.starts_with("is_allocated")), "{unknown:?}");
    }

    fn usn<'a>() -> Fields<'a> {
        Fields {
            source_long: Some("NTFS USN change"),
            parser: Some("usnjrnl"),
            display_name: Some(r"NTFS:\$Extend\$UsnJrnl:$J"),
            message: Some(
                "a.ps1 File reference: 1234-5 Parent file reference: 77-1 Update reason: X",
            ),
            inode: Some("84656"),
            ..Fields::default()
        }
    }

    #[test]
    fn a_record_is_of_its_subject_or_of_the_file_that_holds_it() {
        let own = usn().event(Subject::File).unwrap();
        assert_eq!((own.inode, own.filename.as_deref()), (Some(1234), Some("a.ps1")));
        assert_eq!(names(usn()), ["NTFS_USN_change", "file_ps", "usnjrnl"]);
        let holder = usn().event(Subject::Container).unwrap();
        assert_eq!(
            (holder.inode, holder.filename.as_deref()),
            (Some(84656), Some("/$Extend/$UsnJrnl:$J"))
        );
        // A reference that nothing states is missing, not that of the holder.
        let silent = Fields { message: Some("a.ps1"), ..usn() }.event(Subject::File).unwrap();
        assert_eq!(silent.inode, None);
        let reference = Some("1407374883554515");
        let number = Fields { file_reference: reference, ..usn() }.event(Subject::File).unwrap();
        assert_eq!(number.inode, Some(1_407_374_883_554_515 & 0xffff_ffff_ffff));
    }

    #[test]
    fn a_log_record_has_no_file() {
        let record = Fields {
            timestamp_desc: Some("Creation Time"),
            data_type: Some("windows:evtx:record"),
            parser: Some("winevtx"),
            display_name: Some("OS:/root/System.evtx"),
            message: Some("Event Type: file"),
            ..Fields::default()
        };
        let event = record.event(Subject::File).unwrap();
        assert_eq!(names(record), ["B"]);
        assert_eq!((event.inode, event.filename.as_deref()), (None, Some("/root/System.evtx")));
    }

    #[test]
    fn what_is_no_inode_is_refused() {
        assert_eq!(
            Fields { inode: Some("x"), ..stat() }.event(Subject::File),
            Err(BadField::Inode)
        );
        let bad = Fields { file_reference: Some("1-x"), ..usn() };
        assert_eq!(bad.event(Subject::File), Err(BadField::FileReference));
    }

    #[test]
    fn the_type_of_the_data_follows_from_the_source() {
        assert_eq!(stat().data_type(), Some("fs:stat"));
        assert_eq!(usn().data_type(), Some("fs:ntfs:usn_change"));
        assert_eq!(Fields { data_type: Some("x"), ..stat() }.data_type(), Some("x"));
        assert_eq!(Fields::default().data_type(), None);
    }
}
