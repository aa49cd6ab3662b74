//! Which columns made samples stand out, and what detectors made of a few samples.

use super::sizes::for_each_pipeline;
use crate::plan::Plan;
use crate::report::{Cell, LineChart, Series, Table};
use crate::results::{Results, StoredCell, cutoffs};
use crate::store::{Errors, Example, ExampleKind};
use crate::suite::Task;
use oddity_features::RowRule;

/// Columns that are shown.
const COLUMNS: usize = 10;

/// Columns of an example that are shown in its table.
const EXAMPLE_COLUMNS: usize = 3;

/// The tables of each pipeline's first cell whose detector knows its errors.
pub(super) fn tables(plan: &Plan<'_>, results: &Results) -> Vec<Table> {
    let mut tables = Vec::new();
    for_each(plan, results, |name, task, cell, errors| {
        tables.push(largest(name, errors));
        tables.push(examples(name, task, cell, errors));
    });
    tables
}

/// The inputs and reconstructions of the examples that are windows.
pub(super) fn charts(plan: &Plan<'_>, results: &Results) -> Vec<LineChart> {
    let mut charts = Vec::new();
    for_each(plan, results, |_, task, cell, errors| {
        for example in errors.examples.iter().filter(|example| 1 < example.n_steps) {
            let what = words(task, cell, example);
            for column in example.columns.iter().filter(|column| !column.input.is_empty()) {
                let line = |name: &str, values: &[f32]| Series {
                    name: name.to_owned(),
                    points: (0u32..).map(f64::from).zip(values.iter().map(|&v| v.into())).collect(),
                    ..Series::default()
                };
                let made = line("reconstruction", &column.output);
                charts.push(LineChart {
                    title: format!("{}: {}", cell.record.name.pipeline, column.name),
                    x_label: format!("row of the {what}"),
                    y_label: "value as the detector reads it".to_owned(),
                    series: vec![
                        line("input", &column.input),
                        Series { note: format!("error {:.4e}", column.error), ..made },
                    ],
                    ..LineChart::default()
                });
            }
        }
    });
    charts
}

fn for_each<'a>(
    plan: &'a Plan<'_>,
    results: &'a Results,
    mut f: impl FnMut(&str, &'a Task, &'a StoredCell, &'a Errors),
) {
    for_each_pipeline(plan, results, |task, pipeline, cells| {
        let mut id = task.pipeline_id(pipeline);
        let Some(&first) = cells.first() else { return };
        if 1 < cells.len() {
            id = format!("{id}, seed {} {}", first.record.name.seed, first.record.name.split);
        }
        if let Some(errors) = &first.record.outcome.errors {
            f(&id, task, first, errors);
        }
    });
}

fn largest(name: &str, errors: &Errors) -> Table {
    let sum: f64 = errors.columns.iter().filter_map(|column| column.anomalous).sum();
    let rows = errors.columns.iter().take(COLUMNS).map(|column| {
        // A share of all columns is known where all are kept.
        let is_whole = errors.columns.len() == errors.n_columns;
        let share = column.anomalous.filter(|_| is_whole).map(|error| error / sum);
        vec![
            Cell::Text(column.name.clone()),
            Cell::Number(column.normal),
            Cell::Number(column.anomalous),
            Cell::Number(share.filter(|share| share.is_finite())),
        ]
    });
    let columns = ["column", "mean error, normal", "mean error, anomalies", "share of the latter"];
    let n = errors.n_columns;
    Table {
        title: format!("{name}: the columns with the largest errors, of {n}"),
        columns: columns.map(str::to_owned).into(),
        rows: rows.collect(),
    }
}

fn examples(name: &str, task: &Task, cell: &StoredCell, errors: &Errors) -> Table {
    let mut rows = Vec::new();
    for example in &errors.examples {
        for column in example.columns.iter().take(EXAMPLE_COLUMNS) {
            let single = |values: &[f32]| match values {
                [value] => Cell::Number(Some(f64::from(*value))),
                _ => Cell::Text(String::new()),
            };
            rows.push(vec![
                Cell::Text(words(task, cell, example)),
                Cell::Number(Some(example.score)),
                Cell::Text(column.name.clone()),
                Cell::Number(Some(column.error)),
                single(&column.input),
                single(&column.output),
            ]);
        }
    }
    let columns = ["sample", "score", "column", "error", "value", "made of it"];
    let mut table = Table {
        title: format!("{name}: examples"),
        columns: columns.map(str::to_owned).into(),
        rows,
    };
    if errors.examples.iter().any(|example| example.n_steps != 1) {
        // Values of windows are drawn.
        table.columns.truncate(4);
        table.rows.iter_mut().for_each(|row| row.truncate(4));
    }
    table
}

/// What a sample is, and whether it is an alarm at the first threshold.
fn words(task: &Task, cell: &StoredCell, example: &Example) -> String {
    let comparable = matches!(task.rows_by, None | Some(RowRule::Last));
    let cutoffs = cell.table.as_ref().filter(|_| comparable).map(|table| cutoffs(task, table));
    let cutoff = cutoffs.and_then(|cutoffs| cutoffs.into_iter().next()?.fixed());
    let is_alarm = cutoff.map(|cutoff| cutoff.value() < example.score);
    let (what, alarm, quiet) = match example.kind {
        ExampleKind::HighestAnomaly => ("anomaly of the highest score", "true alarm", "missed"),
        ExampleKind::HighestNormal => {
            ("normal sample of the highest score", "false alarm", "no alarm")
        }
        ExampleKind::LowestAnomaly => ("anomaly of the lowest score", "true alarm", "missed"),
        ExampleKind::MedianNormal => {
            ("normal sample of the median score", "false alarm", "no alarm")
        }
    };
    let decision = match is_alarm {
        Some(is_alarm) => format!(" ({})", if is_alarm { alarm } else { quiet }),
        None => String::new(),
    };
    format!("{what}{decision}, no. {}", example.sample)
}
