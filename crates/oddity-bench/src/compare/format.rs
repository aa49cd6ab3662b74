//! A comparison as text, JSON, JUnit or Markdown.

mod junit;
mod markdown;

use std::fmt::Write;

use clap::ValueEnum;

use super::{Comparison, Kind, Line, Verdict};

/// How a comparison is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line a thing compared, for a terminal.
    #[default]
    Text,
    /// One object, for programs.
    Json,
    /// A test a line, for the pages that CI services make of tests.
    Junit,
    /// A table of what changed, for a pull request.
    Markdown,
}

impl Comparison {
    /// The comparison in a format.
    ///
    /// # Panics
    ///
    /// Never: plain structs, enums and numbers hold nothing that JSON could refuse.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text(self),
            Format::Json => {
                serde_json::to_string_pretty(self).expect("plain values are JSON") + "\n"
            }
            Format::Junit => junit::junit(self),
            Format::Markdown => markdown::markdown(self),
        }
    }

    /// One line over all.
    pub fn headline(&self) -> String {
        let count = |verdict| self.lines.iter().filter(|line| line.verdict == verdict).count();
        let counts = [Verdict::Regression, Verdict::Incomplete, Verdict::Better, Verdict::Same];
        let counts = counts.map(|verdict| format!("{} {}", count(verdict), verdict.as_str()));
        format!("{}: {} ({})", self.suite, self.verdict().as_str(), counts.join(", "))
    }
}

fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for line in &comparison.lines {
        // Writing to a string cannot fail.
        let _infallible = writeln!(
            text,
            "{:<10}  {:<7}  {} {}: {}{}",
            line.verdict.as_str(),
            line.kind.as_str(),
            line.pipeline,
            line.what,
            figures(line).map_or_else(String::new, |figures| format!("{figures}; ")),
            line.sentence
        );
    }
    text + &comparison.headline() + "\n"
}

/// Old and new figure, where there are both.
fn figures(line: &Line) -> Option<String> {
    let (base, head) = line.base.zip(line.head)?;
    match line.kind {
        Kind::Quality => Some(format!("{base:.4} → {head:.4}")),
        Kind::Speed => Some(format!("{base:.3} s → {head:.3} s")),
        Kind::Memory | Kind::Cells => None,
    }
}
