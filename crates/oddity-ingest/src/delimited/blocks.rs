//! A byte stream in blocks of whole records, so that blocks can be parsed in parallel.

use std::io::Read;

use memchr::{memchr, memchr_iter, memrchr, memrchr_iter};

use super::number::PADDING;
use crate::source::ByteSource;
use crate::{Error, Result};

/// Bytes of a block, about: the records of a block fit the second-level cache with what is
/// made of them.
const BLOCK: usize = 1 << 20;

/// Whole records, with [`PADDING`] zero bytes behind them.
#[derive(Debug, Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    /// Lines of the file before the block.
    pub(crate) first_line: usize,
    /// Line breaks of the block.
    n_breaks: usize,
}

impl Block {
    /// The records with the padding.
    pub(crate) fn padded(&self) -> &[u8] {
        &self.bytes
    }

    /// The most records of so many fields that there can be. Each ends in a line break and has a
    /// byte for every field but the last: blank lines alone do not make room for values.
    pub(crate) fn max_records(&self, n_fields: usize) -> usize {
        self.n_breaks.min(self.len() / n_fields.max(1)) + 1
    }

    /// A block of this text.
    #[cfg(test)]
    pub(crate) fn of(text: &[u8]) -> Block {
        let bytes = [text, &[0; PADDING]].concat();
        Block { bytes, first_line: 0, n_breaks: memchr_iter(b'\n', text).count() }
    }

    /// Number of bytes without the padding.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - PADDING
    }
}

/// Cuts a source after the last line break of each block that no quotes surround.
///
/// Every block begins with a record, so that the number of quotes before a line break in
/// its block says whether the break is inside a field.
pub(crate) struct Blocks {
    source: ByteSource,
    quote: Option<u8>,
    /// The start of the record that the last block cut off.
    rest: Vec<u8>,
    n_lines: usize,
    max_record: usize,
    block_size: usize,
    ended: bool,
    /// A block that was looked at.
    ahead: Option<Block>,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
}

impl Blocks {
    /// Blocks of a source, whose records have at most `max_record` bytes.
    pub(crate) fn new(source: ByteSource, quote: Option<u8>, max_record: usize) -> Blocks {
        Blocks {
            source,
            quote,
            rest: Vec::new(),
            n_lines: 0,
            // Places in a block fit 32 bits.
            max_record: max_record.min(1 << 30),
            block_size: BLOCK,
            ended: false,
            ahead: None,
            spare: Vec::new(),
        }
    }

    /// The same source in blocks of about so many bytes.
    #[cfg(test)]
    pub(crate) fn with_block_size(self, block_size: usize) -> Blocks {
        Blocks { block_size, ..self }
    }

    /// Says what quotes fields, once the first line has told it. Nothing but
    /// [that line](Blocks::first_line) was looked at until then.
    pub(crate) fn set_quote(&mut self, quote: Option<u8>) {
        self.quote = quote;
    }

    /// Where the bytes come from.
    pub(crate) fn source(&self) -> &ByteSource {
        &self.source
    }

    /// Takes the buffer of a block that is done with.
    pub(crate) fn recycle(&mut self, block: Block) {
        self.spare.push(block.bytes);
    }

    /// A look at the first line, with its line break and whatever its quotes say; none of an
    /// empty source. All of it is still to come as header or block.
    pub(crate) fn first_line(&mut self) -> Result<Option<&[u8]>> {
        let mut bytes = std::mem::take(&mut self.rest);
        let end = loop {
            if let Some(end) = memchr(b'\n', &bytes) {
                break end + 1;
            }
            if self.ended {
                break bytes.len();
            }
            self.check_record(&bytes)?;
            self.read(&mut bytes)?;
        };
        self.rest = bytes;
        Ok((0 < end).then(|| &self.rest[..end]))
    }

