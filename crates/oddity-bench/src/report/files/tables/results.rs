//! The results as plain cells: one line a pipeline and measure, and all rows.

use super::{optional, text, without_empty, words};
use crate::report::model::{Cell, SuitePage, Table, ThresholdNote};
use crate::report::summary::{blocks, group_of, groups};

/// The compact results, one table a group.
pub(super) fn compact(suite: &SuitePage) -> Vec<Table> {
    let names = suite.results.iter().map(|row| row.pipeline.as_str());
    let table = |group: &str| {
        let of_group = suite.results.iter().filter(|row| group_of(&row.pipeline) == group);
        let mut rows = Vec::new();
        for block in blocks(of_group) {
            for line in &block.lines {
                rows.push(vec![
                    text(block.measure),
                    text(block.params),
                    text(block.split.unwrap_or("cross-validation")),
                    text(&threshold(block.threshold)),
                    text(line.pipeline),
                    Cell::Count(line.n_folds as u64),
                    Cell::Count(line.n_seeds as u64),
                    Cell::Number(line.mean),
                    optional(line.interval.ok().map(|interval| interval.low)),
                    optional(line.interval.ok().map(|interval| interval.high)),
                    optional(line.sd_folds),
                    optional(line.sd_seeds),
                    optional(line.published),
                    optional(line.published_sd),
                    optional(line.rerun),
                    optional(line.rerun_sd),
                    text(line.status.words()),
                    text(line.reason.unwrap_or_default()),
                ]);
            }
        }
        without_empty(Table {
            title: group.to_owned(),
            columns: words([
                "measure",
                "parameters",
                "split",
                "threshold",
                "pipeline",
                "folds",
                "seeds",
                "measured",
                "low",
                "high",
                "sd, folds",
                "sd, seeds",
                "published",
                "published sd",
                "re-run",
                "re-run sd",
                "status",
                "reason",
            ]),
            rows,
        })
    };
    groups(names).into_iter().map(table).collect()
}

/// Every row.
pub(super) fn all(suite: &SuitePage) -> Table {
    let rows = suite.results.iter().map(|row| {
        vec![
            text(&row.pipeline),
            row.seed.map_or_else(|| text(""), Cell::Count),
            text(&row.split),
            text(&row.measure),
            text(&row.params),
            text(&threshold(row.threshold.as_ref())),
            Cell::Number(row.value),
            optional(row.interval.as_ref().map(|interval| interval.low)),
            optional(row.interval.as_ref().map(|interval| interval.high)),
            optional(row.published),
            optional(row.rerun),
            text(row.status.words()),
            text(row.reason.as_deref().unwrap_or_default()),
        ]
    });
    Table {
        title: "All rows".to_owned(),
        columns: words([
            "pipeline",
            "seed",
            "split",
            "measure",
            "parameters",
            "threshold",
            "value",
            "low",
            "high",
            "published",
            "re-run",
            "status",
            "reason",
        ]),
        rows: rows.collect(),
    }
}

fn threshold(note: Option<&ThresholdNote>) -> String {
    match note {
        Some(note) if note.oracle && !note.provenance.contains("oracle") => {
            format!("oracle: {}", note.provenance)
        }
        Some(note) => note.provenance.clone(),
        None => String::new(),
    }
}
