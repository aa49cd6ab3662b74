//! What plaso's messages say in words of a file: its path, its reference, its type.

use super::flags::Source;

/// A key of the messages about files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    FileReference,
    NtfsFileReference,
    Name,
    LongName,
    PathHints,
    ShellItemPath,
    Type,
    /// One whose value nobody asks for: it only ends the value before it.
    Other,
}

/// The keys as they are written. Case tells `Name` from `Long name`.
const KEYS: [(&str, Key); 15] = [
    ("Attribute name", Key::Other),
    ("File attribute flags", Key::Other),
    ("File reference", Key::FileReference),
    ("File size", Key::Other),
    ("Localized name", Key::Other),
    ("Long name", Key::LongName),
    ("NTFS file reference", Key::NtfsFileReference),
    ("Name", Key::Name),
    ("Origin", Key::Other),
    ("Parent file reference", Key::Other),
    ("Path hints", Key::PathHints),
    ("Shell item path", Key::ShellItemPath),
    ("Type", Key::Type),
    ("Update reason", Key::Other),
    ("Update source", Key::Other),
];
/// What stands between two keys of a message about a file that is not allocated.
const UNALLOCATED: &str = "(unallocated)";

/// What a message says, by key, found in one walk along it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said<'a> {
    /// What stands before the first key.
    start: &'a str,
    values: [Option<&'a str>; Key::Other as usize],
}

impl<'a> Said<'a> {
    pub(super) fn of(message: &'a str) -> Said<'a> {
        let mut said = Said { start: message, values: [None; Key::Other as usize] };
        // The key whose value is being read, none for the start, and where that began.
        let (mut open, mut from) = (None, 0);
        for colon in memchr::memchr_iter(b':', message.as_bytes()) {
            let Some((key, start)) = key_before(message, colon) else { continue };
            said.close(open, &message[from..start.max(from)]);
            (open, from) = (Some(key), colon + 2);
        }
        said.close(open, &message[from..]);
        said
    }

    fn close(&mut self, key: Option<Key>, value: &'a str) {
        let value = value.split_once(UNALLOCATED).map_or(value, |(value, _)| value).trim();
        match key {
            None => self.start = value,
            Some(Key::Other) => {}
            Some(key) if self.values[key as usize].is_none() && !value.is_empty() => {
                self.values[key as usize] = Some(value);
            }
            Some(_) => {}
        }
    }

    /// The value of a key; none for an empty one.
    pub(super) fn get(&self, key: Key) -> Option<&'a str> {
        self.values.get(key as usize).copied().flatten()
    }
}

/// The key that ends before a colon and a space, as words of their own, and where it starts.
fn key_before(message: &str, colon: usize) -> Option<(Key, usize)> {
    if message.as_bytes().get(colon + 1) != Some(&b' ') {
        return None;
    }
    let before = &message[..colon];
    KEYS.iter().find_map(|(name, key)| {
        let rest = before.strip_suffix(name)?;
        (rest.is_empty() || rest.ends_with(' ')).then_some((*key, rest.len()))
    })
}

/// What may name the file of an event.
pub(super) struct FilePath<'a> {
    pub(super) source: Source,
    pub(super) said: Said<'a>,
    pub(super) path_hints: Option<&'a str>,
    pub(super) shell_item_path: Option<&'a str>,
}

/// The value of an attribute in the column `extra` of `l2t_csv`: `name: value; name: value`.
pub(super) fn extra<'a>(extra: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = extra.split(';').filter_map(|pair| pair.trim().split_once(": "));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.trim())
}

/// The path of the file that an event is about, which is not the file that holds its record.
pub(super) fn file_path<'a>(event: &FilePath<'a>) -> Option<&'a str> {
    let value = |key| event.said.get(key);
    match event.source {
        Source::FileStat => None,
        Source::NtfsFileStat => {
            let hints = event.path_hints.or_else(|| value(Key::PathHints));
            // A file of several names has several paths.
            let first = hints.map(|hints| hints.split(';').next().unwrap_or(hints).trim());
            first.or_else(|| value(Key::Name))
        }
        Source::UsnChange => Some(event.said.start).filter(|name| !name.is_empty()),
        Source::ShellItem => {
            let path = event.shell_item_path.or_else(|| value(Key::ShellItemPath));
            // `<My Computer> C:\Users`: what stands before is no folder of the volume.
            let path = path.map(|path| path.rsplit_once("> ").map_or(path, |(_, path)| path));
            let path = path.filter(|path| !path.is_empty() && !path.starts_with('<'));
            path.or_else(|| value(Key::LongName)).or_else(|| value(Key::Name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_the_next_key_starts() {
        let message = "a.exe File reference: 12-3 Attribute name: $FILE_NAME Name: a b.exe \
                       Parent file reference: 5-5 (unallocated) Path hints: \\x\\a b.exe";
        let said = Said::of(message);
        assert_eq!(said.start, "a.exe");
        assert_eq!(said.get(Key::FileReference), Some("12-3"));
        assert_eq!(said.get(Key::Name), Some("a b.exe"));
        assert_eq!(said.get(Key::PathHints), Some(r"\x\a b.exe"));
        assert_eq!(said.get(Key::LongName), None);
        assert_eq!(said.get(Key::Other), None);
        assert_eq!(Said::of("Name: Origin: x").get(Key::Name), None);
        assert_eq!(Said::of("Name: ").get(Key::Name), None);
        assert_eq!(Said::of("x Type: file (unallocated)").get(Key::Type), Some("file"));
        // A key is a word of its own, and the first counts.
        assert_eq!(Said::of("ByName: a Type:b Type: c Type: d").get(Key::Type), Some("c"));
        assert_eq!(Said::of("ByName: a").get(Key::Name), None);
        // The first key does not reach back over the one before.
        assert_eq!(Said::of("Name: Type: file").get(Key::Type), Some("file"));
    }

    #[test]
    fn extra_attributes_are_found_by_their_whole_name() {
        let text = "file_size: (12); is_allocated: False; sha256_hash: ab";
        assert_eq!(extra(text, "is_allocated"), Some("False"));
        assert_eq!(extra(text, "allocated"), None);
        assert_eq!(extra("", "is_allocated"), None);
    }

    fn path(source: Source, message: &str) -> Option<&str> {
        file_path(&FilePath {
            source,
            said: Said::of(message),
            path_hints: None,
            shell_item_path: None,
        })
    }

    #[test]
    fn messages_name_the_file_that_they_are_about() {
        let cases = [
            (Source::FileStat, r"NTFS:\a.exe Type: file", None),
            (Source::UsnChange, "a b.tmp File reference: 1-2 Update reason: X", Some("a b.tmp")),
            (Source::UsnChange, "File reference: 1-2", None),
            (
                Source::NtfsFileStat,
                r"File reference: 1-2 Name: a.exe Path hints: \Users\a.exe;\b.exe",
                Some(r"\Users\a.exe"),
            ),
            (Source::NtfsFileStat, "File reference: 1-2 Name: a.exe", Some("a.exe")),
            (
                Source::ShellItem,
                r"Name: DOCUME~1 Long name: Documents Shell item path: <My Computer> C:\Users\a Origin: a.lnk",
                Some(r"C:\Users\a"),
            ),
            (
                Source::ShellItem,
                "Name: DOCUME~1 Long name: Documents Shell item path: <My Computer>",
                Some("Documents"),
            ),
            (Source::ShellItem, "Name: DOCUME~1", Some("DOCUME~1")),
        ];
        for (source, message, expected) in cases {
            assert_eq!(path(source, message), expected, "{message}");
        }
    }
}
