//! Leaderboards and comparisons as plain cells.

use super::{optional, text, without_empty, words};
use crate::report::comparison::letters;
use crate::report::model::{Cell, Comparison, Leaderboard, Table};
use crate::report::ranking::ranked;

pub(super) fn leaderboard(board: &Leaderboard) -> Table {
    let row = |ranked: &crate::report::ranking::Ranked<'_>| {
        let entry = ranked.entry;
        let count = |count: Option<u64>| count.map_or_else(|| text(""), Cell::Count);
        let end = |of: fn(&crate::report::model::Interval) -> f64| {
            optional(entry.interval.as_ref().map(of))
        };
        vec![
            count(ranked.rank.map(|rank| rank as u64)),
            text(&entry.pipeline),
            Cell::Number(entry.value),
            end(|interval| interval.low),
            end(|interval| interval.high),
            text(entry.interval.as_ref().map_or("", |interval| interval.note.as_str())),
            text(ranked.against_best.map_or("", |against| against.words())),
            optional(entry.sd_seeds),
            optional(entry.fit_seconds),
            optional(entry.score_seconds),
            count(entry.peak_bytes),
            text(entry.status.words()),
            text(entry.reason.as_deref().unwrap_or_default()),
        ]
    };
    let mut title = format!("{}: {}", board.task, board.measure);
    for part in [&board.params, &board.split] {
        if !part.is_empty() {
            title.push_str(&format!(", {part}"));
        }
    }
    if let Some(threshold) = &board.threshold {
        title.push_str(&format!(", {}", threshold.provenance));
    }
    without_empty(Table {
        title,
        columns: words([
            "rank",
            "pipeline",
            &board.measure,
            "low",
            "high",
            "interval",
            "against the best",
            "sd, seeds",
            "fit seconds",
            "score seconds",
            "peak bytes",
            "status",
            "reason",
        ]),
        rows: ranked(board).iter().map(row).collect(),
    })
}

/// The ranks, and the p values of all pairs.
pub(super) fn comparison(comparison: &Comparison) -> impl Iterator<Item = Table> {
    let names = &comparison.detectors;
    let ranks =
        names.iter().zip(&comparison.mean_ranks).enumerate().map(|(place, (name, rank))| {
            vec![
                Cell::Count(place as u64 + 1),
                text(name),
                Cell::Number(Some(*rank)),
                text(&letters(comparison, place)),
            ]
        });
    let ranks = Table {
        title: comparison.title.clone(),
        columns: words(["place", "detector", "mean rank", "not told apart"]),
        rows: ranks.collect(),
    };
    let pairs = names.iter().zip(&comparison.adjusted_p_values).map(|(name, values)| {
        let values = values.iter().map(|&value| Cell::Number(Some(value)));
        std::iter::once(text(name)).chain(values).collect()
    });
    let pairs = Table {
        title: format!("{}, adjusted p values", comparison.title),
        columns: std::iter::once("detector".to_owned()).chain(names.iter().cloned()).collect(),
        rows: pairs.collect(),
    };
    [ranks, pairs].into_iter().filter(|table| !table.rows.is_empty())
}
