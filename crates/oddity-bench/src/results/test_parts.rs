//! Intervals of the figures of test parts: figures of the same samples share what is drawn.

use std::collections::BTreeMap;

use oddity_core::{Alarms, Classes, Labels};
use oddity_eval::compare::{Bootstrap, Groups, Outcomes, QuietSeries, SharedResamples};
use oddity_eval::measure::{AlarmMeasure, ClassMeasure, ScoreMeasure};

use super::intervals::{Outcome, RowInterval, SEED, params};
use super::{Output, ResultRow, StoredCell, cutoffs, truth_and_output};
use crate::store::{CellTable, Part};
use crate::suite::{IntervalConfig, Over, Task};

/// Replicates of a measure that is taken anew on the samples of each: it is not made for them,
/// and may take a hundred times as long.
const REPLICATES_OF_ANY: usize = 200;

/// Samples that all replicates of such a measure may have together: beyond, it has no interval.
const MAX_SAMPLES_OF_ANY: usize = 5_000_000;

/// Measures of scores, and of alarms, whose resamples cost no more than a pass over the samples.
const RANKED: [&str; 3] = ["roc_auc", "average_precision", "f1_oracle"];
const COUNTED: [&str; 5] = ["precision", "recall", "f1", "specificity", "false_positive_rate"];

/// The intervals of rows, each of one seed's figure or of the mean over seeds that are measured on
/// the same samples.
pub(super) fn of_test_parts(
    task: &Task,
    config: &IntervalConfig,
    cells: &[StoredCell],
    rows: &[&ResultRow],
) -> Vec<Outcome> {
    let mut splits: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        splits.entry(&row.split).or_default().push(at);
    }
    let mut outcomes = vec![Err("no cell".to_owned()); rows.len()];
    for (split, of_split) in splits {
        let cells = cells.iter().filter(|cell| cell.record.name.split == split);
        let chosen: Vec<&ResultRow> = of_split.iter().map(|&at| rows[at]).collect();
        let parts: Vec<TestPart> =
            cells.map(|cell| TestPart::of(task, config, cell, &chosen)).collect();
        let drawn = of_split.into_iter().zip(of_parts(config, &parts, &chosen));
        drawn.for_each(|(at, outcome)| outcomes[at] = outcome);
    }
    outcomes
}

/// Whether a row is measured on the test part of a cell.
pub(super) fn is_of(row: &ResultRow, cell: &StoredCell) -> bool {
    let name = &cell.record.name;
    row.seed.is_none_or(|seed| name.seed == seed) && name.split == row.split
}

/// The test part of one seed's cell, or what is wrong with it.
struct TestPart {
    seed: u64,
    tested: Result<Tested, String>,
}

/// What a cell said of its test samples.
struct Tested {
    truth: Classes,
    output: Output,
    /// Positions of the samples in the dataset.
    samples: Vec<u32>,
    labels: Labels,
    /// What is drawn, and what it is called.
    groups: Result<(Groups, String), String>,
    /// The alarms of each threshold that a row asks for, by the name that results give it.
    alarms: Vec<(String, Result<Alarms, String>)>,
}

impl TestPart {
    fn of(
        task: &Task,
        config: &IntervalConfig,
        cell: &StoredCell,
        rows: &[&ResultRow],
    ) -> TestPart {
        TestPart { seed: cell.record.name.seed, tested: Tested::of(task, config, cell, rows) }
    }

    /// Whether both have the same samples in the same groups, so that what is drawn of the one is
    /// drawn of the other.
    fn is_like(&self, other: &TestPart) -> bool {
        let (Ok(one), Ok(other)) = (&self.tested, &other.tested) else { return false };
        let same_samples = one.samples == other.samples && one.truth == other.truth;
        same_samples && one.groups == other.groups
    }
}

