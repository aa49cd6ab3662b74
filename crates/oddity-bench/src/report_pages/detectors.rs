//! What the report draws of detectors: how they were trained, how their scores spread, what
//! each threshold would give.

use oddity_core::{Labels, TrainingHistory};

use super::figures::{Pooled, pooled};
use crate::plan::Plan;
use crate::report::{LineChart, Series};
use crate::results::{Output, Results};

/// Bins of a histogram.
const BINS: usize = 60;

/// Epochs that are drawn again by themselves.
const LAST_EPOCHS: usize = 20;

/// Points of a sweep, at most.
const POINTS: usize = 600;

/// The charts of all detectors of a suite, of each pipeline's first seed.
pub(super) fn charts(plan: &Plan<'_>, results: &Results) -> Vec<LineChart> {
    let mut charts = Vec::new();
    for task in &plan.suite.tasks {
        for pipeline in &task.pipelines {
            let id = task.pipeline_id(pipeline);
            let cell = results.cells.iter().find(|cell| cell.record.name.pipeline == id);
            if let Some(history) = cell.and_then(|cell| cell.record.outcome.history.as_ref()) {
                charts.extend(losses(&id, history));
            }
        }
    }
    for Pooled { pipeline, truth, output, .. } in pooled(plan, results) {
        let Output::Scores(scores) = output else { continue };
        if truth.n_classes() != 2 || is_constant(scores.values()) {
            continue;
        }
        let labels: Labels = truth.codes().iter().map(|&code| code == 1).collect();
        let of = Scored { name: &pipeline, scores: scores.values(), is_anomaly: labels.values() };
        charts.extend(of.histograms());
        charts.extend(of.sweep());
    }
    charts
}

fn is_constant(scores: &[f64]) -> bool {
    scores.iter().all(|score| Some(score) == scores.first())
}

/// The losses of all epochs and, where there are many, of the last ones.
fn losses(name: &str, history: &TrainingHistory) -> Vec<LineChart> {
    let epochs = &history.epochs;
    let chart = |title: String, from: usize| {
        let points = |f: &dyn Fn(usize) -> Option<f64>| -> Vec<(f64, f64)> {
            (from..epochs.len()).filter_map(|at| Some(((at + 1) as f64, f(at)?))).collect()
        };
        let training = points(&|at| Some(epochs[at].loss));
        let validation = points(&|at| epochs[at].validation_loss);
        let last = |points: &[(f64, f64)]| match points.last() {
            Some((_, loss)) => format!("{loss:.4e}"),
            None => String::new(),
        };
        let mut series = vec![Series {
            name: "training".to_owned(),
            note: last(&training),
            points: training,
            step: false,
        }];
        if !validation.is_empty() {
            let note = format!("{}, best epoch {}", last(&validation), history.best + 1);
            series.push(Series {
                name: "held out".to_owned(),
                note,
                points: validation,
                step: false,
            });
        }
        LineChart {
            title,
            x_label: "epoch".to_owned(),
            y_label: "loss".to_owned(),
            series,
            ..LineChart::default()
        }
    };
    let mut charts = vec![chart(format!("{name}: loss"), 0)];
    if LAST_EPOCHS < epochs.len() {
        let from = epochs.len() - LAST_EPOCHS;
        charts.push(chart(format!("{name}: loss of the last {LAST_EPOCHS} epochs"), from));
    }
    charts
}

/// Scores with their truth.
struct Scored<'a> {
    name: &'a str,
    scores: &'a [f64],
    is_anomaly: &'a [bool],
}

impl Scored<'_> {
    /// The score that a hundredth of all exceeds: a few far out would leave the rest one bin.
    fn high(&self) -> f64 {
        let mut sorted = self.scores.to_vec();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len() - 1;
        let high = sorted[last * 99 / 100];
        if sorted[0] < high { high } else { sorted[last] }
    }

    /// How many samples of each class have which score, on a linear and on a logarithmic scale.
    fn histograms(&self) -> Vec<LineChart> {
        let low = self.scores.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.high();
        let width = (high - low) / BINS as f64;
        let mut counts = [[0usize; BINS]; 2];
        for (score, &is_anomaly) in self.scores.iter().zip(self.is_anomaly) {
            let bin = (((score - low) / width) as usize).min(BINS - 1);
            counts[usize::from(is_anomaly)][bin] += 1;
        }
        let chart = |scale: &str, f: &dyn Fn(usize) -> f64, y_label: &str| {
            let series = ["normal", "anomaly"].iter().zip(&counts).map(|(name, counts)| Series {
                name: (*name).to_owned(),
                note: counts.iter().sum::<usize>().to_string(),
                points: (0..=BINS)
                    .map(|bin| (low + bin as f64 * width, f(counts[bin.min(BINS - 1)])))
                    .collect(),
                step: true,
            });
            LineChart {
                title: format!("{}: histogram of scores{scale}", self.name),
                x_label: "score (the last bin holds all above)".to_owned(),
                y_label: y_label.to_owned(),
                series: series.collect(),
                ..LineChart::default()
            }
        };
        vec![
            chart("", &|count| count as f64, "samples"),
            chart(", logarithmic", &|count| ((count + 1) as f64).log10(), "log10(samples + 1)"),
        ]
    }

    /// Precision, recall and F1 over the share of samples that a threshold makes alarms.
    fn sweep(&self) -> Option<LineChart> {
        let n_anomalies = self.is_anomaly.iter().filter(|&&is_anomaly| is_anomaly).count();
        if n_anomalies == 0 {
            return None;
        }
        let mut order: Vec<usize> = (0..self.scores.len()).collect();
        order.sort_by(|&a, &b| self.scores[b].total_cmp(&self.scores[a]));
        let stride = order.len().div_ceil(POINTS);
        let mut points: [Vec<(f64, f64)>; 3] = Default::default();
        let mut found = 0;
        for (at, &sample) in order.iter().enumerate() {
            found += usize::from(self.is_anomaly[sample]);
            // A threshold lies between different scores.
            let is_edge =
                order.get(at + 1).is_none_or(|&next| self.scores[next] < self.scores[sample]);
            if !is_edge || !at.is_multiple_of(stride) && at + 1 < order.len() {
                continue;
            }
            let n_alarms = at + 1;
            let x = n_alarms as f64 / order.len() as f64;
            points[0].push((x, found as f64 / n_alarms as f64));
            points[1].push((x, found as f64 / n_anomalies as f64));
            points[2].push((x, 2.0 * found as f64 / (n_alarms + n_anomalies) as f64));
        }
        let series = ["precision", "recall", "F1"]
            .iter()
            .zip(points)
            .map(|(name, points)| Series { name: (*name).to_owned(), points, ..Series::default() });
        Some(LineChart {
            title: format!("{}: what each threshold gives", self.name),
            x_label: "share of samples above the threshold".to_owned(),
            x_range: Some((0.0, 1.0)),
            y_range: Some((0.0, 1.0)),
            series: series.collect(),
            ..LineChart::default()
        })
    }
}
