//! The measures of one cell, from its stored scores.

use oddity_core::{Classes, Predicted, Scores};
use oddity_eval::measure::{
    AlarmMeasure, ClassMeasure, Events, MeasureError, MeasureId, ScoreMeasure, Truth, catalogue,
};

use super::ResultRow;
use super::cutoffs::{FittedCutoff, cutoffs};
use crate::cell::Status;
use crate::store::{CellRecord, CellTable, Part};
use crate::suite::{Pipeline, Published, Task};

/// What a model said of the samples of one part.
pub enum Output {
    /// A classifier's classes.
    Predicted(Predicted),
    /// A detector's scores.
    Scores(Scores),
}

/// The rows of one cell: a row a measure, and a part where the task measures both.
pub fn evaluate(
    task: &Task,
    pipeline: &Pipeline,
    record: &CellRecord,
    table: Option<&CellTable>,
) -> Vec<ResultRow> {
    let mut rows = Vec::new();
    let parts: &[Part] =
        if task.measure_train { &[Part::Train, Part::Test] } else { &[Part::Test] };
    for &part in parts {
        let split = if part == Part::Train { "train" } else { &record.name.split };
        let cutoffs = table.map(|table| cutoffs(task, table)).unwrap_or_default();
        let output = match table {
            Some(table) => truth_and_output(table, &record.outcome.class_names, part)
                .map(|(truth, output)| (truth.clone(), events(table, part, &truth), output)),
            None => Err(record.reason.clone().unwrap_or_else(|| record.status.as_str().into())),
        };
        for measure in &task.measures {
            if !task.is_of_alarms(measure) {
                let measured = measured(&output, |truth, output| value(measure, truth, output));
                // Said of a failed cell too: its row belongs to the mean of the others.
                let threshold = is_oracle(pipeline, measure).then(|| "oracle".to_owned());
                let measured = Measured { threshold, ..measured };
                rows.push(row(pipeline, record, split, measure, &output, measured));
                continue;
            }
            for (rule, name) in task.rules() {
                let cutoff = cutoffs.iter().find(|cutoff| cutoff.rule == rule);
                let measured =
                    measured(&output, |truth, output| at_cutoff(measure, truth, output, cutoff));
                let measured = Measured { threshold: Some(name), ..measured };
                let id = format!("{measure}@{rule}");
                let row = row(pipeline, record, split, measure, &output, measured);
                rows.push(ResultRow {
                    published: figure(&pipeline.published, &id, split),
                    reference: figure(&pipeline.reference, &id, split),
                    ..row
                });
            }
        }
    }
    rows
}

/// The truth and what the model said, for one part of a stored cell.
///
/// # Errors
///
/// What is wrong with the stored table.
pub fn truth_and_output(
    table: &CellTable,
    class_names: &[String],
    part: Part,
) -> Result<(Classes, Output), String> {
    let rows = table.rows_of(part);
    let n_classes = table.n_classes;
    let pick = |values: &[u32]| rows.iter().map(|&row| values[row]).collect::<Vec<_>>();
    let matrix = |values: &[f64]| {
        let row = |&row: &usize| values[row * n_classes..(row + 1) * n_classes].to_vec();
        rows.iter().flat_map(row).collect::<Vec<_>>()
    };
    let text = |error: oddity_core::Error| error.to_string();
    let truth = Classes::new(pick(&table.truth), class_names).map_err(text)?;
    if let Some(scores) = &table.score {
        let scores = Scores::new(rows.iter().map(|&row| scores[row]).collect()).map_err(text)?;
        return Ok((truth, Output::Scores(scores)));
    }
    let predicted = table.predicted.as_ref().ok_or("neither scores nor predicted classes")?;
    let mut predicted = Predicted::new(pick(predicted), n_classes).map_err(text)?;
    if let Some(values) = &table.probabilities {
        predicted = predicted.with_probabilities(matrix(values)).map_err(text)?;
    }
    if let Some(values) = &table.decision {
        predicted = predicted.with_decision(matrix(values)).map_err(text)?;
    }
    Ok((truth, Output::Predicted(predicted)))
}

/// The truth, its events where the data has several series, and what the model said.
type Said = Result<(Classes, Option<Events>, Output), String>;

/// Events that end where their series does; one series needs none of its own.
fn events(table: &CellTable, part: Part, truth: &Classes) -> Option<Events> {
    let edges = table.edges_of(part);
    let inner = edges.get(1..edges.len() - 1).filter(|inner| !inner.is_empty())?;
    let anomalous: Vec<bool> = truth.codes().iter().map(|&code| code != 0).collect();
    Events::in_series(&anomalous, inner).ok()
}

