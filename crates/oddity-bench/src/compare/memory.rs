//! Peaks of memory: the median over rounds.

use super::pairs::Pairs;
use super::{Kind, Line, Verdict};
use crate::results::StoredCell;
use crate::spread::median;
use crate::store::{PeakOf, RunSection};

/// A smaller change does not count, whatever share it is: an allocator keeps as much.
const MIN_BYTES: f64 = (8 << 20) as f64;

/// A line for each pipeline where the peaks are those of cells, else one for the whole run.
pub(super) fn lines(pairs: &Pairs<'_>, least: f64) -> Vec<Line> {
    let all: Vec<(&StoredCell, &StoredCell)> =
        pairs.pairs.iter().filter_map(|pair| pair.both()).collect();
    let Some((first, _)) = all.first() else { return Vec::new() };
    let of_cells = all.iter().all(|(base, head)| is_of_cell(base) && is_of_cell(head));
    if !of_cells {
        let dataset = &first.record.name.dataset;
        return vec![line(dataset, "all", "peak of the process", &all, least)];
    }
    let pipelines = pairs.of_pipelines();
    let lines = pipelines.iter().filter_map(|pipeline| {
        let cells: Vec<_> = pipeline.pairs.iter().filter_map(|pair| pair.both()).collect();
        (!cells.is_empty()).then(|| line(&pipeline.dataset, &pipeline.id, "peak", &cells, least))
    });
    lines.collect()
}

fn is_of_cell(cell: &StoredCell) -> bool {
    rounds(cell).iter().all(|run| run.peak_rss_of == PeakOf::Cell)
}

fn rounds(cell: &StoredCell) -> Vec<&RunSection> {
    if cell.history.is_empty() {
        return vec![&cell.record.run];
    }
    cell.history.iter().map(|round| &round.run).collect()
}

/// The largest of the cells' medians.
fn peak<'a>(cells: impl Iterator<Item = &'a StoredCell>) -> Option<f64> {
    let mut largest: Option<f64> = None;
    for cell in cells {
        let peaks: Option<Vec<f64>> =
            rounds(cell).iter().map(|run| run.peak_rss_bytes.map(|bytes| bytes as f64)).collect();
        let of_cell = median(&peaks?)?;
        largest = Some(largest.map_or(of_cell, |largest| largest.max(of_cell)));
    }
    largest
}

fn line(
    dataset: &str,
    pipeline: &str,
    what: &str,
    cells: &[(&StoredCell, &StoredCell)],
    least: f64,
) -> Line {
    let base = peak(cells.iter().map(|(base, _)| *base));
    let head = peak(cells.iter().map(|(_, head)| *head));
    let mib = |bytes: f64| bytes / f64::from(1 << 20);
    let (verdict, growth, sentence) = match base.zip(head) {
        Some((base, head)) => {
            let ratio = head / base;
            let counts = MIN_BYTES < (head - base).abs();
            let verdict = if counts && 1.0 + least < ratio {
                Verdict::Regression
            } else if counts && ratio < 1.0 / (1.0 + least) {
                Verdict::Better
            } else {
                Verdict::Same
            };
            let sentence = format!("{:.0} MiB, {:.0} MiB before", mib(head), mib(base));
            (verdict, Some(ratio - 1.0), sentence)
        }
        None => (Verdict::Incomplete, None, "no peak was told".to_owned()),
    };
    Line {
        kind: Kind::Memory,
        dataset: dataset.to_owned(),
        pipeline: pipeline.to_owned(),
        what: what.to_owned(),
        base,
        head,
        worse_by: growth,
        limit: Some(least),
        verdict,
        sentence,
    }
}
