//! Computes the cells of one group: shared features once, then each pipeline.

mod detect;
mod held_out;
mod inspect;
mod parts;
mod validation;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use oddity_core::{Artefact, ClassifierPipeline, Predicted, Samples, Seed, Step};
use oddity_features::StepConfig;

use crate::cell::Status;
use crate::dataset::Attribute;
use crate::plan::{Cell, Group};
use crate::search;
use crate::store::{self, CellTable, Outcome, Timing};
use crate::suite::Over;
use crate::training::Training;

pub use parts::SharedFeatures;
use parts::{Part, Parts};

/// What computing a cell gave.
pub struct Computed {
    /// How it ended.
    pub status: Status,
    /// Why it did not end well.
    pub reason: Option<String>,
    /// What the model said of itself.
    pub outcome: Outcome,
    /// What is kept of the fitted model; nothing if it failed.
    pub kept: Option<Kept>,
    /// Seconds of each stage.
    pub timings: Vec<Timing>,
}

impl Outcome {
    /// What is known of a cell of the group before it is computed.
    pub(crate) fn of(group: &Group<'_>) -> Outcome {
        Outcome {
            n_train: group.split.train().len(),
            n_test: group.split.test().len(),
            class_names: group.classes.names().to_vec(),
            ..Outcome::default()
        }
    }
}

impl Computed {
    /// A cell that failed before anything was computed.
    pub(crate) fn failed(outcome: Outcome, reason: String) -> Computed {
        Computed {
            status: Status::Error,
            reason: Some(reason),
            outcome,
            kept: None,
            timings: Vec::new(),
        }
    }
}

/// What is kept of a fitted model.
pub struct Kept {
    /// What it said of each sample.
    pub table: CellTable,
    /// The files it can be saved as.
    pub artefacts: Vec<Artefact>,
}

/// The samples of a group after the shared features, or why they could not be made.
pub struct Prepared {
    parts: Result<Parts, String>,
    timing: Option<Timing>,
}

/// Makes the samples that all cells of the group fit and measure on.
pub fn prepare(group: &Group<'_>, shared: &SharedFeatures) -> Prepared {
    let began = Instant::now();
    let parts = guarded(|| parts::parts(group, shared));
    let has_features = !group.task.features.is_empty() || !group.task.prepare.is_empty();
    let timing = has_features.then(|| Timing {
        stage: "features".to_owned(),
        seconds: began.elapsed().as_secs_f64(),
        rows: group.members.len(),
    });
    Prepared { parts, timing }
}

/// Fits and measures one pipeline. An error or a panic is the cell's outcome.
pub fn compute(
    group: &Group<'_>,
    cell: &Cell<'_>,
    prepared: &Prepared,
    progress: &(dyn Fn(usize, usize) + Sync),
    training: &mut Training<'_>,
) -> Computed {
    let mut outcome = Outcome::of(group);
    let mut timings: Vec<Timing> = prepared.timing.iter().cloned().collect();
    let run = || {
        let parts = prepared.parts.as_ref().map_err(Clone::clone)?;
        outcome.n_train = parts.train.positions.len();
        outcome.n_test = parts.test.measured.positions.len();
        outcome.n_columns = n_columns(&parts.train.samples());
        let mut kept = if cell.pipeline.detector.is_some() {
            detect::detect(group, cell, parts, &mut outcome, &mut timings, training)?
        } else {
            let table = classify(group, cell, parts, &mut outcome, &mut timings, progress)?;
            Kept { table, artefacts: Vec::new() }
        };
        add_attributes(group, &mut kept.table);
        Ok(kept)
    };
    let (status, reason, kept) = match guarded(run) {
        Ok(kept) => (Status::Ok, None, Some(kept)),
        Err(reason) => (Status::Error, Some(reason), None),
    };
    Computed { status, reason, outcome, kept, timings }
}

/// Runs `f`, and turns a panic into its message: one cell's bug must not end the run.
pub(crate) fn guarded<T>(f: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panic: {}", text.unwrap_or("without a message")))
    })
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn build(steps: &[StepConfig]) -> Result<Vec<Step>, String> {
    steps.iter().map(|step| step.build().map_err(text)).collect()
}

