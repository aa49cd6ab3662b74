//! The names of the columns, from the first record of a file.

use std::collections::HashSet;

use super::blocks::Blocks;
use super::dialect::{Dialect, find_separator};
use super::scan::Scanner;
use super::text::Text;
use crate::{Error, Result};

/// The first record of a file, with the dialect that it was read in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    /// The names, trimmed.
    pub(crate) names: Vec<String>,
    /// The dialect; its separator was found where none was given.
    pub(crate) dialect: Dialect,
}

impl Header {
    /// Takes the names of the columns.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateColumn`] for a name that stands twice.
    pub(crate) fn new(file: &str, names: Vec<String>, dialect: Dialect) -> Result<Header> {
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(Error::DuplicateColumn { file: file.to_owned(), name: name.clone() });
        }
        Ok(Header { names, dialect })
    }

    /// Takes the first record off the blocks. Without a `separator` the one that occurs most
    /// often in the record is taken.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for a file without a byte, [`Error::DuplicateColumn`] for a name that
    /// stands twice, and those of its text.
    pub(crate) fn read(
        blocks: &mut Blocks,
        dialect: Dialect,
        separator: Option<u8>,
    ) -> Result<Header> {
        let file = blocks.source().name().to_owned();
        let block = blocks.header()?.ok_or_else(|| Error::Empty { file: file.clone() })?;
        let text = &block.padded()[..block.len()];
        let separator = separator.unwrap_or_else(|| find_separator(text));
        let dialect = Dialect { separator, ..dialect };
        let mut names: Vec<String> = Vec::new();
        let fields = |names: &mut Vec<String>| {
            let text = Text::new(&block, dialect)?;
            let mut scanner = Scanner::new(&text);
            while let Some(piece) = scanner.next()? {
                let fields = piece.flat_map(|record| record.first());
                names.extend(fields.map(|field| text.text(field).trim().to_owned()));
            }
            Ok(())
        };
        fields(&mut names).map_err(|fault: super::Fault| fault.in_file(&file, 0))?;
        Header::new(&file, names, dialect)
    }

    /// Where a column stands.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] if there is none of that name.
    pub(crate) fn expect(&self, file: &str, name: &str) -> Result<usize> {
        let found = self.names.iter().position(|found| found == name);
        found.ok_or_else(|| Error::MissingColumn { file: file.to_owned(), name: name.to_owned() })
    }
}
