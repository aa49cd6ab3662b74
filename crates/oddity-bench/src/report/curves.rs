//! ROC and precision-recall plots: the curves of one group and split share a plot.

use super::markup::Markup;
use super::model::{Curve, CurveKind, LineChart, Series, SuitePage};
use super::number;
use super::summary::{group_of, name_in_group};
use super::svg::{N_LOOKS, line_chart};

/// Writes the curves of a suite, ROC and precision-recall of a group side by side.
pub(crate) fn curves(markup: &mut Markup, suite: &SuitePage) {
    markup.element("div", &[("class", &"cards")], |markup| {
        for chart in charts(&suite.curves) {
            markup.element("figure", &[("class", &"card chart")], |markup| {
                markup.verbatim(&line_chart(&chart));
            });
        }
    });
}

/// The plots of these curves, in order of first appearance; more curves than there are
/// looks to tell them apart become several plots.
pub(crate) fn charts(curves: &[Curve]) -> Vec<LineChart> {
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for curve in curves {
        let key = (group_of(&curve.pipeline), curve.split.as_str());
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut charts = Vec::new();
    for (group, split) in keys {
        let of_kind = |kind| -> Vec<&Curve> {
            let same = |curve: &&Curve| {
                curve.kind == kind && group_of(&curve.pipeline) == group && curve.split == split
            };
            curves.iter().filter(same).collect()
        };
        let roc = of_kind(CurveKind::Roc);
        let precision_recall = of_kind(CurveKind::PrecisionRecall);
        let n_parts = roc.len().max(precision_recall.len()).div_ceil(N_LOOKS);
        for part in 0..n_parts {
            for (kind, curves) in
                [(CurveKind::Roc, &roc), (CurveKind::PrecisionRecall, &precision_recall)]
            {
                let end = ((part + 1) * N_LOOKS).min(curves.len());
                if let Some(curves @ [_, ..]) = curves.get(part * N_LOOKS..end) {
                    let title = title(kind, group, split, part, n_parts);
                    charts.push(chart(title, kind, curves));
                }
            }
        }
    }
    charts
}

fn title(kind: CurveKind, group: &str, split: &str, part: usize, n_parts: usize) -> String {
    let mut title = String::from(match kind {
        CurveKind::Roc => "ROC",
        CurveKind::PrecisionRecall => "Precision and recall",
    });
    for text in [group, split] {
        if !text.is_empty() {
            title.push_str(", ");
            title.push_str(text);
        }
    }
    if 1 < n_parts {
        title.push_str(&format!(" ({} of {n_parts})", part + 1));
    }
    title
}

fn chart(title: String, kind: CurveKind, curves: &[&Curve]) -> LineChart {
    let (x_label, y_label, area) = match kind {
        CurveKind::Roc => ("false positive rate", "true positive rate", "AUC"),
        CurveKind::PrecisionRecall => ("recall", "precision", "AP"),
    };
    let series = curves.iter().map(|curve| Series {
        name: name_in_group(&curve.pipeline).into(),
        note: format!("{area} {}", number::figure_or_undefined(curve.area)),
        points: match kind {
            CurveKind::Roc => curve.points.clone(),
            CurveKind::PrecisionRecall => from_full_recall(&curve.points),
        },
        step: kind == CurveKind::PrecisionRecall,
    });
    let share = curves.iter().find_map(|curve| curve.anomaly_share);
    let chance = match kind {
        CurveKind::Roc => Some(vec![(0.0, 0.0), (1.0, 1.0)]),
        CurveKind::PrecisionRecall => share.map(|share| vec![(0.0, share), (1.0, share)]),
    };
    LineChart {
        title,
        x_label: x_label.into(),
        y_label: y_label.into(),
        x_range: Some((0.0, 1.0)),
        y_range: Some((0.0, 1.0)),
        square: true,
        series: series.collect(),
        reference: chance.map(|points| Series {
            name: "chance".into(),
            points,
            ..Series::default()
        }),
    }
}

/// Average precision takes each point's precision back to the recall before it: walking
/// down from full recall, a step chart draws exactly that area.
fn from_full_recall(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut points = points.to_vec();
    if let [first, .., last] = points.as_slice()
        && first.0 < last.0
    {
        points.reverse();
    }
    points
}
