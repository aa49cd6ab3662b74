//! The file of scores: Parquet, Arrow or CSV.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use oddity_ingest::{Columnar, ColumnarWriter, Provenance, Role};

use super::files::Part;
use super::input::is_standard_input;
use crate::data::Rows;
use crate::scorer::ScoredPart;
use crate::{Error, Result};

/// Where scores are written to.
pub(super) struct ScoreFile {
    to: To,
    schema: SchemaRef,
}

enum To {
    Csv { sink: Box<dyn Write>, path: PathBuf, part: Option<Part> },
    Columnar { writer: ColumnarWriter, part: Part },
}

const COLUMNS: [&str; 5] = ["row", "time", "series", "score", "alarm"];

impl ScoreFile {
    /// Begins a file. One that grows while a file is followed has its name from the start, and is
    /// CSV.
    pub(super) fn begin(path: &Path, grows: bool) -> Result<ScoreFile> {
        let types = [
            DataType::Int64,
            DataType::Float64,
            DataType::Utf8,
            DataType::Float64,
            DataType::Boolean,
        ];
        let fields = COLUMNS.into_iter().zip(types);
        let fields = fields.map(|(name, data_type)| Field::new(name, data_type, name != "row"));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let roles = [Role::Key, Role::Time, Role::Series, Role::Feature, Role::Feature];
        let to = match Columnar::of(path) {
            Some(form) if !grows => {
                let part = Part::begin(path)?;
                To::Columnar { writer: form.writer(path, part.file()?, &schema, &roles)?, part }
            }
            Some(_) => {
                let problem = "scores of a file that is followed are written as CSV".to_owned();
                return Err(Error::Contradiction { problem });
            }
            None => csv(path, grows)?,
        };
        Ok(ScoreFile { to, schema })
    }

    /// Writes the scores of a part.
    pub(super) fn write(&mut self, rows: &Rows, scored: &ScoredPart) -> Result<()> {
        match &mut self.to {
            To::Csv { sink, path, .. } => {
                let written = lines(sink, rows, scored);
                written.map_err(|source| Error::Io { path: path.clone(), source })
            }
            To::Columnar { writer, .. } => {
                let batch = batch(&self.schema, rows, scored);
                let batch = batch.map_err(|source| oddity_ingest::Error::Columnar {
                    file: "scores".to_owned(),
                    source: Box::new(source),
                })?;
                Ok(writer.write(&batch)?)
            }
        }
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> Result<()> {
        match &mut self.to {
            To::Csv { sink, path, .. } => {
                sink.flush().map_err(|source| Error::Io { path: path.clone(), source })
            }
            To::Columnar { .. } => Ok(()),
        }
    }

    /// Ends the file, which then has its name.
    pub(super) fn finish(mut self, data: &[PathBuf]) -> Result<()> {
        self.flush()?;
        match self.to {
            To::Csv { sink, part, .. } => {
                drop(sink);
                part.map_or(Ok(()), Part::keep)
            }
            To::Columnar { writer, part } => {
                let source: Vec<String> =
                    data.iter().map(|path| path.display().to_string()).collect();
                let source = format!("scores of {}", source.join(", "));
                writer.finish(&Provenance { source, sha256: None })?;
                part.keep()
            }
        }
    }
}

fn csv(path: &Path, grows: bool) -> Result<To> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let (mut sink, part): (Box<dyn Write>, Option<Part>) = if is_standard_input(path) {
        (Box::new(BufWriter::new(io::stdout())), None)
    } else if grows {
        (Box::new(BufWriter::new(File::create(path).map_err(failed)?)), None)
    } else {
        let part = Part::begin(path)?;
        (Box::new(BufWriter::new(part.file()?)), Some(part))
    };
    writeln!(sink, "{}", COLUMNS.join(",")).map_err(failed)?;
    Ok(To::Csv { sink, path: path.to_owned(), part })
}

/// The lines of CSV; a field that is missing is empty.
fn lines(sink: &mut dyn Write, rows: &Rows, scored: &ScoredPart) -> io::Result<()> {
    let mut alarms = scored.alarms.iter().peekable();
    for (row, score) in scored.scores.iter().enumerate() {
        write!(sink, "{},", scored.first_row + row as u64)?;
        if let Some(time) = rows.time(row) {
            write!(sink, "{time}")?;
        }
        write!(
            sink,
            ",{},",
            rows.series.as_ref().map_or_else(String::new, |all| quoted(&all[row]))
        )?;
        let is_alarm = alarms.next_if(|&&alarm| alarm == row).is_some();
        match score {
            Some(score) => writeln!(sink, "{score},{}", u8::from(is_alarm))?,
            None => writeln!(sink, ",")?,
        }
    }
    Ok(())
}

/// A text as a field of CSV.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn batch(
    schema: &SchemaRef,
    rows: &Rows,
    scored: &ScoredPart,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let n_rows = rows.n_rows();
    let row = |row: usize| (scored.first_row + row as u64) as i64;
    let series = |row: usize| rows.series.as_ref().map(|all| all[row].as_str());
    let mut is_alarm = vec![false; n_rows];
    scored.alarms.iter().for_each(|&row| is_alarm[row] = true);
    let alarm = |row: usize| scored.scores[row].map(|_| is_alarm[row]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new((0..n_rows).map(row).collect::<Int64Array>()),
        Arc::new((0..n_rows).map(|row| rows.time(row)).collect::<Float64Array>()),
        Arc::new((0..n_rows).map(series).collect::<StringArray>()),
        Arc::new(scored.scores.iter().copied().collect::<Float64Array>()),
        Arc::new((0..n_rows).map(alarm).collect::<BooleanArray>()),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}
