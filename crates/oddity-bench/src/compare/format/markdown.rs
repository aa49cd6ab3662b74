//! A comparison as Markdown: what changed first, all the rest folded away.

use std::fmt::Write;

use super::{Comparison, Line, Verdict, figures};

/// For a pull request: the verdict, a table of what is not the same, and one of the rest.
pub(super) fn markdown(comparison: &Comparison) -> String {
    let (same, changed): (Vec<&Line>, Vec<&Line>) =
        comparison.lines.iter().partition(|line| line.verdict == Verdict::Same);
    let mut text = format!("### {}\n\n", escape(&comparison.headline()));
    if !changed.is_empty() {
        text.push_str(&table(&changed));
    }
    if !same.is_empty() {
        // Writing to a string cannot fail.
        let _infallible = write!(
            text,
            "\n<details><summary>{} unchanged</summary>\n\n{}\n</details>\n",
            same.len(),
            table(&same)
        );
    }
    text
}

fn table(lines: &[&Line]) -> String {
    let mut text =
        String::from("| | | pipeline | what | before → now | |\n|---|---|---|---|---|---|\n");
    for line in lines {
        let verdict = match line.verdict {
            Verdict::Regression => "**regression**",
            other => other.as_str(),
        };
        let cells = [
            verdict.to_owned(),
            line.kind.as_str().to_owned(),
            escape(&line.pipeline),
            escape(&line.what),
            figures(line).unwrap_or_default(),
            escape(&line.sentence),
        ];
        let _infallible = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// Keeps text in its cell of the table.
fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}
