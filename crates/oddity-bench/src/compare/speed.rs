//! Seconds of stages: the median over rounds against the spread of rounds.

use std::collections::BTreeMap;

use super::noise::{MIN_ROUNDS, Rounds};
use super::pairs::{OfPipeline, Pairs};
use super::{Kind, Line, Verdict};
use crate::results::StoredCell;
use crate::store::RunSection;

/// Stages that take less than this in both are told together: the clock and the system's own
/// work are too large a part of them.
const MIN_SECONDS: f64 = 0.02;

/// A line for each stage of a pipeline, summed over its cells, and one for all short ones.
pub(super) fn lines(pairs: &Pairs<'_>, least: f64) -> Vec<Line> {
    let (mut lines, mut short) = (Vec::new(), Vec::new());
    let mut short_dataset = None;
    for pipeline in pairs.of_pipelines() {
        for (stage, rounds) in stages(&pipeline) {
            if is_short(&rounds) && rounds.bound().is_some() {
                short_dataset.get_or_insert_with(|| pipeline.dataset.clone());
                short.push(rounds);
            } else {
                lines.push(line(&pipeline.dataset, &pipeline.id, &stage, &rounds, least));
            }
        }
    }
    if let Some(dataset) = short_dataset {
        let what = format!("{} stages below {MIN_SECONDS} s", short.len());
        let together = sum(&short);
        if !is_short(&together) {
            lines.push(line(&dataset, "all", &what, &together, least));
        }
    }
    lines
}

fn is_short(rounds: &Rounds) -> bool {
    let (base, head) = rounds.medians();
    base.into_iter().chain(head).all(|seconds| seconds < MIN_SECONDS)
}

/// The stages of a pipeline with the seconds of each round.
fn stages(pipeline: &OfPipeline<'_>) -> Vec<(String, Rounds)> {
    let cells: Vec<_> = pipeline.pairs.iter().filter_map(|pair| pair.both()).collect();
    let mut stages: Vec<String> = Vec::new();
    for (base, head) in &cells {
        for timing in base.record.run.timings.iter().chain(&head.record.run.timings) {
            if !stages.contains(&timing.stage) {
                stages.push(timing.stage.clone());
            }
        }
    }
    let seconds = |stage: &str| Rounds {
        base: by_round(cells.iter().map(|(base, _)| *base), stage),
        head: by_round(cells.iter().map(|(_, head)| *head), stage),
    };
    stages.iter().map(|stage| (stage.clone(), seconds(stage))).collect()
}

/// Seconds of a stage summed over cells, for each of the last rounds that all of them have.
fn by_round<'a>(cells: impl Iterator<Item = &'a StoredCell>, stage: &str) -> Vec<f64> {
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    let mut n_rounds = usize::MAX;
    for cell in cells {
        let rounds = rounds(cell);
        n_rounds = n_rounds.min(rounds.len());
        for (back, run) in rounds.iter().rev().enumerate() {
            let of_stage = run.timings.iter().filter(|timing| timing.stage == stage);
            *sums.entry(back).or_default() += of_stage.map(|timing| timing.seconds).sum::<f64>();
        }
    }
    // The oldest first, so that rounds that were taken in turns stand beside each other.
    sums.into_iter().filter(|(back, _)| *back < n_rounds).map(|(_, sum)| sum).rev().collect()
}

/// The rounds whose seconds are those of the whole work.
fn rounds(cell: &StoredCell) -> Vec<&RunSection> {
    let whole = |run: &&RunSection| !run.resumed;
    if cell.history.is_empty() {
        return [&cell.record.run].into_iter().filter(whole).collect();
    }
    cell.history.iter().map(|round| &round.run).filter(whole).collect()
}

fn sum(all: &[Rounds]) -> Rounds {
    let add = |side: fn(&Rounds) -> &Vec<f64>| {
        let n = all.iter().map(|rounds| side(rounds).len()).min().unwrap_or(0);
        (0..n).map(|round| all.iter().map(|rounds| side(rounds)[round]).sum()).collect()
    };
    Rounds { base: add(|rounds| &rounds.base), head: add(|rounds| &rounds.head) }
}

/// What the rounds of a stage say.
pub(super) fn line(dataset: &str, pipeline: &str, what: &str, rounds: &Rounds, least: f64) -> Line {
    let (base, head) = rounds.medians();
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
        base,
        head,
        worse_by: ratio.map(|ratio| ratio - 1.0),
        limit,
        verdict,
        sentence,
    }
}
