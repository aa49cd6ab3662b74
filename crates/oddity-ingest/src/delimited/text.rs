//! The text of a block: its encoding, its fields as text, and places in it.

use std::borrow::Cow;

use memchr::memchr;

use super::blocks::Block;
use super::dialect::{Dialect, Encoding, decode_latin1};
use super::fault::{Fault, FaultKind, token};

/// A block that was checked for NUL bytes and for its encoding.
pub(crate) struct Text<'a> {
    /// The block with its padding.
    bytes: &'a [u8],
    /// Where the block ends.
    end: usize,
    /// The block, if all of it is UTF-8.
    utf8: Option<&'a str>,
    dialect: Dialect,
}

/// A field as it lies in the block, without the quotes around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// Its bytes; quotes inside are still doubled.
    pub(crate) raw: &'a [u8],
    /// Where it begins, for [`Text::fault`].
    pub(crate) at: usize,
}

impl<'a> Text<'a> {
    /// The text of a block.
    pub(crate) fn new(block: &'a Block, dialect: Dialect) -> Result<Text<'a>, Fault> {
        let (bytes, end) = (block.padded(), block.len());
        let mut text = Text { bytes, end, utf8: None, dialect };
        if let Some(at) = memchr(0, &bytes[..end]) {
            return Err(text.fault(at, FaultKind::NulByte));
        }
        match std::str::from_utf8(&bytes[..end]) {
            Ok(utf8) => text.utf8 = Some(utf8),
            Err(error) if dialect.encoding == Encoding::Utf8 => {
                return Err(text.fault(error.valid_up_to(), FaultKind::NotUtf8));
            }
            Err(_) => {}
        }
        Ok(text)
    }

    /// The block with its padding.
    #[inline(always)]
    pub(crate) fn padded(&self) -> &'a [u8] {
        self.bytes
    }

    /// Number of bytes without the padding.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.end
    }

    /// How it is written.
    #[inline(always)]
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether all of it is UTF-8.
    pub(crate) fn is_utf8(&self) -> bool {
        self.utf8.is_some()
    }

    /// The text of a field: its doubled quotes single, decoded if it is not UTF-8.
    #[inline]
    pub(crate) fn text(&self, field: Field<'a>) -> Cow<'a, str> {
        let known = self.utf8.and_then(|text| text.get(field.at..field.at + field.raw.len()));
        let text = match known.ok_or(()).or_else(|()| std::str::from_utf8(field.raw)) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(decode_latin1(field.raw)),
        };
        match self.dialect.quote {
            Some(quote) if memchr(quote, field.raw).is_some() => {
                let quote = char::from(quote);
                Cow::Owned(text.replace(&format!("{quote}{quote}"), &quote.to_string()))
            }
            _ => text,
        }
    }

    /// What is wrong at a place of the block.
    #[cold]
    pub(crate) fn fault(&self, at: usize, kind: FaultKind) -> Fault {
        Fault::at(&self.bytes[..self.end], at, kind)
    }

    /// A field that is none of the values of its column.
    #[cold]
    pub(crate) fn value_fault(&self, field: Field<'_>, wanted: &'static str) -> Fault {
        self.fault(field.at, FaultKind::Value { token: token(field.raw), wanted })
    }
}
