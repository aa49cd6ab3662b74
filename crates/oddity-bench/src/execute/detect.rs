//! Fits a detector's pipeline, and scores what is measured.

use oddity_core::{DetectorPipeline, Seed, Step};

use super::inspect::inspect;
use super::parts::{Part, Parts};
use super::{Kept, text, timed};
use crate::plan::{Cell, Group};
use crate::store::{self, CellTable, Outcome, Timing};
use crate::training::Training;

/// The scores of a cell, and what else is kept of the fitted detector.
pub(super) fn detect(
    group: &Group<'_>,
    cell: &Cell<'_>,
    parts: &Parts,
    outcome: &mut Outcome,
    timings: &mut Vec<Timing>,
    training: &mut Training<'_>,
) -> Result<Kept, String> {
    let mut steps = Vec::new();
    for step in &cell.pipeline.steps {
        match step.build().map_err(text)? {
            Step::Plain(step) => steps.push(step),
            Step::Supervised(_) => return Err("a step that sees labels".to_owned()),
        }
    }
    let detector = cell.detector().map_err(text)?.ok_or("no detector")?;
    let pipeline = DetectorPipeline::new(steps, detector);
    let train = parts.train.samples();
    let seed = Seed(cell.name.seed).derive(1);
    let fitted = timed(timings, "fit", train.len(), || training.fit(&pipeline, &train, seed));
    let fitted = fitted.map_err(text)?;
    outcome.history = fitted.history().cloned();
    let mut table = CellTable { n_classes: group.classes.n_classes(), ..CellTable::default() };
    for (kind, part) in scored(group, parts) {
        let samples = part.samples();
        let scores = timed(timings, "score", samples.len(), || fitted.score(&samples));
        let scores = scores.map_err(text)?;
        if kind == store::Part::Test {
            let inspected =
                timed(timings, "inspect", samples.len(), || inspect(&*fitted, part, &scores));
            outcome.errors = inspected.map_err(text)?;
        }
        let measured = part.measured(group, scores)?;
        match kind {
            store::Part::HeldOut => outcome.n_held_out = Some(measured.scores.len()),
            store::Part::Test => outcome.n_uncovered = measured.n_uncovered,
            store::Part::Validation => {
                let anomalies = measured.truth.iter().filter(|&&code| code != 0);
                outcome.n_validation = Some(measured.truth.len());
                outcome.n_validation_anomalies = Some(anomalies.count());
            }
            store::Part::Train => {}
        }
        table.part.extend(measured.positions.iter().map(|_| kind));
        table.sample.extend(measured.positions);
        table.truth.extend(measured.truth);
        table.score.get_or_insert_default().extend(measured.scores);
    }
    Ok(Kept { table, artefacts: fitted.artefacts() })
}

/// The parts that are scored: the training part where the task measures it, what was held out
/// and what was cut for validation, and the test part.
fn scored<'a>(group: &Group<'_>, parts: &'a Parts) -> Vec<(store::Part, &'a Part)> {
    let mut scored = Vec::new();
    if group.task.measure_train {
        scored.push((store::Part::Train, &parts.train));
    }
    scored.extend(parts.held_out.iter().map(|part| (store::Part::HeldOut, part)));
    scored.extend(parts.test.validation.iter().map(|part| (store::Part::Validation, part)));
    scored.push((store::Part::Test, &parts.test.measured));
    scored
}
