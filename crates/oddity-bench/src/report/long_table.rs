//! The long results: every row, folded away until it is asked for.

use super::markup::Markup;
use super::model::{ResultRow, Status, SuitePage};
use super::results::{beside, difference, group_title};
use super::summary::{group_of, groups, name_in_group};
use super::{number, table};
use table::Column;

/// The most rows that one table shows: more make a page that browsers open slowly.
pub(crate) const MOST_ROWS: usize = 20_000;

/// Writes every row of a suite, one folded table a group.
pub(crate) fn long_tables(markup: &mut Markup, suite: &SuitePage) {
    for group in groups(suite.results.iter().map(|row| row.pipeline.as_str())) {
        let rows: Vec<&ResultRow> =
            suite.results.iter().filter(|row| group_of(&row.pipeline) == group).collect();
        markup.element("details", &[], |markup| {
            markup.element("summary", &[], |markup| {
                group_title(markup, group);
                let n_rows = number::count(rows.len() as u64);
                markup.leaf("span", &[("class", &"aside")], format_args!(" {n_rows} rows"));
            });
            if MOST_ROWS < rows.len() {
                let shown = number::count(MOST_ROWS as u64);
                let text = format!("The first {shown} rows; results.jsonl has all of them.");
                markup.leaf("p", &[("class", &"lead")], text);
            }
            long_table(markup, group, &rows[..rows.len().min(MOST_ROWS)]);
        });
    }
}

fn long_table(markup: &mut Markup, group: &str, rows: &[&ResultRow]) {
    let any = |has: fn(&&ResultRow) -> bool| rows.iter().any(has);
    let seed = any(|row| row.seed.is_some());
    let params = any(|row| !row.params.is_empty());
    let threshold = any(|row| row.threshold.is_some());
    let published = any(|row| row.published.is_some());
    let rerun = any(|row| row.rerun.is_some());
    let others = rows.iter().flat_map(|row| [row.published, row.rerun]).flatten();
    let n_decimals = others.map(number::n_decimals_of).max().unwrap_or(0);
    let columns = [
        (true, Column::text("pipeline")),
        (seed, Column::number("seed")),
        (true, Column::text("split")),
        (true, Column::text("measure")),
        (params, Column::text("parameters")),
        (threshold, Column::text("threshold")),
        (true, Column::number("value")),
        (published, Column::number("published")),
        (published, Column::number("difference")),
        (rerun, Column::number("re-run")),
        (rerun, Column::number("difference")),
        (true, Column::text("status")),
    ];
    let columns: Vec<Column> =
        columns.into_iter().filter_map(|(shown, column)| shown.then_some(column)).collect();
    table::table(markup, &format!("All rows of {group}"), &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for row in rows {
                markup.element("tr", &[], |markup| {
                    table::row_head(markup, name_in_group(&row.pipeline));
                    match row.seed {
                        Some(value) if seed => number_as_is(markup, value),
                        None if seed => table::empty(markup),
                        _ => {}
                    }
                    table::text(markup, &row.split);
                    table::text(markup, &row.measure);
                    if params {
                        table::text(markup, &row.params);
                    }
                    if threshold {
                        let note = row.threshold.as_ref();
                        markup.element("td", &[], |markup| table::threshold(markup, note));
                    }
                    value(markup, row);
                    for (shown, other) in [(published, row.published), (rerun, row.rerun)] {
                        beside(markup, shown, n_decimals, other);
                        if shown {
                            difference(markup, row.value, other);
                        }
                    }
                    let reason = row.reason.as_deref();
                    table::status(markup, &[], row.status, row.value.is_some(), reason);
                });
            }
        });
    });
}

fn value(markup: &mut Markup, row: &ResultRow) {
    match row.value {
        Some(value) => table::number(markup, value, &number::figure(value)),
        None if row.status == Status::Ok => table::word(markup, number::UNDEFINED),
        None => table::word(markup, row.status.words()),
    }
}

/// A seed is a name: its digits stay together.
fn number_as_is(markup: &mut Markup, value: u64) {
    markup.leaf("td", &[("class", &"num"), ("data-v", &value)], value);
}
