//! Every table of a report as plain cells.

mod parts;
mod ranking;
mod results;

use super::NamedTable;
use super::name::plain;
use crate::report::model::{Cell, Report, SuitePage, Table};

/// The tables in the order of the page.
pub(super) fn tables(report: &Report) -> Vec<NamedTable> {
    let mut tables = Vec::new();
    for comparison in &report.comparisons {
        tables.extend(ranking::comparison(comparison).map(|table| named("all", "ranks", table)));
    }
    for suite in &report.suites {
        tables.extend(of_suite(suite));
    }
    for (title, pairs) in [("Environment", &report.environment), ("Provenance", &report.provenance)]
    {
        if !pairs.is_empty() {
            tables.push(named("report", "", parts::pairs(title, pairs)));
        }
    }
    tables
}

fn of_suite(suite: &SuitePage) -> Vec<NamedTable> {
    let mut tables = Vec::new();
    let mut add = |kind: &str, table: Table| tables.push(named(&suite.id, kind, table));
    for board in &suite.leaderboards {
        add("leaderboard", ranking::leaderboard(board));
    }
    for comparison in &suite.comparisons {
        ranking::comparison(comparison).for_each(|table| add("ranks", table));
    }
    results::compact(suite).into_iter().for_each(|table| add("results", table));
    if !suite.failures.is_empty() {
        add("", parts::failures(suite));
    }
    suite.confusions.iter().for_each(|matrix| add("confusion", parts::confusion(matrix)));
    suite.class_reports.iter().for_each(|report| add("classes", parts::class_report(report)));
    suite.searches.iter().for_each(|search| add("search", parts::search(search)));
    suite.tables.iter().for_each(|table| add("table", table.clone()));
    if !suite.timings.is_empty() {
        add("", parts::timings(suite));
    }
    if !suite.results.is_empty() {
        let all = named(&suite.id, "", results::all(suite));
        tables.push(NamedTable { is_for_print: false, ..all });
    }
    tables
}

fn named(suite: &str, kind: &str, table: Table) -> NamedTable {
    let name = match (kind, table.title.as_str()) {
        ("", title) => plain(&[suite, title]),
        (kind, title) => plain(&[suite, kind, title]),
    };
    NamedTable { name, table, is_for_print: true }
}

fn words<const N: usize>(columns: [&str; N]) -> Vec<String> {
    columns.map(str::to_owned).into()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// A figure, or an empty cell where there is none to have.
fn optional(value: Option<f64>) -> Cell {
    value.map_or_else(|| text(""), |value| Cell::Number(Some(value)))
}

/// Drops the columns in which no row has anything.
fn without_empty(mut table: Table) -> Table {
    let is_empty = |cell: Option<&Cell>| match cell {
        None => true,
        Some(Cell::Text(text)) => text.is_empty(),
        Some(_) => false,
    };
    for at in (0..table.columns.len()).rev() {
        if table.rows.iter().all(|row| is_empty(row.get(at))) {
            table.columns.remove(at);
            table.rows.iter_mut().filter(|row| at < row.len()).for_each(|row| {
                row.remove(at);
            });
        }
    }
    table
}
