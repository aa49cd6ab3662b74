//! Batches of a delimited text whose columns are known by name, type and role.

use super::blocks::Blocks;
use super::dialect::Dialect;
use super::fault::Fault;
use super::reader::DelimitedBatches;
use super::scan::Scanner;
use super::text::{Field, Text};
use super::typed::ColumnType;
use crate::{BatchReader, Error, ReadOptions, Result, Role};

/// A column of a format: its name, what its fields are read as, what it is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ColumnSpec {
    pub(crate) name: String,
    pub(crate) column: ColumnType,
    pub(crate) role: Role,
}

impl ColumnSpec {
    pub(crate) fn new(name: impl Into<String>, column: ColumnType, role: Role) -> ColumnSpec {
        ColumnSpec { name: name.into(), column, role }
    }
}

/// The rest of the blocks as batches.
pub(crate) fn open(
    blocks: Blocks,
    dialect: Dialect,
    specs: &[ColumnSpec],
    options: &ReadOptions,
) -> BatchReader {
    let columns: Vec<(String, ColumnType)> =
        specs.iter().map(|spec| (spec.name.clone(), spec.column)).collect();
    let kept = specs.iter().filter(|spec| spec.column != ColumnType::Skipped);
    let roles = kept.map(|spec| spec.role).collect();
    let batches = DelimitedBatches::new(blocks, dialect, &columns, options);
    BatchReader::new(batches.schema().clone(), roles, batches, options.max_table)
}

/// Looks at the fields of the first record, without taking it.
///
/// # Errors
///
/// [`Error::Empty`] if there is no record.
pub(crate) fn look_at_first<T>(
    blocks: &mut Blocks,
    dialect: Dialect,
    look: impl FnOnce(&Text<'_>, &[Field<'_>]) -> Result<T, Fault>,
) -> Result<T> {
    let file = blocks.source().name().to_owned();
    let Some(block) = blocks.peek()? else { return Err(Error::Empty { file }) };
    let look = || {
        let text = Text::new(block, dialect)?;
        let mut scanner = Scanner::new(&text);
        while let Some(mut piece) = scanner.next()? {
            if let Some(record) = piece.find(|record| !record.is_blank()) {
                return look(&text, &record.first().collect::<Vec<_>>()).map(Some);
            }
        }
        Ok(None)
    };
    let seen = look().map_err(|fault| fault.in_file(&file, block.first_line))?;
    seen.ok_or(Error::Empty { file })
}
