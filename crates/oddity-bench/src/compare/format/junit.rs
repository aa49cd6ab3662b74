//! A comparison as JUnit XML: a regression is a failure, what cannot be told an error.

use std::fmt::Write;

use super::{Comparison, Verdict, figures};

/// One test suite; a test for each line.
pub(super) fn junit(comparison: &Comparison) -> String {
    let count = |verdict| comparison.lines.iter().filter(|line| line.verdict == verdict).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _infallible = writeln!(
        xml,
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        escape(&comparison.suite),
        comparison.lines.len(),
        count(Verdict::Regression),
        count(Verdict::Incomplete)
    );
    for line in &comparison.lines {
        let class = format!("{}.{}", line.kind.as_str(), line.pipeline);
        let what = figures(line).unwrap_or_default();
        let sentence = escape(&format!("{what} {}", line.sentence));
        let sentence = sentence.trim();
        let inner = match line.verdict {
            Verdict::Regression => format!("<failure message=\"{sentence}\"/>"),
            Verdict::Incomplete => format!("<error message=\"{sentence}\"/>"),
            Verdict::Same | Verdict::Better => format!("<system-out>{sentence}</system-out>"),
        };
        let _infallible = writeln!(
            xml,
            "  <testcase classname=\"{}\" name=\"{}\">{inner}</testcase>",
            escape(&class),
            escape(&line.what)
        );
    }
    xml + "</testsuite>\n"
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no other control characters.
            char if char.is_control() => escaped.push(' '),
            char => escaped.push(char),
        }
    }
    escaped
}
