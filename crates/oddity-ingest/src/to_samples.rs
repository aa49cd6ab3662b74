//! Tables to the samples, labels and classes of the contracts.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    DurationNanosecondType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use oddity_core::{Classes, Column, Columns, Frame, Labels, Records, Texts};

use crate::{Error, Result, Role, Table};

impl Table {
    /// The columns with one of the roles as rows of mixed columns, in their order: numbers,
    /// flags and times as numbers (a null is missing), dictionaries as categories, text as
    /// text. Times are seconds: since 1970 for a timestamp, since its start for a duration.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnType`] for a column of another type.
    pub fn records(&self, roles: &[Role]) -> Result<Records> {
        let chosen = (0..self.roles().len()).filter(|&at| roles.contains(&self.roles()[at]));
        let columns: Vec<(String, Column)> = chosen
            .map(|at| {
                let name = self.batch().schema_ref().field(at).name().clone();
                column(&name, self.batch().column(at)).map(|column| (name, column))
            })
            .collect::<Result<_>>()?;
        Ok(Records::new(columns)?)
    }

    /// The features as dense rows.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnType`] for a feature that is no number, [`Error::Samples`] for a null.
    pub fn frame(&self) -> Result<Frame> {
        let features: Vec<usize> = self.columns(Role::Feature).collect();
        frame(self.batch(), &features)
    }

    /// A column of flags as labels.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`], and [`Error::ColumnType`] for a column of another type or
    /// with a null.
    pub fn labels(&self, name: &str) -> Result<Labels> {
        self.column_named(name)?;
        labels(self.batch(), name)
    }

    /// A column of categories as classes, in order of first occurrence.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`], and [`Error::ColumnType`] for a column of another type or
    /// with a null.
    pub fn classes(&self, name: &str) -> Result<Classes> {
        let array = self.column_named(name)?;
        match column(name, array)? {
            Column::Categories { codes, names } => Ok(Classes::new(codes, names.iter())?),
            _ => Err(wrong_type(name, array, "categories")),
        }
    }

    fn column_named(&self, name: &str) -> Result<&dyn Array> {
        let column = self.batch().column_by_name(name).map(AsRef::as_ref);
        column.ok_or_else(|| Error::MissingColumn {
            file: self.provenance().source.clone(),
            name: name.to_owned(),
        })
    }
}

/// A column of flags of a batch as labels.
///
/// # Errors
///
/// [`Error::ColumnType`] for a column that is not there, of another type or with a null.
pub fn labels(batch: &RecordBatch, name: &str) -> Result<Labels> {
    const WANTED: &str = "flags without a null";
    let Some(array) = batch.column_by_name(name) else {
        let (name, found) = (name.to_owned(), "nothing".to_owned());
        return Err(Error::ColumnType { name, found, wanted: WANTED });
    };
    match array.as_boolean_opt() {
        Some(flags) if flags.null_count() == 0 => Ok(flags.values().iter().collect()),
        _ => Err(wrong_type(name, array, WANTED)),
    }
}

/// Columns of numbers or flags of a batch as dense rows, row-major.
///
/// # Errors
///
/// [`Error::ColumnType`] for a column of another type, [`Error::Samples`] for a null.
///
/// # Panics
///
/// If there is no such column.
pub fn frame(batch: &RecordBatch, columns: &[usize]) -> Result<Frame> {
    /// Rows that are written together, so that they stay in the first-level cache.
    const ROWS: usize = 64;
    let schema = batch.schema_ref();
    let names = Columns::new(columns.iter().map(|&at| schema.field(at).name().as_str()));
    let (width, n_rows) = (columns.len(), batch.num_rows());
    let mut values = vec![0.0; width * n_rows];
    let arrays: Vec<Column> = columns
        .iter()
        .map(|&at| column(schema.field(at).name(), batch.column(at)))
        .collect::<Result<_>>()?;
    let mut numbers = Vec::with_capacity(width);
    for (at, array) in columns.iter().zip(&arrays) {
        match array {
            Column::Numbers(values) => numbers.push(values.as_slice()),
            _ => return Err(wrong_type(schema.field(*at).name(), batch.column(*at), "numbers")),
        }
    }
    for (part, rows) in values.chunks_mut((ROWS * width).max(1)).enumerate() {
        for (column, numbers) in numbers.iter().enumerate() {
            let numbers = &numbers[part * ROWS..];
            for (row, value) in rows.chunks_exact_mut(width).zip(numbers) {
                row[column] = *value;
            }
        }
    }
    Ok(Frame::new(values, names)?)
}

