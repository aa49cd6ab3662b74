//! How much each pipeline of a suite saw, which thresholds were fitted, and what was saved.

use crate::plan::Plan;
use crate::report::{Cell, Table};
use crate::results::{FittedCutoff, Results, StoredCell, cutoffs};
use crate::suite::{Pipeline, Size, Suite, Task};

/// Which size of the suite was run, in a sentence; nothing where it has one size.
pub(super) fn sentence(suite: &Suite) -> Option<&'static str> {
    match suite.size {
        Size::Full => Some("Run with --full: at the study's own size."),
        Size::Default if suite.has_full() => Some(
            "Run at a size that ends soon: fewer rows, windows or epochs than the study's own, \
             which --full runs.",
        ),
        Size::Default => None,
    }
}

/// Samples, windows and epochs of each pipeline.
pub(super) fn sizes(plan: &Plan<'_>, results: &Results) -> Table {
    let mut rows = Vec::new();
    let is_cut = plan.suite.tasks.iter().any(|task| task.validation().is_some());
    for_each_pipeline(plan, results, |task, pipeline, cells| {
        let outcomes = || cells.iter().map(|cell| &cell.record.outcome);
        let windows = task.windows.as_ref().map(|windows| {
            let by = task.rows_by.map_or_else(String::new, |rule| {
                format!("; rows by {}", format!("{rule:?}").to_lowercase())
            });
            format!("{} rows, {} apart{by}", windows.size, windows.stride)
        });
        let epochs = outcomes().filter_map(|outcome| outcome.history.as_ref());
        let mut row = vec![
            Cell::Text(task.pipeline_id(pipeline)),
            Cell::Text(windows.unwrap_or_default()),
            range(outcomes().map(|outcome| outcome.n_train)),
            range(outcomes().filter_map(|outcome| outcome.n_held_out)),
        ];
        if is_cut {
            row.push(range(outcomes().filter_map(|outcome| outcome.n_validation)));
            row.push(range(outcomes().filter_map(|outcome| outcome.n_validation_anomalies)));
        }
        row.extend([
            range(outcomes().map(|outcome| outcome.n_test)),
            range(outcomes().filter_map(|outcome| outcome.n_uncovered)),
            range(epochs.map(|history| history.epochs.len())),
        ]);
        rows.push(row);
    });
    let mut columns = vec!["pipeline", "windows", "fitted on", "held out for thresholds"];
    if is_cut {
        columns.extend(["labelled validation part", "anomalies in it"]);
    }
    columns.extend(["tested", "rows that no window covers", "epochs"]);
    Table {
        title: "How much each pipeline saw (a cell)".to_owned(),
        columns: columns.into_iter().map(str::to_owned).collect(),
        rows,
    }
}

/// The cutoffs that were fitted; nothing where there is no threshold.
pub(super) fn thresholds(plan: &Plan<'_>, results: &Results) -> Option<Table> {
    let (mut rows, mut reasons) = (Vec::new(), Vec::new());
    let is_cut = plan.suite.tasks.iter().any(|task| task.validation().is_some());
    for_each_pipeline(plan, results, |task, pipeline, cells| {
        let tables = cells.iter().filter_map(|cell| cell.table.as_ref());
        let fitted: Vec<FittedCutoff> = tables.flat_map(|table| cutoffs(task, table)).collect();
        for (rule, text) in task.rules() {
            let of_rule = || fitted.iter().filter(|fitted| fitted.rule == rule);
            let values = || of_rule().filter_map(FittedCutoff::fixed);
            let above = || of_rule().filter_map(|fitted| fitted.share_above);
            let mut row = vec![
                Cell::Text(task.pipeline_id(pipeline)),
                Cell::Text(text),
                range(of_rule().map(|fitted| fitted.n_scores)),
            ];
            if is_cut {
                row.push(range(of_rule().filter_map(|fitted| fitted.n_anomalies)));
            }
            row.extend([figures(values().map(|cutoff| cutoff.value())), figures(above())]);
            reasons.push(none(of_rule()));
            rows.push(row);
        }
    });
    let mut columns = vec!["pipeline", "threshold", "fitted on"];
    if is_cut {
        columns.push("anomalies in these");
    }
    columns.extend(["cutoff", "share of these above"]);
    if reasons.iter().any(|reason| !reason.is_empty()) {
        columns.push("why there is none");
        rows.iter_mut().zip(reasons).for_each(|(row, reason)| row.push(Cell::Text(reason)));
    }
    let title = "Thresholds (a cell)".to_owned();
    let columns = columns.into_iter().map(str::to_owned).collect();
    (!rows.is_empty()).then_some(Table { title, columns, rows })
}

