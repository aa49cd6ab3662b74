//! What plaso's messages say in words of a file: its path, its reference, its type.

use super::flags::Source;

/// The keys of the messages about files, before whose next one a value ends.
const KEYS: [&str; 16] = [
    "Attribute name: ",
    "File attribute flags: ",
    "File reference: ",
    "Localized name: ",
    "Long name: ",
    "NTFS file reference: ",
    "Name: ",
    "Origin: ",
    "Parent file reference: ",
    "Path hints: ",
    "Shell item path: ",
    "Type: ",
    "Update reason: ",
    "Update source: ",
    "File size: ",
    "(unallocated)",
];

/// What may name the file of an event.
pub(super) struct FilePath<'a> {
    pub(super) source: Source,
    pub(super) message: Option<&'a str>,
    pub(super) path_hints: Option<&'a str>,
    pub(super) shell_item_path: Option<&'a str>,
}

/// The value of a key in a message, up to the next key; none for an empty one.
pub(super) fn value<'a>(message: &'a str, key: &str) -> Option<&'a str> {
    let start = starts(message, key)? + key.len();
    let rest = &message[start..];
    let end = KEYS.iter().filter_map(|next| starts(rest, next)).min().unwrap_or(rest.len());
    Some(rest[..end].trim()).filter(|value| !value.is_empty())
}

/// Where a key starts as a word of its own. Case tells `Name: ` from `Long name: `.
fn starts(message: &str, key: &str) -> Option<usize> {
    let mut places = message.match_indices(key).map(|(at, _)| at);
    places.find(|&at| at == 0 || message[..at].ends_with(' '))
}

/// The value of an attribute in the column `extra` of `l2t_csv`: `name: value; name: value`.
pub(super) fn extra<'a>(extra: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = extra.split(';').filter_map(|pair| pair.trim().split_once(": "));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.trim())
}

/// The path of the file that an event is about, which is not the file that holds its record.
pub(super) fn file_path<'a>(event: &FilePath<'a>) -> Option<&'a str> {
    let value = |key| event.message.and_then(|text| value(text, key));
    match event.source {
        Source::FileStat => None,
        Source::NtfsFileStat => {
            let hints = event.path_hints.or_else(|| value("Path hints: "));
            // A file of several names has several paths.
            let first = hints.map(|hints| hints.split(';').next().unwrap_or(hints).trim());
            first.or_else(|| value("Name: "))
        }
        Source::UsnChange => {
            let message = event.message?;
            let end = starts(message, "File reference: ").unwrap_or(message.len());
            Some(message[..end].trim()).filter(|name| !name.is_empty())
        }
        Source::ShellItem => {
            let path = event.shell_item_path.or_else(|| value("Shell item path: "));
            // `<My Computer> C:\Users`: what stands before is no folder of the volume.
            let path = path.map(|path| path.rsplit_once("> ").map_or(path, |(_, path)| path));
            let path = path.filter(|path| !path.is_empty() && !path.starts_with('<'));
            path.or_else(|| value("Long name: ")).or_else(|| value("Name: "))
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
        assert_eq!(value(message, "File reference: "), Some("12-3"));
        assert_eq!(value(message, "Name: "), Some("a b.exe"));
        assert_eq!(value(message, "Parent file reference: "), Some("5-5"));
        assert_eq!(value(message, "Path hints: "), Some(r"\x\a b.exe"));
        assert_eq!(value(message, "Long name: "), None);
        assert_eq!(value("Name: Origin: x", "Name: "), None);
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
            message: Some(message),
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
