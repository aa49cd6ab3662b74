//! Confidence intervals of figures, by resampling what their samples belong to.

use oddity_core::Seed;
use oddity_eval::compare::{Bootstrap, BootstrapParams, Draw, Groups, Interval};
use oddity_eval::cross_validation::Shuffle;
use oddity_eval::measure::MeasureError;
use serde::{Deserialize, Serialize};

use super::kept::Kept;
use super::test_parts::of_test_parts;
use super::{ResultRow, StoredCell};
use crate::suite::{IntervalConfig, SplitConfig, Task};

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

/// The interval of a row, or why it has none.
pub(super) type Outcome = Result<RowInterval, String>;

/// Every bootstrap draws the same: two runs of the same cells have the same intervals.
pub(super) const SEED: Seed = Seed(0);

/// Gives the rows of one pipeline their intervals, or the reason why they have none: figures of
/// a test part, and means over folds or series. Of the former those that are kept are not drawn
/// again; folds are few, and drawing them costs nothing.
pub(super) fn attach(task: &Task, cells: &[StoredCell], rows: &mut [ResultRow], kept: &mut Kept) {
    let Some(config) = &task.interval_config() else { return };
    let by_series = matches!(task.split, SplitConfig::Series { .. });
    let all = rows.to_vec();
    let mut of_parts = Vec::new();
    for (at, row) in all.iter().enumerate().filter(|(_, row)| row.value.is_some()) {
        // A fold of a cross-validation is no test part of its own; a series is.
        match row.split.as_str() {
            "mean" => put(&mut rows[at], of_folds(task, config, &all, row)),
            "test" => of_parts.push(at),
            _ if by_series && row.cell.is_some() => of_parts.push(at),
            _ => {}
        }
    }
    let asked: Vec<&ResultRow> = of_parts.iter().map(|&at| &all[at]).collect();
    let keys = kept.keys(task, config, cells, &asked);
    let mut outcomes: Vec<Option<Outcome>> =
        keys.iter().map(|key| kept.find(key.as_ref()?).cloned()).collect();
    let missing: Vec<usize> = (0..asked.len()).filter(|&at| outcomes[at].is_none()).collect();
    let to_draw: Vec<&ResultRow> = missing.iter().map(|&at| asked[at]).collect();
    for (at, drawn) in missing.into_iter().zip(of_test_parts(task, config, cells, &to_draw)) {
        outcomes[at] = Some(drawn);
    }
    for ((at, key), outcome) in of_parts.into_iter().zip(keys).zip(outcomes) {
        let Some(outcome) = outcome else { continue };
        if let Some(key) = key {
            kept.keep(key, &outcome);
        }
        put(&mut rows[at], outcome);
    }
}

fn put(row: &mut ResultRow, outcome: Outcome) {
    match outcome {
        Ok(interval) => row.interval = Some(interval),
        Err(reason) => row.no_interval = Some(reason),
    }
}

/// The parameters of the bootstrap with so many replicates.
pub(super) fn params(config: &IntervalConfig, n_replicates: usize) -> BootstrapParams {
    BootstrapParams { n_replicates, level: config.level, ..BootstrapParams::default() }
}

/// Of a mean over folds: each fold is drawn or not, for all seeds alike. The folds of a
/// cross-validation share training samples, so that this is the spread of the folds, not of new
/// data.
fn of_folds(task: &Task, config: &IntervalConfig, rows: &[ResultRow], row: &ResultRow) -> Outcome {
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
    let text = |error: oddity_eval::Error| error.to_string();
    let groups = Groups::traces(means.len()).map_err(text)?;
    let mean = |draw: &Draw<'_>| {
        let drawn = draw.multiplicities().iter().zip(&means);
        let sum: f64 = drawn.map(|(&times, mean)| f64::from(times) * mean).sum();
        Ok::<_, MeasureError>(sum / means.len() as f64)
    };
    let over = if matches!(task.split, SplitConfig::Series { .. }) { "series" } else { "folds" };
    let bootstrap = Bootstrap::new(params(config, config.n_replicates)).map_err(text)?;
    let estimate = bootstrap.estimate(&mean, &groups, SEED).map_err(text)?;
    let (over, n_groups) = (over.to_owned(), groups.n_groups());
    Ok(RowInterval { interval: estimate.interval, over, n_groups })
}