impl Tested {
    fn of(
        task: &Task,
        config: &IntervalConfig,
        cell: &StoredCell,
        rows: &[&ResultRow],
    ) -> Result<Tested, String> {
        let table = cell.table.as_ref().ok_or("a seed has no scores")?;
        let class_names = &cell.record.outcome.class_names;
        let (truth, output) = truth_and_output(table, class_names, Part::Test)?;
        let samples = table.rows_of(Part::Test).into_iter().map(|row| table.sample[row]).collect();
        let labels: Labels = truth.codes().iter().map(|&code| code != 0).collect();
        let over = task.resampled(config, table.series.is_some());
        let groups = groups(&over, table, &labels);
        let alarms = alarms(task, table, &output, rows);
        Ok(Tested { truth, output, samples, labels, groups, alarms })
    }

    /// The alarms by the threshold of a row, if it has one that was fitted.
    fn alarms(&self, threshold: Option<&str>) -> Result<Option<&Alarms>, String> {
        let of_threshold = self.alarms.iter().find(|(text, _)| Some(text.as_str()) == threshold);
        match of_threshold {
            Some((_, alarms)) => alarms.as_ref().map(Some).map_err(String::clone),
            None => Ok(None),
        }
    }
}

/// The alarms of the thresholds that rows ask for.
fn alarms(
    task: &Task,
    table: &CellTable,
    output: &Output,
    rows: &[&ResultRow],
) -> Vec<(String, Result<Alarms, String>)> {
    let Output::Scores(scores) = output else { return Vec::new() };
    let is_asked = |text: &str| rows.iter().any(|row| row.threshold.as_deref() == Some(text));
    let mut rules = task.rules();
    rules.retain(|(_, text)| is_asked(text));
    if rules.is_empty() {
        return Vec::new();
    }
    let fitted = cutoffs(task, table);
    let alarms = |rule: &str| -> Result<Alarms, String> {
        let fitted = fitted.iter().find(|fitted| fitted.rule == rule);
        fitted.ok_or("no held-out scores")?.alarms(scores)
    };
    rules.into_iter().map(|(rule, text)| (text, alarms(&rule))).collect()
}

/// What is drawn, and what it is called.
fn groups(over: &Over, table: &CellTable, labels: &Labels) -> Result<(Groups, String), String> {
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

fn text(error: oddity_eval::Error) -> String {
    error.to_string()
}

/// The intervals of rows of one split, from the parts of all its seeds.
fn of_parts(config: &IntervalConfig, parts: &[TestPart], rows: &[&ResultRow]) -> Vec<Outcome> {
    let first_like = |at: usize| (0..at).find(|&other| parts[other].is_like(&parts[at]));
    let alike: Vec<usize> = (0..parts.len()).map(|at| first_like(at).unwrap_or(at)).collect();
    let mut together = BTreeMap::new();
    let planned: Vec<Result<Planned<'_>, String>> =
        rows.iter().map(|row| plan(config, parts, &alike, &mut together, row)).collect();
    let drawn: BTreeMap<usize, Result<Vec<Outcomes>, String>> = together
        .iter()
        .map(|(&first, block)| (first, block.resamples.outcomes(SEED).map_err(text)))
        .collect();
    let interval = |planned: Result<Planned<'_>, String>| -> Outcome {
        let planned = planned?;
        let outcomes = drawn.get(&planned.first).ok_or("no cell")?.as_ref();
        let outcomes = outcomes.map_err(String::clone)?;
        planned.interval(config, outcomes)
    };
    planned.into_iter().map(interval).collect()
}

/// Figures whose samples are drawn together.
struct Block<'a> {
    resamples: SharedResamples<'a>,
    /// The part, measure and threshold of each figure.
    known: Vec<(usize, String, Option<String>)>,
}

/// Which figures a row's interval is made of.
struct Planned<'a> {
    /// The first of the parts that are drawn together.
    first: usize,
    /// A figure a seed.
    figures: Vec<usize>,
    n_replicates: usize,
    groups: &'a Groups,
    over: &'a str,
}