/// Times `f` as a stage.
fn timed<T>(timings: &mut Vec<Timing>, stage: &str, rows: usize, f: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let value = f();
    let seconds = began.elapsed().as_secs_f64();
    timings.push(Timing { stage: stage.to_owned(), seconds, rows });
    value
}

/// The parts whose samples are measured: the training part where the task wants it, then
/// the test part.
fn measured<'a>(group: &Group<'_>, parts: &'a Parts) -> Vec<(store::Part, &'a Part)> {
    let mut measured = Vec::new();
    if group.task.measure_train {
        measured.push((store::Part::Train, &parts.train));
    }
    measured.push((store::Part::Test, &parts.test.measured));
    measured
}

fn n_columns(samples: &Samples<'_>) -> Option<usize> {
    match samples {
        Samples::Rows(rows) => Some(rows.n_columns()),
        Samples::Sparse(rows) => Some(rows.n_columns()),
        Samples::Windows(windows) => Some(windows.frame().n_columns()),
        Samples::Sequences(_) => None,
        Samples::Records(records) => Some(records.n_columns()),
    }
}

/// Notes which series samples are of, and what is resampled for intervals: results are taken
/// without the dataset.
fn add_attributes(group: &Group<'_>, table: &mut CellTable) {
    let codes = |attribute: &Attribute| -> Vec<u32> {
        table.sample.iter().map(|&sample| attribute.codes[sample as usize]).collect()
    };
    let series = group.dataset.series().ok().map(codes);
    let config = group.task.interval_config();
    let over = config.map(|config| group.task.resampled(&config, series.is_some()));
    let resampled = over.and_then(|over| match over {
        Over::Attribute(name) => {
            let attribute = group.dataset.attribute(&name).ok()?;
            Some((name, codes(attribute)))
        }
        Over::Samples | Over::Events => None,
    });
    (table.series, table.resampled) = (series, resampled);
}

fn add_part(table: &mut CellTable, of: store::Part, part: &Part) {
    table.sample.extend(&part.positions);
    table.part.extend(part.positions.iter().map(|_| of));
    table.truth.extend(&part.truth);
}

fn classify(
    group: &Group<'_>,
    cell: &Cell<'_>,
    parts: &Parts,
    outcome: &mut Outcome,
    timings: &mut Vec<Timing>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<CellTable, String> {
    let steps = build(&cell.pipeline.steps)?;
    let config = cell.pipeline.classifier.as_ref().ok_or("no classifier")?;
    let (train, classes) = (parts.train.samples(), &parts.train_classes);
    let seed = Seed(cell.name.seed).derive(1);
    let mut config = config.clone();
    if let Some(search) = &cell.pipeline.search {
        let task = search::Task { steps: &steps, config: &config, samples: &train, classes, seed };
        let found =
            timed(timings, "search", train.len(), || search.run(&task, progress)).map_err(text)?;
        config = found.best;
        outcome.search = Some(found.outcome);
    }
    let classifier = config.build().map_err(text)?;
    let pipeline = ClassifierPipeline::new(steps, classifier);
    let fitted = timed(timings, "fit", train.len(), || {
        oddity_core::Classifier::fit(&pipeline, &train, classes, seed)
    });
    let fitted = fitted.map_err(text)?;
    outcome.converged = fitted.converged();
    outcome.out_of_bag_score = fitted.out_of_bag_score();
    let mut table = CellTable { n_classes: group.classes.n_classes(), ..CellTable::default() };
    for (of, part) in measured(group, parts) {
        let samples = part.samples();
        let predicted = timed(timings, "predict", samples.len(), || fitted.predict(&samples));
        add_part(&mut table, of, part);
        add_predicted(&mut table, &predicted.map_err(text)?);
    }
    Ok(table)
}

fn add_predicted(table: &mut CellTable, predicted: &Predicted) {
    table.predicted.get_or_insert_default().extend(predicted.codes());
    for (column, values) in [
        (&mut table.probabilities, predicted.probabilities()),
        (&mut table.decision, predicted.decision()),
    ] {
        if let Some(values) = values {
            column.get_or_insert_default().extend(values);
        }
    }
}
