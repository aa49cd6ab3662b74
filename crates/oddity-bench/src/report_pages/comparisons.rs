//! Detectors over many datasets: over the series of a suite, and over the suites of a report.

use std::collections::BTreeMap;

use oddity_eval::compare::{ClusterBy, ResultRow as DatasetRow, ResultTable};
use oddity_eval::measure::{MeasureId, Parameter, catalogue};

use super::comparison::{LEAST_DATASETS, LEAST_DETECTORS, comparison};
use super::shared::{self, TaskFigures};
use crate::plan::Plan;
use crate::report as model;
use crate::results::{ResultRow, Results, direction};
use crate::suite::{SplitConfig, Task};

/// The comparisons of a suite: over the series of the tasks that share split and first measure.
pub(super) fn of_suite(plan: &Plan<'_>, results: &Results) -> Vec<model::Comparison> {
    let mut compared: Vec<Vec<&Task>> = Vec::new();
    for task in &plan.suite.tasks {
        let is_alike = |tasks: &&mut Vec<&Task>| {
            let first = tasks[0];
            first.split == task.split
                && first.dataset == task.dataset
                && first.truth == task.truth
                && first.measures.first() == task.measures.first()
        };
        match compared.iter_mut().find(is_alike) {
            Some(tasks) => tasks.push(task),
            None => compared.push(vec![task]),
        }
    }
    compared.retain(|tasks| matches!(tasks[0].split, SplitConfig::Series { .. }));
    compared.iter().filter_map(|tasks| over_series(tasks, results)).collect()
}

/// A dataset and one of its series.
type Series = (String, String);

fn over_series(tasks: &[&Task], results: &Results) -> Option<model::Comparison> {
    let measure = tasks[0].measures.first()?;
    let threshold = first_threshold(tasks[0], measure);
    let measure = full(measure);
    let mut cells: BTreeMap<Series, BTreeMap<String, Vec<Option<f64>>>> = BTreeMap::new();
    let mut detectors = Vec::new();
    for task in tasks {
        for id in task.pipelines.iter().map(|pipeline| task.pipeline_id(pipeline)) {
            let is_own = |row: &&ResultRow| {
                row.pipeline == id
                    && row.measure_id() == measure
                    && (threshold.is_none() || row.threshold == threshold)
                    && row.split.starts_with("fold-")
            };
            let mut rows = results.rows.iter().filter(is_own).peekable();
            if rows.peek().is_none() {
                continue;
            }
            for row in rows {
                let key = (row.dataset.clone(), series_of(&row.split).to_owned());
                cells.entry(key).or_default().entry(id.clone()).or_default().push(row.value);
            }
            detectors.push(id);
        }
    }
    let row = |((source, series), values): (&Series, &BTreeMap<_, Vec<_>>)| DatasetRow {
        dataset: series.clone(),
        source: source.clone(),
        values: detectors.iter().map(|id| mean(values.get(id)?)).collect(),
    };
    let rows = cells.iter().map(row).collect();
    let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    let title = format!("{}: {measure} over the series", ids.join(", "));
    let direction = direction(&measure)?;
    let table = ResultTable { detectors, rows };
    Some(comparison(&title, &table, direction, ClusterBy::Dataset))
}

/// The comparisons over the suites of a report, of the detectors that have a name in common, by
/// each measure that comes first in some task.
pub(super) fn over_suites(suites: &[(&Plan<'_>, &Results)]) -> Vec<model::Comparison> {
    if suites.len() < 2 {
        return Vec::new();
    }
    let mut measures: Vec<&str> = Vec::new();
    for task in suites.iter().flat_map(|(plan, _)| &plan.suite.tasks) {
        let first = task.measures.first().map(String::as_str);
        measures.extend(first.filter(|first| !measures.contains(first)));
    }
    measures.into_iter().filter_map(|measure| over_tasks(suites, measure)).collect()
}

fn over_tasks(suites: &[(&Plan<'_>, &Results)], measure: &str) -> Option<model::Comparison> {
    let full = full(measure);
    let mut rows: Vec<TaskFigures<'_>> = Vec::new();
    for (plan, results) in suites {
        for task in &plan.suite.tasks {
            let threshold = first_threshold(task, measure);
            let mut values = BTreeMap::new();
            let mut source = None;
            for pipeline in &task.pipelines {
                let id = task.pipeline_id(pipeline);
                let is_own = |row: &&ResultRow| {
                    row.pipeline == id
                        && row.measure_id() == full
                        && (threshold.is_none() || row.threshold == threshold)
                        && (row.split == "test" || row.split == "mean")
                        && row.cell.is_some() == (row.split == "test")
                };
                let of: Vec<&ResultRow> = results.rows.iter().filter(is_own).collect();
                if let Some(first) = of.first() {
                    source = Some(first.dataset.clone());
                    let figures: Vec<Option<f64>> = of.iter().map(|row| row.value).collect();
                    values.insert(pipeline.id.as_str(), mean(&figures));
                }
            }
            let task = format!("{}: {}", plan.suite.name, task.id);
            rows.extend(source.map(|source| TaskFigures { task, source, values }));
        }
    }
    let (detectors, others) = shared::largest_table(&rows, LEAST_DATASETS);
    let title = format!("{measure} over the tasks of all suites");
    if detectors.len() < LEAST_DETECTORS {
        let refused = format!(
            "found {} detectors that share {LEAST_DATASETS} sources of data, wanted at least \
             {LEAST_DETECTORS}",
            detectors.len()
        );
        return Some(model::Comparison { title, refused: Some(refused), ..Default::default() });
    }
    let rows = rows.iter().map(|row| DatasetRow {
        dataset: row.task.clone(),
        source: row.source.clone(),
        values: detectors.iter().map(|id| row.values.get(id).copied().flatten()).collect(),
    });
    let rows = rows.collect();
    let detectors = detectors.into_iter().map(str::to_owned).collect();
    let table = ResultTable { detectors, rows };
    let mut found = comparison(&title, &table, direction(measure)?, ClusterBy::Source);
    if !others.is_empty() {
        let names = others.iter().map(|(id, n_sources)| format!("{id} ({n_sources})"));
        found.note.push_str(&format!(
            " The detectors were chosen so that their table of sources without a gap is the \
             largest. Too few of these sources have: {} (in brackets: how many have each).",
            names.collect::<Vec<_>>().join(", ")
        ));
    }
    Some(found)
}

/// The threshold of the figures that stand for a measure of alarms: its task's first rule. Other
/// measures have figures of one kind alone.
pub(super) fn first_threshold(task: &Task, measure: &str) -> Option<String> {
    let first = || task.rules().into_iter().next().map(|(_, threshold)| threshold);
    task.is_of_alarms(measure).then(first).flatten()
}

/// The id of a measure as rows have it: all its parameters, in alphabetical order.
pub(super) fn full(measure: &str) -> String {
    let Ok(id) = catalogue::full_id(measure) else { return measure.to_owned() };
    let mut parameters = id.parameters().to_vec();
    parameters.sort_by(|a, b| a.key.cmp(&b.key));
    let with = |id: MeasureId, parameter: &Parameter| id.with(&parameter.key, &parameter.value);
    parameters.iter().fold(MeasureId::new(id.name()), with).into()
}

/// The series of a split `fold-00-SERIES`.
pub(super) fn series_of(split: &str) -> &str {
    split.splitn(3, '-').nth(2).unwrap_or(split)
}

fn mean(values: &[Option<f64>]) -> Option<f64> {
    let values: Vec<f64> = values.iter().copied().collect::<Option<_>>()?;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
