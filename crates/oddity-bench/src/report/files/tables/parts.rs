//! The smaller tables as plain cells: failures, confusion matrices, classes, searches, timings.

use super::{text, words};
use crate::report::model::{Cell, ClassReport, ClassRow, Confusion, SearchTable, SuitePage, Table};
use crate::report::summary::groups;
use crate::report::timings::gather;
use crate::spread::median;

pub(super) fn failures(suite: &SuitePage) -> Table {
    let rows = suite.failures.iter().map(|failure| {
        vec![text(&failure.cell), text(failure.status.words()), text(&failure.reason)]
    });
    Table {
        title: "Failures".to_owned(),
        columns: words(["cell", "status", "reason"]),
        rows: rows.collect(),
    }
}

/// The title of a table about one pipeline.
fn about(pipeline: &str, split: &str) -> String {
    [pipeline, split].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

pub(super) fn confusion(matrix: &Confusion) -> Table {
    let rows = matrix.names.iter().zip(&matrix.counts).map(|(name, counts)| {
        std::iter::once(text(name)).chain(counts.iter().map(|&count| Cell::Count(count))).collect()
    });
    let predicted = matrix.names.iter().map(|name| format!("predicted {name}"));
    Table {
        title: about(&matrix.pipeline, &matrix.split),
        columns: std::iter::once("truth".to_owned()).chain(predicted).collect(),
        rows: rows.collect(),
    }
}

pub(super) fn class_report(report: &ClassReport) -> Table {
    let row = |row: &ClassRow| {
        let figures = [row.precision, row.recall, row.f1].map(Cell::Number);
        let name = std::iter::once(text(&row.name));
        name.chain(figures).chain([Cell::Count(row.support)]).collect()
    };
    Table {
        title: about(&report.pipeline, &report.split),
        columns: words(["class", "precision", "recall", "F1", "support"]),
        rows: report.classes.iter().chain(&report.averages).map(row).collect(),
    }
}

pub(super) fn search(search: &SearchTable) -> Table {
    let rows = search.rows.iter().map(|row| {
        let mut cells: Vec<Cell> = (0..search.columns.len())
            .map(|at| text(row.values.get(at).map_or("", String::as_str)))
            .collect();
        cells.extend([row.mean, row.sd].map(Cell::Number));
        cells
    });
    let others = words([&format!("mean {}", search.measure), "sd"]);
    Table {
        title: search.pipeline.clone(),
        columns: search.columns.iter().cloned().chain(others).collect(),
        rows: rows.collect(),
    }
}

pub(super) fn timings(suite: &SuitePage) -> Table {
    let mut rows = Vec::new();
    for group in groups(suite.timings.iter().map(|row| row.pipeline.as_str())) {
        for (pipeline, stage, of) in gather(&suite.timings, group) {
            let mut seconds: Vec<f64> = of.iter().map(|row| row.seconds).collect();
            seconds.sort_by(f64::total_cmp);
            let total = seconds.iter().sum();
            let n_rows = of.iter().try_fold(0_u64, |sum, row| Some(sum.saturating_add(row.rows?)));
            rows.push(vec![
                text(pipeline),
                text(stage),
                Cell::Count(seconds.len() as u64),
                Cell::Number(Some(total)),
                Cell::Number(median(&seconds)),
                Cell::Number(seconds.last().copied()),
                n_rows.map_or_else(|| text(""), Cell::Count),
            ]);
        }
    }
    Table {
        title: "Timings".to_owned(),
        columns: words([
            "pipeline",
            "stage",
            "cells",
            "total seconds",
            "median seconds",
            "longest seconds",
            "rows",
        ]),
        rows,
    }
}

pub(super) fn pairs(title: &str, pairs: &[(String, String)]) -> Table {
    let rows = pairs.iter().map(|(name, value)| vec![text(name), text(value)]);
    Table { title: title.to_owned(), columns: words(["name", "value"]), rows: rows.collect() }
}
