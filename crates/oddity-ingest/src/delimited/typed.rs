//! Blocks to Arrow arrays, a type for each column.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, DurationNanosecondArray, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};

use super::blocks::Block;
use super::category::Categories;
use super::cursor::{After, Cursor, Field};
use super::dialect::Dialect;
use super::fault::{Fault, FaultKind, token};
use super::number::{Number, is_missing, number, plain_decimal};
use super::time::{Time, seconds, wall_clock};

/// What the fields of a column are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Numbers (`Float64`): a field that is empty or says `NaN`, `NA`, `null` is null; an
    /// infinite number is an error.
    Number,
    /// Whole numbers (`Int64`); an empty field is null.
    Integer,
    /// `0` or `1`, `false` or `true` (`Boolean`).
    Flag,
    /// One of few texts (`Dictionary<Int32, Utf8>`), in order of first occurrence.
    Category,
    /// Any text (`Utf8`).
    Text,
    /// Calendar and clock, to the microsecond (`Timestamp`), without a time zone: UTC.
    WallClock,
    /// Calendar and clock, to the nanosecond.
    WallClockNanoseconds,
    /// Seconds since 1970, to the nanosecond (`Timestamp`).
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
    /// Codes of the block's own categories.
    Categories(Vec<i32>, Categories),
}

/// Parses the records of a block.
pub(crate) fn parse(
    block: &Block,
    dialect: Dialect,
    types: &[ColumnType],
    max_categories: usize,
) -> Result<Columns, Fault> {
    let only_numbers = types.iter().all(|&column| column == ColumnType::Number);
    let mut cursor = if only_numbers {
        Cursor::of_numbers(block, dialect)
    } else {
        Cursor::new(block, dialect)?
    };
    let n_most = block.max_records();
    let mut builders: Vec<Builder> =
        types.iter().map(|&column| Builder::new(column, n_most, max_categories)).collect();
    let mut n_rows = 0;
    while cursor.next_record(1 < types.len()) {
        let (_, record) = cursor.here();
        let mut left = builders.len();
        for builder in &mut builders {
            let after = builder.take(&mut cursor)?;
            left -= 1;
            if (after == After::Record) != (left == 0) {
                return Err(cursor.width_fault(record, types.len(), types.len() - left, after));
            }
        }
        n_rows += 1;
    }
    let columns = builders.into_iter().filter_map(Builder::finish).collect();
    Ok(Columns { n_rows, columns })
}

/// Values of a column that grow record by record.
struct Builder {
    values: Values,
    column: ColumnType,
    /// Rows without a value.
    missing: Vec<usize>,
    max_categories: usize,
}

enum Values {
    Numbers(Vec<f64>),
    Integers(Vec<i64>),
    Flags(Vec<bool>),
    Categories(Vec<i32>, Categories),
    Text(Vec<u8>, Vec<i32>),
    Skipped,
}

impl Builder {
    /// Room for `n_most` values, so that none is moved when there are more.
    fn new(column: ColumnType, n_most: usize, max_categories: usize) -> Builder {
        let values = match column {
            ColumnType::Number => Values::Numbers(Vec::with_capacity(n_most)),
            ColumnType::Flag => Values::Flags(Vec::with_capacity(n_most)),
            ColumnType::Category => {
                Values::Categories(Vec::with_capacity(n_most), Categories::default())
            }
            ColumnType::Text => Values::Text(Vec::new(), vec![0]),
            ColumnType::Skipped => Values::Skipped,
            ColumnType::Integer
            | ColumnType::WallClock
            | ColumnType::WallClockNanoseconds
            | ColumnType::EpochSeconds
            | ColumnType::RelativeSeconds => Values::Integers(Vec::with_capacity(n_most)),
        };
        Builder { values, column, missing: Vec::new(), max_categories }
    }

    /// Reads the next field.
    #[inline(always)]
    fn take(&mut self, cursor: &mut Cursor<'_>) -> Result<After, Fault> {
        if let Values::Numbers(values) = &mut self.values {
            let (bytes, at) = cursor.here();
            // Most numbers of many files are 0 or another single digit.
            let digit = bytes[at].wrapping_sub(b'0');
            if digit < 10 && bytes[at + 1] == cursor.separator() {
                values.push(f64::from(digit));
                cursor.go_to(at + 2);
                return Ok(After::Field);
            }
            if let Some((value, end)) = plain_decimal(bytes, at)
                && let Some(after) = cursor.ends_at(end)
            {
                values.push(value);
                return Ok(after);
            }
        }
        self.take_other(cursor)
    }

