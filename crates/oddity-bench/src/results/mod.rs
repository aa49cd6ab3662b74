//! Results: every measure of every stored cell, with means over folds and seeds, as the
//! rows of `results.jsonl`, and the seconds of `timings.jsonl`.

mod aggregate;
mod cutoffs;
mod evaluate;
mod intervals;
mod kept;
mod test_parts;

use std::path::Path;

use oddity_eval::measure::{
    AlarmMeasure, ClassMeasure, Direction, MeasureId, Parameter, ScoreMeasure,
};
use serde::{Deserialize, Serialize};

pub use cutoffs::{FittedCutoff, FittedRule, NoCutoff, cutoffs};
pub use evaluate::{Output, evaluate, truth_and_output};
pub use intervals::RowInterval;
use kept::Kept;

use crate::cell::{CellName, Status};
use crate::error::{Error, Result};
use crate::manifest::ListedCell;
use crate::store::{CellRecord, CellTable, PeakOf, Round, RunSection, Store, write_atomically};
use crate::suite::Suite;

/// One line of `results.jsonl`: a cell and a measure, or a mean over cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The suite.
    pub suite: String,
    /// The dataset.
    pub dataset: String,
    /// The pipeline, `task/pipeline`.
    pub pipeline: String,
    /// The seed; nothing for a mean over seeds.
    pub seed: Option<u64>,
    /// `fold-00` and on, `test`, `train`, `mean` and `sd` over the folds, and `sd_seeds`,
    /// the deviation of the means over the seeds.
    pub split: String,
    /// Name of the measure.
    pub measure: String,
    /// Parameters of the measure.
    pub params: serde_json::Map<String, serde_json::Value>,
    /// Where the cutoff behind the figure came from, the rule and what it was fitted on;
    /// `oracle` for one chosen with the truth that is measured; nothing where none was used.
    pub threshold: Option<String>,
    /// The cutoff; nothing for an oracle's, for one that moves with the scores, and for a mean over
    /// cells.
    pub cutoff: Option<f64>,
    /// Scores that the threshold was fitted on; nothing for a mean over cells.
    pub n_threshold: Option<usize>,
    /// How many of these are of anomalies, where the threshold was fitted on labelled ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_threshold_anomalies: Option<usize>,
    /// The figure; nothing where it is undefined or the cell failed.
    pub value: Option<f64>,
    /// Where the figure would lie on other data of the same kind; nothing for a deviation.
    pub interval: Option<RowInterval>,
    /// Why a figure has no interval.
    pub no_interval: Option<String>,
    /// How the cell ended.
    pub status: Status,
    /// Why there is no figure.
    pub reason: Option<String>,
    /// The figure that the published study reports.
    pub published: Option<f64>,
    /// The figure that a run of the reference implementation gave.
    pub reference: Option<f64>,
    /// Key of the cell; nothing for a mean.
    pub cell: Option<String>,
}

impl ResultRow {
    /// The measure's id with all its parameters, in alphabetical order.
    pub fn measure_id(&self) -> String {
        match self.parameters(",") {
            none if none.is_empty() => self.measure.clone(),
            some => format!("{}({some})", self.measure),
        }
    }

