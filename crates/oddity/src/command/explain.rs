//! `oddity explain`: which columns made scores.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use oddity_core::{Cutoff, Explanation, PartOf};
use serde_json::json;

use super::alarms::explained;
use super::{files, print, print_json, text};
use crate::fitted_pipeline::FittedPipeline;
use crate::scorer::Scorer;

/// What `explain` can be told.
#[derive(Args)]
#[command(after_help = "Examples:
  oddity explain --model plant.oddity --data today.csv
  oddity explain --model plant.oddity --data today.csv --rows 1042,1043 --parts 10

A weight says how much of a score a column made, or a few symbols of a trace from a position on, in
the detector's own unit: weights of one row compare with each other.")]
pub(super) struct ExplainArguments {
    /// The saved pipeline.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The data.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// These rows, counted from 0.
    #[arg(long, value_delimiter = ',', conflicts_with = "top", value_name = "ROWS")]
    rows: Vec<usize>,
    /// The rows with the highest scores.
    #[arg(long, default_value_t = 10, value_name = "N")]
    top: usize,
    /// Columns of each row.
    #[arg(long, default_value_t = 5, value_name = "N")]
    parts: usize,
    /// Answer as one JSON array.
    #[arg(long)]
    json: bool,
}

/// Explains.
pub(super) fn run(arguments: &ExplainArguments) -> anyhow::Result<ExitCode> {
    let pipeline = FittedPipeline::load(&arguments.model)?;
    let config = &pipeline.config().data;
    let paths = std::slice::from_ref(&arguments.data);
    let tables = files::tables(config, paths, Some(pipeline.columns()))?;
    let rows = config.rows_of(&tables[0])?;
    let scores = Scorer::new(&pipeline, 0).push(&rows)?.scores;
    let chosen = chosen(arguments, &scores)?;
    // Rows that are explained are alarms of a cutoff below all of them.
    let lowest = chosen.iter().filter_map(|&row| scores[row]).fold(f64::INFINITY, f64::min);
    let below = Cutoff::new(lowest.next_down())?;
    let cutoff = pipeline.cutoff().value();
    let pipeline = pipeline.with_cutoff(below, "");
    let scored = Scorer::new(&pipeline, arguments.parts).push(&rows)?;
    let explanation = |row: &usize| {
        let at = scored.alarms.binary_search(row).ok()?;
        scored.explanations.get(at)
    };
    let mut said = Vec::new();
    for row in &chosen {
        let (Some(score), Some(explanation)) = (scores[*row], explanation(row)) else { continue };
        let time = rows.time(*row).map(|time| text::moment(time, rows.times_are_dates));
        let series = rows.series.as_ref().map(|series| series[*row].clone());
        if arguments.json {
            said.push(json!({
                "row": row, "time": time, "series": series, "score": score,
                "is_alarm": cutoff < score, "explanation": explained(explanation),
            }));
            continue;
        }
        let place: Vec<String> = [time, series].into_iter().flatten().collect();
        let alarm = if cutoff < score { "alarm" } else { "no alarm" };
        print(&format!("row {row} {}: score {}, {alarm}", place.join(" "), text::number(score)));
        print(&lines(explanation));
    }
    if arguments.json {
        print_json(&said)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows asked for, or those with the highest scores.
fn chosen(arguments: &ExplainArguments, scores: &[Option<f64>]) -> anyhow::Result<Vec<usize>> {
    if arguments.rows.is_empty() {
        let mut rows: Vec<usize> = (0..scores.len()).filter(|&row| scores[row].is_some()).collect();
        rows.sort_by(|&a, &b| scores[b].unwrap_or(0.0).total_cmp(&scores[a].unwrap_or(0.0)));
        rows.truncate(arguments.top);
        ensure!(!rows.is_empty(), "no row has a score");
        return Ok(rows);
    }
    for &row in &arguments.rows {
        ensure!(row < scores.len(), "there is no row {row}: the data has {} rows", scores.len());
        ensure!(scores[row].is_some(), "row {row} has no score: no window ends with it");
    }
    Ok(arguments.rows.clone())
}

/// A line a part, with its share of the weights that are shown.
pub(super) fn lines(explanation: &Explanation) -> String {
    let total: f64 = explanation.parts.iter().map(|part| part.weight).sum();
    let rows: Vec<Vec<String>> = explanation
        .parts
        .iter()
        .map(|part| {
            let share = 100.0 * part.weight / total;
            vec![
                format!("  {}", name(&part.of)),
                text::number(part.weight),
                format!("{share:.1} %"),
            ]
        })
        .collect();
    text::table(&["  part", "weight", "of these"], &rows)
}

/// What a part is, in words.
pub(super) fn name(of: &PartOf) -> String {
    match of {
        PartOf::Column(name) => name.clone(),
        PartOf::NGram { at, symbols } => {
            let symbols: Vec<String> = symbols.iter().map(ToString::to_string).collect();
            format!("{} at {at}", symbols.join(" "))
        }
        PartOf::Tokens { at, tokens } => format!("{} at {at}", tokens.join(" ")),
    }
}
