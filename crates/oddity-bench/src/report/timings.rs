//! Timings: one line a pipeline and stage.

use super::markup::Markup;
use super::model::{SuitePage, TimingRow};
use super::table::{self, Column};
use super::{number, summary};
use crate::spread::median;

/// Writes the timings of a suite, summed over the cells of each pipeline and stage.
pub(crate) fn timings(markup: &mut Markup, suite: &SuitePage) {
    let columns = [
        Column::text("pipeline"),
        Column::text("stage"),
        Column::number("cells"),
        Column::number("total"),
        Column::number("median"),
        Column::number("longest"),
        Column::number("rows"),
        Column::number("rows a second"),
    ];
    table::table(markup, "Timings", &columns, |markup| {
        let pipelines = suite.timings.iter().map(|row| row.pipeline.as_str());
        for group in summary::groups(pipelines) {
            markup.element("tbody", &[], |markup| {
                for (pipeline, stage, rows) in gather(&suite.timings, group) {
                    markup.element("tr", &[], |markup| line(markup, pipeline, stage, &rows));
                }
            });
        }
    });
}

pub(crate) type Gathered<'a> = Vec<(&'a str, &'a str, Vec<&'a TimingRow>)>;

/// The rows of a group by pipeline and stage, in order of first appearance.
pub(crate) fn gather<'a>(timings: &'a [TimingRow], group: &str) -> Gathered<'a> {
    let mut at = std::collections::BTreeMap::new();
    let mut gathered: Gathered<'a> = Vec::new();
    for row in timings.iter().filter(|row| summary::group_of(&row.pipeline) == group) {
        let key = (row.pipeline.as_str(), row.stage.as_str());
        let line = *at.entry(key).or_insert_with(|| {
            gathered.push((key.0, key.1, vec![]));
            gathered.len() - 1
        });
        gathered[line].2.push(row);
    }
    gathered
}

fn line(markup: &mut Markup, pipeline: &str, stage: &str, rows: &[&TimingRow]) {
    let mut seconds: Vec<f64> = rows.iter().map(|row| row.seconds).collect();
    // Sums of the same order whatever the order of the rows.
    seconds.sort_by(f64::total_cmp);
    let total: f64 = seconds.iter().sum();
    let (middle, longest) = (median(&seconds), seconds.last().copied());
    table::row_head(markup, pipeline);
    table::text(markup, stage);
    table::count(markup, rows.len() as u64);
    for value in [Some(total), middle, longest].into_iter().flatten() {
        table::number(markup, value, &number::seconds(value));
    }
    let n_rows: Option<u64> =
        rows.iter().try_fold(0_u64, |sum, row| Some(sum.saturating_add(row.rows?)));
    match n_rows {
        Some(n_rows) => {
            table::count(markup, n_rows);
            let rate = n_rows as f64 / total;
            table::number(markup, rate, &number::three_digits(rate));
        }
        None => {
            table::empty(markup);
            table::empty(markup);
        }
    }
}
