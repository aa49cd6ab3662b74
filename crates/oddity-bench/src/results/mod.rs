//! Results: every measure of every stored cell, with means over folds and seeds, as the
//! rows of `results.jsonl`, and the seconds of `timings.jsonl`.

mod aggregate;
mod cutoffs;
mod evaluate;
mod intervals;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use cutoffs::{FittedCutoff, cutoffs};
pub use evaluate::{Output, evaluate, truth_and_output};
pub use intervals::RowInterval;

use crate::cell::{CellName, Status};
use crate::error::{Error, Result};
use crate::plan::{Cell, Plan};
use crate::store::{CellRecord, CellTable, Store, write_atomically};

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
    /// The cutoff; nothing for an oracle's, and for a mean over cells.
    pub cutoff: Option<f64>,
    /// Scores that the threshold was fitted on; nothing for a mean over cells.
    pub n_threshold: Option<usize>,
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

/// One line of `timings.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimingRow {
    /// Key of the cell.
    pub cell: String,
    /// Where the cell stands in its suite.
    #[serde(flatten)]
    pub name: CellName,
    /// `features`, `search`, `fit`, `predict`, `score` or `inspect`.
    pub stage: String,
    /// Seconds.
    pub seconds: f64,
    /// Samples that went through the stage.
    pub rows: usize,
    /// Largest resident memory of the process when the cell was done.
    pub peak_rss_bytes: Option<u64>,
}

/// A stored cell with what a plan knows of it.
pub struct StoredCell {
    /// The record.
    pub record: CellRecord,
    /// The scores, if the cell was computed.
    pub table: Option<CellTable>,
}

/// Everything that was measured in a suite.
pub struct Results {
    /// The lines of `results.jsonl`.
    pub rows: Vec<ResultRow>,
    /// The lines of `timings.jsonl`.
    pub timings: Vec<TimingRow>,
    /// The cells, in the order of the plan.
    pub cells: Vec<StoredCell>,
}

impl Results {
    /// Reads the cells of a plan and takes the measures of their tasks.
    ///
    /// # Errors
    ///
    /// Those of a cell that is missing or damaged.
    pub fn collect(plan: &Plan<'_>, store: &Store) -> Result<Results> {
        let (mut rows, mut cells, mut timings) = (Vec::new(), Vec::new(), Vec::new());
        for task in &plan.suite.tasks {
            for pipeline in &task.pipelines {
                let (mut of_pipeline, first_cell) = (Vec::new(), cells.len());
                let mut dataset = None;
                let groups = plan.groups.iter().filter(|group| std::ptr::eq(group.task, task));
                for group in groups {
                    let is_of = |cell: &&Cell<'_>| std::ptr::eq(cell.pipeline, pipeline);
                    let Some(cell) = group.cells.iter().find(is_of) else { continue };
                    dataset = Some(group.dataset);
                    let (record, table) = store.read(&cell.key)?;
                    of_pipeline.extend(evaluate(task, pipeline, &record, table.as_ref()));
                    timings.extend(timing_rows(&record));
                    cells.push(StoredCell { record, table });
                }
                let means = aggregate::means(task, pipeline, &of_pipeline);
                of_pipeline.extend(means);
                if let Some(dataset) = dataset {
                    intervals::attach(task, dataset, &cells[first_cell..], &mut of_pipeline);
                }
                rows.extend(of_pipeline);
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
        write_lines(&folder.join("timings.jsonl"), &self.timings)
    }
}

fn timing_rows(record: &CellRecord) -> impl Iterator<Item = TimingRow> {
    record.run.timings.iter().map(|timing| TimingRow {
        cell: record.key.clone(),
        name: record.name.clone(),
        stage: timing.stage.clone(),
        seconds: timing.seconds,
        rows: timing.rows,
        peak_rss_bytes: record.run.peak_rss_bytes,
    })
}

fn write_lines<T: Serialize>(path: &Path, rows: &[T]) -> Result<()> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, row)
            .map_err(|error| Error::Cell { path: path.to_owned(), reason: error.to_string() })?;
        text.push(b'\n');
    }
    write_atomically(path, &text)
}