/// Why cells have no cutoff, with how many they are; nothing where all have one.
fn none<'a>(fitted: impl Iterator<Item = &'a FittedCutoff>) -> String {
    let mut n_cells = 0;
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for fitted in fitted {
        n_cells += 1;
        let Err(none) = &fitted.cutoff else { continue };
        let reason = none.to_string();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, n)) => *n += 1,
            None => reasons.push((reason, 1)),
        }
    }
    let texts = reasons.into_iter().map(|(reason, n)| match n == n_cells {
        true => reason,
        false => format!("{n} of {n_cells} cells: {reason}"),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// The files that fitted models were saved as, of each pipeline's first cell.
pub(super) fn saved(plan: &Plan<'_>, results: &Results) -> Option<Table> {
    let mut rows = Vec::new();
    for_each_pipeline(plan, results, |task, pipeline, cells| {
        let Some(first) = cells.first() else { return };
        let n_others = cells.len() - 1;
        for file in &first.record.outcome.artefacts {
            rows.push(vec![
                Cell::Text(task.pipeline_id(pipeline)),
                Cell::Text(file.path.display().to_string()),
                Cell::Count(file.n_bytes as u64),
                Cell::Text(file.sha256.chars().take(16).collect()),
                Cell::Count(n_others as u64),
            ]);
        }
    });
    let columns =
        ["pipeline", "file below the run's folder", "bytes", "SHA-256", "cells with more"];
    let title = "Saved models; TensorBoard reads the curves beside them \
                 (tensorboard --logdir trained)";
    (!rows.is_empty()).then(|| Table {
        title: title.to_owned(),
        columns: columns.map(str::to_owned).into(),
        rows,
    })
}

/// Each pipeline that has cells, with them.
pub(super) fn for_each_pipeline<'a>(
    plan: &'a Plan<'_>,
    results: &'a Results,
    mut f: impl FnMut(&'a Task, &'a Pipeline, &[&'a StoredCell]),
) {
    for task in &plan.suite.tasks {
        for pipeline in &task.pipelines {
            let id = task.pipeline_id(pipeline);
            let cells = results.cells.iter().filter(|cell| cell.record.name.pipeline == id);
            let cells: Vec<&StoredCell> = cells.collect();
            if !cells.is_empty() {
                f(task, pipeline, &cells);
            }
        }
    }
}

/// A count, or from which to which it is.
fn range(counts: impl Iterator<Item = usize> + Clone) -> Cell {
    match (counts.clone().min(), counts.max()) {
        (Some(least), Some(most)) if least == most => Cell::Count(most as u64),
        (Some(least), Some(most)) => Cell::Text(format!("{least} to {most}")),
        _ => Cell::Text(String::new()),
    }
}

/// A figure, or from which to which it is.
fn figures(values: impl Iterator<Item = f64> + Clone) -> Cell {
    let least = values.clone().min_by(f64::total_cmp);
    match (least, values.max_by(f64::total_cmp)) {
        (Some(least), Some(most)) if least == most => Cell::Number(Some(most)),
        (Some(least), Some(most)) => Cell::Text(format!("{least:.4e} to {most:.4e}")),
        _ => Cell::Number(None),
    }
}
