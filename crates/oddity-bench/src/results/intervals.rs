//! Confidence intervals of figures, by resampling what their samples belong to.

use oddity_core::{Alarms, Classes, Labels, Predicted, Seed};
use oddity_eval::compare::{
    Bootstrap, BootstrapParams, Draw, Groups, Interval, QuietSeries, Statistic,
    statistic_of_alarms, statistic_of_scores,
};
use oddity_eval::cross_validation::Shuffle;
use oddity_eval::measure::{AlarmMeasure, ClassMeasure, MeasureError, ScoreMeasure, Truth};
use serde::{Deserialize, Serialize};

use super::{Output, ResultRow, StoredCell, cutoffs, truth_and_output};
use crate::store::{CellTable, Part};
use crate::suite::{IntervalConfig, Over, SplitConfig, Task};

/// An interval, with what was resampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowInterval {
    /// The interval.
    #[serde(flatten)]
    pub interval: Interval,
    /// What was drawn: `samples`, `events`, `folds`, `series`, or the name of an attribute.
    pub over: String,
    /// How many of them there are.
    pub n_groups: usize,
}

/// Replicates of a measure that is taken anew on the samples of each: it is not made for them,
/// and may take a hundred times as long.
const REPLICATES_OF_ANY: usize = 200;

/// Samples that all replicates of such a measure may have together: beyond, it has no interval.
const MAX_SAMPLES_OF_ANY: usize = 5_000_000;

/// Every bootstrap draws the same: two runs of the same cells have the same intervals.
const SEED: Seed = Seed(0);

/// Gives the rows of one pipeline their intervals, or the reason why they have none: figures of
/// a test part, and means over folds or series.
pub(super) fn attach(task: &Task, cells: &[StoredCell], rows: &mut [ResultRow]) {
    let Some(config) = &task.interval_config() else { return };
    let by_series = matches!(task.split, SplitConfig::Series { .. });
    let all = rows.to_vec();
    for row in rows.iter_mut().filter(|row| row.value.is_some()) {
        // A fold of a cross-validation is no test part of its own; a series is.
        let interval = match row.split.as_str() {
            "mean" => of_folds(task, config, &all, row),
            "test" => of_test_part(task, config, cells, row),
            _ if by_series && row.cell.is_some() => of_test_part(task, config, cells, row),
            _ => continue,
        };
        match interval {
            Ok(interval) => row.interval = Some(interval),
            Err(reason) => row.no_interval = Some(reason),
        }
    }
}

/// Of one seed's figure, or of the mean over seeds that are measured on the same samples.
fn of_test_part(
    task: &Task,
    config: &IntervalConfig,
    cells: &[StoredCell],
    row: &ResultRow,
) -> Result<RowInterval, String> {
    let is_of = |cell: &&StoredCell| {
        let name = &cell.record.name;
        row.seed.is_none_or(|seed| name.seed == seed) && name.split == row.split
    };
    let mut parts = Vec::new();
    for cell in cells.iter().filter(is_of) {
        let table = cell.table.as_ref().ok_or("a seed has no scores")?;
        let class_names = &cell.record.outcome.class_names;
        let (truth, output) = truth_and_output(table, class_names, Part::Test)?;
        let alarms = alarms(task, table, &output, row.threshold.as_deref())?;
        parts.push(Measured { truth, output, alarms, table });
    }
    let first = parts.first().ok_or("no cell")?;
    let samples = |part: &Measured<'_>| -> Vec<u32> {
        let rows = part.table.rows_of(Part::Test);
        rows.into_iter().map(|row| part.table.sample[row]).collect()
    };
    let of_first = samples(first);
    if parts[1..].iter().any(|part| samples(part) != of_first) {
        return Err("each seed is measured on samples of its own".to_owned());
    }
    let labels: Labels = first.truth.codes().iter().map(|&code| code != 0).collect();
    let over = task.resampled(config, first.table.series.is_some());
    let (groups, over) = groups(&over, first.table, &labels)?;
    let measure = row.measure_id();
    let measures = (<ScoreMeasure>::parse(&measure).ok(), <AlarmMeasure>::parse(&measure).ok());
    let mut statistics: Vec<Box<dyn Statistic + '_>> = Vec::new();
    let mut is_fast = true;
    for part in &parts {
        let text = |error: oddity_eval::Error| error.to_string();
        statistics.push(match (&part.output, &measures, &part.alarms) {
            (Output::Scores(_), (_, Some(measure)), Some(alarms)) => {
                is_fast &= COUNTED.contains(&row.measure.as_str());
                statistic_of_alarms(&**measure, &labels, alarms, &groups).map_err(text)?
            }
            (Output::Scores(scores), (Some(measure), _), None) => {
                is_fast &= RANKED.contains(&row.measure.as_str());
                statistic_of_scores(&**measure, &labels, scores, &groups).map_err(text)?
            }
            (Output::Predicted(predicted), ..) => {
                is_fast = false;
                let measure = <ClassMeasure>::parse(&measure).map_err(text)?;
                let truth = &part.truth;
                Box::new(move |draw: &Draw<'_>| of_classes(&*measure, truth, predicted, draw))
            }
            _ => return Err("no measure of these outputs".to_owned()),
        });
    }
    let mean = |draw: &Draw<'_>| {
        let values = statistics.iter().map(|statistic| statistic.evaluate(draw));
        let sum = values.sum::<Result<f64, MeasureError>>()?;
        Ok::<_, MeasureError>(sum / statistics.len() as f64)
    };
    let n_replicates =
        if is_fast { config.n_replicates } else { config.n_replicates.min(REPLICATES_OF_ANY) };
    let n_samples = labels.len() * parts.len();
    if !is_fast && MAX_SAMPLES_OF_ANY < n_samples * n_replicates {
        return Err(format!("{n_replicates} resamples of {n_samples} samples take too long"));
    }
    interval(config, n_replicates, &mean, &groups, over)
}

