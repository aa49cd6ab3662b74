//! What the report draws: box plots, curves, confusion matrices, classification reports.

use oddity_core::{Classes, Labels, Predicted, Scores};
use oddity_eval::measure::{
    ClassificationReport, ConfusionMatrix, PrCurve, ReportRow, RocCurve, Truth, average_precision,
    roc_auc,
};

use super::comparisons::{first_threshold, full};
use crate::plan::Plan;
use crate::report as model;
use crate::results::{Output, ResultRow, Results, StoredCell, truth_and_output};
use crate::store::Part;
use crate::suite::{Pipeline, SplitConfig, Task};

/// A box plot a cross-validated task, of its first measure, at the first rule where it is one of
/// alarms: a box a pipeline, a value a fold and seed.
pub(super) fn box_plots(plan: &Plan<'_>, results: &Results) -> Vec<model::BoxPlot> {
    let mut plots = Vec::new();
    for task in &plan.suite.tasks {
        let (true, Some(measure)) = (task.has_folds(), task.measures.first()) else {
            continue;
        };
        let (full, threshold) = (full(measure), first_threshold(task, measure));
        let of_rule = |row: &ResultRow| threshold.is_none() || row.threshold == threshold;
        let rule = task.rules().into_iter().next().filter(|_| threshold.is_some());
        let reported =
            rule.map_or_else(|| measure.clone(), |(rule, _)| format!("{measure}@{rule}"));
        let groups = task.pipelines.iter().filter_map(|pipeline| {
            let id = task.pipeline_id(pipeline);
            let folds = results.rows.iter().filter(|row| {
                let is_fold = row.split.starts_with("fold-");
                is_fold && row.pipeline == id && row.measure_id() == full && of_rule(row)
            });
            let values: Vec<f64> = folds.filter_map(|row| row.value).collect();
            let published = pipeline.published.get(&reported).and_then(|figures| figures.mean);
            let group = model::BoxGroup { label: id, values, published };
            (!group.values.is_empty()).then_some(group)
        });
        plots.push(model::BoxPlot {
            title: format!("{}: {reported} of each fold", task.id),
            value_label: reported.clone(),
            groups: groups.collect(),
        });
    }
    plots.retain(|plot| !plot.groups.is_empty());
    plots
}

/// What one pipeline said of all test samples of its first seed.
pub(super) struct Pooled {
    pub(super) pipeline: String,
    pub(super) split: &'static str,
    pub(super) truth: Classes,
    pub(super) output: Output,
}

/// The test samples of each pipeline's first seed, those of all folds together.
pub(super) fn pooled(plan: &Plan<'_>, results: &Results) -> Vec<Pooled> {
    let mut all = Vec::new();
    for task in &plan.suite.tasks {
        for pipeline in &task.pipelines {
            all.extend(pool(task, pipeline, results));
        }
    }
    all
}

fn pool(task: &Task, pipeline: &Pipeline, results: &Results) -> Option<Pooled> {
    // Scores of models of different series have no common scale.
    if matches!(task.split, SplitConfig::Series { .. }) {
        return None;
    }
    let id = task.pipeline_id(pipeline);
    let seed = *task.seeds_of(pipeline).first()?;
    let cells: Vec<&StoredCell> = results
        .cells
        .iter()
        .filter(|cell| cell.record.name.pipeline == id && cell.record.name.seed == seed)
        .collect();
    let names = &cells.first()?.record.outcome.class_names;
    let mut parts = Vec::new();
    for cell in &cells {
        parts.push(truth_and_output(cell.table.as_ref()?, names, Part::Test).ok()?);
    }
    let codes = parts.iter().flat_map(|(truth, _)| truth.codes()).copied().collect();
    let truth = Classes::new(codes, names).ok()?;
    let split = if 1 < parts.len() { "all folds" } else { "test" };
    let outputs: Vec<Output> = parts.into_iter().map(|(_, output)| output).collect();
    Some(Pooled { pipeline: id, split, truth, output: concatenate(outputs, names.len())? })
}

