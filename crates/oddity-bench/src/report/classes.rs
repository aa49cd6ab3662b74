//! Classification reports: precision, recall and F1 a class.

use super::markup::Markup;
use super::model::{ClassReport, ClassRow, SuitePage};
use super::table::{self, Column};

/// Writes the classification reports of a suite.
pub(crate) fn class_reports(markup: &mut Markup, suite: &SuitePage) {
    markup.element("div", &[("class", &"cards")], |markup| {
        for report in &suite.class_reports {
            markup.element("figure", &[("class", &"card")], |markup| class_report(markup, report));
        }
    });
}

fn class_report(markup: &mut Markup, report: &ClassReport) {
    table::caption(markup, &report.pipeline, &report.split);
    let columns = [
        Column::text("class"),
        Column::number("precision"),
        Column::number("recall"),
        Column::number("F1"),
        Column::number("support"),
    ];
    table::table(markup, &format!("Classes of {}", report.pipeline), &columns, |markup| {
        for part in [&report.classes, &report.averages] {
            if part.is_empty() {
                continue;
            }
            markup.element("tbody", &[], |markup| {
                for row in part {
                    markup.element("tr", &[], |markup| class_row(markup, row));
                }
            });
        }
    });
}

fn class_row(markup: &mut Markup, row: &ClassRow) {
    table::row_head(markup, &row.name);
    for value in [row.precision, row.recall, row.f1] {
        table::figure(markup, value);
    }
    table::count(markup, row.support);
}
