//! A column of a block as it grows, record by record.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, DurationNanosecondArray, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use super::decimals::Decimals;
use super::dictionary::BlockCategories;
use super::fault::{Fault, FaultKind, token};
use super::number::{Number, flag, is_missing, number, plain_decimal, short_integer};
use super::scan::Records;
use super::text::{Field, Text};
use super::time::{Time, seconds, wall_clock};
use super::typed::{ColumnType, Parsed};
use crate::vectorized::vectorized;

/// The values of a column so far.
pub(super) struct Column {
    values: Values,
    column: ColumnType,
    /// Rows without a value.
    missing: Vec<usize>,
}

enum Values {
    Numbers(Vec<f64>),
    Integers(Vec<i64>),
    Flags(Vec<bool>),
    Categories(BlockCategories),
    Text(Strings),
    Skipped,
}

impl Column {
    /// Room for `n_most` values, so that none is moved when there are more.
    pub(super) fn new(column: ColumnType, n_most: usize) -> Column {
        let values = match column {
            ColumnType::Number => Values::Numbers(Vec::with_capacity(n_most)),
            ColumnType::Flag => Values::Flags(Vec::with_capacity(n_most)),
            ColumnType::Category => Values::Categories(BlockCategories::new(n_most)),
            ColumnType::Text => Values::Text(Strings::new(n_most)),
            ColumnType::Skipped => Values::Skipped,
            ColumnType::Integer
            | ColumnType::WallClock
            | ColumnType::WallClockNanoseconds
            | ColumnType::EpochSeconds
            | ColumnType::RelativeSeconds => Values::Integers(Vec::with_capacity(n_most)),
        };
        Column { values, column, missing: Vec::new() }
    }

    /// Reads the fields of some more records; a column of numbers takes its own of the decimals
    /// that were read of all of them, if they were.
    pub(super) fn read(
        &mut self,
        records: &Records<'_, '_>,
        at: usize,
        decimals: Option<&Decimals>,
    ) -> Result<(), Fault> {
        let Column { values, column, missing } = self;
        let text = records.text();
        match values {
            Values::Numbers(values) => match decimals {
                Some(decimals) => {
                    let n_before = values.len();
                    if decimals.add_column(at, records, values) {
                        return Ok(());
                    }
                    let unknown = |&row: &usize| values[row].is_nan();
                    let unknown: Vec<usize> = (n_before..values.len()).filter(unknown).collect();
                    for row in unknown {
                        let (start, end) = records.place(records.ends_of(row - n_before), at);
                        values[row] = other(text, start, end)?.unwrap_or_else(|| {
                            missing.push(row);
                            0.0
                        });
                    }
                    Ok(())
                }
                None => records.ends().try_for_each(|ends| {
                    let (start, end) = records.place(ends, at);
                    values.push(other(text, start, end)?.unwrap_or_else(|| {
                        missing.push(values.len());
                        0.0
                    }));
                    Ok(())
                }),
            },
            Values::Integers(values) if *column == ColumnType::Integer => {
                vectorized!(integers(values, missing, records, at))
            }
            Values::Integers(values) => {
                for field in records.fields(at) {
                    if is_missing(field.raw) {
                        missing.push(values.len());
                        values.push(0);
                    } else {
                        values.push(time(text, field, *column)?);
                    }
                }
                Ok(())
            }
            Values::Flags(values) => {
                for field in records.fields(at) {
                    let value = flag(field.raw);
                    values.push(value.ok_or_else(|| text.value_fault(field, "0 or 1"))?);
                }
                Ok(())
            }
            Values::Categories(categories) => {
                for field in records.fields(at) {
                    if records.are_plain() {
                        categories.push(field.raw, field.at);
                    } else {
                        categories.push(text.text(field).as_bytes(), field.at);
                    }
                }
                Ok(())
            }
            Values::Text(strings) => {
                if records.are_plain() {
                    vectorized!(strings.read(records, at));
                } else {
                    records.fields(at).for_each(|field| strings.push(&text.text(field)));
                }
                Ok(())
            }
            Values::Skipped => Ok(()),
        }
    }

    pub(super) fn finish(self) -> Option<Parsed> {
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
                array_of(self.column, values.into(), nulls)
            }
            Values::Flags(values) => Arc::new(BooleanArray::from(values)),
            Values::Categories(categories) => return Some(Parsed::Categories(categories)),
            Values::Text(strings) => Arc::new(strings.finish()),
            Values::Skipped => return None,
        };
        Some(Parsed::Array(array))
    }
}

