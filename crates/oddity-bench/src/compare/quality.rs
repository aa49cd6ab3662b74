//! Measures of pipelines: a loss that is large enough to count, and larger than chance makes it.

use oddity_eval::measure::Direction;

use super::pairs::{OfPipeline, Pairs};
use super::{Kind, Line, Verdict, sampling};
use crate::error::Result;
use crate::results::{ResultRow, StoredCell, direction, evaluate};
use crate::store::{CellTable, Part};

/// Standard errors that a loss must exceed: one time in a hundred chance alone does so, one way
/// or the other.
const N_ERRORS: f64 = 2.576;

/// A line for each measure of each pipeline, at each of its thresholds.
pub(super) fn lines(pairs: &Pairs<'_>, least: f64) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for pipeline in pairs.of_pipelines() {
        let cells: Vec<_> = pipeline.pairs.iter().filter_map(|pair| pair.both()).collect();
        if cells.is_empty() {
            continue;
        }
        if cells.iter().any(|(base, head)| !of_same_samples(base, head)) {
            let sentence = "the scores are of other samples: has the data changed?";
            lines.push(of(&pipeline, "all measures", Verdict::Incomplete, sentence));
            continue;
        }
        let side = |cell: &StoredCell| -> Vec<ResultRow> {
            let rows =
                evaluate(pipeline.task, pipeline.pipeline, &cell.record, cell.table.as_ref());
            rows.into_iter().filter(|row| row.split == cell.record.name.split).collect()
        };
        let rows: Vec<(Vec<ResultRow>, Vec<ResultRow>)> =
            cells.iter().map(|(base, head)| (side(base), side(head))).collect();
        for at in 0..rows[0].0.len() {
            let figures: Vec<(&ResultRow, &ResultRow)> =
                rows.iter().map(|(base, head)| (&base[at], &head[at])).collect();
            lines.push(line(&pipeline, &cells, &figures, least));
        }
    }
    Ok(lines)
}

/// Whether both have scored the same samples with the same truth.
fn of_same_samples(base: &StoredCell, head: &StoredCell) -> bool {
    let tested = |table: &CellTable| -> Vec<(u32, u32)> {
        let rows = table.rows_of(Part::Test).into_iter();
        rows.map(|row| (table.sample[row], table.truth[row])).collect()
    };
    base.table.as_ref().map(tested) == head.table.as_ref().map(tested)
}

fn of(pipeline: &OfPipeline<'_>, what: &str, verdict: Verdict, sentence: &str) -> Line {
    Line {
        kind: Kind::Quality,
        dataset: pipeline.dataset.clone(),
        pipeline: pipeline.id.clone(),
        what: what.to_owned(),
        base: None,
        head: None,
        worse_by: None,
        limit: None,
        verdict,
        sentence: sentence.to_owned(),
    }
}

/// What the figures of one measure say, over the cells of a pipeline.
fn line(
    pipeline: &OfPipeline<'_>,
    cells: &[(&StoredCell, &StoredCell)],
    figures: &[(&ResultRow, &ResultRow)],
    least: f64,
) -> Line {
    let first = figures[0].0;
    let measure = first.measure_id();
    let rule = first.threshold.as_deref().filter(|rule| *rule != "oracle");
    let rule = rule.and_then(|rule| rule.split(" of ").next());
    let what = rule.map_or_else(|| measure.clone(), |rule| format!("{measure}@{rule}"));
    let lost = figures.iter().find(|(base, head)| base.value.is_some() && head.value.is_none());
    if let Some((_, head)) = lost {
        let reason = head.reason.as_deref().unwrap_or("without a reason");
        return of(pipeline, &what, Verdict::Incomplete, &format!("undefined now: {reason}"));
    }
    // Where the measure was undefined before, there is nothing to lose.
    let is_defined = |(base, head): &(&ResultRow, &ResultRow)| base.value.zip(head.value).is_some();
    let defined: Vec<usize> = (0..figures.len()).filter(|&at| is_defined(&figures[at])).collect();
    if defined.is_empty() {
        return of(pipeline, &what, Verdict::Same, "undefined before and now");
    }
    let mean = |side: fn(&(&ResultRow, &ResultRow)) -> Option<f64>| {
        let values = defined.iter().filter_map(|&at| side(&figures[at]));
        values.sum::<f64>() / defined.len() as f64
    };
    let (base, head) = (mean(|(base, _)| base.value), mean(|(_, head)| head.value));
    let loss = match direction(&measure) {
        Some(Direction::LowerIsBetter) => head - base,
        _ => base - head,
    };
    let (verdict, limit, sentence) = if loss.abs() < least {
        let same = cells.iter().all(|(base, head)| base.table == head.table);
        let how = if same { "the same scores" } else { "a change that does not count" };
        (Verdict::Same, least, how.to_owned())
    } else {
        let chosen: Vec<_> = defined.iter().map(|&at| cells[at]).collect();
        judge(pipeline, &chosen, &measure, rule, loss, least)
    };
    Line {
        base: Some(base),
        head: Some(head),
        worse_by: Some(loss),
        limit: Some(limit),
        ..of(pipeline, &what, verdict, &sentence)
    }
}

/// Whether a difference that is large enough to count could be chance.
fn judge(
    pipeline: &OfPipeline<'_>,
    cells: &[(&StoredCell, &StoredCell)],
    measure: &str,
    rule: Option<&str>,
    loss: f64,
    least: f64,
) -> (Verdict, f64, String) {
    let error = match sampling::standard_error(pipeline.task, cells, measure, rule) {
        Ok(error) => error,
        Err(reason) => {
            let sentence = format!("{}, and chance cannot be told: {reason}", change(loss));
            return (Verdict::Incomplete, least, sentence);
        }
    };
    let limit = least.max(N_ERRORS * error);
    let told = format!("{}, standard error {error:.4}", change(loss));
    if loss.abs() <= N_ERRORS * error {
        (Verdict::Same, limit, format!("{told}: it may be chance"))
    } else if 0.0 < loss {
        (Verdict::Regression, limit, told)
    } else {
        (Verdict::Better, limit, told)
    }
}

fn change(loss: f64) -> String {
    let word = if 0.0 < loss { "worse" } else { "better" };
    format!("{word} by {:.4}", loss.abs())
}
