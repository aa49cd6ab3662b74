//! Seconds of stages: the median over rounds against the spread of rounds.
//!
//! A cell's seconds are taken against the median of that very cell, so that a pipeline's rounds are
//! medians over its cells: what disturbs a few of them does not count.

use super::noise::{MIN_ROUNDS, Rounds};
use super::pairs::{OfPipeline, Pairs};
use super::quickest::quickest;
use super::{Kind, Line, Verdict};
use crate::results::StoredCell;
use crate::spread::median;
use crate::store::RunSection;

/// Stages of pipelines that take less than this in both are told together: the clock and the
/// system's own work are too large a part of them.
const MIN_SECONDS: f64 = 0.02;

/// Cells that a line over all pipelines takes at least: the median of a few says little.
const MIN_CELLS: usize = 5;

/// What stands for the pipeline in lines over all of them.
pub const ALL_PIPELINES: &str = "all pipelines";

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
        (MIN_CELLS <= cells.len()).then(|| line(dataset, ALL_PIPELINES, what, &cells, least))
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
    // Those of both sides: a stage that is new costs seconds too.
    let sides = cells.iter().flat_map(|(base, head)| [base, head]);
    for timing in sides.flat_map(|cell| &cell.record.run.timings) {
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

/// The seconds of each cell as ratios to the median of all its rounds: the old rounds, then the new
/// ones, of the last that all cells have; and how many rounds are old.
fn relative(cells: &[Timed]) -> (Vec<Vec<f64>>, usize) {
    let n = cells.iter().map(|cell| cell.base.len()).min().unwrap_or(0);
    let m = cells.iter().map(|cell| cell.head.len()).min().unwrap_or(0);
    let last = |values: &[f64], n: usize| values[values.len() - n..].to_vec();
    let mut relative = Vec::new();
    for cell in cells {
        let seconds = [last(&cell.base, n), last(&cell.head, m)].concat();
        let Some(middle) = median(&seconds).filter(|middle| 0.0 < *middle) else { continue };
        relative.push(seconds.iter().map(|seconds| seconds / middle).collect());
    }
    (relative, n)
}

/// Each round as the median over cells.
fn rounds(relative: &[Vec<f64>], n_base: usize) -> Rounds {
    let n_rounds = relative.first().map_or(0, Vec::len);
    let middle =
        |round: usize| median(&relative.iter().map(|cell| cell[round]).collect::<Vec<_>>());
    Rounds {
        base: (0..n_base.min(n_rounds)).filter_map(middle).collect(),
        head: (n_base..n_rounds).filter_map(middle).collect(),
    }
}

/// A ratio of seconds with the limit that it is held against.
#[derive(Clone, Copy)]
struct Judged {
    ratio: f64,
    limit: f64,
}

impl Judged {
    fn new(ratio: f64, bound: f64, least: f64) -> Judged {
        Judged { ratio, limit: bound.max(1.0 + least) }
    }

    fn is_slower(&self) -> bool {
        self.limit < self.ratio
    }

    fn is_faster(&self) -> bool {
        self.ratio < 1.0 / self.limit
    }

    /// How far towards its limit the ratio is.
    fn severity(&self) -> f64 {
        self.ratio.ln() / self.limit.ln()
    }
}

/// What the rounds of a stage say: their medians, and the quickest of them.
fn line(dataset: &str, pipeline: &str, what: &str, cells: &[Timed], least: f64) -> Line {
    let (relative, n_base) = relative(cells);
    let rounds = rounds(&relative, n_base);
    let (n, m) = (rounds.base.len(), rounds.head.len());
    let ratio = rounds.ratio().filter(|ratio| ratio.is_finite());
    let median = ratio.zip(rounds.bound()).map(|(ratio, bound)| Judged::new(ratio, bound, least));
    let quickest = quickest(&relative, n_base);
    let quickest = quickest.map(|found| Judged::new(found.ratio, found.bound, least));
    let of_quickest = quickest.map_or_else(String::new, |of| {
        format!("; of the quickest rounds {:.3}, limit {:.3}", of.ratio, of.limit)
    });
    let (verdict, sentence) = match (ratio, median) {
        (_, Some(of)) => {
            let looks = || [Some(of), quickest].into_iter().flatten();
            let verdict = if looks().any(|of| of.is_slower()) {
                Verdict::Regression
            } else if looks().any(|of| of.is_faster()) {
                Verdict::Better
            } else {
                Verdict::Same
            };
            let sentence = format!(
                "{:.3} of the seconds, limit {:.3}{of_quickest} ({n} and {m} rounds)",
                of.ratio, of.limit
            );
            (verdict, sentence)
        }
        (Some(ratio), None) => {
            let sentence = format!(
                "{ratio:.3} of the seconds in {n} and {m} rounds: {MIN_ROUNDS} of each at least \
                 are wanted to tell"
            );
            (Verdict::Incomplete, sentence)
        }
        (None, None) => {
            let [before, now] = [&rounds.base, &rounds.head].map(|side| side.iter().sum::<f64>());
            let new = before == 0.0 && 0.0 < now;
            let sentence = if new { "a stage that was not there before" } else { "no seconds" };
            (Verdict::Incomplete, format!("{sentence}: nothing to compare"))
        }
    };
    let looks = median.into_iter().chain(quickest);
    let worst = match verdict {
        Verdict::Regression => looks.max_by(|a, b| a.severity().total_cmp(&b.severity())),
        // The look that tells most.
        _ => looks.min_by(|a, b| a.limit.total_cmp(&b.limit)),
    };
    Line {
        kind: Kind::Speed,
        dataset: dataset.to_owned(),
        pipeline: pipeline.to_owned(),
        what: what.to_owned(),
        base: Some(total(cells, |cell| &cell.base)),
        head: Some(total(cells, |cell| &cell.head)),
        worse_by: worst.map(|of| of.ratio).or(ratio).map(|ratio| ratio - 1.0),
        limit: worst.map(|of| of.limit - 1.0),
        verdict,
        sentence,
    }
}