fn wrong_type(name: &str, array: &dyn Array, wanted: &'static str) -> Error {
    Error::ColumnType { name: name.to_owned(), found: array.data_type().to_string(), wanted }
}

/// One Arrow array as a column of records.
fn column(name: &str, array: &dyn Array) -> Result<Column> {
    let numbers = |values: &mut dyn Iterator<Item = Option<f64>>| {
        Column::Numbers(values.map(|value| value.unwrap_or(f64::NAN)).collect())
    };
    let seconds = |values: &[i64], unit: f64| {
        let second = |row: usize| array.is_valid(row).then(|| values[row] as f64 / unit);
        numbers(&mut (0..values.len()).map(second))
    };
    // Numbers of another width, as another program may have written them.
    macro_rules! of_type {
        ($type:ty) => {
            numbers(
                &mut array
                    .as_primitive::<$type>()
                    .iter()
                    .map(|value| value.map(|value| value as f64)),
            )
        };
    }
    Ok(match array.data_type() {
        DataType::Float64 => numbers(&mut array.as_primitive::<Float64Type>().iter()),
        DataType::Float32 => of_type!(Float32Type),
        DataType::Int64 => of_type!(Int64Type),
        DataType::Int32 => of_type!(Int32Type),
        DataType::Int16 => of_type!(Int16Type),
        DataType::Int8 => of_type!(Int8Type),
        DataType::UInt64 => of_type!(UInt64Type),
        DataType::UInt32 => of_type!(UInt32Type),
        DataType::UInt16 => of_type!(UInt16Type),
        DataType::UInt8 => of_type!(UInt8Type),
        DataType::Boolean => {
            let flags = array.as_boolean().iter();
            numbers(&mut flags.map(|flag| flag.map(|flag| f64::from(u8::from(flag)))))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            seconds(array.as_primitive::<TimestampMicrosecondType>().values(), 1e6)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            seconds(array.as_primitive::<TimestampNanosecondType>().values(), 1e9)
        }
        DataType::Duration(TimeUnit::Nanosecond) => {
            seconds(array.as_primitive::<DurationNanosecondType>().values(), 1e9)
        }
        DataType::Utf8 => {
            let texts: Texts =
                array.as_string::<i32>().iter().map(Option::unwrap_or_default).collect();
            Column::Text(texts)
        }
        DataType::LargeUtf8 => {
            let texts = array.as_string::<i64>().iter().map(Option::unwrap_or_default);
            Column::Text(texts.collect())
        }
        DataType::Utf8View => {
            let texts = array.as_string_view().iter().map(Option::unwrap_or_default);
            Column::Text(texts.collect())
        }
        DataType::Dictionary(key, value)
            if **key == DataType::Int32 && **value == DataType::Utf8 && array.null_count() == 0 =>
        {
            let dictionary = array.as_dictionary::<Int32Type>();
            let names = dictionary.values().as_string::<i32>().iter();
            let names: Arc<[String]> =
                names.map(|name| name.unwrap_or_default().to_owned()).collect();
            let codes = dictionary.keys().values().iter().map(|&code| code as u32).collect();
            Column::Categories { codes, names }
        }
        _ => return Err(wrong_type(name, array, "numbers, flags, times, categories or text")),
    })
}