fn concatenate(outputs: Vec<Output>, n_classes: usize) -> Option<Output> {
    if outputs.iter().all(|output| matches!(output, Output::Scores(_))) {
        let scores = outputs.into_iter().flat_map(|output| match output {
            Output::Scores(scores) => scores.into_values(),
            Output::Predicted(_) => Vec::new(),
        });
        return Scores::new(scores.collect()).ok().map(Output::Scores);
    }
    let predicted: Vec<&Predicted> = outputs
        .iter()
        .filter_map(|output| match output {
            Output::Predicted(predicted) => Some(predicted),
            Output::Scores(_) => None,
        })
        .collect();
    let codes = predicted.iter().flat_map(|part| part.codes()).copied().collect();
    let mut all = Predicted::new(codes, n_classes).ok()?;
    // Decision values of different folds are on scales of their own, but a pooled curve is
    // the usual picture, and the figures beside it are those of each fold.
    if let Some(parts) =
        predicted.iter().map(|part| part.probabilities()).collect::<Option<Vec<_>>>()
    {
        all = all.with_probabilities(parts.concat()).ok()?;
    }
    if let Some(parts) = predicted.iter().map(|part| part.decision()).collect::<Option<Vec<_>>>() {
        all = all.with_decision(parts.concat()).ok()?;
    }
    Some(Output::Predicted(all))
}

/// ROC and precision-recall curves of the two-class pipelines that rank samples.
pub(super) fn curves(plan: &Plan<'_>, results: &Results) -> Vec<model::Curve> {
    let mut curves = Vec::new();
    for Pooled { pipeline, split, truth, output } in pooled(plan, results) {
        let ranked = match output {
            Output::Scores(scores) => Some(scores),
            Output::Predicted(predicted) => {
                predicted.class_scores(1).and_then(|scores| Scores::new(scores).ok())
            }
        };
        let (2, Some(scores)) = (truth.n_classes(), ranked) else { continue };
        let labels: Labels = truth.codes().iter().map(|&code| code == 1).collect();
        let share = labels.n_anomalies() as f64 / labels.len().max(1) as f64;
        let curve = |kind, points, area| model::Curve {
            pipeline: pipeline.clone(),
            split: split.to_owned(),
            kind,
            points,
            area,
            anomaly_share: Some(share),
        };
        if let Ok(roc) = RocCurve::corners(&labels, &scores) {
            let points = roc.false_positive_rate.into_iter().zip(roc.true_positive_rate).collect();
            curves.push(curve(model::CurveKind::Roc, points, roc_auc(&labels, &scores).ok()));
        }
        if let Ok(pr) = PrCurve::corners(&labels, &scores) {
            let points = pr.recall.into_iter().zip(pr.precision).collect();
            let area = average_precision(&labels, &scores).ok();
            curves.push(curve(model::CurveKind::PrecisionRecall, points, area));
        }
    }
    curves
}

/// Confusion matrices of the pipelines that decide.
pub(super) fn confusions(plan: &Plan<'_>, results: &Results) -> Vec<model::Confusion> {
    matrices(plan, results)
        .into_iter()
        .map(|(pipeline, split, matrix)| model::Confusion {
            pipeline,
            split: split.to_owned(),
            names: matrix.names().to_vec(),
            counts: matrix.rows().map(<[u64]>::to_vec).collect(),
        })
        .collect()
}

/// Precision, recall and F1 a class of the pipelines that decide.
pub(super) fn class_reports(plan: &Plan<'_>, results: &Results) -> Vec<model::ClassReport> {
    matrices(plan, results)
        .into_iter()
        .map(|(pipeline, split, matrix)| {
            let report = ClassificationReport::new(&matrix);
            model::ClassReport {
                pipeline,
                split: split.to_owned(),
                classes: report.classes.iter().map(class_row).collect(),
                averages: [&report.macro_average, &report.weighted_average].map(class_row).into(),
            }
        })
        .collect()
}

fn matrices(plan: &Plan<'_>, results: &Results) -> Vec<(String, &'static str, ConfusionMatrix)> {
    let of = |pooled: Pooled| {
        let Output::Predicted(predicted) = &pooled.output else { return None };
        let matrix = ConfusionMatrix::new(&Truth::Classes(&pooled.truth), predicted).ok()?;
        Some((pooled.pipeline, pooled.split, matrix))
    };
    pooled(plan, results).into_iter().filter_map(of).collect()
}

fn class_row(row: &ReportRow) -> model::ClassRow {
    model::ClassRow {
        name: row.name.clone(),
        precision: row.precision,
        recall: row.recall,
        f1: row.f1,
        support: row.support,
    }
}