    fn take_other(&mut self, cursor: &mut Cursor<'_>) -> Result<After, Fault> {
        let (field, after) = cursor.field()?;
        match &mut self.values {
            Values::Numbers(values) => {
                let kind = match number(field.raw) {
                    Number::Finite(value) => {
                        values.push(value);
                        return Ok(after);
                    }
                    Number::Missing => {
                        self.missing.push(values.len());
                        values.push(0.0);
                        return Ok(after);
                    }
                    Number::Infinite => FaultKind::NotFinite(token(field.raw)),
                    Number::Not => FaultKind::NotANumber(token(field.raw)),
                };
                return Err(cursor.fault(field.at, kind));
            }
            Values::Integers(values) => {
                if is_missing(field.raw) {
                    self.missing.push(values.len());
                    values.push(0);
                } else {
                    values.push(integer(cursor, field, self.column)?);
                }
            }
            Values::Flags(values) => values.push(match field.raw {
                b"0" | b"false" | b"False" | b"0.0" => false,
                b"1" | b"true" | b"True" | b"1.0" => true,
                _ => return Err(cursor.value_fault(field, "0 or 1")),
            }),
            Values::Categories(codes, categories) => {
                codes.push(categories.code(&cursor.bytes(field)) as i32);
                if self.max_categories < categories.len() {
                    let kind = FaultKind::Categories { limit: self.max_categories };
                    return Err(cursor.fault(field.at, kind));
                }
            }
            Values::Text(bytes, ends) => {
                bytes.extend_from_slice(&cursor.bytes(field));
                ends.push(bytes.len() as i32);
            }
            Values::Skipped => {}
        }
        Ok(after)
    }

    fn finish(self) -> Option<Parsed> {
        let nulls = |n_rows: usize| {
            if self.missing.is_empty() {
                return None;
            }
            let mut valid = vec![true; n_rows];
            self.missing.iter().for_each(|&row| valid[row] = false);
            Some(NullBuffer::from(valid))
        };
        let array: ArrayRef = match self.values {
            Values::Numbers(values) => {
                let nulls = nulls(values.len());
                Arc::new(Float64Array::new(values.into(), nulls))
            }
            Values::Integers(values) => {
                let nulls = nulls(values.len());
                integers(self.column, values.into(), nulls)
            }
            Values::Flags(values) => Arc::new(BooleanArray::from(values)),
            Values::Categories(codes, categories) => {
                return Some(Parsed::Categories(codes, categories));
            }
            Values::Text(bytes, ends) => {
                let offsets = OffsetBuffer::new(ends.into());
                Arc::new(StringArray::new(offsets, Buffer::from_vec(bytes), None))
            }
            Values::Skipped => return None,
        };
        Some(Parsed::Array(array))
    }
}

fn integers(column: ColumnType, values: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> ArrayRef {
    match column {
        ColumnType::WallClock => Arc::new(TimestampMicrosecondArray::new(values, nulls)),
        ColumnType::WallClockNanoseconds | ColumnType::EpochSeconds => {
            Arc::new(TimestampNanosecondArray::new(values, nulls))
        }
        ColumnType::RelativeSeconds => Arc::new(DurationNanosecondArray::new(values, nulls)),
        _ => Arc::new(Int64Array::new(values, nulls)),
    }
}

fn integer(cursor: &Cursor<'_>, field: Field<'_>, column: ColumnType) -> Result<i64, Fault> {
    let (value, wanted) = match column {
        ColumnType::WallClock => (
            wall_clock(field.raw).and_then(Time::microseconds),
            "a time such as 2019-09-11 20:00:00",
        ),
        ColumnType::WallClockNanoseconds => (
            wall_clock(field.raw).and_then(Time::in_nanoseconds),
            "a time such as 2019-09-11 20:00:00.5, from 1678 to 2262",
        ),
        ColumnType::EpochSeconds | ColumnType::RelativeSeconds => {
            (seconds(field.raw).and_then(Time::in_nanoseconds), "seconds such as 0.913659290")
        }
        _ => {
            let text = std::str::from_utf8(field.raw.trim_ascii()).ok();
            (text.and_then(|text| text.parse().ok()), "a whole number")
        }
    };
    value.ok_or_else(|| cursor.value_fault(field, wanted))
}
