//! From the results of suites to the data of their report.

mod comparison;
mod comparisons;
mod detectors;
mod errors;
mod figures;
mod leaderboards;
mod shared;
mod sizes;
mod timelines;

use std::collections::BTreeMap;

pub use comparison::comparison;

use oddity_eval::compare::{Interval, IntervalMethod};

use crate::cell::{SCHEMA_VERSION, Status};
use crate::dataset::Dataset;
use crate::environment::Environment;
use crate::plan::Plan;
use crate::report as model;
use crate::results::{ResultRow, Results, RowInterval};
use crate::store::CellRecord;

/// The report of suites: one page, a section a suite; their cells were computed by this code.
pub fn report(
    suites: &[(&Plan<'_>, &Results)],
    environment: &Environment,
    code_version: &str,
) -> model::Report {
    let names: Vec<&str> = suites.iter().map(|(plan, _)| plan.suite.name.as_str()).collect();
    model::Report {
        title: format!("Oddity: {}", names.join(", ")),
        suites: suites.iter().map(|(plan, results)| page(plan, results)).collect(),
        comparisons: comparisons::over_suites(suites),
        environment: environment.rows(),
        provenance: vec![
            ("Suites".to_owned(), names.join(", ")),
            ("Schema version".to_owned(), SCHEMA_VERSION.to_string()),
            ("Source hash".to_owned(), code_version.chars().take(16).collect()),
        ],
    }
}

fn page(plan: &Plan<'_>, results: &Results) -> model::SuitePage {
    let suite = plan.suite;
    let dataset = |dataset: &Dataset| model::Dataset {
        name: dataset.name.clone(),
        source: dataset.source.clone(),
        checksum: format!("sha256:{}", dataset.checksum),
        warning: dataset.warning.clone(),
    };
    // The page derives the deviation over seeds from the seeds' own rows.
    let shown = results.rows.iter().filter(|row| row.split != "sd_seeds");
    let rows: Vec<model::ResultRow> = shown.map(row).collect();
    model::SuitePage {
        id: suite.name.clone(),
        title: suite.title.clone(),
        description: match sizes::sentence(suite) {
            Some(size) => format!("{}\n\n{size}", suite.description.trim_end()),
            None => suite.description.clone(),
        },
        datasets: plan.datasets.iter().map(dataset).collect(),
        groups: groups(plan),
        leaderboards: leaderboards::leaderboards(plan, results, &rows),
        comparisons: comparisons::of_suite(plan, results),
        tables: tables(plan, results),
        results: rows,
        box_plots: figures::box_plots(plan, results),
        curves: figures::curves(plan, results),
        confusions: figures::confusions(plan, results),
        class_reports: figures::class_reports(plan, results),
        searches: results.cells.iter().filter_map(|cell| search(plan, &cell.record)).collect(),
        timelines: timelines::timelines(plan, results),
        charts: [detectors::charts(plan, results), errors::charts(plan, results)].concat(),
        timings: results.timings.iter().map(timing).collect(),
        failures: results.cells.iter().filter_map(|cell| failure(&cell.record)).collect(),
    }
}

/// A sentence a group; tasks whose ids begin alike share a group.
fn groups(plan: &Plan<'_>) -> Vec<(String, String)> {
    let mut groups: Vec<(String, String)> = Vec::new();
    for task in &plan.suite.tasks {
        let name = task.id.split('/').next().unwrap_or_default().to_owned();
        let text = task.description.trim();
        match groups.iter_mut().find(|(group, _)| *group == name) {
            Some((_, sentences)) => *sentences = format!("{sentences} {}: {text}", task.id),
            None => groups.push((name, text.to_owned())),
        }
    }
    groups
}

fn tables(plan: &Plan<'_>, results: &Results) -> Vec<model::Table> {
    let mut tables = vec![counts(plan), pipelines(plan, results), sizes::sizes(plan, results)];
    tables.extend(sizes::thresholds(plan, results));
    tables.extend(errors::tables(plan, results));
    tables.extend(sizes::saved(plan, results));
    tables
}

fn counts(plan: &Plan<'_>) -> model::Table {
    let count = |dataset: &Dataset, (name, count): &(String, u64)| {
        let cell = |text: &str| model::Cell::Text(text.to_owned());
        vec![cell(&dataset.name), cell(name), model::Cell::Count(*count)]
    };
    let rows = plan.datasets.iter();
    let rows = rows.flat_map(|dataset| dataset.counts.iter().map(move |of| count(dataset, of)));
    model::Table {
        title: "The data in numbers".to_owned(),
        columns: ["dataset", "what", "count"].map(str::to_owned).into(),
        rows: rows.collect(),
    }
}

/// What each pipeline is made of, and what a reader must know about it.
fn pipelines(plan: &Plan<'_>, results: &Results) -> model::Table {
    let mut rows = Vec::new();
    for task in &plan.suite.tasks {
        for pipeline in &task.pipelines {
            let id = task.pipeline_id(pipeline);
            let mut of = results.cells.iter().filter(|cell| cell.record.name.pipeline == id);
            let Some(first) = of.next() else { continue };
            let stuck = of.chain([first]);
            let stuck = stuck.filter(|cell| cell.record.outcome.converged == Some(false)).count();
            let mut note = pipeline.note.clone().unwrap_or_default();
            if 0 < stuck {
                note = format!("{note} Not converged in {stuck} cells.");
            }
            let identity = &first.record.identity;
            let model = identity.classifier.as_ref().map(toml::to_string);
            let model = model.or_else(|| identity.detector.as_ref().map(toml::to_string));
            let model = model.and_then(Result::ok).unwrap_or_default();
            rows.push(vec![
                model::Cell::Text(id),
                match first.record.outcome.n_columns {
                    Some(n_columns) => model::Cell::Count(n_columns as u64),
                    None => model::Cell::Text(String::new()),
                },
                model::Cell::Text(model.trim().replace('\n', ", ")),
                model::Cell::Text(identity.backend_id().unwrap_or_default().to_owned()),
                model::Cell::Text(note.trim().to_owned()),
            ]);
        }
    }
    let columns = ["pipeline", "columns", "model", "backend", "note"].map(str::to_owned).into();
    model::Table { title: "The pipelines".to_owned(), columns, rows }
}

fn row(row: &ResultRow) -> model::ResultRow {
    model::ResultRow {
        pipeline: row.pipeline.clone(),
        seed: row.seed,
        split: row.split.clone(),
        measure: row.measure.clone(),
        params: row.parameters(", "),
        threshold: row.threshold.as_ref().map(|rule| model::ThresholdNote {
            provenance: rule.clone(),
            oracle: rule.contains("oracle"),
        }),
        value: row.value,
        interval: row.interval.as_ref().map(interval),
        no_interval: row.no_interval.clone(),
        published: row.published,
        rerun: row.reference,
        status: status(row.status),
        reason: row.reason.clone(),
    }
}

fn interval(row: &RowInterval) -> model::Interval {
    let Interval { low, high, level, method, n_replicates, n_undefined } = row.interval;
    let method = match method {
        IntervalMethod::Percentile => "percentile",
        IntervalMethod::Bca => "BCa",
    };
    let (over, n_groups) = (&row.over, row.n_groups);
    let mut note = format!(
        "{} % {method} bootstrap over {n_groups} {over}, {n_replicates} replicates",
        level * 100.0
    );
    if 0 < n_undefined {
        note.push_str(&format!(", {n_undefined} of them undefined"));
    }
    model::Interval { low, high, note }
}

fn status(status: Status) -> model::Status {
    match status {
        Status::Ok => model::Status::Ok,
        Status::Error => model::Status::Error,
        Status::Timeout => model::Status::Timeout,
        Status::OutOfMemory => model::Status::OutOfMemory,
        Status::Skipped => model::Status::Skipped,
        Status::Refused => model::Status::Refused,
    }
}

fn timing(timing: &crate::results::TimingRow) -> model::TimingRow {
    model::TimingRow {
        pipeline: timing.name.pipeline.clone(),
        stage: timing.stage.clone(),
        seconds: timing.seconds,
        rows: Some(timing.rows as u64),
    }
}

fn failure(record: &CellRecord) -> Option<model::Failure> {
    (record.status != Status::Ok).then(|| model::Failure {
        cell: record.name.to_string(),
        status: status(record.status),
        reason: record.reason.clone().unwrap_or_else(|| "without a reason".to_owned()),
    })
}

/// The best twenty candidates of a search.
fn search(plan: &Plan<'_>, record: &CellRecord) -> Option<model::SearchTable> {
    const SHOWN: usize = 20;
    let search = record.outcome.search.as_ref()?;
    let names: BTreeMap<&str, ()> = search
        .candidates
        .iter()
        .flat_map(|point| point.parameters.keys())
        .map(|k| (k.as_str(), ()))
        .collect();
    let names: Vec<&str> = names.into_keys().collect();
    let mut order: Vec<usize> = (0..search.candidates.len()).collect();
    let mean = |at: usize| search.candidates[at].mean.unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|&a, &b| mean(b).total_cmp(&mean(a)).then(a.cmp(&b)));
    let rows = order.iter().take(SHOWN).map(|&at| {
        let point = &search.candidates[at];
        let text = |value: &serde_json::Value| {
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        };
        let values =
            names.iter().map(|&name| point.parameters.get(name).map_or_else(String::new, text));
        model::SearchRow { values: values.collect(), mean: point.mean, sd: point.sd }
    });
    let note = plan.suite.tasks.iter().find_map(|task| {
        let mut pipelines = task.pipelines.iter();
        pipelines.find(|pipeline| task.pipeline_id(pipeline) == record.name.pipeline)?.note.clone()
    });
    Some(model::SearchTable {
        pipeline: record.name.pipeline.clone(),
        note: format!(
            "{} candidates, {} fits, the best {SHOWN} shown. {}",
            search.candidates.len(),
            search.n_fits,
            note.unwrap_or_default()
        ),
        measure: search.measure.clone(),
        columns: names.iter().map(|&name| name.to_owned()).collect(),
        rows: rows.collect(),
    })
}
