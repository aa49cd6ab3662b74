//! Parameter searches: the best points, the best first.

use super::markup::Markup;
use super::model::{SearchRow, SearchTable, SuitePage};
use super::table::{self, Column};

/// Writes the searches of a suite.
pub(crate) fn searches(markup: &mut Markup, suite: &SuitePage) {
    for search in &suite.searches {
        markup.element("h4", &[], |markup| markup.leaf("code", &[], &search.pipeline));
        if !search.note.is_empty() {
            markup.leaf("p", &[("class", &"lead")], &search.note);
        }
        search_table(markup, search);
    }
}

fn search_table(markup: &mut Markup, search: &SearchTable) {
    let mut columns = vec![Column::number("rank")];
    columns.extend(search.columns.iter().map(Column::text));
    columns.push(Column::number(&search.measure));
    columns.push(Column::number("sd"));
    let n_values = search.columns.len();
    table::table(markup, &format!("Best points of {}", search.pipeline), &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for (at, row) in search.rows.iter().enumerate() {
                markup.element("tr", &[], |markup| search_row(markup, at + 1, n_values, row));
            }
        });
    });
}

fn search_row(markup: &mut Markup, rank: usize, n_values: usize, row: &SearchRow) {
    table::count(markup, rank as u64);
    for at in 0..n_values {
        table::text(markup, row.values.get(at).map_or("", String::as_str));
    }
    table::figure(markup, row.mean);
    table::figure(markup, row.sd);
}