/// What a seed's cell said of the test part.
struct Measured<'a> {
    truth: Classes,
    output: Output,
    alarms: Option<Alarms>,
    table: &'a CellTable,
}

/// The alarms by the threshold of a row, if it has one that was fitted.
fn alarms(
    task: &Task,
    table: &CellTable,
    output: &Output,
    threshold: Option<&str>,
) -> Result<Option<Alarms>, String> {
    let rules = task.rules();
    let rule = rules.iter().find(|(_, text)| Some(text.as_str()) == threshold);
    let (Some((rule, _)), Output::Scores(scores)) = (rule, output) else { return Ok(None) };
    let fitted = cutoffs(task, table);
    let fitted = fitted.iter().find(|fitted| fitted.rule == *rule).ok_or("no held-out scores")?;
    fitted.alarms(scores).map(Some)
}

/// Measures of scores, and of alarms, whose resamples cost no more than a pass over the samples.
const RANKED: [&str; 3] = ["roc_auc", "average_precision", "f1_oracle"];
const COUNTED: [&str; 5] = ["precision", "recall", "f1", "specificity", "false_positive_rate"];

fn of_classes(
    measure: &ClassMeasure,
    truth: &Classes,
    predicted: &Predicted,
    draw: &Draw<'_>,
) -> Result<f64, MeasureError> {
    let samples = draw.samples();
    measure.evaluate(&Truth::Classes(&truth.select(&samples)), &predicted.select(&samples))
}

/// Of a mean over folds: each fold is drawn or not, for all seeds alike. The folds of a
/// cross-validation share training samples, so that this is the spread of the folds, not of new
/// data.
fn of_folds(
    task: &Task,
    config: &IntervalConfig,
    rows: &[ResultRow],
    row: &ResultRow,
) -> Result<RowInterval, String> {
    let shuffled =
        matches!(&task.split, SplitConfig::KFold(folds) if folds.shuffle != Shuffle::None);
    if row.seed.is_none() && shuffled {
        return Err("each seed has folds of its own".to_owned());
    }
    let mut folds: Vec<(&str, Vec<f64>)> = Vec::new();
    for other in rows.iter().filter(|other| other.cell.is_some() && other.split != "train") {
        let same = (&other.measure, &other.params) == (&row.measure, &row.params)
            && other.threshold == row.threshold;
        let of_seed = row.seed.is_none() || other.seed == row.seed;
        let (true, true, Some(value)) = (same, of_seed, other.value) else { continue };
        match folds.iter_mut().find(|(fold, _)| *fold == other.split) {
            Some((_, values)) => values.push(value),
            None => folds.push((&other.split, vec![value])),
        }
    }
    let means: Vec<f64> =
        folds.iter().map(|(_, of)| of.iter().sum::<f64>() / of.len() as f64).collect();
    let groups = Groups::traces(means.len()).map_err(|error| error.to_string())?;
    let mean = |draw: &Draw<'_>| {
        let drawn = draw.multiplicities().iter().zip(&means);
        let sum: f64 = drawn.map(|(&times, mean)| f64::from(times) * mean).sum();
        Ok::<_, MeasureError>(sum / means.len() as f64)
    };
    let over = if matches!(task.split, SplitConfig::Series { .. }) { "series" } else { "folds" };
    interval(config, config.n_replicates, &mean, &groups, over.to_owned())
}

/// What is drawn, and what it is called.
fn groups(over: &Over, table: &CellTable, labels: &Labels) -> Result<(Groups, String), String> {
    let text = |error: oddity_eval::Error| error.to_string();
    Ok(match over {
        Over::Samples => {
            let groups = Groups::traces(labels.len()).map_err(text)?;
            (groups.stratified(labels).map_err(text)?, "samples".to_owned())
        }
        Over::Events => {
            let edges = table.edges_of(Part::Test);
            let groups = Groups::events(labels, &edges, QuietSeries::OneGroup).map_err(text)?;
            (groups, "events".to_owned())
        }
        Over::Attribute(name) => {
            let stored = table.resampled.as_ref().filter(|(stored, _)| stored == name);
            let (_, codes) = stored.ok_or_else(|| {
                format!("{name} is not stored with the cell: `--fresh` computes it again")
            })?;
            let rows = table.rows_of(Part::Test);
            let codes: Vec<u32> = rows.into_iter().map(|row| codes[row]).collect();
            let groups = Groups::from_ids(&codes).map_err(text)?;
            (groups.stratified(labels).map_err(text)?, name.clone())
        }
    })
}

fn interval(
    config: &IntervalConfig,
    n_replicates: usize,
    statistic: &dyn Statistic,
    groups: &Groups,
    over: String,
) -> Result<RowInterval, String> {
    let text = |error: oddity_eval::Error| error.to_string();
    let params =
        BootstrapParams { n_replicates, level: config.level, ..BootstrapParams::default() };
    let bootstrap = Bootstrap::new(params).map_err(text)?;
    let estimate = bootstrap.estimate(statistic, groups, SEED).map_err(text)?;
    Ok(RowInterval { interval: estimate.interval, over, n_groups: groups.n_groups() })
}
