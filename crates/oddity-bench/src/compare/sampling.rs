//! How much of a difference chance makes: a paired bootstrap over what was sampled.
//!
//! Where the task's intervals are over events, these are drawn, with the normal samples around
//! them; all others, such as traces, one by one. A trace that several folds or seeds have tested is drawn
//! for all of them at once, so that seeds are repetitions and no further data.

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores, Seed};
use oddity_eval::compare::{
    BootstrapParams, Draw, Groups, PairedBootstrap, PairedParams, QuietSeries, Statistic,
};
use oddity_eval::measure::{
    AlarmMeasure, ClassMeasure, Direction, MeasureError, ScoreMeasure, Truth,
};

use crate::results::{Output, StoredCell, cutoffs, truth_and_output};
use crate::store::{CellTable, Part};
use crate::suite::{Over, Task};

/// Replicates: the standard error is known to a twentieth of itself.
const N_REPLICATES: usize = 400;

/// The standard error of a measure's difference, the mean over cells on either side.
pub(super) fn standard_error(
    task: &Task,
    cells: &[(&StoredCell, &StoredCell)],
    measure: &str,
    rule: Option<&str>,
) -> Result<f64, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut of_base, mut of_head) = (Vec::new(), Vec::new());
    for (base, head) in cells {
        let (truth, base) = judged(task, base, measure, rule)?;
        let (_, head) = judged(task, head, measure, rule)?;
        let table = cells[of_base.len()].0.table.as_ref().ok_or("no scores")?;
        let samples = samples(table);
        let known = blocks.iter().position(|known| known.samples == samples);
        let block = known.unwrap_or(blocks.len());
        if known.is_none() {
            let edges = table.edges_of(Part::Test);
            blocks.push(Block { samples, truth, edges, has_series: table.series.is_some() });
        }
        of_base.push((block, base));
        of_head.push((block, head));
    }
    let mut edges = vec![0];
    blocks.iter().for_each(|block| edges.push(edges[edges.len() - 1] + block.samples.len()));
    let groups = groups(task, &blocks, &edges).map_err(|error| error.to_string())?;
    let [base, head] = [&of_base, &of_head].map(|cells| {
        let (blocks, edges) = (&blocks, &edges);
        move |draw: &Draw<'_>| mean(cells, blocks, edges, draw)
    });
    let bootstrap = BootstrapParams { n_replicates: N_REPLICATES, ..BootstrapParams::default() };
    let paired = PairedBootstrap::new(PairedParams { bootstrap, ..PairedParams::default() });
    let (base, head): (&dyn Statistic, &dyn Statistic) = (&base, &head);
    let difference = paired
        .and_then(|paired| {
            paired.compare(&[head], &[base], Direction::HigherIsBetter, &groups, Seed(0))
        })
        .map_err(|error| error.to_string())?;
    Ok(difference.standard_error)
}

/// The test samples that some cells share.
struct Block {
    /// Their positions in the dataset.
    samples: Vec<u32>,
    truth: Classes,
    /// First of each series, and the end.
    edges: Vec<usize>,
    has_series: bool,
}

/// What one cell says of its test samples, and how it is measured.
enum Judged {
    Scores(Box<ScoreMeasure>, Scores),
    Alarms(Box<AlarmMeasure>, Alarms),
    Classes(Box<ClassMeasure>, Predicted),
}

impl Judged {
    /// The measure of some of the samples.
    fn evaluate(&self, truth: &Classes, rows: &[usize]) -> Result<f64, MeasureError> {
        let truth = truth.select(rows);
        let truth = Truth::Classes(&truth);
        match self {
            Judged::Scores(measure, scores) => measure.evaluate(&truth, &scores.select(rows)),
            Judged::Alarms(measure, alarms) => {
                let taken = rows.iter().map(|&row| alarms.values()[row]).collect();
                measure.evaluate(&truth, &Alarms::new(taken))
            }
            Judged::Classes(measure, predicted) => {
                measure.evaluate(&truth, &predicted.select(rows))
            }
        }
    }
}

fn judged(
    task: &Task,
    cell: &StoredCell,
    measure: &str,
    rule: Option<&str>,
) -> Result<(Classes, Judged), String> {
    let table = cell.table.as_ref().ok_or("no scores")?;
    let names = &cell.record.outcome.class_names;
    let (truth, output) = truth_and_output(table, names, Part::Test)?;
    let text = |error: oddity_eval::Error| error.to_string();
    let judged = match (output, rule) {
        (Output::Predicted(predicted), _) => {
            Judged::Classes(<ClassMeasure>::parse(measure).map_err(text)?, predicted)
        }
        (Output::Scores(scores), None) => {
            Judged::Scores(<ScoreMeasure>::parse(measure).map_err(text)?, scores)
        }
        (Output::Scores(scores), Some(rule)) => {
            let fitted = cutoffs(task, table).into_iter().find(|fitted| fitted.rule == rule);
            let alarms = fitted.ok_or("no such threshold")?.alarms(&scores)?;
            Judged::Alarms(<AlarmMeasure>::parse(measure).map_err(text)?, alarms)
        }
    };
    Ok((truth, judged))
}

/// Positions in the dataset of a cell's test samples.
fn samples(table: &CellTable) -> Vec<u32> {
    table.rows_of(Part::Test).into_iter().map(|row| table.sample[row]).collect()
}

/// What is drawn from blocks, which begin at `starts`.
fn groups(task: &Task, blocks: &[Block], starts: &[usize]) -> oddity_eval::Result<Groups> {
    let labels: Labels =
        blocks.iter().flat_map(|block| block.truth.codes()).map(|&code| code != 0).collect();
    let has_series = blocks.iter().all(|block| block.has_series);
    let config = task.intervals.clone().unwrap_or_default();
    if task.resampled(&config, has_series) == Over::Events {
        let edges = event_edges(blocks.iter().map(|block| block.edges.as_slice()), starts);
        return Groups::events(&labels, &edges, QuietSeries::OneGroup);
    }
    let ids: Vec<u32> = blocks.iter().flat_map(|block| &block.samples).copied().collect();
    Groups::from_ids(&ids)?.stratified(&labels)
}

/// First samples of each series of each block, and the end: no event goes on from one to another.
fn event_edges<'a>(blocks: impl Iterator<Item = &'a [usize]>, starts: &[usize]) -> Vec<usize> {
    let firsts = blocks
        .zip(starts)
        .flat_map(|(edges, start)| edges[..edges.len() - 1].iter().map(move |edge| start + edge));
    firsts.chain(starts.last().copied()).collect()
}

/// The mean over cells of the measure of those samples of each that were drawn.
fn mean(
    cells: &[(usize, Judged)],
    blocks: &[Block],
    edges: &[usize],
    draw: &Draw<'_>,
) -> Result<f64, MeasureError> {
    let mut rows = vec![Vec::new(); blocks.len()];
    for sample in draw.samples() {
        let block = edges.partition_point(|&edge| edge <= sample) - 1;
        rows[block].push(sample - edges[block]);
    }
    let mut sum = 0.0;
    for (block, judged) in cells {
        sum += judged.evaluate(&blocks[*block].truth, &rows[*block])?;
    }
    Ok(sum / cells.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_ends_with_its_series() {
        let edges = event_edges([&[0, 2, 4][..], &[0, 3][..]].into_iter(), &[0, 4, 7]);
        assert_eq!(edges, [0, 2, 4, 7]);
    }
}
