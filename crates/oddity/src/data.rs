//! How a file is read for a pipeline, and what its columns are.

use std::collections::HashMap;
use std::ops::Range;

use arrow_schema::DataType;
use oddity_core::{Column, Records};
use oddity_ingest::delimited::ColumnType;
use oddity_ingest::{
    BatchReader, Columnar, CsvOptions, Input, Provenance, ReadOptions, Role, Table,
    TimelineOptions, device_traffic, hai, kdd, traces,
};
use serde::{Deserialize, Serialize};

use crate::format::Format;
use crate::{Error, Result};

/// How a file is read, and what its columns are. Those not named are inputs of the steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// The format; told from the name and the first line where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The column that says when a row happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The column that says which rows are anomalies. The detector never sees it: it leaves
    /// those rows out of the training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Values of the label that mean normal: see [`oddity_ingest::is_normal`]. By default `0`,
    /// `-`, `false`, `normal`, `benign`, in any case of letters, and nothing at all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub normal: Vec<String>,
    /// The column that tells series apart (a host, a machine): no window crosses from one to
    /// another. Rows of several series may alternate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Columns that are not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Columns that are inputs though they are something else, such as the time of packets, which
    /// `flow` reads. Never the label.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_inputs: Vec<String>,
}

/// A column as the pipeline was fitted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedColumn {
    /// Its name.
    pub name: String,
    /// What its fields are read as.
    pub holds: Holds,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Numbers.
    Numbers,
    /// Times, which steps read as seconds.
    Times,
    /// One of few texts.
    Categories,
    /// Any text.
    Text,
}

/// Consecutive rows of a file, taken apart by what they are for.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The inputs of the steps.
    pub inputs: Records,
    /// When each row happened, in seconds; NaN where it does not say.
    pub times: Option<Vec<f64>>,
    /// Whether these are seconds since 1970, and not since the start of the recording.
    pub times_are_dates: bool,
    /// The series of each row.
    pub series: Option<Vec<String>>,
    /// Whether each row is an anomaly.
    pub anomalies: Option<Vec<bool>>,
}

impl DataConfig {
    /// Opens a file. `fitted` are the columns of a fitted pipeline, which are then read as they
    /// were in training, and must be there; a label may be missing.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`], and those of the reader.
    pub fn open(
        &self,
        input: Input,
        fitted: Option<&[FittedColumn]>,
        read: &ReadOptions,
    ) -> Result<BatchReader> {
        let format = match self.format {
            Some(format) => format,
            None => Format::detect(&input)?,
        };
        let reader = match format {
            Format::Csv => self.open_csv(input, fitted, read)?,
            Format::Parquet | Format::Arrow => {
                let form =
                    if format == Format::Parquet { Columnar::Parquet } else { Columnar::Ipc };
                let Input::File(path) = input else {
                    let problem = "Parquet and Arrow are read from files alone".to_owned();
                    return Err(Error::Contradiction { problem });
                };
                form.open(&path, read)?
            }
            Format::Hai => hai::open(input, read)?,
            Format::Kdd => kdd::open(input, read)?,
            Format::Wireshark => device_traffic::open(input, device_traffic::OUT_OF_ORDER, read)?,
            Format::Timeline => {
                let options = TimelineOptions { read: read.clone(), ..TimelineOptions::default() };
                options.open(input)?.into_batches()
            }
            Format::Traces => traces::open(input, read)?,
        };
        self.with_roles(reader, fitted)
    }

    fn open_csv(
        &self,
        input: Input,
        fitted: Option<&[FittedColumn]>,
        read: &ReadOptions,
    ) -> Result<BatchReader> {
        let mut options = CsvOptions { read: read.clone(), ..CsvOptions::default() };
        for column in fitted.unwrap_or_default() {
            let holds = match column.holds {
                Holds::Numbers => ColumnType::Number,
                // In whatever form they are written.
                Holds::Times => continue,
                Holds::Categories => ColumnType::Category,
                Holds::Text => ColumnType::Text,
            };
            options = options.column(&column.name, holds);
        }
        Ok(options.open(input)?)
    }

