//! Seconds of stages: the median over rounds against the spread of rounds.
//!
//! A cell's seconds are taken against the median of that very cell, so that a pipeline's rounds are
//! medians over its cells: what disturbs a few of them does not count.

use super::noise::{MIN_ROUNDS, Rounds, median};
use super::pairs::{OfPipeline, Pairs};
use super::{Kind, Line, Verdict};
use crate::results::StoredCell;
use crate::store::RunSection;

/// Stages of pipelines that take less than this in both are told together: the clock and the
/// system's own work are too large a part of them.
const MIN_SECONDS: f64 = 0.02;

/// Cells that a line over all pipelines takes at least: the median of a few says little.
const MIN_CELLS: usize = 5;

/// The stage that the pipelines of a task share.
const SHARED: &str = "features";

/// One stage of one cell: its seconds in the rounds of both sides.
#[derive(Clone)]
struct Timed {
    base: Vec<f64>,
    head: Vec<f64>,
}

/// A stage of a pipeline, with all its cells.
struct Stage {
    dataset: String,
    pipeline: String,
    name: String,
    cells: Vec<Timed>,
}

/// A line for each stage of a pipeline, one for all short ones, and one for each stage over all
/// pipelines.
pub(super) fn lines(pairs: &Pairs<'_>, least: f64) -> Vec<Line> {
    let mut stages: Vec<Stage> = Vec::new();
    for pipeline in pairs.of_pipelines() {
        for stage in stages_of(&pipeline) {
            let is_known =
                |known: &Stage| (&known.pipeline, &known.name) == (&stage.pipeline, &stage.name);
            if !stages.iter().any(is_known) {
                stages.push(stage);
            }
        }
    }
    let (short, long): (Vec<&Stage>, Vec<&Stage>) = stages.iter().partition(|stage| {
        let seconds =
            [total(&stage.cells, |cell| &cell.base), total(&stage.cells, |cell| &cell.head)];
        seconds.iter().all(|seconds| *seconds < MIN_SECONDS)
    });
    let mut lines: Vec<Line> = long
        .iter()
        .map(|stage| line(&stage.dataset, &stage.pipeline, &stage.name, &stage.cells, least))
        .collect();
    let together = |stages: &[&Stage], what: &str| {
        let cells: Vec<Timed> = stages.iter().flat_map(|stage| stage.cells.clone()).collect();
        let dataset = stages.first().map_or("", |stage| stage.dataset.as_str());
        (MIN_CELLS <= cells.len()).then(|| line(dataset, "all pipelines", what, &cells, least))
    };
    lines.extend(together(&short, &format!("{} short stages", short.len())));
    let mut names: Vec<&str> = Vec::new();
    for stage in &stages {
        if !names.contains(&stage.name.as_str()) {
            names.push(&stage.name);
        }
    }
    for name in names {
        let of_name: Vec<&Stage> = stages.iter().filter(|stage| stage.name == name).collect();
        if 1 < of_name.len() {
            lines.extend(together(&of_name, name));
        }
    }
    lines
}

/// The stages of a pipeline; the shared one under the name of its task.
fn stages_of(pipeline: &OfPipeline<'_>) -> Vec<Stage> {
    let cells: Vec<_> = pipeline.pairs.iter().filter_map(|pair| pair.both()).collect();
    let mut names: Vec<&str> = Vec::new();
    for timing in cells.iter().flat_map(|(base, _)| &base.record.run.timings) {
        if !names.contains(&timing.stage.as_str()) {
            names.push(&timing.stage);
        }
    }
    let timed = |name: &str| {
        let timed = cells
            .iter()
            .map(|(base, head)| Timed { base: seconds(base, name), head: seconds(head, name) });
        timed.collect()
    };
    let stages = names.iter().map(|&name| Stage {
        dataset: pipeline.dataset.clone(),
        pipeline: if name == SHARED { pipeline.task.id.clone() } else { pipeline.id.clone() },
        name: name.to_owned(),
        cells: timed(name),
    });
    stages.collect()
}