impl Planned<'_> {
    fn interval(&self, config: &IntervalConfig, outcomes: &[Outcomes]) -> Outcome {
        let of: Vec<&Outcomes> = self.figures.iter().map(|&figure| &outcomes[figure]).collect();
        let mean = Outcomes::mean(&of).ok_or("no cell")?;
        let bootstrap = Bootstrap::new(params(config, self.n_replicates)).map_err(text)?;
        let interval = bootstrap.percentile_of(&mean).map_err(text)?.interval;
        let (over, n_groups) = (self.over.to_owned(), self.groups.n_groups());
        Ok(RowInterval { interval, over, n_groups })
    }
}

/// Adds the figures of a row to those that are drawn with them.
fn plan<'a>(
    config: &IntervalConfig,
    parts: &'a [TestPart],
    alike: &[usize],
    together: &mut BTreeMap<usize, Block<'a>>,
    row: &ResultRow,
) -> Result<Planned<'a>, String> {
    let mut of_row = Vec::new();
    let is_of_row = |part: &TestPart| row.seed.is_none_or(|seed| part.seed == seed);
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| is_of_row(part)) {
        let tested = part.tested.as_ref().map_err(String::clone)?;
        of_row.push((at, tested, tested.alarms(row.threshold.as_deref())?));
    }
    let &(at, tested, _) = of_row.first().ok_or("no cell")?;
    let first = alike[at];
    if of_row.iter().any(|&(at, ..)| alike[at] != first) {
        return Err("each seed is measured on samples of its own".to_owned());
    }
    let (groups, over) = tested.groups.as_ref().map_err(String::clone)?;
    let is_fast = of_row.iter().all(|(_, tested, alarms)| is_fast(row, tested, *alarms));
    let n_replicates =
        if is_fast { config.n_replicates } else { config.n_replicates.min(REPLICATES_OF_ANY) };
    let n_samples = tested.labels.len() * of_row.len();
    if !is_fast && MAX_SAMPLES_OF_ANY < n_samples * n_replicates {
        return Err(format!("{n_replicates} resamples of {n_samples} samples take too long"));
    }
    let block = together.entry(first).or_insert_with(|| Block {
        resamples: SharedResamples::new(&tested.labels, groups),
        known: Vec::new(),
    });
    let mut figures = Vec::new();
    for (at, tested, alarms) in of_row {
        let figure = (at, row.measure_id(), row.threshold.clone());
        figures.push(match block.known.iter().position(|known| *known == figure) {
            Some(known) => known,
            None => {
                let number = add(&mut block.resamples, &figure.1, tested, alarms, n_replicates)?;
                block.known.push(figure);
                number
            }
        });
    }
    Ok(Planned { first, figures, n_replicates, groups, over })
}

fn is_fast(row: &ResultRow, tested: &Tested, alarms: Option<&Alarms>) -> bool {
    let measure = row.measure.as_str();
    match (&tested.output, alarms) {
        (Output::Scores(_), Some(_)) => COUNTED.contains(&measure),
        (Output::Scores(_), None) => RANKED.contains(&measure),
        (Output::Predicted(_), _) => false,
    }
}

/// Adds a measure of what a part says, and gives its number.
fn add<'a>(
    resamples: &mut SharedResamples<'a>,
    measure: &str,
    tested: &'a Tested,
    alarms: Option<&'a Alarms>,
    n_replicates: usize,
) -> Result<usize, String> {
    let none = |_| "no measure of these outputs".to_owned();
    let added = match (&tested.output, alarms) {
        (Output::Scores(_), Some(alarms)) => {
            let measure = <AlarmMeasure>::parse(measure).map_err(none)?;
            resamples.add_alarms(measure, alarms, n_replicates)
        }
        (Output::Scores(scores), None) => {
            let measure = <ScoreMeasure>::parse(measure).map_err(none)?;
            resamples.add_scores(measure, scores, n_replicates)
        }
        (Output::Predicted(predicted), _) => {
            let measure = <ClassMeasure>::parse(measure).map_err(text)?;
            resamples.add_classes(measure, (&tested.truth, predicted), n_replicates)
        }
    };
    added.map_err(text)
}
