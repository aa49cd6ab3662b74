//! The compact results: a table a group of pipelines, measured beside published.

use super::markup::Markup;
use super::model::{Status, SuitePage};
use super::summary::{Block, Line, blocks, group_of, groups, name_in_group};
use super::{number, table};
use table::Column;

/// Writes the compact tables of a suite, one a group.
pub(crate) fn results(markup: &mut Markup, suite: &SuitePage) {
    for group in groups(suite.results.iter().map(|row| row.pipeline.as_str())) {
        let rows = suite.results.iter().filter(|row| group_of(&row.pipeline) == group);
        let blocks = blocks(rows);
        markup.element("h4", &[], |markup| group_title(markup, group));
        for (_, sentence) in suite.groups.iter().filter(|(name, _)| name == group) {
            markup.leaf("p", &[("class", &"lead")], sentence);
        }
        group_table(markup, group, &blocks);
    }
}

/// Writes a group's name, or a word where its pipelines have no group.
pub(crate) fn group_title(markup: &mut Markup, group: &str) {
    if group.is_empty() {
        markup.text("Pipelines");
    } else {
        markup.leaf("code", &[], group);
    }
}

/// Which columns of a group's table have anything in them.
struct Shown {
    n_decimals: usize,
    sd_folds: bool,
    sd_seeds: bool,
    published: bool,
    published_sd: bool,
    rerun: bool,
    rerun_sd: bool,
}

impl Shown {
    fn of(blocks: &[Block<'_>]) -> Self {
        let any =
            |has: fn(&Line<'_>) -> bool| blocks.iter().flat_map(|block| &block.lines).any(has);
        let lines = || blocks.iter().flat_map(|block| &block.lines);
        Self {
            n_decimals: lines()
                .flat_map(|line| [line.published, line.published_sd, line.rerun, line.rerun_sd])
                .flatten()
                .map(number::n_decimals_of)
                .max()
                .unwrap_or(0),
            sd_folds: any(|line| line.sd_folds.is_some()),
            sd_seeds: any(|line| line.sd_seeds.is_some()),
            published: any(|line| line.published.is_some()),
            published_sd: any(|line| line.published_sd.is_some()),
            rerun: any(|line| line.rerun.is_some()),
            rerun_sd: any(|line| line.rerun_sd.is_some()),
        }
    }

    fn columns(&self) -> Vec<Column> {
        let columns = [
            (true, Column::text("pipeline")),
            (true, Column::text("runs")),
            (true, Column::number("measured")),
            (self.sd_folds, Column::number("sd, folds")),
            (self.sd_seeds, Column::number("sd, seeds")),
            (self.published, Column::number("published")),
            (self.published_sd, Column::number("its sd")),
            (self.published, Column::number("difference")),
            (self.rerun, Column::number("re-run")),
            (self.rerun_sd, Column::number("its sd")),
            (self.rerun, Column::number("difference")),
            (true, Column::text("status")),
        ];
        columns.into_iter().filter_map(|(shown, column)| shown.then_some(column)).collect()
    }
}

fn group_table(markup: &mut Markup, group: &str, blocks: &[Block<'_>]) {
    let shown = Shown::of(blocks);
    let columns = shown.columns();
    table::table(markup, &format!("Results of {group}"), &columns, |markup| {
        for block in blocks {
            markup.element("tbody", &[], |markup| {
                markup.element("tr", &[("class", &"block")], |markup| {
                    let attributes: [(&str, &dyn std::fmt::Display); 2] =
                        [("colspan", &columns.len()), ("scope", &"rowgroup")];
                    markup.element("th", &attributes, |markup| block_title(markup, block));
                });
                for line in &block.lines {
                    markup.element("tr", &[], |markup| line_cells(markup, &shown, line));
                }
            });
        }
    });
}

fn block_title(markup: &mut Markup, block: &Block<'_>) {
    markup.element("span", &[("class", &"pin")], |markup| {
        markup.text(block.measure);
        if !block.params.is_empty() {
            markup.leaf("span", &[("class", &"params")], format_args!(" ({})", block.params));
        }
        markup.element("span", &[("class", &"aside")], |markup| {
            match block.split {
                Some(split) => markup.text(format_args!(" on {split}")),
                None => markup.text(" by cross-validation"),
            }
            if block.threshold.is_some() {
                markup.text(", threshold: ");
                table::threshold(markup, block.threshold);
            }
        });
    });
}

fn line_cells(markup: &mut Markup, shown: &Shown, line: &Line<'_>) {
    table::row_head(markup, name_in_group(line.pipeline));
    table::text(markup, &runs(line));
    match line.mean {
        Some(mean) => table::number(markup, mean, &number::figure(mean)),
        None if line.status == Status::Ok => table::word(markup, number::UNDEFINED),
        None => table::word(markup, line.status.words()),
    }
    optional(markup, shown.sd_folds, line.sd_folds);
    optional(markup, shown.sd_seeds, line.sd_seeds);
    let n = shown.n_decimals;
    beside(markup, shown.published, n, line.published);
    beside(markup, shown.published_sd, n, line.published_sd);
    if shown.published {
        difference(markup, line.mean, line.published);
    }
    beside(markup, shown.rerun, n, line.rerun);
    beside(markup, shown.rerun_sd, n, line.rerun_sd);
    if shown.rerun {
        difference(markup, line.mean, line.rerun);
    }
    let reason = if line.n_with_status < line.n_rows {
        let why = line.reason.unwrap_or("no reason given");
        Some(format!("{} of {} rows, {why}", line.n_with_status, line.n_rows))
    } else {
        line.reason.map(Into::into)
    };
    table::status(markup, &[], line.status, line.mean.is_some(), reason.as_deref());
}

/// Writes a figure to compare with, where its column is shown.
pub(crate) fn beside(markup: &mut Markup, shown: bool, n_decimals: usize, value: Option<f64>) {
    match value {
        Some(value) if shown => {
            table::number(markup, value, &number::aligned(value, n_decimals));
        }
        None if shown => table::empty(markup),
        _ => {}
    }
}

/// Writes the difference of two figures, or nothing where one is missing.
pub(crate) fn difference(markup: &mut Markup, value: Option<f64>, other: Option<f64>) {
    match value.zip(other) {
        Some((value, other)) => {
            table::number(markup, value - other, &number::difference(value, other));
        }
        None => table::empty(markup),
    }
}

fn optional(markup: &mut Markup, shown: bool, value: Option<f64>) {
    match value {
        Some(value) if shown => table::number(markup, value, &number::figure(value)),
        None if shown => table::empty(markup),
        _ => {}
    }
}

fn runs(line: &Line<'_>) -> String {
    let folds = match line.n_folds {
        0 => String::new(),
        1 => "1 fold".into(),
        n => format!("{n} folds"),
    };
    let seeds = match line.n_seeds {
        0 => String::new(),
        1 => "1 seed".into(),
        n => format!("{n} seeds"),
    };
    match (folds.is_empty(), seeds.is_empty()) {
        (false, false) => format!("{folds} × {seeds}"),
        (true, true) => "1 run".into(),
        _ => format!("{folds}{seeds}"),
    }
}
