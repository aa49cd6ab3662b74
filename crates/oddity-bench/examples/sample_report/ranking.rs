//! Leaderboards, comparisons and scores along time that look like those of a run.

use crate::figures::Dice;
use oddity_bench::report::{
    Comparison, Interval, Leaderboard, LeaderboardEntry, Status, ThresholdNote, Timeline,
};
use oddity_bench::report_pages::comparison;
use oddity_eval::compare::{ClusterBy, ResultRow, ResultTable};
use oddity_eval::measure::Direction;

/// A leaderboard of detectors by ROC AUC, with failures.
pub(crate) fn leaderboard(detectors: &[(&str, f64)]) -> Leaderboard {
    let entry = |(at, &(name, auc)): (usize, &(&str, f64))| LeaderboardEntry {
        pipeline: format!("one-class/{name}"),
        value: Some(auc),
        interval: Some(Interval {
            low: auc - 0.018,
            high: (auc + 0.017).min(1.0),
            note: "95 % percentile bootstrap over 746 traces, 2000 replicates".into(),
        }),
        sd_seeds: (name == "random").then_some(0.004),
        n_seeds: 1,
        fit_seconds: Some(0.02 * 1.9_f64.powi(at as i32)),
        score_seconds: Some(0.11 / (1.0 + at as f64)),
        peak_bytes: Some(180_000_000 + 31_000_000 * at as u64),
        ..LeaderboardEntry::default()
    };
    let without = |name: &str, status, reason: &str| LeaderboardEntry {
        pipeline: format!("one-class/{name}"),
        status,
        reason: Some(reason.into()),
        ..LeaderboardEntry::default()
    };
    let mut entries: Vec<LeaderboardEntry> = detectors.iter().enumerate().map(entry).collect();
    entries.push(without("markov", Status::Timeout, "120 s passed while fitting order 12"));
    entries.push(without("constant", Status::Ok, "one class only"));
    entries.push(without("lstm", Status::Skipped, "needs feature burn"));
    Leaderboard {
        dataset: "ADFA-LD".into(),
        task: "one-class".into(),
        measure: "roc_auc".into(),
        split: "test".into(),
        entries,
        ..Leaderboard::default()
    }
}

/// The same with other figures, of a measure of which less is better.
pub(crate) fn false_alarms(board: &Leaderboard) -> Leaderboard {
    let mut board = Leaderboard {
        measure: "false_positive_rate".into(),
        lower_is_better: true,
        threshold: Some(ThresholdNote {
            provenance: "quantile(q=0.99) of the last 0.2 of the normal training samples".into(),
            oracle: false,
        }),
        ..board.clone()
    };
    for entry in &mut board.entries {
        entry.value = entry.value.map(|value| (1.0 - value) / 7.0);
        entry.interval = None;
    }
    board
}

/// Twelve detectors on thirty series, of which the first three are as good as each other.
pub(crate) fn ranks(dice: &mut Dice) -> Comparison {
    let skill = |at: usize| 0.9 - 0.03 * at.saturating_sub(2) as f64;
    let rows = (0..30).map(|series| ResultRow {
        dataset: format!("series-{series:02}"),
        source: format!("site-{}", series % 15),
        values: (0..12)
            .map(|at| (series != 7 || at != 4).then(|| skill(at) + 0.05 * dice.normal()))
            .collect(),
    });
    let table = ResultTable {
        detectors: (1..=12).map(|at| format!("detector-{at:02}")).collect(),
        rows: rows.collect(),
    };
    comparison("roc_auc over 30 series", &table, Direction::HigherIsBetter, ClusterBy::Source)
}

/// What is said where there are too few datasets.
pub(crate) fn too_few() -> Comparison {
    let table = ResultTable { detectors: vec!["a".into(), "b".into()], rows: vec![] };
    comparison("f1 over the tasks", &table, Direction::HigherIsBetter, ClusterBy::Dataset)
}

/// Scores of two days, a minute each, with six attacks of which four stand out.
pub(crate) fn timeline(dice: &mut Dice) -> Timeline {
    let attacks: Vec<(usize, usize)> =
        (0..6).map(|at| (400 + at * 420, 430 + at * 420 + at * 9)).collect();
    let scores = (0..2880).map(|at| {
        let attack = attacks.iter().position(|(from, to)| (*from..*to).contains(&at));
        let lift = attack.map_or(0.0, |attack| if attack % 3 == 2 { 0.1 } else { 1.5 });
        (0.4 + 0.1 * dice.normal() + lift).abs()
    });
    Timeline {
        title: "one-class/stide-6: scores of the test part".into(),
        x_label: "minute of the test part".into(),
        scores: scores.collect(),
        attacks,
        cutoff: Some(0.7),
        threshold: Some(ThresholdNote {
            provenance: "quantile(q=0.99) of the last 0.2 of the normal training samples".into(),
            oracle: false,
        }),
    }
}
