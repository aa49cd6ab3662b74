//! HTML tables that scroll inside their container, sort by script, and read without it.

use super::markup::{Attribute, Markup};
use super::model::{Cell, Status, Table, ThresholdNote};
use super::number;

/// A column's head and whether its cells are numbers, which stand right.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) numeric: bool,
    /// Whether the rows come sorted by it.
    pub(crate) sorted: bool,
}

impl Column {
    pub(crate) fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), numeric: false, sorted: false }
    }

    pub(crate) fn number(name: impl Into<String>) -> Self {
        Self { name: name.into(), numeric: true, sorted: false }
    }

    /// The column, marked as the one that the rows are sorted by, ascending.
    pub(crate) fn sorted(self) -> Self {
        Self { sorted: true, ..self }
    }
}

/// Writes a table with one head row around the rows that `body` writes. `label` names the
/// scrolling region for those who cannot see it.
pub(crate) fn table(
    markup: &mut Markup,
    label: &str,
    columns: &[Column],
    body: impl FnOnce(&mut Markup),
) {
    framed(markup, label, "sortable", |markup| with_head(markup, columns, body));
}

/// [`table`], with a field to filter its rows by where there is a script.
pub(crate) fn ranking(
    markup: &mut Markup,
    label: &str,
    columns: &[Column],
    body: impl FnOnce(&mut Markup),
) {
    framed(markup, label, "sortable ranking", |markup| with_head(markup, columns, body));
}

fn with_head(markup: &mut Markup, columns: &[Column], body: impl FnOnce(&mut Markup)) {
    markup.element("thead", &[], |markup| {
        markup.element("tr", &[], |markup| {
            for column in columns {
                head(markup, column);
            }
        });
    });
    body(markup);
}

/// Writes the container and the table around what `content` writes.
pub(crate) fn framed(
    markup: &mut Markup,
    label: &str,
    class: &str,
    content: impl FnOnce(&mut Markup),
) {
    let attributes: [(&str, &dyn std::fmt::Display); 4] =
        [("class", &"scroll"), ("role", &"region"), ("aria-label", &label), ("tabindex", &0)];
    markup.element("div", &attributes, |markup| {
        markup.element("table", &[("class", &class)], content);
    });
}

/// Writes the head of a column.
pub(crate) fn head(markup: &mut Markup, column: &Column) {
    let class = if column.numeric { "num" } else { "txt" };
    let attributes: [(&str, &dyn std::fmt::Display); 3] =
        [("scope", &"col"), ("class", &class), ("aria-sort", &"ascending")];
    let n_attributes = if column.sorted { 3 } else { 2 };
    markup.leaf("th", &attributes[..n_attributes], &column.name);
}

/// Writes a cell with a text.
pub(crate) fn text(markup: &mut Markup, text: &str) {
    markup.leaf("td", &[], text);
}

/// Writes the cell that names its row.
pub(crate) fn row_head(markup: &mut Markup, text: &str) {
    markup.leaf("th", &[("scope", &"row")], text);
}

/// Writes a cell with a number, already formatted, and the value that it sorts by.
pub(crate) fn number(markup: &mut Markup, value: f64, text: &str) {
    if value.is_finite() {
        markup.leaf("td", &[("class", &"num"), ("data-v", &value)], text);
    } else {
        word(markup, number::UNDEFINED);
    }
}

/// Writes a compared figure, or the word for nothing.
pub(crate) fn figure(markup: &mut Markup, value: Option<f64>) {
    match value {
        Some(value) => number(markup, value, &number::figure(value)),
        None => word(markup, number::UNDEFINED),
    }
}

/// Writes a word where a number would stand.
pub(crate) fn word(markup: &mut Markup, text: &str) {
    markup.leaf("td", &[("class", &"num word")], text);
}

/// Writes a cell for which there is nothing to say.
pub(crate) fn empty(markup: &mut Markup) {
    markup.leaf("td", &[("class", &"num none")], "");
}

/// Writes a count.
pub(crate) fn count(markup: &mut Markup, value: u64) {
    markup.leaf("td", &[("class", &"num"), ("data-v", &value)], number::count(value));
}

/// Writes how a cell ended, in words, with the reason unless all is well. A cell that ended
/// well and still has no value is one whose measure is undefined.
pub(crate) fn status(
    markup: &mut Markup,
    attributes: &[Attribute<'_>],
    status: Status,
    has_value: bool,
    reason: Option<&str>,
) {
    let (class, words) = match status {
        Status::Ok if has_value => ("status ok", status.words()),
        Status::Ok => ("status skipped", number::UNDEFINED),
        Status::Skipped => ("status skipped", status.words()),
        _ => ("status failed", status.words()),
    };
    markup.element("td", attributes, |markup| {
        markup.element("span", &[("class", &class)], |markup| {
            markup.text(words);
            let is_well = status == Status::Ok && has_value;
            if let Some(reason) = reason.filter(|reason| !is_well && !reason.is_empty()) {
                markup.text(": ");
                markup.text(reason);
            }
        });
    });
}

/// Writes where a threshold came from, and marks one that saw the test labels.
pub(crate) fn threshold(markup: &mut Markup, threshold: Option<&ThresholdNote>) {
    if let Some(note) = threshold {
        if note.oracle {
            let hint = "the threshold was chosen on the labels of the test part";
            markup.leaf("span", &[("class", &"oracle"), ("title", &hint)], "oracle");
            markup.text(" ");
        }
        markup.text(&note.provenance);
    }
}

/// Writes a table of a study's own.
pub(crate) fn free(markup: &mut Markup, content: &Table) {
    if !content.title.is_empty() {
        markup.leaf("h4", &[], &content.title);
    }
    let columns: Vec<Column> = content
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let is_number = |row: &Vec<Cell>| !matches!(row.get(at), None | Some(Cell::Text(_)));
            let numeric = content.rows.iter().any(is_number);
            Column { name: name.clone(), numeric, sorted: false }
        })
        .collect();
    table(markup, &content.title, &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for row in &content.rows {
                markup.element("tr", &[], |markup| {
                    for cell in row {
                        match cell {
                            Cell::Text(value) => text(markup, value),
                            Cell::Count(value) => count(markup, *value),
                            Cell::Number(value) => figure(markup, *value),
                        }
                    }
                    for _ in row.len()..columns.len() {
                        empty(markup);
                    }
                });
            }
        });
    });
}

/// Writes the caption of a card about one pipeline.
pub(crate) fn caption(markup: &mut Markup, pipeline: &str, split: &str) {
    markup.element("figcaption", &[], |markup| {
        markup.leaf("code", &[], pipeline);
        if !split.is_empty() {
            markup.leaf("span", &[("class", &"aside")], format_args!(" on {split}"));
        }
    });
}