    /// Takes the first record off: the header of a table.
    pub(crate) fn header(&mut self) -> Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            if let Some(end) = first_break(&bytes, self.quote) {
                self.rest = bytes.split_off(end + 1);
                return Ok(Some(self.block(bytes)));
            }
            if self.ended {
                return Ok(if bytes.is_empty() { None } else { Some(self.block(bytes)) });
            }
            self.check_record(&bytes)?;
            self.read(&mut bytes)?;
        }
    }

    /// A look at the next block, from which the types of columns can be told.
    pub(crate) fn peek(&mut self) -> Result<Option<&Block>> {
        if self.ahead.is_none() {
            self.ahead = self.next()?;
        }
        Ok(self.ahead.as_ref())
    }

    /// The next block, or `None` at the end of the source.
    pub(crate) fn next(&mut self) -> Result<Option<Block>> {
        if let Some(block) = self.ahead.take() {
            return Ok(Some(block));
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.append(&mut self.rest);
        loop {
            while bytes.len() < self.block_size && !self.ended {
                self.read(&mut bytes)?;
            }
            if self.ended {
                return Ok(if bytes.is_empty() { None } else { Some(self.block(bytes)) });
            }
            if let Some(end) = last_break(&bytes, self.quote) {
                self.rest.extend_from_slice(&bytes[end + 1..]);
                bytes.truncate(end + 1);
                let block = self.block(bytes);
                self.check_record(&self.rest)?;
                return Ok(Some(block));
            }
            self.check_record(&bytes)?;
            self.read(&mut bytes)?;
        }
    }

    /// Reads as much again, but a block at least.
    fn read(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        let (before, wanted) = (bytes.len(), bytes.len().max(self.block_size));
        bytes.reserve(wanted + PADDING);
        self.source
            .by_ref()
            .take(wanted as u64)
            .read_to_end(bytes)
            .map_err(|e| self.source.error(e))?;
        self.ended = bytes.len() - before < wanted;
        Ok(())
    }

    fn block(&mut self, mut bytes: Vec<u8>) -> Block {
        let first_line = self.n_lines;
        let n_breaks = memchr_iter(b'\n', &bytes).count();
        self.n_lines += n_breaks;
        bytes.extend([0; PADDING]);
        Block { bytes, first_line, n_breaks }
    }

    fn check_record(&self, record: &[u8]) -> Result<()> {
        if record.len() <= self.max_record {
            return Ok(());
        }
        let (file, line) = (self.source.name().to_owned(), self.n_lines + 1);
        Err(Error::RecordTooLong { file, line, limit: self.max_record })
    }
}

/// The first line break outside quotes.
fn first_break(bytes: &[u8], quote: Option<u8>) -> Option<usize> {
    let (mut at, mut quoted) = (0, false);
    loop {
        let next_quote = quote.and_then(|quote| memchr(quote, &bytes[at..]));
        if !quoted {
            let end = next_quote.map_or(bytes.len(), |next| at + next);
            if let Some(found) = memchr(b'\n', &bytes[at..end]) {
                return Some(at + found);
            }
        }
        at += next_quote? + 1;
        quoted = !quoted;
    }
}

