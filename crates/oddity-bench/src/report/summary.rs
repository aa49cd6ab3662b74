//! From rows to one line a pipeline: means over folds and seeds, beside what was published.

use std::collections::BTreeMap;

use super::model::{Interval, ResultRow, Status, ThresholdNote};
use crate::spread::sample_sd;

/// The figures of one measure on one kind of split, one line a pipeline.
pub(crate) struct Block<'a> {
    pub(crate) measure: &'a str,
    pub(crate) params: &'a str,
    pub(crate) threshold: Option<&'a ThresholdNote>,
    /// The split, or nothing for a cross-validation.
    pub(crate) split: Option<&'a str>,
    pub(crate) lines: Vec<Line<'a>>,
}

/// One pipeline in a [`Block`].
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) pipeline: &'a str,
    pub(crate) n_folds: usize,
    pub(crate) n_seeds: usize,
    /// The mean over folds and seeds; nothing unless every one of them gave a figure.
    pub(crate) mean: Option<f64>,
    /// The population standard deviation over folds, averaged over seeds.
    pub(crate) sd_folds: Option<f64>,
    /// The sample standard deviation of the seeds' means.
    pub(crate) sd_seeds: Option<f64>,
    /// The interval of the row that says the mean, or why there is none.
    pub(crate) interval: Result<&'a Interval, Option<&'a str>>,
    pub(crate) published: Option<f64>,
    pub(crate) published_sd: Option<f64>,
    pub(crate) rerun: Option<f64>,
    pub(crate) rerun_sd: Option<f64>,
    /// The worst status of its rows.
    pub(crate) status: Status,
    pub(crate) reason: Option<&'a str>,
    /// Rows of that status, and all rows.
    pub(crate) n_with_status: usize,
    pub(crate) n_rows: usize,
}

/// The part of a pipeline's name before the first `/`.
pub(crate) fn group_of(pipeline: &str) -> &str {
    pipeline.split_once('/').map_or("", |(group, _)| group)
}

/// The part of a pipeline's name after the first `/`.
pub(crate) fn name_in_group(pipeline: &str) -> &str {
    pipeline.split_once('/').map_or(pipeline, |(_, name)| name)
}

/// The groups of these pipelines, in order of first appearance.
pub(crate) fn groups<'a>(pipelines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut groups = Vec::new();
    for pipeline in pipelines {
        let group = group_of(pipeline);
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

/// Summarises rows; blocks and lines in order of first appearance.
pub(crate) fn blocks<'a>(rows: impl IntoIterator<Item = &'a ResultRow>) -> Vec<Block<'a>> {
    type Gathered<'a> = (Block<'a>, Vec<(&'a str, Vec<&'a ResultRow>)>);
    let mut at = BTreeMap::new();
    let mut line_at = BTreeMap::new();
    let mut gathered: Vec<Gathered<'a>> = Vec::new();
    for row in rows {
        let split = (!of_cross_validation(&row.split)).then_some(row.split.as_str());
        let threshold = row.threshold.as_ref();
        let note = threshold.map(|note| (note.provenance.as_str(), note.oracle));
        let key = (row.measure.as_str(), row.params.as_str(), note, split);
        let block = *at.entry(key).or_insert_with(|| {
            let (measure, params) = (row.measure.as_str(), row.params.as_str());
            gathered.push((Block { measure, params, threshold, split, lines: vec![] }, vec![]));
            gathered.len() - 1
        });
        let lines = &mut gathered[block].1;
        let line = *line_at.entry((block, row.pipeline.as_str())).or_insert_with(|| {
            lines.push((row.pipeline.as_str(), vec![]));
            lines.len() - 1
        });
        lines[line].1.push(row);
    }
    gathered
        .into_iter()
        .map(|(mut block, lines)| {
            block.lines = lines.iter().map(|(pipeline, rows)| summarise(pipeline, rows)).collect();
            block
        })
        .collect()
}

fn of_cross_validation(split: &str) -> bool {
    split.starts_with("fold-") || split == "mean" || split == "sd"
}

fn summarise<'a>(pipeline: &'a str, rows: &[&'a ResultRow]) -> Line<'a> {
    let mut seeds: Vec<Option<u64>> = Vec::new();
    for row in rows {
        if !seeds.contains(&row.seed) {
            seeds.push(row.seed);
        }
    }
    // A row without seed beside rows with seeds is about all of them.
    let about_all = 1 < seeds.len() && seeds.contains(&None);
    if about_all {
        seeds.retain(Option::is_some);
    }
    let overall = |split| about_all.then(|| find(rows, None, split)).flatten();
    let means: Vec<Option<f64>> = seeds.iter().map(|&seed| seed_mean(rows, seed)).collect();
    let sds: Vec<Option<f64>> = seeds.iter().map(|&seed| seed_sd(rows, seed)).collect();
    let status = rows.iter().map(|row| row.status).max().unwrap_or_default();
    let of_status = |row: &&&ResultRow| row.status == status;
    let whole = |row: &&&ResultRow| !row.split.starts_with("fold-") && row.split != "sd";
    let is_sd = |row: &&&ResultRow| row.split == "sd";
    let seed_means: Option<Vec<f64>> = means.into_iter().collect();
    Line {
        pipeline,
        n_folds: seeds.iter().map(|&seed| folds(rows, seed).count()).max().unwrap_or(0),
        n_seeds: seeds.iter().flatten().count(),
        mean: match overall("mean") {
            Some(row) => finite(row.value),
            None => seed_means.as_deref().and_then(mean),
        },
        sd_folds: sds.into_iter().collect::<Option<Vec<f64>>>().as_deref().and_then(mean),
        sd_seeds: seed_means.as_deref().and_then(sample_sd),
        interval: interval(rows),
        published: rows.iter().filter(whole).find_map(|row| finite(row.published)),
        published_sd: rows.iter().filter(is_sd).find_map(|row| finite(row.published)),
        rerun: rows.iter().filter(whole).find_map(|row| finite(row.rerun)),
        rerun_sd: rows.iter().filter(is_sd).find_map(|row| finite(row.rerun)),
        status,
        reason: rows.iter().filter(of_status).find_map(|row| row.reason.as_deref()),
        n_with_status: rows.iter().filter(of_status).count(),
        n_rows: rows.len(),
    }
}

/// The interval of the one row that is about all folds and seeds.
fn interval<'a>(rows: &[&'a ResultRow]) -> Result<&'a Interval, Option<&'a str>> {
    let is_whole = |row: &&&ResultRow| !row.split.starts_with("fold-") && row.split != "sd";
    let mut whole = rows.iter().filter(is_whole);
    let row = match (rows.iter().filter(is_whole).find(|row| row.seed.is_none()), whole.next()) {
        (Some(overall), _) => overall,
        (None, Some(only)) if whole.next().is_none() => only,
        _ => return Err(None),
    };
    row.interval.as_ref().ok_or(row.no_interval.as_deref())
}