    /// The parameters of the measure as `key=value`.
    pub fn parameters(&self, separator: &str) -> String {
        let parameters = self.params.iter().map(|(key, value)| {
            format!("{key}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        });
        parameters.collect::<Vec<_>>().join(separator)
    }

    /// Whether the row is of this measure, whatever the order of its parameters.
    fn is_of(&self, id: &MeasureId) -> bool {
        let has = |parameter: &Parameter| {
            let value = self.params.get(&parameter.key).and_then(|value| value.as_str());
            value == Some(parameter.value.as_str())
        };
        self.measure == id.name()
            && self.params.len() == id.parameters().len()
            && id.parameters().iter().all(has)
    }
}

/// One line of `timings.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimingRow {
    /// Key of the cell.
    pub cell: String,
    /// Where the cell stands in its suite.
    #[serde(flatten)]
    pub name: CellName,
    /// Which time that the cell was computed, the first is 0.
    #[serde(default)]
    pub round: usize,
    /// `features`, `search`, `fit`, `predict`, `score` or `inspect`.
    pub stage: String,
    /// Seconds.
    pub seconds: f64,
    /// Samples that went through the stage.
    pub rows: usize,
    /// Largest resident memory, of what `peak_rss_of` says.
    pub peak_rss_bytes: Option<u64>,
    /// What the peak was taken over: the cell, or the process so far.
    #[serde(default)]
    pub peak_rss_of: PeakOf,
    /// Whether a training went on from a checkpoint: its seconds are not all of them then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
}

/// A stored cell with what a plan knows of it.
pub struct StoredCell {
    /// The record.
    pub record: CellRecord,
    /// The scores, if the cell was computed.
    pub table: Option<CellTable>,
    /// Every time that it was computed.
    pub history: Vec<Round>,
}

/// Everything that was measured in a suite.
pub struct Results {
    /// The lines of `results.jsonl`.
    pub rows: Vec<ResultRow>,
    /// The last timings of each cell.
    pub timings: Vec<TimingRow>,
    /// The cells, in the order of the plan.
    pub cells: Vec<StoredCell>,
}

impl Results {
    /// Reads the cells of a suite and takes the measures of their tasks, and all their intervals
    /// anew. Cells that are elsewhere are left out, and with them the means that they belong to.
    ///
    /// # Errors
    ///
    /// Those of a cell that is missing or damaged.
    pub fn collect(suite: &Suite, listed: &[ListedCell], store: &Store) -> Result<Results> {
        Results::collect_by(suite, listed, store, |_| Kept::nothing())
    }

    /// The same with the intervals that the store keeps of these very scores, as far as it does; it
    /// keeps those that are drawn now. The folder should be locked.
    ///
    /// # Errors
    ///
    /// As [`Results::collect`], and [`Error::File`] if the intervals cannot be written.
    pub fn collect_kept(suite: &Suite, listed: &[ListedCell], store: &Store) -> Result<Results> {
        let kept = |pipeline: &str| Kept::open(store.intervals(pipeline), kept::VERSION);
        Results::collect_by(suite, listed, store, kept)
    }

    fn collect_by(
        suite: &Suite,
        listed: &[ListedCell],
        store: &Store,
        kept: impl Fn(&str) -> Kept,
    ) -> Result<Results> {
        let (mut rows, mut cells, mut timings) = (Vec::new(), Vec::new(), Vec::new());
        for task in &suite.tasks {
            for pipeline in &task.pipelines {
                let first_cell = cells.len();
                let id = task.pipeline_id(pipeline);
                let of_pipeline = listed.iter().filter(|cell| cell.name.pipeline == id);
                let (elsewhere, here): (Vec<&ListedCell>, Vec<&ListedCell>) =
                    of_pipeline.partition(|cell| cell.elsewhere);
                let mut of_cells = Vec::new();
                for cell in here {
                    let (record, table) = store.read(&cell.key)?;
                    of_cells.extend(evaluate(task, pipeline, &record, table.as_ref()));
                    let history = store.history(&cell.key);
                    let last = history.len().saturating_sub(1);
                    timings.extend(timing_rows(&record, last, &record.run));
                    cells.push(StoredCell { record, table, history });
                }
                // A mean over some folds of a cross-validation would pass for one over all.
                if elsewhere.is_empty() {
                    let means = aggregate::means(task, pipeline, &of_cells);
                    of_cells.extend(means);
                }
                let mut kept = kept(&id);
                intervals::attach(task, &cells[first_cell..], &mut of_cells, &mut kept);
                kept.write()?;
                rows.extend(of_cells);
            }
        }
        Ok(Results { rows, timings, cells })
    }

    /// Writes `results.jsonl` and `timings.jsonl`.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if one cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        write_lines(&folder.join("results.jsonl"), &self.rows)?;
        let rounds = self.cells.iter().flat_map(|cell| {
            let (record, all) = (&cell.record, cell.history.iter().enumerate());
            let kept = all.flat_map(move |(at, round)| timing_rows(record, at, &round.run));
            // Of a version that kept no history the last round is all there is.
            let last = cell.history.is_empty().then(|| timing_rows(record, 0, &record.run));
            kept.chain(last.into_iter().flatten())
        });
        write_lines(&folder.join("timings.jsonl"), rounds)
    }
}

/// Which way a measure is better, whatever it is a measure of; nothing for one that is not in the
/// catalogue.
pub(crate) fn direction(measure: &str) -> Option<Direction> {
    let of_scores = <ScoreMeasure>::parse(measure).map(|measure| measure.direction());
    let of_classes = || <ClassMeasure>::parse(measure).map(|measure| measure.direction());
    let of_alarms = || <AlarmMeasure>::parse(measure).map(|measure| measure.direction());
    of_scores.or_else(|_| of_classes()).or_else(|_| of_alarms()).ok()
}

fn timing_rows<'a>(
    record: &'a CellRecord,
    round: usize,
    run: &'a RunSection,
) -> impl Iterator<Item = TimingRow> + 'a {
    run.timings.iter().map(move |timing| TimingRow {
        cell: record.key.clone(),
        name: record.name.clone(),
        round,
        stage: timing.stage.clone(),
        seconds: timing.seconds,
        rows: timing.rows,
        peak_rss_bytes: run.peak_rss_bytes,
        peak_rss_of: run.peak_rss_of,
        resumed: run.resumed,
    })
}

fn write_lines<T: Serialize>(path: &Path, rows: impl IntoIterator<Item = T>) -> Result<()> {
    write_atomically(path, &lines(path, rows)?)
}

/// Rows as the bytes of a file, an object a line.
pub(crate) fn lines<T: Serialize>(
    path: &Path,
    rows: impl IntoIterator<Item = T>,
) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, &row)
            .map_err(|error| Error::Cell { path: path.to_owned(), reason: error.to_string() })?;
        text.push(b'\n');
    }
    Ok(text)
}
