//! The bytes of one trace to its symbols, or to the place where they stop being a trace.

use oddity_core::Symbol;

use crate::{Error, Result};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Bytes of a refused token that an error shows.
const SHOWN: usize = 32;

/// Appends the numbers of a trace, separated by ASCII white space, to `symbols`.
///
/// A byte order mark at the start is passed over.
pub(super) fn parse(file: &str, bytes: &[u8], symbols: &mut Vec<Symbol>) -> Result<()> {
    let n_before = symbols.len();
    let mut at = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (start, mut value) = (at, 0u32);
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            // Held one above the largest symbol, so that a number of any length is refused.
            value = (value * 10 + u32::from(bytes[at] - b'0')).min(1 + u32::from(Symbol::MAX));
            at += 1;
        }
        let ends = at == bytes.len() || bytes[at].is_ascii_whitespace();
        match Symbol::try_from(value) {
            Ok(symbol) if ends && start < at => symbols.push(symbol),
            _ => return Err(refuse(file, bytes, start)),
        }
    }
    if symbols.len() == n_before {
        return Err(Error::EmptyTrace { file: file.to_owned() });
    }
    Ok(())
}

/// Says what is wrong with the token at `start`.
#[cold]
fn refuse(file: &str, bytes: &[u8], start: usize) -> Error {
    let file = file.to_owned();
    let rest = &bytes[start..];
    let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let token = &rest[..length];
    if let Some(at) = token.iter().position(|&byte| byte == 0) {
        let (line, column) = position(bytes, start + at);
        return Error::NulByte { file, line, column };
    }
    let text = match std::str::from_utf8(token) {
        Ok(text) => text,
        Err(error) => {
            let (line, column) = position(bytes, start + error.valid_up_to());
            return Error::NotUtf8 { file, line, column };
        }
    };
    let (line, column) = position(bytes, start);
    let shown = cut(text).to_owned();
    if token.iter().all(u8::is_ascii_digit) {
        Error::NumberTooLarge { file, line, column, token: shown }
    } else {
        Error::NotANumber { file, line, column, token: shown }
    }
}

/// The start of UTF-8 text, at most [`SHOWN`] bytes, cut between characters.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN)]
}

/// Line and column of a byte, counted from 1.
pub(crate) fn position(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = &bytes[..at];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    (line, 1 + column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Symbol>> {
        let mut symbols = vec![9];
        parse("t", bytes, &mut symbols)?;
        Ok(symbols.split_off(1))
    }

    #[test]
    fn numbers_are_read_whatever_white_space_is_between() {
        assert_eq!(read(b"6 6 63 42 ").unwrap(), [6, 6, 63, 42]);
        assert_eq!(read(b"\t0\r\n00065535\n\n1").unwrap(), [0, 65535, 1]);
        assert_eq!(read(b"\xef\xbb\xbf7").unwrap(), [7]);
    }

    #[test]
    fn what_is_no_trace_is_refused_with_its_place() {
        let cases: [(&[u8], &str); 14] = [
            (b"", "t: the trace is empty"),
            (b" \n ", "t: the trace is empty"),
            (b"\xef\xbb\xbf", "t: the trace is empty"),
            (b"1 x 2", "t, line 1, column 3: found \"x\", wanted a number"),
            (b"1\n2 -3", "t, line 2, column 3: found \"-3\", wanted a number"),
            (b"4 5,6", "t, line 1, column 3: found \"5,6\", wanted a number"),
            (b"+5", "t, line 1, column 1: found \"+5\", wanted a number"),
            (b"1.0", "t, line 1, column 1: found \"1.0\", wanted a number"),
            ("1 \u{e4}\u{e4}".as_bytes(), "t, line 1, column 3: found \"ää\", wanted a number"),
            (b"65536", "t, line 1, column 1: found 65536, wanted at most 65535"),
            (
                b"99999999999999999999999999999999999999999",
                "t, line 1, column 1: found 99999999999999999999999999999999, \
                 wanted at most 65535",
            ),
            (b"1 2\0", "t, line 1, column 4: found a NUL byte, wanted text"),
            (b"1 \xff", "t, line 1, column 3: found bytes that are not UTF-8"),
            (b"1\n 2\xc3 3", "t, line 2, column 3: found bytes that are not UTF-8"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(bytes).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_long_token_is_cut_between_characters() {
        let error = read("1\u{20ac}".repeat(20).as_bytes()).unwrap_err();
        let Error::NotANumber { token, .. } = error else { panic!("{error}") };
        assert_eq!(token, "1\u{20ac}".repeat(8));
    }
}