    /// Gives each column its role, and refuses data that lacks one.
    fn with_roles(
        &self,
        reader: BatchReader,
        fitted: Option<&[FittedColumn]>,
    ) -> Result<BatchReader> {
        let names: Vec<String> =
            reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        let has = |name: &str| names.iter().any(|found| found == name);
        let missing = |name: &str, role| Error::MissingColumn {
            file: reader.source().to_owned(),
            name: name.to_owned(),
            role,
            found: names.join(", "),
        };
        let mut roles: Vec<(&str, Role)> = Vec::new();
        let named = [
            (&self.time, Role::Time, "the time"),
            (&self.series, Role::Series, "the series"),
            (&self.label, Role::Label, "the label"),
        ];
        for (name, role, what) in named {
            match name {
                Some(name) if has(name) => roles.push((name, role)),
                Some(_) if role == Role::Label && fitted.is_some() => {}
                Some(name) => return Err(missing(name, what)),
                None => {}
            }
        }
        if let Some(name) = self.also_inputs.iter().find(|name| !has(name)) {
            return Err(missing(name, "an input"));
        }
        // A misspelt name would leave an input in that is meant to be out. Later files may lack it.
        let unknown = self.ignore.iter().find(|name| !has(name));
        if let (Some(name), None) = (unknown, fitted) {
            return Err(missing(name, "a column that is not read"));
        }
        let ignored = self.ignore.iter().filter(|name| has(name));
        roles.extend(ignored.map(|name| (name.as_str(), Role::Key)));
        // A column that training did not have is not an input now; what the format says of others
        // stays.
        if let Some(fitted) = fitted {
            for column in fitted {
                if !has(&column.name) {
                    return Err(missing(&column.name, "an input"));
                }
            }
            let is_named = |name: &str| roles.iter().any(|(named, _)| *named == name);
            let others: Vec<&str> = names
                .iter()
                .zip(reader.roles())
                .filter(|(_, role)| **role == Role::Feature)
                .map(|(name, _)| name.as_str())
                .filter(|name| !fitted.iter().any(|column| column.name == *name))
                .filter(|name| !is_named(name))
                .collect();
            roles.extend(others.into_iter().map(|name| (name, Role::Key)));
        }
        let reader = reader.with_roles(&roles)?;
        for (name, role) in names.iter().zip(reader.roles()) {
            let is_out = *role == Role::Label || self.ignore.contains(name);
            if is_out && self.also_inputs.contains(name) {
                let what = if *role == Role::Label { "the label" } else { "ignored" };
                let problem = format!("{name:?} is {what}, and no input");
                return Err(Error::Contradiction { problem });
            }
        }
        Ok(reader)
    }

    /// Takes the rows of a batch apart.
    ///
    /// # Errors
    ///
    /// For a column of a type that is not read.
    pub fn rows(&self, batch: arrow_array::RecordBatch, roles: &[Role]) -> Result<Rows> {
        let source = Provenance { source: String::new(), sha256: None };
        self.rows_of(&Table::new(batch, roles.to_vec(), source)?)
    }

    /// The same table, in which all inputs are features.
    pub(crate) fn inputs(&self, table: &Table) -> Result<Table> {
        let schema = table.batch().schema();
        let names = schema.fields().iter().map(|field| field.name());
        let role = |(name, &role)| match self.also_inputs.contains(name) {
            true => Role::Feature,
            false => role,
        };
        let roles = names.zip(table.roles()).map(role).collect();
        Ok(Table::new(table.batch().clone(), roles, table.provenance().clone())?)
    }

    /// The inputs of a table, as a pipeline is fitted with them.
    pub(crate) fn fitted_columns(&self, table: &Table) -> Result<Vec<FittedColumn>> {
        Ok(FittedColumn::of(&self.inputs(table)?))
    }

    /// Takes the rows of a table apart.
    ///
    /// # Errors
    ///
    /// For a column of a type that is not read.
    pub fn rows_of(&self, table: &Table) -> Result<Rows> {
        let times = table.records(&[Role::Time])?;
        let times = times.columns().first().map(|column| match column {
            Column::Numbers(seconds) => seconds.clone(),
            _ => vec![f64::NAN; table.batch().num_rows()],
        });
        let series = table.texts(Role::Series)?;
        let anomalies = table.anomalies(&self.normal)?;
        let schema = table.batch().schema();
        let mut times_of = table.columns(Role::Time);
        let times_are_dates = times_of
            .next()
            .is_some_and(|at| matches!(schema.field(at).data_type(), DataType::Timestamp(..)));
        let inputs = self.inputs(table)?.records(&[Role::Feature])?;
        Ok(Rows { inputs, times, times_are_dates, series, anomalies })
    }
}

impl FittedColumn {
    /// The features of a table.
    fn of(table: &Table) -> Vec<FittedColumn> {
        let schema = table.batch().schema();
        let column = |at: usize| {
            let field = schema.field(at);
            let holds = match field.data_type() {
                DataType::Timestamp(..) | DataType::Duration(_) => Holds::Times,
                DataType::Dictionary(..) => Holds::Categories,
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Holds::Text,
                _ => Holds::Numbers,
            };
            FittedColumn { name: field.name().clone(), holds }
        };
        table.columns(Role::Feature).map(column).collect()
    }
}

impl Rows {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.inputs.n_rows()
    }

    /// Of these rows those of each series, by its name, in the order of their first rows.
    pub(crate) fn by_series(&self, rows: Range<usize>) -> Vec<(&str, Vec<usize>)> {
        let Some(names) = &self.series else { return vec![("", rows.collect())] };
        let mut at: HashMap<&str, usize> = HashMap::new();
        let mut series: Vec<(&str, Vec<usize>)> = Vec::new();
        for row in rows {
            let (name, next) = (names[row].as_str(), series.len());
            let place = *at.entry(name).or_insert(next);
            if place == next {
                series.push((name, Vec::new()));
            }
            series[place].1.push(row);
        }
        series
    }

    /// When a row happened, in seconds, where it says so.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn time(&self, row: usize) -> Option<f64> {
        let time = self.times.as_ref()?[row];
        time.is_finite().then_some(time)
    }
}
