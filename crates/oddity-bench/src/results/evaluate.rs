//! The measures of one cell, from its stored scores.

use oddity_core::{Classes, Predicted, Scores};
use oddity_eval::measure::{ClassMeasure, MeasureError, MeasureId, ScoreMeasure, Truth};

use super::ResultRow;
use crate::cell::Status;
use crate::store::{CellRecord, CellTable};
use crate::suite::{Pipeline, Published, Task};

/// Which samples of a cell are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those of the test part.
    Test,
    /// Those that the model was fitted on.
    Train,
}

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
        let output = match table {
            Some(table) => truth_and_output(table, &record.outcome.class_names, part),
            None => Err(record.reason.clone().unwrap_or_else(|| record.status.as_str().into())),
        };
        for measure in &task.measures {
            rows.push(row(pipeline, record, split, measure, &output));
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
    let rows = table.part(part == Part::Test);
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

fn row(
    pipeline: &Pipeline,
    record: &CellRecord,
    split: &str,
    measure: &str,
    output: &Result<(Classes, Output), String>,
) -> ResultRow {
    let id: MeasureId = measure.parse().unwrap_or_else(|_| MeasureId::new(measure));
    let measured = match output {
        Ok((truth, output)) => value(measure, truth, output),
        Err(reason) => Measured { value: None, oracle: false, reason: Some(reason.clone()) },
    };
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
        threshold: measured.oracle.then(|| "oracle".to_owned()),
        value: measured.value,
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

struct Measured {
    value: Option<f64>,
    oracle: bool,
    reason: Option<String>,
}

fn value(measure: &str, truth: &Classes, output: &Output) -> Measured {
    let truth = Truth::Classes(truth);
    let outcome = match output {
        Output::Predicted(predicted) => <ClassMeasure>::parse(measure)
            .map(|measure| (measure.is_oracle(), measure.evaluate(&truth, predicted))),
        Output::Scores(scores) => <ScoreMeasure>::parse(measure)
            .map(|measure| (measure.is_oracle(), measure.evaluate(&truth, scores))),
    };
    match outcome {
        Ok((oracle, Ok(value))) => Measured { value: Some(value), oracle, reason: None },
        Ok((oracle, Err(error))) => Measured { value: None, oracle, reason: Some(reason(error)) },
        Err(error) => Measured { value: None, oracle: false, reason: Some(error.to_string()) },
    }
}

fn reason(error: MeasureError) -> String {
    error.to_string()
}