fn find<'a>(rows: &[&'a ResultRow], seed: Option<u64>, split: &str) -> Option<&'a ResultRow> {
    rows.iter().find(|row| row.seed == seed && row.split == split).copied()
}

fn folds<'a>(rows: &[&'a ResultRow], seed: Option<u64>) -> impl Iterator<Item = &'a ResultRow> {
    rows.iter().filter(move |row| row.seed == seed && row.split.starts_with("fold-")).copied()
}

/// The mean of one seed: the row that says it, else the mean of its folds or rows.
fn seed_mean(rows: &[&ResultRow], seed: Option<u64>) -> Option<f64> {
    if let Some(row) = find(rows, seed, "mean") {
        return finite(row.value);
    }
    let of_seed = rows.iter().filter(|row| row.seed == seed && row.split != "sd");
    let values: Option<Vec<f64>> = of_seed.map(|row| finite(row.value)).collect();
    mean(&values?)
}

/// The standard deviation of one seed: the row that says it, else that of its folds.
fn seed_sd(rows: &[&ResultRow], seed: Option<u64>) -> Option<f64> {
    if let Some(row) = find(rows, seed, "sd") {
        return finite(row.value);
    }
    let values: Option<Vec<f64>> = folds(rows, seed).map(|row| finite(row.value)).collect();
    let values = values?;
    let mean = mean(&values).filter(|_| 1 < values.len())?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / values.len() as f64).sqrt())
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::blocks;
    use crate::report::model::{ResultRow, Status};

    fn row(seed: Option<u64>, split: &str, value: f64) -> ResultRow {
        ResultRow {
            pipeline: "a/b".into(),
            seed,
            split: split.into(),
            measure: "accuracy".into(),
            value: Some(value),
            ..ResultRow::default()
        }
    }

    #[test]
    fn means_of_seeds_are_averaged_and_spread() {
        let rows = [
            row(Some(1), "mean", 0.5),
            row(Some(1), "sd", 0.1),
            row(Some(2), "mean", 0.7),
            row(Some(2), "sd", 0.3),
        ];
        let blocks = blocks(&rows);
        let line = &blocks[0].lines[0];
        assert_eq!((line.n_seeds, line.mean), (2, Some(0.6)));
        assert_eq!(line.sd_folds, Some(0.2));
        assert!((line.sd_seeds.unwrap() - 0.02_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn folds_stand_in_for_a_missing_mean() {
        let rows = [row(None, "fold-00", 0.5), row(None, "fold-01", 1.0)];
        let blocks = blocks(&rows);
        let line = &blocks[0].lines[0];
        assert_eq!((line.n_folds, line.mean, line.sd_folds), (2, Some(0.75), Some(0.25)));
        assert_eq!(line.sd_seeds, None);
    }

    #[test]
    fn a_mean_without_seed_is_over_all_seeds() {
        let rows = [row(Some(1), "mean", 0.5), row(Some(2), "mean", 0.7), row(None, "mean", 0.61)];
        let blocks = blocks(&rows);
        assert_eq!(blocks[0].lines[0].mean, Some(0.61));
        assert_eq!(blocks[0].lines[0].n_seeds, 2);
    }

    #[test]
    fn one_failed_fold_leaves_no_mean() {
        let failed = ResultRow {
            value: None,
            status: Status::Error,
            reason: Some("singular".into()),
            ..row(None, "fold-01", 0.0)
        };
        let rows = [row(None, "fold-00", 0.5), failed];
        let blocks = blocks(&rows);
        let line = &blocks[0].lines[0];
        assert_eq!((line.mean, line.sd_folds), (None, None));
        assert_eq!((line.status, line.n_with_status, line.n_rows), (Status::Error, 1, 2));
        assert_eq!(line.reason, Some("singular"));
    }

    #[test]
    fn splits_and_thresholds_are_apart() {
        let oracle = crate::report::model::ThresholdNote { provenance: "x".into(), oracle: true };
        let rows = [
            row(None, "train", 0.9),
            row(None, "test", 0.8),
            ResultRow { threshold: Some(oracle), ..row(None, "test", 0.85) },
        ];
        let blocks = blocks(&rows);
        let splits: Vec<_> = blocks.iter().map(|block| block.split).collect();
        assert_eq!(splits, [Some("train"), Some("test"), Some("test")]);
    }
}
