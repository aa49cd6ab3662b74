//! The fields of a block, one after the other.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memrchr};

use super::blocks::Block;
use super::dialect::{Dialect, Encoding, decode_latin1};
use super::fault::{Fault, FaultKind, token};

/// A place in a block, before a field.
pub(crate) struct Cursor<'a> {
    /// The block with its padding.
    bytes: &'a [u8],
    /// Where the block ends.
    end: usize,
    at: usize,
    dialect: Dialect,
    /// Whether the whole block is UTF-8.
    is_utf8: bool,
}

/// What comes after a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// A separator, and another field.
    Field,
    /// The end of the record.
    Record,
}

/// A field as it lies in the block, without the quotes around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// Its bytes; quotes inside are still doubled.
    pub(crate) raw: &'a [u8],
    /// Where it begins, for [`Cursor::fault`].
    pub(crate) at: usize,
    has_quotes: bool,
}

impl<'a> Cursor<'a> {
    /// The start of a block of text, which is checked for NUL bytes and for its encoding.
    pub(crate) fn new(block: &'a Block, dialect: Dialect) -> Result<Cursor<'a>, Fault> {
        let mut cursor = Cursor::of_numbers(block, dialect);
        let text = &cursor.bytes[..cursor.end];
        if let Some(at) = memchr(0, text) {
            return Err(cursor.fault(at, FaultKind::NulByte));
        }
        if let Err(error) = std::str::from_utf8(text) {
            if dialect.encoding == Encoding::Utf8 {
                return Err(cursor.fault(error.valid_up_to(), FaultKind::NotUtf8));
            }
            cursor.is_utf8 = false;
        }
        Ok(cursor)
    }

    /// The start of a block of which every field is parsed as a number: that check is enough.
    pub(crate) fn of_numbers(block: &'a Block, dialect: Dialect) -> Cursor<'a> {
        Cursor { bytes: block.padded(), end: block.len(), at: 0, dialect, is_utf8: true }
    }

    /// Goes on to the next record that is no blank line; `false` at the end of the block.
    /// A blank line is the record of a table of one column, so it stays there.
    #[inline(always)]
    pub(crate) fn next_record(&mut self, skip_blank: bool) -> bool {
        while skip_blank && self.at < self.end {
            match self.bytes[self.at] {
                b'\n' => self.at += 1,
                b'\r' if self.bytes[self.at + 1] == b'\n' => self.at += 2,
                _ => break,
            }
        }
        self.at < self.end
    }

    /// The bytes from here on, with the padding, for a parser that finds the field's end by
    /// itself and then calls [`Cursor::ends_at`].
    #[inline(always)]
    pub(crate) fn here(&self) -> (&'a [u8], usize) {
        (self.bytes, self.at)
    }

    /// The byte between two fields.
    #[inline(always)]
    pub(crate) fn separator(&self) -> u8 {
        self.dialect.separator
    }

    /// Goes to the start of a field.
    #[inline(always)]
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Goes behind a field that ends at `end`, if it does.
    #[inline(always)]
    pub(crate) fn ends_at(&mut self, end: usize) -> Option<After> {
        let byte = self.bytes[end];
        if byte == self.dialect.separator {
            self.at = end + 1;
            return Some(After::Field);
        }
        let length = match byte {
            _ if self.end <= end => 0,
            b'\n' => 1,
            b'\r' if self.bytes[end + 1] == b'\n' => 2,
            b'\r' if end + 1 == self.end => 1,
            _ => return None,
        };
        self.at = end + length;
        Some(After::Record)
    }

    /// The next field.
    #[inline]
    pub(crate) fn field(&mut self) -> Result<(Field<'a>, After), Fault> {
        let start = self.at;
        if self.dialect.quote == Some(self.bytes[start]) && start < self.end {
            return self.quoted(start);
        }
        let end = self.end_of_plain(start)?;
        let after = match self.ends_at(end) {
            Some(after) => after,
            None => return Err(self.fault(end, FaultKind::Quote)),
        };
        // The carriage return belongs to the line break.
        let ends_in_return = after == After::Record && start < end && self.bytes[end - 1] == b'\r';
        let raw = &self.bytes[start..end - usize::from(ends_in_return)];
        Ok((Field { raw, at: start, has_quotes: false }, after))
    }

    /// Where an unquoted field ends: at a separator, a line break or the end of the block.
    #[inline]
    fn end_of_plain(&self, start: usize) -> Result<usize, Fault> {
        let every = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
        let separators = every(self.dialect.separator);
        let quotes = every(self.dialect.quote.unwrap_or(b'\n'));
        let zero =
            |word: u64| word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080;
        let mut at = start;
        while at + 8 <= self.bytes.len() {
            let mut eight = [0; 8];
            eight.copy_from_slice(&self.bytes[at..at + 8]);
            let word = u64::from_le_bytes(eight);
            let found = zero(word ^ separators) | zero(word ^ every(b'\n')) | zero(word ^ quotes);
            if found != 0 {
                at += (found.trailing_zeros() / 8) as usize;
                break;
            }
            at += 8;
        }
        let at = at.min(self.end);
        if at < self.end && self.dialect.quote == Some(self.bytes[at]) {
            return Err(self.fault(at, FaultKind::Quote));
        }
        Ok(at)
    }

    fn quoted(&mut self, start: usize) -> Result<(Field<'a>, After), Fault> {
        let quote = self.bytes[start];
        let (mut at, mut has_quotes) = (start + 1, false);
        loop {
            let Some(found) = memchr(quote, &self.bytes[at..self.end]) else {
                return Err(self.fault(start, FaultKind::Unclosed));
            };
            at += found;
            if at + 1 < self.end && self.bytes[at + 1] == quote {
                has_quotes = true;
                at += 2;
                continue;
            }
            let raw = &self.bytes[start + 1..at];
            let field = Field { raw, at: start + 1, has_quotes };
            return match self.ends_at(at + 1) {
                Some(after) => Ok((field, after)),
                None => Err(self.fault(at, FaultKind::Quote)),
            };
        }
    }

    /// The text of a field: its doubled quotes single, decoded if it is not UTF-8.
    #[inline]
    pub(crate) fn text(&self, field: Field<'a>) -> Cow<'a, str> {
        if field.has_quotes {
            return Cow::Owned(self.text_of_quoted(field));
        }
        match std::str::from_utf8(field.raw) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(decode_latin1(field.raw)),
        }
    }

    /// The bytes of a field in UTF-8, as [`Cursor::text`].
    #[inline]
    pub(crate) fn bytes(&self, field: Field<'a>) -> Cow<'a, [u8]> {
        if self.is_utf8 && !field.has_quotes {
            return Cow::Borrowed(field.raw);
        }
        match self.text(field) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    #[cold]
    fn text_of_quoted(&self, field: Field<'a>) -> String {
        let text = match std::str::from_utf8(field.raw) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(decode_latin1(field.raw)),
        };
        match self.dialect.quote {
            Some(b'\'') => text.replace("''", "'"),
            _ => text.replace("\"\"", "\""),
        }
    }

    /// What is wrong at a place of the block.
    #[cold]
    pub(crate) fn fault(&self, at: usize, kind: FaultKind) -> Fault {
        let before = &self.bytes[..at.min(self.end)];
        let line = memchr_iter(b'\n', before).count();
        let column = before.len() - memrchr(b'\n', before).map_or(0, |last| last + 1);
        Fault { line, column, kind }
    }

    /// A field that is none of the values of its column.
    #[cold]
    pub(crate) fn value_fault(&self, field: Field<'_>, wanted: &'static str) -> Fault {
        self.fault(field.at, FaultKind::Value { token: token(field.raw), wanted })
    }

    /// A record with another number of fields than `expected`, of which `read` were read; the
    /// cursor is behind the last of them, and `after` says what came then.
    #[cold]
    pub(crate) fn width_fault(
        &mut self,
        record: usize,
        expected: usize,
        read: usize,
        mut after: After,
    ) -> Fault {
        let mut found = read;
        while after == After::Field {
            match self.field() {
                Ok((_, next)) => after = next,
                Err(fault) => return fault,
            }
            found += 1;
        }
        self.fault(record, FaultKind::Width { expected, found })
    }
}
