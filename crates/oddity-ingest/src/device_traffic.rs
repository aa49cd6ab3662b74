//! Packets of a network as Wireshark exports them: "export packet dissections as CSV".
//!
//! Seven columns, in any order: `No.`, `Time`, `Source`, `Destination`, `Protocol`, `Length`,
//! `Info`. Any other column is kept, typed by its first values as in
//! [`CsvOptions`](crate::CsvOptions).
//!
//! - The time is what the user had Wireshark show: seconds since the first packet or since
//!   1970, or calendar and clock. The first row tells. It is kept to the nanosecond, as a
//!   `Duration` or a `Timestamp`.
//! - Addresses are IPv4, IPv6, hardware addresses or names, as shown.
//! - Info is text; bytes that are not UTF-8, as in payloads that Wireshark prints, are read
//!   as Windows-1252 field by field.
//! - The label is a note of Wireshark's own analysis in Info: by default
//!   [`OUT_OF_ORDER`]. It is a column `label`; features must not see the note.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, BooleanArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use memchr::memmem::Finder;

use crate::csv::infer;
use crate::delimited::{
    Blocks, ColumnSpec, ColumnType, Dialect, Encoding, Header, Text, look_at_first, seconds,
    wall_clock,
};
use crate::source::ByteSource;
use crate::{BatchReader, Error, Input, ReadOptions, Result, Role};

/// The note that labels a packet in the study.
pub const OUT_OF_ORDER: &str = "TCP Out-Of-Order";

/// Opens an export, plain or gzip; `note` is what Info of a labelled packet contains.
///
/// Roles: `No.` is a key, `Time` the time, `label` the label, the rest features.
///
/// # Errors
///
/// [`Error::MissingColumn`] for a header without one of the seven columns,
/// [`Error::DuplicateColumn`] for one that has a column `label`, [`Error::Value`] for a time
/// in none of the forms, and those of delimited text.
///
/// ```
/// use oddity_ingest::{Input, ReadOptions, device_traffic};
///
/// let text = "\"No.\",\"Time\",\"Source\",\"Destination\",\"Protocol\",\"Length\",\"Info\"\r\n\
///             \"1\",\"0.25\",\"10.0.0.1\",\"10.0.0.2\",\"TCP\",\"66\",\"[TCP Out-Of-Order] 80\"\r\n";
/// let input = Input::Bytes { name: "office.csv".to_owned(), bytes: text.into() };
/// let note = device_traffic::OUT_OF_ORDER;
/// let table = device_traffic::open(input, note, &ReadOptions::default())?.read_all()?;
/// assert_eq!(table.labels("label")?.n_anomalies(), 1);
/// # Ok::<(), oddity_ingest::Error>(())
/// ```
pub fn open(input: impl Into<Input>, note: &str, options: &ReadOptions) -> Result<BatchReader> {
    let source = ByteSource::open(input.into(), options)?;
    let file = source.name().to_owned();
    let dialect = Dialect { encoding: Encoding::Utf8OrLatin1, ..Dialect::default() };
    let mut blocks = Blocks::new(source, dialect.quote, options.max_record);
    let header = Header::read(&mut blocks, dialect, None)?;
    let dialect = header.dialect;
    let mut columns = infer(&mut blocks, &header)?;
    for (name, column) in [
        ("No.", ColumnType::Integer),
        ("Source", ColumnType::Category),
        ("Destination", ColumnType::Category),
        ("Protocol", ColumnType::Category),
        ("Length", ColumnType::Number),
        ("Info", ColumnType::Text),
    ] {
        columns[header.expect(&file, name)?] = column;
    }
    let time = header.expect(&file, "Time")?;
    columns[time] = time_form(&mut blocks, dialect, time)?;
    if header.names.iter().any(|name| name == LABEL) {
        return Err(Error::DuplicateColumn { file, name: LABEL.to_owned() });
    }
    let role = |name: &str| match name {
        "No." => Role::Key,
        "Time" => Role::Time,
        _ => Role::Feature,
    };
    let specs: Vec<ColumnSpec> = header
        .names
        .iter()
        .zip(columns)
        .map(|(name, column)| ColumnSpec::new(name, column, role(name)))
        .collect();
    let info = header.expect(&file, "Info")?;
    Ok(labelled(crate::delimited::open(blocks, dialect, &specs, options), info, note))
}

/// The column of the label.
const LABEL: &str = "label";

/// How the first row writes its time; the number of seconds where there is no row.
fn time_form(blocks: &mut Blocks, dialect: Dialect, time: usize) -> Result<ColumnType> {
    /// Seconds of a capture that last longer than this are seconds since 1970 (the year 1980).
    const EPOCH: i64 = 315_532_800;
    let form = look_at_first(blocks, dialect, |text: &Text<'_>, fields| {
        let Some(field) = fields.get(time) else { return Ok(ColumnType::RelativeSeconds) };
        if wall_clock(field.raw).is_some() {
            return Ok(ColumnType::WallClockNanoseconds);
        }
        match seconds(field.raw) {
            Some(time) if EPOCH <= time.seconds => Ok(ColumnType::EpochSeconds),
            Some(_) => Ok(ColumnType::RelativeSeconds),
            None => {
                Err(text.value_fault(*field, "seconds, or a time such as 2019-02-26 23:50:40.75"))
            }
        }
    });
    match form {
        Err(Error::Empty { .. }) => Ok(ColumnType::RelativeSeconds),
        other => other,
    }
}

fn labelled(reader: BatchReader, info: usize, note: &str) -> BatchReader {
    let fields = reader.schema().fields().iter().cloned();
    let label = Arc::new(Field::new(LABEL, DataType::Boolean, false));
    let schema: SchemaRef = Arc::new(Schema::new(fields.chain([label]).collect::<Vec<_>>()));
    let roles: Vec<Role> = reader.roles().iter().copied().chain([Role::Label]).collect();
    let (finder, with_label) = (Finder::new(note).into_owned(), Arc::clone(&schema));
    let file = reader.source().to_owned();
    reader.map(schema, roles, move |batch: RecordBatch| {
        let labels = contain(&finder, batch.column(info).as_string::<i32>());
        let mut columns = batch.columns().to_vec();
        columns.push(Arc::new(BooleanArray::from(labels)));
        RecordBatch::try_new(Arc::clone(&with_label), columns)
            .map_err(|e| Error::Columnar { file: file.clone(), source: Box::new(e) })
    })
}

/// Which texts contain the note: found in all of them at once, since most have none.
fn contain(finder: &Finder<'_>, texts: &StringArray) -> Vec<bool> {
    let (bytes, ends) = (texts.value_data(), texts.value_offsets());
    let mut found = vec![finder.needle().is_empty(); texts.len()];
    let (mut from, mut row) = (ends[0] as usize, 0);
    while let Some(at) = finder.find(&bytes[from..]).map(|at| from + at)
        && row < found.len()
    {
        row += ends[row + 1..].partition_point(|&end| end as usize <= at);
        let Some(end) = ends.get(row + 1).map(|&end| end as usize) else { break };
        // What goes from one text into the next is in neither.
        let is_within = at + finder.needle().len() <= end;
        found[row] |= is_within;
        from = if is_within { end } else { at + 1 };
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_note_is_found_in_the_texts_that_contain_it(
            texts in prop::collection::vec("[ab]{0,5}", 0..20),
            note in "[ab]{0,3}",
        ) {
            let expected: Vec<bool> = texts.iter().map(|text| text.contains(&note)).collect();
            let texts = StringArray::from(texts);
            prop_assert_eq!(contain(&Finder::new(&note), &texts), expected);
        }
    }
}
