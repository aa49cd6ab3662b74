//! How a delimited text is written: separator, quotes, header, encoding.

/// The form of a delimited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// The byte between two fields.
    pub(crate) separator: u8,
    /// The byte around a field that holds separators or line breaks; doubled inside for
    /// itself. `None` where quotes are bytes like any other.
    pub(crate) quote: Option<u8>,
    /// How text is encoded.
    pub(crate) encoding: Encoding,
}

/// How the text of a file is encoded. A UTF-8 byte-order mark is skipped in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; anything else is an error that names line and column.
    #[default]
    Utf8,
    /// UTF-8, and a field that is not is read as Windows-1252, which holds Latin-1. For
    /// programs that write whatever bytes they captured.
    Utf8OrLatin1,
}

impl Default for Dialect {
    /// RFC 4180: commas, double quotes, UTF-8.
    fn default() -> Dialect {
        Dialect { separator: b',', quote: Some(b'"'), encoding: Encoding::Utf8 }
    }
}

/// The separator of a header line: the one of comma, semicolon, tab and bar that occurs most
/// often outside quotes, the first of them where two occur equally often; a comma where none
/// occurs.
pub(crate) fn find_separator(header: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for &byte in header {
        quoted ^= byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(found, _)| *found == byte) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(separator, _)| *separator)
}

/// A text in Windows-1252, whose five undefined bytes stand for themselves, as in the WHATWG
/// encoding standard.
pub(crate) fn decode_latin1(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| {
            WINDOWS_1252
                .get(usize::from(byte).wrapping_sub(0x80))
                .copied()
                .unwrap_or(char::from(byte))
        })
        .collect()
}

/// The characters of the bytes 0x80 to 0x9f.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_outside_quotes() {
        assert_eq!(find_separator(b"time;P1_B2004;attack"), b';');
        assert_eq!(find_separator(b"\"a;b;c\",d"), b',');
        assert_eq!(find_separator(b"inode"), b',');
        assert_eq!(find_separator(b"a\tb"), b'\t');
    }

    #[test]
    fn windows_1252_is_decoded() {
        assert_eq!(decode_latin1(b"caf\xe9 \x80 \x96 ok"), "café € – ok");
    }
}
