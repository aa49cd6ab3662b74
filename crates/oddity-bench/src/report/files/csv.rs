//! Tables as CSV (RFC 4180): a head row, full digits, and nothing where a figure is undefined.

use crate::report::model::{Cell, Table};

/// The table as CSV, with the shortest digits that read back as the same number.
pub(super) fn csv(table: &Table) -> String {
    let mut text = String::new();
    row(&mut text, table.columns.iter().map(|name| quoted(name)));
    for cells in &table.rows {
        let missing = table.columns.len().saturating_sub(cells.len());
        let empty = std::iter::repeat_n(String::new(), missing);
        row(&mut text, cells.iter().map(field).chain(empty));
    }
    text
}

fn row(text: &mut String, fields: impl Iterator<Item = String>) {
    text.push_str(&fields.collect::<Vec<_>>().join(","));
    text.push_str("\r\n");
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => quoted(text),
        Cell::Count(count) => count.to_string(),
        Cell::Number(Some(value)) if value.is_finite() => value.to_string(),
        Cell::Number(_) => String::new(),
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::csv;
    use crate::report::model::{Cell, Table};

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let rows = vec![
            vec![Cell::Text("a \"b\", c".into()), Cell::Number(Some(0.1)), Cell::Count(1234567)],
            vec![Cell::Text("plain".into()), Cell::Number(None)],
        ];
        let columns = ["name", "value", "count"].map(str::to_owned).into();
        let table = Table { columns, rows, ..Table::default() };
        assert_eq!(
            csv(&table),
            "name,value,count\r\n\"a \"\"b\"\", c\",0.1,1234567\r\nplain,,\r\n"
        );
    }
}
