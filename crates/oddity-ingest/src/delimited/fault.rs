//! What is wrong at one place of a block, before the block knows its place in the file.

use memchr::{memchr_iter, memrchr};

use crate::Error;

/// A fault with its line and column inside a block, both counted from 0.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Line breaks of the block before it.
    pub(crate) line: usize,
    /// Bytes of its line before it.
    pub(crate) column: usize,
    /// What is wrong.
    pub(crate) kind: FaultKind,
}

/// What is wrong.
#[derive(Debug)]
pub(crate) enum FaultKind {
    /// A record with another number of fields than the header.
    Width { expected: usize, found: usize },
    /// A field that is no number.
    NotANumber(String),
    /// A number that is infinite.
    NotFinite(String),
    /// A field that is none of the values of its column.
    Value { token: String, wanted: &'static str },
    /// A NUL byte.
    NulByte,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A quote inside a field that does not begin with one, or text after a closing quote.
    Quote,
    /// A quoted field that does not end.
    Unclosed,
    /// More distinct values than a column of categories may have.
    Categories { limit: usize },
}

/// Bytes of a field that an error shows.
const SHOWN: usize = 32;

/// The start of a field, for an error.
pub(crate) fn token(field: &[u8]) -> String {
    String::from_utf8_lossy(&field[..field.len().min(SHOWN)]).into_owned()
}

impl Fault {
    /// What is wrong at a place of a block.
    #[cold]
    pub(crate) fn at(block: &[u8], at: usize, kind: FaultKind) -> Fault {
        let before = &block[..at.min(block.len())];
        let line = memchr_iter(b'\n', before).count();
        let column = before.len() - memrchr(b'\n', before).map_or(0, |last| last + 1);
        Fault { line, column, kind }
    }

    /// The error, for a block that begins after `lines` lines of the file.
    pub(crate) fn in_file(self, file: &str, lines: usize) -> Error {
        let file = file.to_owned();
        let (line, column) = (lines + self.line + 1, self.column + 1);
        match self.kind {
            FaultKind::Width { expected, found } => Error::Width { file, line, expected, found },
            FaultKind::NotANumber(token) => Error::NotANumber { file, line, column, token },
            FaultKind::NotFinite(token) => Error::NotFinite { file, line, column, token },
            FaultKind::Value { token, wanted } => {
                Error::Value { file, line, column, token, wanted }
            }
            FaultKind::NulByte => Error::NulByte { file, line, column },
            FaultKind::NotUtf8 => Error::NotUtf8 { file, line, column },
            FaultKind::Quote => Error::Quote { file, line, column },
            FaultKind::Unclosed => Error::Unclosed { file, line, column },
            FaultKind::Categories { limit } => Error::Categories { file, line, column, limit },
        }
    }
}
