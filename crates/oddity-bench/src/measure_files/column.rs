//! A column of a file with scores, alarms or labels.

use std::path::Path;

use oddity_ingest::delimited::ColumnType;
use oddity_ingest::{BatchReader, Columnar, CsvOptions, ReadOptions, Role};
use serde::Serialize;

use super::{FileError, Result};

/// How the values of a column were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Any numbers: scores.
    Numbers,
    /// 0 for normal and 1 for an anomaly. Ones alone have this form, and are no alarms and no
    /// labels ([`FileError::OnesAlone`]): beside -1 they would mean the opposite.
    ZeroOne,
    /// `false` for normal and `true` for an anomaly.
    TrueFalse,
    /// 1 for normal and -1 for an anomaly, as scikit-learn's detectors predict.
    OneMinusOne,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The file.
    pub file: String,
    /// Its name; `1` and on by its place where the file has no header.
    pub name: String,
    /// How it was written.
    pub form: Form,
    /// Its values; 1 is an anomaly in every form but [`Form::Numbers`].
    pub values: Vec<f64>,
}

/// Reads columns of a file: Parquet and Arrow IPC by their ending, else delimited text, plain or
/// gzip, whose first line is a header unless it is all numbers or flags.
///
/// Of several columns the names say which; without a name there must be as many as are wanted.
///
/// # Errors
///
/// [`FileError`] for a file that cannot be read, a column that is not there, and a value that is
/// missing or no number and no flag.
pub fn columns<const N: usize>(path: &Path, names: [Option<&str>; N]) -> Result<[Column; N]> {
    let file = path.display().to_string();
    let known = Known::of(path)?;
    let chosen: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(at, name)| known.choose(&file, at, N, *name))
        .collect::<Result<_>>()?;
    let records = known.open(path, &chosen)?.read_all()?.records(&[Role::Feature])?;
    let read = chosen.iter().map(|name| {
        let read = records.column(name).map_err(|_| known.missing(&file, name))?;
        column(&file, name, read)
    });
    let read: Vec<Column> = read.collect::<Result<_>>()?;
    <[Column; N]>::try_from(read).map_err(|_| known.missing(&file, ""))
}

/// First rows of all series but the first, where a column of the file says of each row which
/// series it belongs to; the rows of a series lie together.
///
/// # Errors
///
/// [`FileError`] for a file that cannot be read, and a column that is not there.
pub fn edges(path: &Path, name: &str) -> Result<Vec<usize>> {
    let file = path.display().to_string();
    let known = Known::of(path)?;
    let name = known.choose(&file, 0, 1, Some(name))?;
    let records = known.open(path, std::slice::from_ref(&name))?.read_all()?;
    let records = records.records(&[Role::Feature])?;
    let read = records.column(&name).map_err(|_| known.missing(&file, &name))?;
    let differs: Box<dyn Fn(usize) -> bool> = match read {
        oddity_core::Column::Numbers(values) => {
            Box::new(|row| values[row - 1].to_bits() != values[row].to_bits())
        }
        oddity_core::Column::Categories { codes, .. } => {
            Box::new(|row| codes[row - 1] != codes[row])
        }
        oddity_core::Column::Text(texts) => Box::new(|row| texts.get(row - 1) != texts.get(row)),
    };
    Ok((1..read.len()).filter(|&row| differs(row)).collect())
}

impl Column {
    /// The values as alarms or labels, of a column in any form but [`Form::Numbers`].
    pub(super) fn flags(&self) -> Result<Vec<bool>> {
        let is_one = |value: &f64| *value == 1.0;
        let ones = !self.values.is_empty() && self.values.iter().all(is_one);
        if self.form == Form::ZeroOne && ones {
            let (file, column) = (self.file.clone(), self.name.clone());
            return Err(FileError::OnesAlone { file, column });
        }
        Ok(self.values.iter().map(is_one).collect())
    }
}

impl Form {
    /// How a report says it.
    pub fn describe(self) -> &'static str {
        match self {
            Form::Numbers => "numbers",
            Form::ZeroOne => "0 and 1, of which 1 is an anomaly",
            Form::TrueFalse => "false and true, of which true is an anomaly",
            Form::OneMinusOne => "1 and -1, of which -1 is an anomaly",
        }
    }
}

/// The columns that a file has.
struct Known {
    names: Vec<String>,
    /// Whether text has a line of names.
    has_header: bool,
    columnar: Option<Columnar>,
}

