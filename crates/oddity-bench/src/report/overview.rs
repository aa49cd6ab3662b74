//! The overview: one line a suite, with what failed and how far from published it is.

use super::markup::Markup;
use super::model::{Report, Status, SuitePage};
use super::summary::{Line, blocks};
use super::table::{self, Column};
use super::{number, results};

/// Writes the table of suites. `anchors` holds one anchor a suite.
pub(crate) fn overview(markup: &mut Markup, report: &Report, anchors: &[String]) {
    let columns = [
        Column::text("suite"),
        Column::text("data"),
        Column::number("pipelines"),
        Column::number("figures"),
        Column::number("not ok"),
        Column::number("published"),
        Column::number("largest difference"),
        Column::text("of"),
    ];
    table::table(markup, "Suites", &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for (suite, anchor) in report.suites.iter().zip(anchors) {
                markup.element("tr", &[], |markup| line(markup, suite, anchor));
            }
        });
    });
}

fn line(markup: &mut Markup, suite: &SuitePage, anchor: &str) {
    markup.element("th", &[("scope", &"row")], |markup| {
        markup.leaf("a", &[("href", &format_args!("#{anchor}"))], heading(suite));
    });
    let names: Vec<&str> = suite.datasets.iter().map(|data| data.name.as_str()).collect();
    markup.leaf("td", &[("class", &"wrap")], names.join(", "));
    let mut pipelines: Vec<&str> = suite.results.iter().map(|row| row.pipeline.as_str()).collect();
    pipelines.sort_unstable();
    pipelines.dedup();
    table::count(markup, pipelines.len() as u64);
    let n_ok = suite.results.iter().filter(|row| row.status == Status::Ok).count();
    table::count(markup, suite.results.len() as u64);
    table::count(markup, (suite.results.len() - n_ok) as u64);
    let blocks = blocks(&suite.results);
    let lines = || blocks.iter().flat_map(|block| &block.lines);
    table::count(markup, lines().filter(|line| line.published.is_some()).count() as u64);
    match lines().filter_map(distance).max_by(|(_, a), (_, b)| a.total_cmp(b)) {
        Some((line, _)) => {
            results::difference(markup, line.mean, line.published);
            table::text(markup, line.pipeline);
        }
        None => {
            table::empty(markup);
            table::text(markup, "");
        }
    }
}

fn distance<'a, 'b>(line: &'b Line<'a>) -> Option<(&'b Line<'a>, f64)> {
    line.mean.zip(line.published).map(|(mean, published)| (line, (mean - published).abs()))
}

/// The heading of a suite: its title, else its identifier.
pub(crate) fn heading(suite: &SuitePage) -> &str {
    if suite.title.is_empty() { &suite.id } else { &suite.title }
}

/// A count and its noun.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number::count(n as u64), if n == 1 { one } else { many })
}
