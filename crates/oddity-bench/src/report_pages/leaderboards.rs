//! The leaderboards of a suite: its pipelines by each measure of their task.

use std::collections::BTreeMap;

use oddity_eval::measure::Direction;

use crate::plan::Plan;
use crate::report as model;
use crate::report::summary::{Block, Line, blocks};
use crate::results::{Results, direction};
use crate::store::PeakOf;
use crate::suite::{SplitConfig, Task};

/// Stages that count as fitting, and as scoring.
const FIT: [&str; 2] = ["search", "fit"];
const SCORE: [&str; 2] = ["predict", "score"];

/// The leaderboards of each task, in the order of its measures. `rows` are those of the page.
pub(super) fn leaderboards(
    plan: &Plan<'_>,
    results: &Results,
    rows: &[model::ResultRow],
) -> Vec<model::Leaderboard> {
    let costs = costs(results);
    let mut boards = Vec::new();
    for task in &plan.suite.tasks {
        let ids: Vec<String> =
            task.pipelines.iter().map(|pipeline| task.pipeline_id(pipeline)).collect();
        let of_task = rows.iter().filter(|row| ids.contains(&row.pipeline));
        let dataset = results.rows.iter().find(|row| ids.contains(&row.pipeline));
        let Some(dataset) = dataset.map(|row| &row.dataset) else { continue };
        for block in blocks(of_task) {
            // How well a model fits its training samples ranks nothing.
            let is_training = block.split == Some("train");
            // Without a direction there is no order.
            if let Some(direction) = direction_of(&block).filter(|_| !is_training) {
                boards.push(board(task, dataset, &block, direction, &costs));
            }
        }
    }
    boards
}

fn board(
    task: &Task,
    dataset: &str,
    block: &Block<'_>,
    direction: Direction,
    costs: &Costs,
) -> model::Leaderboard {
    model::Leaderboard {
        dataset: dataset.to_owned(),
        task: task.id.clone(),
        measure: block.measure.to_owned(),
        params: block.params.to_owned(),
        threshold: block.threshold.cloned(),
        split: match block.split {
            Some(split) => split.to_owned(),
            None => {
                let n_folds = block.lines.iter().map(|line| line.n_folds).max().unwrap_or(0);
                let what = match task.split {
                    SplitConfig::Series { .. } => "series",
                    _ => "folds",
                };
                format!("mean over {n_folds} {what}")
            }
        },
        lower_is_better: direction == Direction::LowerIsBetter,
        entries: block.lines.iter().map(|line| entry(line, costs)).collect(),
    }
}

fn entry(line: &Line<'_>, costs: &Costs) -> model::LeaderboardEntry {
    let cost = costs.get(line.pipeline).cloned().unwrap_or_default();
    let mean = |seconds: &BTreeMap<(String, usize), f64>| {
        (!seconds.is_empty()).then(|| seconds.values().sum::<f64>() / seconds.len() as f64)
    };
    model::LeaderboardEntry {
        pipeline: line.pipeline.to_owned(),
        value: line.mean,
        interval: line.interval.ok().cloned(),
        no_interval: line.interval.err().flatten().map(str::to_owned),
        sd_seeds: line.sd_seeds,
        n_seeds: line.n_seeds,
        fit_seconds: mean(&cost.fit),
        score_seconds: mean(&cost.score),
        peak_bytes: cost.peak_bytes,
        peak_is_of_process: cost.is_of_process,
        status: line.status,
        reason: line.reason.map(str::to_owned),
    }
}

/// Which way the measure of a block is better.
fn direction_of(block: &Block<'_>) -> Option<Direction> {
    match block.params {
        "" => direction(block.measure),
        params => direction(&format!("{}({})", block.measure, params.replace(", ", ","))),
    }
}

/// What the cells of each pipeline cost.
type Costs = BTreeMap<String, Cost>;

/// Seconds by cell and round, and memory.
#[derive(Clone, Default)]
struct Cost {
    fit: BTreeMap<(String, usize), f64>,
    score: BTreeMap<(String, usize), f64>,
    peak_bytes: Option<u64>,
    /// Whether the peak is of more than the cells: of the process until they were done.
    is_of_process: bool,
}

fn costs(results: &Results) -> Costs {
    let mut costs = Costs::new();
    for timing in &results.timings {
        let cost = costs.entry(timing.name.pipeline.clone()).or_default();
        cost.peak_bytes = cost.peak_bytes.max(timing.peak_rss_bytes);
        cost.is_of_process |= timing.peak_rss_of == PeakOf::Process;
        if timing.resumed {
            // What came before the checkpoint is not in its seconds.
            continue;
        }
        for (stages, seconds) in [(FIT, &mut cost.fit), (SCORE, &mut cost.score)] {
            if stages.contains(&timing.stage.as_str()) {
                *seconds.entry((timing.cell.clone(), timing.round)).or_default() += timing.seconds;
            }
        }
    }
    costs
}
