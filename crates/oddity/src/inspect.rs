//! What a file is: its columns, gaps and classes, and what each column is probably for.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use oddity_core::Column;
use oddity_ingest::{BatchReader, Role, Table, TimeSteps};
use serde::Serialize;

use crate::format::Format;
use crate::inspect_traces::InspectedTraces;
use crate::{Error, Result};

/// Distinct values that are counted, at most.
const MAX_DISTINCT: usize = 1_000;

/// A step longer than so many usual ones is a gap.
const TOLERANCE: f64 = 1.5;

/// Steps of time from which the usual one is told.
const FIRST_STEPS: usize = 1_000;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// The format.
    pub format: Format,
    /// Rows.
    pub n_rows: u64,
    /// The columns, in the order of the file.
    pub columns: Vec<InspectedColumn>,
    /// How time goes from row to row, of the first column of times.
    pub time: Option<InspectedTime>,
    /// Of traces, their lengths and symbols.
    pub traces: Option<InspectedTraces>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InspectedColumn {
    /// Its name.
    pub name: String,
    /// What it holds: `numbers`, `categories`, `text`, `times`, `flags`.
    pub holds: &'static str,
    /// Rows without a value.
    pub n_missing: u64,
    /// Distinct values; none where there are more than 1,000.
    pub n_distinct: Option<usize>,
    /// The smallest number, or the first time in seconds.
    pub min: Option<f64>,
    /// The mean of the numbers.
    pub mean: Option<f64>,
    /// The largest number, or the last time in seconds.
    pub max: Option<f64>,
    /// The most frequent values and their rows, of a column with few values.
    pub values: Vec<(String, u64)>,
    /// What it is probably for.
    pub role: Suggestion,
    /// Why that is suggested.
    pub reason: &'static str,
}

/// How time goes from row to row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InspectedTime {
    /// The column.
    pub column: String,
    /// The usual step, in seconds: the median of the first ones.
    pub step: f64,
    /// Steps longer than one and a half of it.
    pub n_gaps: usize,
    /// The longest, in seconds.
    pub longest_gap: f64,
    /// Rows at the time of the row before.
    pub n_repeats: usize,
    /// Rows before the time of the row before.
    pub n_backwards: usize,
}

/// What a column is probably for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Suggestion {
    /// An input of the steps.
    Input,
    /// When the row happened.
    Time,
    /// Whether the row is an anomaly.
    Label,
    /// Which series the row belongs to.
    Series,
    /// Nothing: a name, a constant, a number of the row.
    Ignore,
}

/// Reads a file to its end, in bounded memory.
///
/// # Errors
///
/// Those of the reader, and [`Error::TooFew`] for a file without a row.
pub fn inspect(format: Format, mut reader: BatchReader) -> Result<Inspection> {
    let roles = reader.roles().to_vec();
    let schema = reader.schema().clone();
    let mut columns: Vec<Counted> = Vec::new();
    for (field, role) in schema.fields().iter().zip(&roles) {
        columns.push(Counted::new(field.name(), field.data_type(), *role));
    }
    let time = columns.iter().position(|column| column.holds == "times");
    let (mut steps, mut n_rows) = (None, 0u64);
    let mut traces = (format == Format::Traces).then(InspectedTraces::default);
    for batch in &mut reader {
        let batch = batch?;
        if let Some(at) = time
            && steps.is_none()
        {
            steps = Some(TimeSteps::new(TOLERANCE * usual_step(&batch, at)?));
        }
        if let (Some(at), Some(steps)) = (time, &mut steps) {
            steps.update(&batch, at)?;
        }
        n_rows += batch.num_rows() as u64;
        let table = Table::new(batch, vec![Role::Feature; columns.len()], nowhere())?;
        let records = table.records(&[Role::Feature])?;
        for (counted, column) in columns.iter_mut().zip(records.columns()) {
            counted.add(column);
        }
        if let (Some(traces), Some(Column::Text(texts))) = (&mut traces, records.columns().last()) {
            texts.iter().for_each(|text| traces.add(text));
        }
    }
    if n_rows == 0 {
        return Err(Error::TooFew { what: "rows", wanted: 1, found: 0 });
    }
    let time = time.zip(steps).map(|(at, steps)| InspectedTime {
        column: columns[at].name.clone(),
        step: steps.step() / TOLERANCE,
        n_gaps: steps.n_gaps,
        longest_gap: steps.longest_gap,
        n_repeats: steps.n_repeats,
        n_backwards: steps.n_backwards,
    });
    let mut columns: Vec<InspectedColumn> =
        columns.into_iter().map(|column| column.finish(n_rows)).collect();
    only_first(&mut columns);
    if let (Some(_), Some(trace)) = (&traces, columns.last_mut()) {
        (trace.role, trace.reason) = (Suggestion::Input, "each is a trace of symbols");
    }
    Ok(Inspection { format, n_rows, columns, time, traces })
}

fn nowhere() -> oddity_ingest::Provenance {
    oddity_ingest::Provenance { source: String::new(), sha256: None }
}

/// Median of the first steps, in seconds.
fn usual_step(batch: &RecordBatch, column: usize) -> Result<f64> {
    let table = Table::new(batch.clone(), vec![Role::Feature; batch.num_columns()], nowhere())?;
    let records = table.records(&[Role::Feature])?;
    let Column::Numbers(seconds) = &records.columns()[column] else { return Ok(1.0) };
    let steps = seconds.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| 0.0 < *step);
    let mut steps: Vec<f64> = steps.take(FIRST_STEPS).collect();
    steps.sort_by(f64::total_cmp);
    Ok(steps.get(steps.len() / 2).copied().unwrap_or(1.0))
}

