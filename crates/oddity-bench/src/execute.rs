//! Computes the cells of one group: shared features once, then each pipeline.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use oddity_core::{
    Classes, ClassifierPipeline, DetectorPipeline, FittedSteps, FittedTransformer, Labels,
    Predicted, Samples, SamplesOwned, Seed, Step,
};
use oddity_features::{StepConfig, WindowLayout};

use crate::cell::Status;
use crate::plan::{Cell, Group};
use crate::search;
use crate::store::{CellTable, Outcome, Timing};
use crate::suite::Scope;

/// What computing a cell gave.
pub struct Computed {
    /// How it ended.
    pub status: Status,
    /// Why it did not end well.
    pub reason: Option<String>,
    /// What the model said of itself.
    pub outcome: Outcome,
    /// What it said of each sample; nothing if it failed.
    pub table: Option<CellTable>,
    /// Seconds of each stage.
    pub timings: Vec<Timing>,
}

/// The samples of a group after the shared features, or why they could not be made.
pub struct Prepared {
    parts: Result<Parts, String>,
    timing: Option<Timing>,
}

struct Parts {
    train: Part,
    test: Part,
    train_classes: Classes,
}

/// The samples of one part after the features, with what results say of each.
struct Part {
    samples: SamplesOwned,
    /// Position in the dataset: of a window that of its last row.
    positions: Vec<u32>,
    /// Class codes.
    truth: Vec<u32>,
}

/// Features fitted on all samples of a task, kept for its other splits.
#[derive(Default)]
pub struct SharedFeatures(Mutex<Vec<(String, Arc<SamplesOwned>)>>);

/// Makes the samples that all cells of the group fit and measure on.
pub fn prepare(group: &Group<'_>, shared: &SharedFeatures) -> Prepared {
    let began = Instant::now();
    let parts = guarded(|| features(group, shared));
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
) -> Computed {
    let mut outcome = Outcome {
        n_train: group.split.train().len(),
        n_test: group.split.test().len(),
        class_names: group.classes.names().to_vec(),
        ..Outcome::default()
    };
    let mut timings: Vec<Timing> = prepared.timing.iter().cloned().collect();
    let run = || {
        let parts = prepared.parts.as_ref().map_err(Clone::clone)?;
        outcome.n_train = parts.train.positions.len();
        outcome.n_test = parts.test.positions.len();
        outcome.n_columns = n_columns(&parts.train.samples.view());
        if cell.pipeline.detector.is_some() {
            detect(group, cell, parts, &mut outcome, &mut timings)
        } else {
            classify(group, cell, parts, &mut outcome, &mut timings, progress)
        }
    };
    let (status, reason, table) = match guarded(run) {
        Ok(table) => (Status::Ok, None, Some(table)),
        Err(reason) => (Status::Error, Some(reason), None),
    };
    Computed { status, reason, outcome, table, timings }
}

