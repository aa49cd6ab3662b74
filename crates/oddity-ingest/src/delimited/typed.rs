//! Blocks to Arrow arrays, a type for each column.

use arrow_array::ArrayRef;
use arrow_schema::{DataType, TimeUnit};

use super::blocks::Block;
use super::column::Column;
use super::decimals::Decimals;
use super::dialect::Dialect;
use super::dictionary::BlockCategories;
use super::fault::{Fault, FaultKind};
use super::scan::Scanner;
use super::text::Text;

/// What the fields of a column are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Numbers (`Float64`). As in whole numbers and times, a field that is empty or says `NaN`,
    /// `NA`, `null` or `none` in any case of letters is null. An infinite number is an error.
    Number,
    /// Whole numbers (`Int64`).
    Integer,
    /// `0` or `1`, also written `0.0`, `false` or `False`, and `1.0`, `true` or `True`
    /// (`Boolean`); anything else, an empty field too, is an error.
    Flag,
    /// One of few texts (`Dictionary<Int32, Utf8>`), in order of first occurrence; an empty
    /// field is the category of that name.
    Category,
    /// Any text (`Utf8`), also an empty one.
    Text,
    /// Calendar and clock, to the microsecond (`Timestamp` without a time zone): in UTC, from
    /// which an offset in the field is taken away.
    WallClock,
    /// Calendar and clock, to the nanosecond, from 1678 to 2262.
    WallClockNanoseconds,
    /// Seconds since 1970, to the nanosecond (`Timestamp` without a time zone).
    EpochSeconds,
    /// Seconds since the start of the source, to the nanosecond (`Duration`).
    RelativeSeconds,
    /// Not kept, though its fields are still split and checked for their encoding.
    Skipped,
}

impl ColumnType {
    /// The type of the Arrow array; nothing for a column that is not kept.
    pub(crate) fn data_type(self) -> Option<DataType> {
        let text = || Box::new(DataType::Utf8);
        Some(match self {
            ColumnType::Number => DataType::Float64,
            ColumnType::Integer => DataType::Int64,
            ColumnType::Flag => DataType::Boolean,
            ColumnType::Category => DataType::Dictionary(Box::new(DataType::Int32), text()),
            ColumnType::Text => DataType::Utf8,
            ColumnType::WallClock => DataType::Timestamp(TimeUnit::Microsecond, None),
            ColumnType::WallClockNanoseconds | ColumnType::EpochSeconds => {
                DataType::Timestamp(TimeUnit::Nanosecond, None)
            }
            ColumnType::RelativeSeconds => DataType::Duration(TimeUnit::Nanosecond),
            ColumnType::Skipped => return None,
        })
    }
}

/// The columns of one block.
pub(crate) struct Columns {
    /// Number of records.
    pub(crate) n_rows: usize,
    /// The columns that are kept.
    pub(crate) columns: Vec<Parsed>,
}

/// A column of one block.
pub(crate) enum Parsed {
    /// Ready for a batch.
    Array(ArrayRef),
    /// Those of the block, to be united with those of the source.
    Categories(BlockCategories),
}

/// Parses the records of a block, column by column for some of them at a time, so that one
/// type is read in each loop. Of several faults the first in the text is reported. The limit of
/// categories is one of the source, and is held where its blocks come together.
pub(crate) fn parse(
    block: &Block,
    dialect: Dialect,
    types: &[ColumnType],
) -> Result<Columns, Fault> {
    let text = Text::new(block, dialect)?;
    let mut scanner = Scanner::new(&text);
    let n_most = block.max_records(types.len());
    let mut columns: Vec<Column> =
        types.iter().map(|&column| Column::new(column, n_most)).collect();
    // Reading all fields as numbers pays where most of them are.
    let n_numbers = types.iter().filter(|&&column| column == ColumnType::Number).count();
    let mut decimals = (types.len() <= 2 * n_numbers).then(Decimals::default);
    let (mut n_rows, expected) = (0, types.len());
    while let Some(mut piece) = scanner.next()? {
        loop {
            let records = piece.take_of_width(expected);
            if 0 < records.n_records() {
                n_rows += records.n_records();
                if let Some(decimals) = &mut decimals {
                    decimals.read(&records);
                }
                let decimals = decimals.as_ref();
                let faults = columns.iter_mut().enumerate();
                let faults =
                    faults.filter_map(|(at, column)| column.read(&records, at, decimals).err());
                if let Some(first) = faults.min_by_key(|fault| (fault.line, fault.column)) {
                    return Err(first);
                }
            }
            match piece.next() {
                None => break,
                // Only a table of one column has records that are blank lines.
                Some(other) if other.is_blank() => {}
                Some(other) => {
                    let kind = FaultKind::Width { expected, found: other.width() };
                    return Err(text.fault(other.start(), kind));
                }
            }
        }
    }
    let columns = columns.into_iter().filter_map(Column::finish).collect();
    Ok(Columns { n_rows, columns })
}
