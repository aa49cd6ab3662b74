//! What any target must hold on any bytes.

use std::io::Write as _;

use crate::records::{count, line_of, n_lines, text_of};
use crate::target::limits;
use crate::{Reading, Rows, Target, target};

/// Reads bytes with a target; gives the kind of the outcome.
///
/// # Errors
///
/// What does not hold, in words.
pub fn check(target: &Target, bytes: &[u8]) -> Result<String, String> {
    let reading = (target.read)(bytes);
    if (target.read)(bytes) != reading {
        return Err("two readings of the same bytes differ".to_owned());
    }
    reading.check_arrays()?;
    if target.rows != Rows::Binary {
        check_text(target, bytes, &reading)?;
    }
    Ok(reading.kind())
}

/// The body of a target of `cargo fuzz`.
///
/// # Panics
///
/// If there is no target of that name, or if anything does not hold on the bytes.
pub fn fuzz(name: &str, bytes: &[u8]) {
    let target = target(name).expect("the name of a target");
    if let Err(what) = check(target, bytes) {
        panic!("{name}: {what}");
    }
}

fn check_text(target: &Target, bytes: &[u8], reading: &Reading) -> Result<(), String> {
    let Some(text) = text_of(bytes, limits().max_unpacked) else {
        return match reading.error {
            Some(_) => Ok(()),
            None => Err("read in full what cannot be unpacked within the limits".to_owned()),
        };
    };
    let n_lines = n_lines(&text);
    if let Some(error) = &reading.error {
        let line = line_of(error);
        if line.is_some_and(|line| line == 0 || n_lines + 1 < line) {
            return Err(format!(
                "the error names a line that {n_lines} lines do not have: {error}"
            ));
        }
    }
    if let (Rows::Records(n_headers), Some(n_columns)) = (target.rows, reading.n_columns)
        && 1 < n_columns
    {
        let (n_rows, n_records) = (reading.n_rows(), count(&text).saturating_sub(n_headers));
        if n_records < n_rows || (reading.error.is_none() && n_rows != n_records) {
            return Err(format!("{n_rows} rows were read of {n_records} records"));
        }
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) && bytes.len().is_multiple_of(4) {
        let mut packed = (target.read)(&gzip(bytes));
        // The checksum is that of the file as it lies there.
        packed.sha256 = reading.sha256;
        if packed != *reading {
            return Err("the same text packed with gzip is read differently".to_owned());
        }
    }
    Ok(())
}

/// Bytes packed with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail.
    let written = packed.write_all(bytes).and_then(|()| packed.finish());
    written.unwrap_or_default()
}