/// Seconds of a cell's stage in each round that did the whole work, the oldest first.
fn seconds(cell: &StoredCell, stage: &str) -> Vec<f64> {
    let of_run = |run: &RunSection| -> f64 {
        let of_stage = run.timings.iter().filter(|timing| timing.stage == stage);
        of_stage.map(|timing| timing.seconds).sum()
    };
    if cell.history.is_empty() {
        let run = &cell.record.run;
        return if run.resumed { Vec::new() } else { vec![of_run(run)] };
    }
    let whole = cell.history.iter().filter(|round| !round.run.resumed);
    whole.map(|round| of_run(&round.run)).collect()
}

/// Seconds of all cells together, of each the median.
fn total(cells: &[Timed], side: fn(&Timed) -> &Vec<f64>) -> f64 {
    cells.iter().filter_map(|cell| median(side(cell))).sum()
}

/// Each round as the median over cells of their seconds, as a ratio to the median of all rounds
/// of that cell; of the last rounds that all cells have.
fn rounds(cells: &[Timed]) -> Rounds {
    let n = cells.iter().map(|cell| cell.base.len()).min().unwrap_or(0);
    let m = cells.iter().map(|cell| cell.head.len()).min().unwrap_or(0);
    let last = |values: &[f64], n: usize| values[values.len() - n..].to_vec();
    let mut relative: Vec<Timed> = Vec::new();
    for cell in cells {
        let (base, head) = (last(&cell.base, n), last(&cell.head, m));
        let Some(middle) = median(&[base.clone(), head.clone()].concat()) else { continue };
        if 0.0 < middle {
            let to_middle = |side: Vec<f64>| side.iter().map(|seconds| seconds / middle).collect();
            relative.push(Timed { base: to_middle(base), head: to_middle(head) });
        }
    }
    let middle = |round: usize, side: fn(&Timed) -> &Vec<f64>| {
        median(&relative.iter().map(|cell| side(cell)[round]).collect::<Vec<_>>())
    };
    Rounds {
        base: (0..n).filter_map(|round| middle(round, |cell| &cell.base)).collect(),
        head: (0..m).filter_map(|round| middle(round, |cell| &cell.head)).collect(),
    }
}

/// What the rounds of a stage say.
fn line(dataset: &str, pipeline: &str, what: &str, cells: &[Timed], least: f64) -> Line {
    let rounds = rounds(cells);
    let (n, m) = (rounds.base.len(), rounds.head.len());
    let (ratio, bound) = (rounds.ratio().filter(|ratio| ratio.is_finite()), rounds.bound());
    let (verdict, limit, sentence) = match (ratio, bound) {
        (Some(ratio), Some(bound)) => {
            let limit = bound.max(1.0 + least);
            let verdict = if limit < ratio {
                Verdict::Regression
            } else if ratio < 1.0 / limit {
                Verdict::Better
            } else {
                Verdict::Same
            };
            let sentence = format!(
                "{ratio:.3} of the seconds, {limit:.3} is the limit (rounds vary by {bound:.3}; \
                 {n} and {m} of them)"
            );
            (verdict, Some(limit - 1.0), sentence)
        }
        (Some(ratio), None) => {
            let sentence = format!(
                "{ratio:.3} of the seconds in {n} and {m} rounds: {MIN_ROUNDS} of each at least \
                 are wanted to tell"
            );
            (Verdict::Incomplete, None, sentence)
        }
        (None, _) => (Verdict::Incomplete, None, "no seconds to compare".to_owned()),
    };
    Line {
        kind: Kind::Speed,
        dataset: dataset.to_owned(),
        pipeline: pipeline.to_owned(),
        what: what.to_owned(),
        base: Some(total(cells, |cell| &cell.base)),
        head: Some(total(cells, |cell| &cell.head)),
        worse_by: ratio.map(|ratio| ratio - 1.0),
        limit,
        verdict,
        sentence,
    }
}