fn row(
    pipeline: &Pipeline,
    record: &CellRecord,
    split: &str,
    measure: &str,
    output: &Said,
    measured: Measured,
) -> ResultRow {
    let id = catalogue::full_id(measure).unwrap_or_else(|_| MeasureId::new(measure));
    ResultRow {
        suite: record.name.suite.clone(),
        dataset: record.name.dataset.clone(),
        pipeline: record.name.pipeline.clone(),
        seed: Some(record.name.seed),
        split: split.to_owned(),
        measure: id.name().to_owned(),
        params: id
            .parameters()
            .iter()
            .map(|parameter| (parameter.key.clone(), parameter.value.clone().into()))
            .collect(),
        threshold: measured.threshold,
        cutoff: measured.cutoff,
        n_threshold: measured.n_threshold,
        n_threshold_anomalies: measured.n_anomalies,
        value: measured.value,
        interval: None,
        no_interval: None,
        status: if output.is_err() && record.status == Status::Ok {
            Status::Error
        } else {
            record.status
        },
        reason: measured.reason,
        published: figure(&pipeline.published, measure, split),
        reference: figure(&pipeline.reference, measure, split),
        cell: Some(record.key.clone()),
    }
}

/// The reported figure for a measure and a split.
pub(super) fn figure(figures: &Published, measure: &str, split: &str) -> Option<f64> {
    figures.get(measure)?.get(split)
}

/// A measure's value, or why there is none, and the threshold behind it.
#[derive(Default)]
struct Measured {
    value: Option<f64>,
    reason: Option<String>,
    threshold: Option<String>,
    cutoff: Option<f64>,
    n_threshold: Option<usize>,
    n_anomalies: Option<usize>,
}

fn measured(output: &Said, value: impl FnOnce(&Truth<'_>, &Output) -> Measured) -> Measured {
    match output {
        Ok((_, Some(events), output @ Output::Scores(_))) => value(&Truth::Events(events), output),
        Ok((truth, _, output)) => value(&Truth::Classes(truth), output),
        Err(reason) => Measured { reason: Some(reason.clone()), ..Measured::default() },
    }
}

impl From<Result<f64, MeasureError>> for Measured {
    fn from(value: Result<f64, MeasureError>) -> Measured {
        match value {
            Ok(value) => Measured { value: Some(value), ..Measured::default() },
            Err(error) => Measured { reason: Some(error.to_string()), ..Measured::default() },
        }
    }
}

/// Whether a measure chooses its cutoff with the truth that it is measured on.
fn is_oracle(pipeline: &Pipeline, measure: &str) -> bool {
    if pipeline.detector.is_some() {
        <ScoreMeasure>::parse(measure).is_ok_and(|measure| measure.is_oracle())
    } else {
        <ClassMeasure>::parse(measure).is_ok_and(|measure| measure.is_oracle())
    }
}

/// A measure of scores or of classes.
fn value(measure: &str, truth: &Truth<'_>, output: &Output) -> Measured {
    let outcome = match output {
        Output::Predicted(predicted) => {
            <ClassMeasure>::parse(measure).map(|measure| measure.evaluate(truth, predicted))
        }
        Output::Scores(scores) => {
            <ScoreMeasure>::parse(measure).map(|measure| measure.evaluate(truth, scores))
        }
    };
    match outcome {
        Ok(value) => value.into(),
        Err(error) => Measured { reason: Some(error.to_string()), ..Measured::default() },
    }
}

/// A measure of the alarms that a fitted cutoff gives.
fn at_cutoff(
    measure: &str,
    truth: &Truth<'_>,
    output: &Output,
    fitted: Option<&FittedCutoff>,
) -> Measured {
    let (Some(fitted), Output::Scores(scores)) = (fitted, output) else {
        let reason = Some("no held-out scores".to_owned());
        return Measured { reason, ..Measured::default() };
    };
    let (n_threshold, n_anomalies) = (Some(fitted.n_scores), fitted.n_anomalies);
    let alarms = match fitted.alarms(scores) {
        Ok(alarms) => alarms,
        Err(reason) => {
            let reason = Some(reason);
            return Measured { reason, n_threshold, n_anomalies, ..Measured::default() };
        }
    };
    let measured = match <AlarmMeasure>::parse(measure) {
        Ok(measure) => measure.evaluate(truth, &alarms).into(),
        Err(error) => Measured { reason: Some(error.to_string()), ..Measured::default() },
    };
    let cutoff = fitted.fixed().map(|cutoff| cutoff.value());
    Measured { cutoff, n_threshold, n_anomalies, ..measured }
}