/// Runs `f`, and turns a panic into its message: one cell's bug must not end the run.
fn guarded<T>(f: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
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

fn features(group: &Group<'_>, shared: &SharedFeatures) -> Result<Parts, String> {
    let task = group.task;
    let steps = build(&task.features)?;
    let dataset = &group.dataset.samples;
    let prepared = if task.prepare.is_empty() {
        None
    } else {
        let key = format!("{}: prepared", task.id);
        Some(shared.get(&key, || transform_all(&task.prepare, dataset))?)
    };
    let samples = prepared.as_deref().unwrap_or(dataset).view();
    let (train, test) = (group.split.train(), group.split.test());
    if task.scope == Scope::AllSamples {
        let all = shared.get(&task.id, || {
            let members = samples.select(&group.members);
            let (_, output) =
                FittedSteps::fit(&steps, &members.view(), &group.dataset_classes).map_err(text)?;
            Ok(output.unwrap_or(members))
        })?;
        return parts(group, all.view().select(train), all.view().select(test));
    }
    let member = |part: &[usize]| part.iter().map(|&at| group.members[at]).collect::<Vec<_>>();
    let (train_samples, test_samples) =
        (samples.select(&member(train)), samples.select(&member(test)));
    let dataset_classes = group.dataset_classes.select(train);
    let (steps, output) =
        FittedSteps::fit(&steps, &train_samples.view(), &dataset_classes).map_err(text)?;
    let Some(train_samples) = output else { return parts(group, train_samples, test_samples) };
    let test_samples = steps.transform(&test_samples.view()).map_err(text)?;
    parts(group, train_samples, test_samples)
}

/// All samples of a dataset after steps that see no class.
fn transform_all(steps: &[StepConfig], samples: &SamplesOwned) -> Result<SamplesOwned, String> {
    let mut current: Option<SamplesOwned> = None;
    for step in build(steps)? {
        let Step::Plain(step) = step else { return Err("a step that sees labels".to_owned()) };
        let input = current.as_ref().unwrap_or(samples).view();
        let fitted = step.fit(&input).map_err(text)?;
        current = Some(fitted.transform(&input).map_err(text)?);
    }
    current.ok_or_else(|| "no step".to_owned())
}

/// Rows or windows of both parts, with their truth.
fn parts(group: &Group<'_>, train: SamplesOwned, test: SamplesOwned) -> Result<Parts, String> {
    let train = part(group, group.split.train(), train)?;
    let test = part(group, group.split.test(), test)?;
    let names = group.classes.names();
    let train_classes = Classes::new(train.truth.clone(), names).map_err(text)?;
    Ok(Parts { train, test, train_classes })
}

fn part(group: &Group<'_>, members: &[usize], samples: SamplesOwned) -> Result<Part, String> {
    let positions: Vec<u32> = members.iter().map(|&at| group.members[at] as u32).collect();
    let truth: Vec<u32> = members.iter().map(|&at| group.classes.codes()[at]).collect();
    let Some(params) = &group.task.windows else { return Ok(Part { samples, positions, truth }) };
    let layout = WindowLayout::new(params.clone()).map_err(text)?;
    let edges = edges(group, &positions);
    let owned = layout.lay(samples.into_dense().map_err(text)?, edges).map_err(text)?;
    let windows = owned.view();
    let labels: Labels = truth.iter().map(|&code| code != 0).collect();
    let labels = layout.labels(&windows, &labels).map_err(text)?;
    let last = (0..windows.len()).map(|window| positions[windows.start(window) + params.size - 1]);
    Ok(Part {
        positions: last.collect(),
        truth: labels.values().iter().map(|&anomalous| u32::from(anomalous)).collect(),
        samples: SamplesOwned::Windows(owned),
    })
}

/// First row of each series among rows that stand in the order of the dataset, and the end.
fn edges(group: &Group<'_>, positions: &[u32]) -> Vec<usize> {
    let mut edges = vec![0];
    if let Ok(series) = group.dataset.series() {
        let series = |position: u32| series.codes[position as usize];
        let changes = positions.windows(2).enumerate();
        let changes = changes.filter(|(_, pair)| series(pair[0]) != series(pair[1]));
        edges.extend(changes.map(|(at, _)| at + 1));
    }
    edges.push(positions.len());
    edges
}

impl SharedFeatures {
    fn get(
        &self,
        task: &str,
        make: impl FnOnce() -> Result<SamplesOwned, String>,
    ) -> Result<Arc<SamplesOwned>, String> {
        // Held while the features are made: the other splits of the task wait for them.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, samples)) = made.iter().find(|(id, _)| id == task) {
            return Ok(Arc::clone(samples));
        }
        let samples = Arc::new(make()?);
        made.push((task.to_owned(), Arc::clone(&samples)));
        Ok(samples)
    }
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
fn measured<'a>(group: &Group<'_>, parts: &'a Parts) -> Vec<(bool, &'a Part)> {
    let mut measured = Vec::new();
    if group.task.measure_train {
        measured.push((false, &parts.train));
    }
    measured.push((true, &parts.test));
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

fn table_of(group: &Group<'_>) -> CellTable {
    CellTable { n_classes: group.classes.n_classes(), ..CellTable::default() }
}

fn add_part(table: &mut CellTable, test: bool, part: &Part) {
    table.sample.extend(&part.positions);
    table.test.extend(part.positions.iter().map(|_| test));
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
    let steps = cell.pipeline.steps.iter().map(|step| step.build().map_err(text));
    let steps: Vec<Step> = steps.collect::<Result<_, _>>()?;
    let config = cell.pipeline.classifier.as_ref().ok_or("no classifier")?;
    let (train, classes) = (parts.train.samples.view(), &parts.train_classes);
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
    let mut table = table_of(group);
    for (test, part) in measured(group, parts) {
        let samples = part.samples.view();
        let predicted = timed(timings, "predict", samples.len(), || fitted.predict(&samples));
        add_part(&mut table, test, part);
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

fn detect(
    group: &Group<'_>,
    cell: &Cell<'_>,
    parts: &Parts,
    outcome: &mut Outcome,
    timings: &mut Vec<Timing>,
) -> Result<CellTable, String> {
    let mut steps = Vec::new();
    for step in &cell.pipeline.steps {
        match step.build().map_err(text)? {
            Step::Plain(step) => steps.push(step),
            Step::Supervised(_) => return Err("a step that sees labels".to_owned()),
        }
    }
    let pipeline = DetectorPipeline::new(steps, cell.detector()?.map_err(text)?);
    let train = parts.train.samples.view();
    let seed = Seed(cell.name.seed).derive(1);
    let fitted =
        timed(timings, "fit", train.len(), || oddity_core::Detector::fit(&pipeline, &train, seed));
    let fitted = fitted.map_err(text)?;
    outcome.history = fitted.history().cloned();
    let mut table = table_of(group);
    for (test, part) in measured(group, parts) {
        let samples = part.samples.view();
        let scores = timed(timings, "score", samples.len(), || fitted.score(&samples));
        add_part(&mut table, test, part);
        table.score.get_or_insert_default().extend(scores.map_err(text)?.values());
    }
    Ok(table)
}
