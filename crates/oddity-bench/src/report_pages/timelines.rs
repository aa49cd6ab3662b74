//! Scores along time of each pipeline that scores samples in their order.

use super::comparisons::series_of;
use super::sizes::for_each_pipeline;
use crate::plan::Plan;
use crate::report::{ThresholdNote, Timeline};
use crate::results::{Results, StoredCell, cutoffs};
use crate::store::Part;
use crate::suite::{SplitConfig, Task};

/// A chart a pipeline: of its first seed, and of the first series with an anomaly where it has
/// a model a series. The folds of a cross-validation have no order to draw.
pub(super) fn timelines(plan: &Plan<'_>, results: &Results) -> Vec<Timeline> {
    let mut charts = Vec::new();
    for_each_pipeline(plan, results, |task, _, cells| {
        let is_series = matches!(task.split, SplitConfig::Series { .. });
        if task.has_folds() && !is_series {
            return;
        }
        charts.extend(cells.iter().find_map(|cell| timeline(task, cell)));
    });
    charts
}

fn timeline(task: &Task, cell: &StoredCell) -> Option<Timeline> {
    let table = cell.table.as_ref()?;
    let all = table.score.as_ref()?;
    let mut rows = table.rows_of(Part::Test);
    rows.sort_by_key(|&row| table.sample[row]);
    let scores: Vec<f64> = rows.iter().map(|&row| all[row]).collect();
    let is_constant = scores.iter().all(|score| Some(score) == scores.first());
    let is_anomaly: Vec<bool> = rows.iter().map(|&row| table.truth[row] != 0).collect();
    if table.n_classes != 2 || is_constant || !is_anomaly.contains(&true) {
        return None;
    }
    let name = &cell.record.name;
    let place = match task.split {
        SplitConfig::Series { .. } => series_of(&name.split),
        _ => "the test part",
    };
    let what = match (&task.windows, task.rows_by) {
        (Some(_), None) => "window",
        _ => "sample",
    };
    let rules = task.rules();
    let fitted = cutoffs(task, table).into_iter().find_map(|fitted| {
        let cutoff = fitted.fixed()?.value();
        let text = rules.iter().find(|(rule, _)| *rule == fitted.rule).map(|(_, text)| text);
        Some((cutoff, text.unwrap_or(&fitted.rule).clone()))
    });
    Some(Timeline {
        title: format!("{}: scores of {place}", name.pipeline),
        x_label: format!("{what} of {place}"),
        scores,
        attacks: stretches(&is_anomaly),
        cutoff: fitted.as_ref().map(|(cutoff, _)| *cutoff),
        threshold: fitted.map(|(_, provenance)| ThresholdNote {
            oracle: provenance.contains("oracle"),
            provenance,
        }),
    })
}

/// The stretches of anomalies, as first position and the one after the last.
fn stretches(is_anomaly: &[bool]) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for at in (0..is_anomaly.len()).filter(|&at| is_anomaly[at]) {
        match stretches.last_mut() {
            Some(last) if last.1 == at => last.1 = at + 1,
            _ => stretches.push((at, at + 1)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::stretches;

    #[test]
    fn neighbouring_anomalies_are_one_stretch() {
        let found = stretches(&[true, false, true, true, false]);
        assert_eq!(found, [(0, 1), (2, 4)]);
        assert_eq!(stretches(&[]), []);
    }
}