/// A number in any form; none for one that is missing.
#[inline(never)]
fn other(text: &Text<'_>, at: usize, end: usize) -> Result<Option<f64>, Fault> {
    if let Some((value, found)) = plain_decimal(text.padded(), at)
        && found == end
    {
        return Ok(Some(value));
    }
    let raw = &text.padded()[at..end];
    let kind = match number(raw) {
        Number::Finite(value) => return Ok(Some(value)),
        Number::Missing => return Ok(None),
        Number::Infinite => FaultKind::NotFinite(token(raw)),
        Number::Not => FaultKind::NotANumber(token(raw)),
    };
    Err(text.fault(at, kind))
}

#[inline(always)]
fn integers(
    values: &mut Vec<i64>,
    missing: &mut Vec<usize>,
    records: &Records<'_, '_>,
    column: usize,
) -> Result<(), Fault> {
    let text = records.text();
    for ends in records.ends() {
        let (at, end) = records.place(ends, column);
        let value = match short_integer(text.padded(), at, end) {
            Some(value) => i64::from(value),
            None => other_integer(text, Field { raw: &text.padded()[at..end], at })?
                .unwrap_or_else(|| {
                    missing.push(values.len());
                    0
                }),
        };
        values.push(value);
    }
    Ok(())
}

#[inline(never)]
fn other_integer(text: &Text<'_>, field: Field<'_>) -> Result<Option<i64>, Fault> {
    if is_missing(field.raw) {
        return Ok(None);
    }
    let value = std::str::from_utf8(field.raw.trim_ascii()).ok();
    let value = value.and_then(|text| text.parse().ok());
    value.map(Some).ok_or_else(|| text.value_fault(field, "a whole number"))
}

fn time(text: &Text<'_>, field: Field<'_>, column: ColumnType) -> Result<i64, Fault> {
    let (value, wanted) = match column {
        ColumnType::WallClock => (
            wall_clock(field.raw).and_then(Time::microseconds),
            "a time such as 2019-09-11 20:00:00",
        ),
        ColumnType::WallClockNanoseconds => (
            wall_clock(field.raw).and_then(Time::in_nanoseconds),
            "a time such as 2019-09-11 20:00:00.5, from 1678 to 2262",
        ),
        _ => (seconds(field.raw).and_then(Time::in_nanoseconds), "seconds such as 0.913659290"),
    };
    value.ok_or_else(|| text.value_fault(field, wanted))
}

fn array_of(column: ColumnType, values: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> ArrayRef {
    match column {
        ColumnType::WallClock => Arc::new(TimestampMicrosecondArray::new(values, nulls)),
        ColumnType::WallClockNanoseconds | ColumnType::EpochSeconds => {
            Arc::new(TimestampNanosecondArray::new(values, nulls))
        }
        ColumnType::RelativeSeconds => Arc::new(DurationNanosecondArray::new(values, nulls)),
        _ => Arc::new(Int64Array::new(values, nulls)),
    }
}

/// Texts one behind the other, with room for one more stride.
struct Strings {
    bytes: Vec<u8>,
    /// The start of the first, and where each ends.
    ends: Vec<i32>,
}

/// Bytes that are copied at once: most texts are shorter, and no call is as fast.
const STRIDE: usize = 32;

impl Strings {
    fn new(n_most: usize) -> Strings {
        let mut ends = Vec::with_capacity(n_most + 1);
        ends.push(0);
        Strings { bytes: Vec::new(), ends }
    }

    fn len(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }

    #[inline(always)]
    fn read(&mut self, records: &Records<'_, '_>, column: usize) {
        let from = records.text().padded();
        let length = |ends| {
            let (start, end) = records.place(ends, column);
            end - start
        };
        let n_bytes: usize = records.ends().map(length).sum();
        let mut to = self.len();
        self.bytes.resize(to + n_bytes + STRIDE, 0);
        for ends in records.ends() {
            let (start, end) = records.place(ends, column);
            let length = end - start;
            for done in (0..length).step_by(STRIDE) {
                let stride = &from[start + done..start + done + STRIDE];
                self.bytes[to + done..to + done + STRIDE].copy_from_slice(stride);
            }
            to += length;
            self.ends.push(to as i32);
        }
    }

    fn push(&mut self, text: &str) {
        self.bytes.truncate(self.len());
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(self.bytes.len() as i32);
    }

    fn finish(mut self) -> StringArray {
        self.bytes.truncate(self.len());
        let offsets = OffsetBuffer::new(self.ends.into());
        StringArray::new(offsets, Buffer::from_vec(self.bytes), None)
    }
}
