//! Alarms as JSON lines.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use oddity_core::{Explanation, PartOf};
use serde_json::{Value, json};

use super::files::Part;
use super::input::is_standard_input;
use super::text::moment;
use crate::data::Rows;
use crate::scorer::ScoredPart;
use crate::{Error, Result};

/// Where alarms are written to.
pub(super) struct AlarmWriter {
    sink: Box<dyn Write>,
    path: PathBuf,
    part: Option<Part>,
}

impl AlarmWriter {
    /// Begins a file; one that grows has its name from the start.
    pub(super) fn begin(path: &Path, grows: bool) -> Result<AlarmWriter> {
        let failed = |source| Error::Io { path: path.to_owned(), source };
        let (sink, part): (Box<dyn Write>, Option<Part>) = if is_standard_input(path) {
            (Box::new(io::stdout()), None)
        } else if grows {
            (Box::new(BufWriter::new(File::create(path).map_err(failed)?)), None)
        } else {
            let part = Part::begin(path)?;
            (Box::new(BufWriter::new(part.file()?)), Some(part))
        };
        Ok(AlarmWriter { sink, path: path.to_owned(), part })
    }

    /// Writes the alarms of a part, an object a line.
    pub(super) fn write(&mut self, rows: &Rows, scored: &ScoredPart) -> Result<()> {
        for (at, &row) in scored.alarms.iter().enumerate() {
            let mut alarm = json!({
                "row": scored.first_row + row as u64,
                "score": scored.scores[row],
            });
            if let Some(time) = rows.time(row) {
                alarm["time"] = json!(moment(time, rows.times_are_dates));
            }
            if let Some(series) = &rows.series {
                alarm["series"] = json!(series[row]);
            }
            if let Some(explanation) = scored.explanations.get(at) {
                alarm["explanation"] = explained(explanation);
            }
            writeln!(self.sink, "{alarm}").map_err(|source| self.error(source))?;
        }
        Ok(())
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.sink.flush().map_err(|source| self.error(source))
    }

    /// Ends the file, which then has its name.
    pub(super) fn finish(mut self) -> Result<()> {
        self.flush()?;
        drop(self.sink);
        self.part.map_or(Ok(()), Part::keep)
    }

    fn error(&self, source: io::Error) -> Error {
        Error::Io { path: self.path.clone(), source }
    }
}

/// An explanation as JSON: its parts, the heaviest first.
pub(super) fn explained(explanation: &Explanation) -> Value {
    let part = |part: &oddity_core::Part| match &part.of {
        PartOf::Column(name) => json!({"column": name, "weight": part.weight}),
        PartOf::NGram { at, symbols } => {
            json!({"at": at, "symbols": symbols, "weight": part.weight})
        }
        PartOf::Tokens { at, tokens } => {
            json!({"at": at, "tokens": tokens, "weight": part.weight})
        }
    };
    explanation.parts.iter().map(part).collect()
}