/// The last line break outside quotes, in bytes that begin outside.
fn last_break(bytes: &[u8], quote: Option<u8>) -> Option<usize> {
    let Some(quote) = quote else { return memrchr(b'\n', bytes) };
    let mut quoted = memchr_iter(quote, bytes).count() % 2 == 1;
    let mut end = bytes.len();
    // From the back: the stretch behind the last quote, the one before it, and so on.
    for at in memrchr_iter(quote, bytes) {
        if !quoted && let Some(found) = memrchr(b'\n', &bytes[at..end]) {
            return Some(at + found);
        }
        (end, quoted) = (at, !quoted);
    }
    memrchr(b'\n', &bytes[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Input, ReadOptions};

    fn breaks(bytes: &[u8]) -> Vec<usize> {
        let mut quoted = false;
        let outside = bytes.iter().enumerate().filter(|&(_, &byte)| {
            quoted ^= byte == b'"';
            byte == b'\n' && !quoted
        });
        outside.map(|(at, _)| at).collect()
    }

    #[test]
    fn a_record_that_is_too_long_is_named_by_its_own_line() {
        let bytes = ["a\nb\n", &"x".repeat(200)].concat().into_bytes();
        let input = Input::Bytes { name: "x".to_owned(), bytes };
        let source = ByteSource::open(input, &ReadOptions::default()).unwrap();
        let mut blocks = Blocks::new(source, None, 50);
        blocks.block_size = 64;
        let error = blocks.next().unwrap_err().to_string();
        assert_eq!(error, "x, line 3: the record has more than 50 bytes");
    }

    #[test]
    fn the_first_line_is_looked_at_and_not_taken() {
        for (text, first) in [
            ("", None),
            ("a", Some("a")),
            ("\"a\nb\",c\nd\n", Some("\"a\n")),
            (["x".repeat(200), "\ny\n".repeat(50)].concat().as_str(), Some("long")),
        ] {
            let input = Input::Bytes { name: "x".to_owned(), bytes: text.as_bytes().to_vec() };
            let source = ByteSource::open(input, &ReadOptions::default()).unwrap();
            let mut blocks = Blocks::new(source, None, 1 << 20).with_block_size(64);
            let seen = blocks.first_line().unwrap().map(|line| line.to_vec());
            match first {
                Some("long") => assert_eq!(seen.map(|line| line.len()), Some(201)),
                first => assert_eq!(seen.as_deref(), first.map(str::as_bytes)),
            }
            blocks.set_quote(Some(b'"'));
            let mut all = Vec::new();
            while let Some(block) = blocks.next().unwrap() {
                assert_eq!(block.first_line, memchr_iter(b'\n', &all).count());
                all.extend_from_slice(&block.padded()[..block.len()]);
            }
            assert_eq!(all, text.as_bytes());
        }
    }

    #[test]
    fn blank_lines_make_no_room_for_wide_records() {
        let blank = Block::of("\n".repeat(1_000).as_bytes());
        assert_eq!((blank.max_records(1), blank.max_records(100)), (1_001, 11));
        for text in ["a,b\nc,d\n", "a,b\nc,d", ",\n,\n,", ",\n"] {
            let n_records = text.lines().count();
            assert!(n_records <= Block::of(text.as_bytes()).max_records(2), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn breaks_are_those_that_a_walk_finds(text in "[a\"\n]{0,40}") {
            let breaks = breaks(text.as_bytes());
            prop_assert_eq!(first_break(text.as_bytes(), Some(b'"')), breaks.first().copied());
            prop_assert_eq!(last_break(text.as_bytes(), Some(b'"')), breaks.last().copied());
        }

        #[test]
        fn blocks_put_together_are_the_source(
            rows in prop::collection::vec("[ab\"\n,]{0,300}", 0..20)
        ) {
            let text: String = rows.into_iter().map(|row| format!("\"{}\"\n", row.replace('"', "\"\""))).collect();
            let bytes = text.clone().into_bytes();
            let input = Input::Bytes { name: "x".to_owned(), bytes };
            let source = ByteSource::open(input, &ReadOptions::default()).unwrap();
            let mut blocks = Blocks::new(source, Some(b'"'), 1 << 24);
            blocks.block_size = 64;
            let (mut all, mut n_lines) = (Vec::new(), 0);
            while let Some(block) = blocks.next().unwrap() {
                prop_assert_eq!(block.first_line, n_lines);
                let bytes = &block.padded()[..block.len()];
                prop_assert_eq!(breaks(bytes).last().copied(), Some(bytes.len() - 1));
                n_lines += memchr_iter(b'\n', bytes).count();
                all.extend_from_slice(bytes);
            }
            prop_assert_eq!(all, text.into_bytes());
        }
    }
}
