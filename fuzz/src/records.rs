//! Records of a delimited text, counted by a plain walk: what a reader must agree with.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

/// The text that a source holds: unpacked if it is gzip, without a byte-order mark. `None` if
/// it cannot be unpacked, or to more than `limit` bytes.
pub(crate) fn text_of(bytes: &[u8], limit: u64) -> Option<Vec<u8>> {
    let mut text = bytes.to_vec();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        text.clear();
        MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut text).ok()?;
    }
    if limit < text.len() as u64 {
        return None;
    }
    Some(text.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(text))
}

/// Number of records that are not blank; a line break inside double quotes ends none.
pub(crate) fn count(text: &[u8]) -> usize {
    let (mut n_records, mut quoted, mut start) = (0, false, 0);
    for (at, &byte) in text.iter().enumerate() {
        quoted ^= byte == b'"';
        if byte == b'\n' && !quoted {
            n_records += usize::from(!is_blank(&text[start..at]));
            start = at + 1;
        }
    }
    n_records + usize::from(!is_blank(&text[start..]))
}

fn is_blank(record: &[u8]) -> bool {
    matches!(record, b"" | b"\r")
}

/// Number of lines, one after the last line break included.
pub(crate) fn n_lines(text: &[u8]) -> usize {
    1 + text.iter().filter(|&&byte| byte == b'\n').count()
}

/// The line that an error names.
pub(crate) fn line_of(error: &str) -> Option<usize> {
    let rest = error.split_once(", line ")?.1;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_lines_that_are_not_blank_and_outside_quotes() {
        assert_eq!(count(b""), 0);
        assert_eq!(count(b"a\n\r\n\nb"), 2);
        assert_eq!(count(b"\"a\n\nb\"\r\nc\n"), 2);
        assert_eq!(n_lines(b"a\nb"), 2);
        assert_eq!(line_of("f, line 12, column 3: found"), Some(12));
        assert_eq!(line_of("f: the file is empty"), None);
    }
}