/// A role that one column has at most is kept by the first.
fn only_first(columns: &mut [InspectedColumn]) {
    for role in [Suggestion::Time, Suggestion::Label, Suggestion::Series] {
        let with = columns.iter_mut().filter(|column| column.role == role);
        for column in with.skip(1) {
            (column.role, column.reason) = (Suggestion::Ignore, "another column has this role");
        }
    }
}

/// What is counted of a column.
struct Counted {
    name: String,
    holds: &'static str,
    role: Role,
    n_missing: u64,
    distinct: HashMap<String, u64>,
    /// Whether there are more distinct values than are counted.
    many: bool,
    sum: f64,
    n_numbers: u64,
    min: f64,
    max: f64,
    last: f64,
    ascends: bool,
}

impl Counted {
    fn new(name: &str, data_type: &DataType, role: Role) -> Counted {
        let holds = match data_type {
            DataType::Timestamp(..) | DataType::Duration(_) => "times",
            DataType::Boolean => "flags",
            DataType::Dictionary(..) => "categories",
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text",
            _ => "numbers",
        };
        Counted {
            name: name.to_owned(),
            holds,
            role,
            n_missing: 0,
            distinct: HashMap::new(),
            many: false,
            sum: 0.0,
            n_numbers: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            last: f64::NEG_INFINITY,
            ascends: true,
        }
    }

    fn add(&mut self, column: &Column) {
        match column {
            Column::Numbers(values) => {
                for &value in values {
                    if value.is_nan() {
                        self.n_missing += 1;
                        continue;
                    }
                    self.n_numbers += 1;
                    self.sum += value;
                    self.min = self.min.min(value);
                    self.max = self.max.max(value);
                    self.ascends &= self.last < value;
                    self.last = value;
                    if !self.many {
                        self.count(&value.to_string());
                    }
                }
            }
            Column::Categories { codes, names } => {
                for &code in codes {
                    self.count(&names[code as usize]);
                }
            }
            Column::Text(texts) => texts.iter().for_each(|text| self.count(text)),
        }
    }

    fn count(&mut self, value: &str) {
        self.n_missing += u64::from(value.is_empty());
        if let Some(n) = self.distinct.get_mut(value) {
            *n += 1;
        } else if self.distinct.len() < MAX_DISTINCT {
            self.distinct.insert(value.to_owned(), 1);
        } else {
            self.many = true;
        }
    }

    fn finish(self, n_rows: u64) -> InspectedColumn {
        let (role, reason) = self.suggest(n_rows);
        let has_numbers = 0 < self.n_numbers;
        let mut values: Vec<(String, u64)> = self.distinct.into_iter().collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let n_distinct = (!self.many).then_some(values.len());
        values.truncate(if self.many || 20 < values.len() { 0 } else { 8 });
        InspectedColumn {
            name: self.name,
            holds: self.holds,
            n_missing: self.n_missing,
            n_distinct,
            min: has_numbers.then_some(self.min),
            mean: has_numbers.then(|| self.sum / self.n_numbers as f64),
            max: has_numbers.then_some(self.max),
            values,
            role,
            reason,
        }
    }

    fn suggest(&self, n_rows: u64) -> (Suggestion, &'static str) {
        let name = self.name.to_lowercase();
        let named = |names: &[&str]| names.contains(&name.as_str());
        let n_distinct = if self.many { usize::MAX } else { self.distinct.len() };
        match self.role {
            Role::Time => return (Suggestion::Time, "the format says so"),
            Role::Label => return (Suggestion::Label, "the format says so"),
            Role::Series => return (Suggestion::Series, "the format says so"),
            Role::Key => return (Suggestion::Ignore, "the format has it as a name"),
            Role::Feature => {}
        }
        if self.holds == "times" {
            return (Suggestion::Time, "it holds times");
        }
        if named(&["time", "timestamp", "ts", "datetime", "epoch"]) && self.holds == "numbers" {
            return (Suggestion::Time, "its name");
        }
        let labels =
            ["label", "labels", "attack", "anomaly", "is_anomaly", "class", "target", "outlier"];
        if named(&labels) && n_distinct <= 100 {
            return (Suggestion::Label, "its name and its few values");
        }
        if n_distinct <= 1 && 1 < n_rows {
            return (Suggestion::Ignore, "it has one value alone");
        }
        let series = [
            "series",
            "host",
            "hostname",
            "machine",
            "machine_id",
            "device",
            "device_id",
            "sensor_id",
            "entity",
        ];
        if named(&series) && n_distinct < MAX_DISTINCT {
            return (Suggestion::Series, "its name and its few values");
        }
        if self.holds == "text" {
            return (Suggestion::Ignore, "it is free text");
        }
        let is_row = self.holds == "numbers"
            && self.ascends
            && self.many
            && named(&["id", "index", "row", "no", "no.", "_id", "uid", ""]);
        if is_row {
            return (Suggestion::Ignore, "it counts the rows");
        }
        if self.n_missing == n_rows {
            return (Suggestion::Ignore, "it has no value");
        }
        (Suggestion::Input, "it varies")
    }
}