impl Known {
    fn of(path: &Path) -> Result<Known> {
        let columnar = Columnar::of(path);
        let reader = match columnar {
            Some(form) => form.open(path, &ReadOptions::default())?,
            None => CsvOptions::default().open(path)?,
        };
        let fields = reader.schema().fields();
        let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        let has_header = columnar.is_some() || !names.iter().all(|name| value(name).is_some());
        if has_header {
            return Ok(Known { names, has_header, columnar });
        }
        let names = (1..=names.len()).map(|at| at.to_string()).collect();
        Ok(Known { names, has_header, columnar })
    }

    fn choose(&self, file: &str, at: usize, n_wanted: usize, name: Option<&str>) -> Result<String> {
        match name {
            Some(name) if self.names.iter().any(|known| known == name) => Ok(name.to_owned()),
            Some(name) => Err(self.missing(file, name)),
            None if self.names.len() == n_wanted => Ok(self.names[at].clone()),
            None => Err(FileError::Choose {
                file: file.to_owned(),
                n_wanted,
                known: self.names.join(", "),
            }),
        }
    }

    fn missing(&self, file: &str, name: &str) -> FileError {
        let (file, name, known) = (file.to_owned(), name.to_owned(), self.names.join(", "));
        FileError::Column { file, name, known }
    }

    /// The file, with the columns that are not chosen passed over.
    fn open(&self, path: &Path, chosen: &[String]) -> Result<BatchReader> {
        if let Some(form) = self.columnar {
            let role = |name: &String| {
                let role = if chosen.contains(name) { Role::Feature } else { Role::Key };
                (name.clone(), role)
            };
            let roles: Vec<(String, Role)> = self.names.iter().map(role).collect();
            let roles: Vec<(&str, Role)> =
                roles.iter().map(|(name, role)| (name.as_str(), *role)).collect();
            return Ok(form.open(path, &ReadOptions::default())?.with_roles(&roles)?);
        }
        let skipped = self.names.iter().filter(|name| !chosen.contains(name));
        let options = CsvOptions {
            names: (!self.has_header).then(|| self.names.clone()),
            types: skipped.map(|name| (name.clone(), ColumnType::Skipped)).collect(),
            ..CsvOptions::default()
        };
        Ok(options.open(path)?)
    }
}

/// A number or a flag as text; nothing for any other text.
fn value(text: &str) -> Option<(f64, bool)> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Some((f64::from(u8::from(text.eq_ignore_ascii_case("true"))), true));
    }
    text.parse().ok().map(|number| (number, false))
}

fn column(file: &str, name: &str, read: &oddity_core::Column) -> Result<Column> {
    let here = || (file.to_owned(), name.to_owned());
    let of_text = |row: usize, text: &str| {
        value(text).ok_or_else(|| {
            let (file, column) = here();
            let found = text.chars().take(40).collect();
            FileError::Value { file, column, row: row + 1, found }
        })
    };
    let (values, are_flags): (Vec<f64>, bool) = match read {
        oddity_core::Column::Numbers(values) => (values.clone(), false),
        oddity_core::Column::Text(texts) => of_texts(texts.iter(), of_text)?,
        oddity_core::Column::Categories { codes, names } => {
            of_texts(codes.iter().map(|&code| names[code as usize].as_str()), of_text)?
        }
    };
    // What was missing is NaN too.
    if let Some(row) = values.iter().position(|value| !value.is_finite()) {
        let (file, column) = here();
        let found = values[row].to_string();
        return Err(FileError::Value { file, column, row: row + 1, found });
    }
    let form = form(&values, are_flags);
    let values = match form {
        Form::OneMinusOne => values.iter().map(|&value| f64::from(u8::from(value < 0.0))).collect(),
        _ => values,
    };
    let (file, name) = here();
    Ok(Column { file, name, form, values })
}

/// Texts as numbers, and whether all of them are `true` or `false`.
fn of_texts<'a>(
    texts: impl Iterator<Item = &'a str>,
    of_text: impl Fn(usize, &str) -> Result<(f64, bool)>,
) -> Result<(Vec<f64>, bool)> {
    let mut are_flags = true;
    let values = texts.enumerate().map(|(row, text)| {
        let (value, is_flag) = of_text(row, text)?;
        are_flags &= is_flag;
        Ok(value)
    });
    Ok((values.collect::<Result<_>>()?, are_flags))
}

/// How values were written; `true` and `false` stand as 1 and 0.
fn form(values: &[f64], are_flags: bool) -> Form {
    let all = |ok: fn(f64) -> bool| values.iter().all(|&value| ok(value));
    if are_flags {
        Form::TrueFalse
    } else if all(|value| value == 0.0 || value == 1.0) {
        Form::ZeroOne
    } else if all(|value| value.abs() == 1.0) {
        Form::OneMinusOne
    } else {
        Form::Numbers
    }
}
