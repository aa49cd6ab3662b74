//! Means and deviations over folds and over seeds.

use oddity_eval::cross_validation::Summary;
use oddity_eval::measure::{MeasureId, catalogue};

use super::ResultRow;
use super::evaluate::figure;
use crate::spread::sample_sd;
use crate::suite::{Pipeline, Task};

/// The rows `mean` and `sd` over the folds of each seed, and, where there are several
/// seeds, `mean`, `sd` (the mean of the seeds' deviations) and `sd_seeds` over them all.
pub(super) fn means(task: &Task, pipeline: &Pipeline, rows: &[ResultRow]) -> Vec<ResultRow> {
    let seeds = task.seeds_of(pipeline);
    let folds = task.has_folds();
    let mut means = Vec::new();
    for (measure, threshold, reported) in groups(task) {
        let id = catalogue::full_id(measure).unwrap_or_else(|_| MeasureId::new(measure));
        let is_of_group = |row: &&ResultRow| {
            row.is_of(&id)
                && threshold
                    .as_deref()
                    .is_none_or(|threshold| row.threshold.as_deref() == Some(threshold))
        };
        let of_measure: Vec<&ResultRow> = rows.iter().filter(is_of_group).collect();
        let row = |seed, split: &str, from: &[&ResultRow], combine: fn(&[f64]) -> Option<f64>| {
            aggregate(pipeline, &reported, seed, split, from, combine)
        };
        // What is averaged over the seeds: the means of folds, or the parts themselves.
        let mut of_seeds: Vec<ResultRow> = Vec::new();
        if folds {
            for &seed in seeds {
                let from: Vec<&ResultRow> =
                    of_measure.iter().filter(|row| row.seed == Some(seed)).copied().collect();
                if from.is_empty() {
                    continue;
                }
                of_seeds.push(row(Some(seed), "mean", &from, mean));
                of_seeds.push(row(Some(seed), "sd", &from, population_sd));
            }
            means.extend(of_seeds.iter().cloned());
        } else {
            of_seeds.extend(of_measure.iter().copied().cloned());
        }
        if seeds.len() < 2 {
            continue;
        }
        let splits: &[&str] = match (folds, task.measure_train) {
            (true, _) => &["mean", "sd"],
            (false, true) => &["train", "test"],
            (false, false) => &["test"],
        };
        for &split in splits {
            let from: Vec<&ResultRow> = of_seeds.iter().filter(|row| row.split == split).collect();
            if !from.is_empty() {
                means.push(row(None, split, &from, mean));
            }
        }
        let last = if folds { "mean" } else { "test" };
        let from: Vec<&ResultRow> = of_seeds.iter().filter(|row| row.split == last).collect();
        if !from.is_empty() {
            means.push(row(None, "sd_seeds", &from, sample_sd));
        }
    }
    means
}

/// What is averaged by itself: a measure, the threshold of a measure of alarms, and the name of
/// figures that others reported for both.
fn groups(task: &Task) -> Vec<(&str, Option<String>, String)> {
    let mut groups = Vec::new();
    for measure in &task.measures {
        if task.is_of_alarms(measure) {
            groups.extend(task.rules().into_iter().map(|(rule, threshold)| {
                (measure.as_str(), Some(threshold), format!("{measure}@{rule}"))
            }));
        } else {
            groups.push((measure.as_str(), None, measure.clone()));
        }
    }
    groups
}

fn mean(values: &[f64]) -> Option<f64> {
    Summary::of(values).map(|of| of.mean)
}

fn population_sd(values: &[f64]) -> Option<f64> {
    Summary::of(values).map(|of| of.sd)
}

/// One row over several; without a value where one of them has none.
fn aggregate(
    pipeline: &Pipeline,
    measure: &str,
    seed: Option<u64>,
    split: &str,
    from: &[&ResultRow],
    combine: fn(&[f64]) -> Option<f64>,
) -> ResultRow {
    let without = from.iter().find(|row| row.value.is_none());
    let values: Vec<f64> = from.iter().filter_map(|row| row.value).collect();
    let reason = without.map(|row| {
        let seed = row.seed.map_or_else(String::new, |seed| format!("seed {seed} "));
        format!("{seed}{}: {}", row.split, row.reason.as_deref().unwrap_or("no value"))
    });
    ResultRow {
        seed,
        split: split.to_owned(),
        value: if without.is_none() { combine(&values) } else { None },
        status: without.map_or(from[0].status, |row| row.status),
        reason,
        cutoff: None,
        n_threshold: None,
        n_threshold_anomalies: None,
        published: figure(&pipeline.published, measure, split),
        reference: figure(&pipeline.reference, measure, split),
        cell: None,
        ..from[0].clone()
    }
}
