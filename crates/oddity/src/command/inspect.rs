//! `oddity inspect`: what a file is.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use oddity_ingest::{Input, ReadOptions};

use super::text::{moment, number, table};
use super::{print, print_json};
use crate::data::DataConfig;
use crate::format::Format;
use crate::inspect::{InspectedColumn, Inspection, Suggestion, inspect};

/// What `inspect` can be told.
#[derive(Args)]
#[command(after_help = "Example:
  oddity inspect plant.csv
  oddity inspect traces/")]
pub(super) struct InspectArguments {
    /// The file: delimited text (plain or gzip), Parquet, Arrow, a published format, traces a line,
    /// or a folder of traces.
    file: PathBuf,
    /// Answer as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Inspects the file.
pub(super) fn run(arguments: &InspectArguments) -> anyhow::Result<ExitCode> {
    let found = of_file(&arguments.file)?;
    if arguments.json {
        print_json(&found)?;
    } else {
        print(&in_words(&found));
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a file to its end.
pub(super) fn of_file(file: &std::path::Path) -> crate::Result<Inspection> {
    let input = Input::File(file.to_owned());
    let format = Format::detect(&input)?;
    let config = DataConfig { format: Some(format), ..DataConfig::default() };
    inspect(format, config.open(input, None, &ReadOptions::default())?)
}

fn in_words(found: &Inspection) -> String {
    let format = serde_json::to_value(found.format).unwrap_or_default();
    let format = format.as_str().unwrap_or_default();
    let mut lines =
        vec![format!("{} rows, {} columns ({format})", found.n_rows, found.columns.len())];
    if let Some(time) = &found.time {
        let range = found.columns.iter().find(|column| column.name == time.column);
        let ends = range.and_then(|column| Some((column.min?, column.max?)));
        if let Some((first, last)) = ends {
            let is_date = 1e8 < last;
            let (first, last) = (moment(first, is_date), moment(last, is_date));
            lines.push(format!("time from {first} to {last}, a step of {} s", number(time.step)));
        }
        lines.push(format!(
            "{} gaps (the longest {} s), {} repeats, {} steps back",
            time.n_gaps,
            number(time.longest_gap),
            time.n_repeats,
            time.n_backwards
        ));
    }
    if let Some(traces) = &found.traces {
        lines.push(format!(
            "traces of {} to {} symbols (mean {}), {} distinct symbols, {} empty traces",
            traces.shortest,
            traces.longest,
            traces.mean().map_or_else(String::new, number),
            traces.distinct.len(),
            traces.n_empty
        ));
    }
    let rows: Vec<Vec<String>> = found.columns.iter().map(row).collect();
    let head = ["column", "holds", "missing", "distinct", "min", "mean", "max", "role", "why"];
    lines.push(String::new());
    lines.push(table(&head, &rows));
    let few = found.columns.iter().filter(|column| !column.values.is_empty());
    let few = few.filter(|column| column.holds != "numbers" || column.role == Suggestion::Label);
    for column in few {
        let values = column.values.iter().map(|(value, n)| format!("{value} ({n})"));
        lines.push(String::new());
        lines.push(format!("{}: {}", column.name, values.collect::<Vec<_>>().join(", ")));
    }
    lines.join("\n")
}

fn row(column: &InspectedColumn) -> Vec<String> {
    let is_time = column.holds == "times";
    let shown = |value: Option<f64>| match value {
        Some(value) if is_time => moment(value, 1e8 < value),
        Some(value) => number(value),
        None => String::new(),
    };
    let role = match column.role {
        Suggestion::Input => "input",
        Suggestion::Time => "time",
        Suggestion::Label => "label",
        Suggestion::Series => "series",
        Suggestion::Ignore => "ignore",
    };
    vec![
        column.name.clone(),
        column.holds.to_owned(),
        column.n_missing.to_string(),
        column.n_distinct.map_or_else(|| "> 1000".to_owned(), |n| n.to_string()),
        shown(column.min),
        if is_time { String::new() } else { shown(column.mean) },
        shown(column.max),
        role.to_owned(),
        column.reason.to_owned(),
    ]
}
