//! Tables as LaTeX, with the rules of booktabs.

use crate::report::model::{Cell, Table};
use crate::report::number;

/// The table as a `tabular`, with its title as a comment, for `\input`.
pub(super) fn latex(table: &Table) -> String {
    let n_columns = table.columns.len();
    let is_number =
        |at: usize| table.rows.iter().any(|row| !matches!(row.get(at), None | Some(Cell::Text(_))));
    let layout: String = (0..n_columns).map(|at| if is_number(at) { 'r' } else { 'l' }).collect();
    let title = table.title.replace(['\n', '\r'], " ");
    let mut text = format!("% {title}\n% Needs \\usepackage{{booktabs}}.\n");
    text.push_str(&format!("\\begin{{tabular}}{{{layout}}}\n\\toprule\n"));
    line(&mut text, table.columns.iter().map(|name| escaped(name)));
    text.push_str("\\midrule\n");
    for row in &table.rows {
        let fields = (0..n_columns).map(|at| row.get(at).map_or_else(String::new, field));
        line(&mut text, fields);
    }
    text.push_str("\\bottomrule\n\\end{tabular}\n");
    text
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    text.push_str(&fields.collect::<Vec<_>>().join(" & "));
    text.push_str(" \\\\\n");
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => escaped(text),
        Cell::Count(count) => count.to_string(),
        Cell::Number(value) => escaped(&number::figure_or_undefined(*value)),
    }
}

/// A text as LaTeX prints it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\textquotedbl{}"),
            '\u{2212}' => out.push_str("$-$"),
            '×' => out.push_str("$\\times$"),
            'µ' => out.push_str("$\\mu$"),
            '\u{202F}' | '\u{2007}' | '\u{2008}' => out.push_str("\\,"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::latex;
    use crate::report::model::{Cell, Table};

    #[test]
    fn special_characters_print_as_themselves() {
        let rows = vec![
            vec![Cell::Text("50 % of x_1 & {y}\\".into()), Cell::Number(Some(-0.5))],
            vec![Cell::Text("a^b~c".into())],
        ];
        let columns = ["name", "value"].map(str::to_owned).into();
        let table = Table { title: "A\ntitle".into(), columns, rows };
        let expected = "% A title\n% Needs \\usepackage{booktabs}.\n\
            \\begin{tabular}{lr}\n\\toprule\nname & value \\\\\n\\midrule\n\
            50 \\% of x\\_1 \\& \\{y\\}\\textbackslash{} & $-$0.500000 \\\\\n\
            a\\textasciicircum{}b\\textasciitilde{}c &  \\\\\n\\bottomrule\n\\end{tabular}\n";
        assert_eq!(latex(&table), expected);
    }
}
