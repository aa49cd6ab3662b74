//! What the report draws: curves, box plots, line charts and confusion matrices.

use serde::{Deserialize, Serialize};

/// A ROC or precision-recall curve of one pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Curve {
    /// The pipeline's name.
    pub pipeline: String,
    /// The part that was scored: `test`, `all folds`. Empty where there is only one.
    pub split: String,
    /// What the axes are.
    pub kind: CurveKind,
    /// Points along the curve, in order: (false positive rate, true positive rate) or
    /// (recall, precision). As many as there are; the chart thins them.
    pub points: Vec<(f64, f64)>,
    /// ROC AUC or average precision; nothing where it is undefined.
    pub area: Option<f64>,
    /// The share of anomalies, which is the precision of a random detector. Drawn as the
    /// reference line of precision-recall plots.
    pub anomaly_share: Option<f64>,
}

/// The axes of a [`Curve`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CurveKind {
    /// True positive rate over false positive rate.
    #[default]
    Roc,
    /// Precision over recall.
    PrecisionRecall,
}

/// A confusion matrix.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Confusion {
    /// The pipeline's name.
    pub pipeline: String,
    /// The part that was predicted.
    pub split: String,
    /// Class names, in the order of the rows and columns of `counts`.
    pub names: Vec<String>,
    /// `counts[truth][predicted]`, one row a name.
    pub counts: Vec<Vec<u64>>,
}

/// A box plot, one box a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BoxPlot {
    /// The plot's title.
    pub title: String,
    /// The axis of the values: `accuracy`.
    pub value_label: String,
    /// The boxes, from top to bottom.
    pub groups: Vec<BoxGroup>,
}

/// The values behind one box.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BoxGroup {
    /// The box's name, usually a pipeline.
    pub label: String,
    /// One value a fold (and seed). Those that are not finite are left out.
    pub values: Vec<f64>,
    /// The mean that the study published, drawn as a mark.
    pub published: Option<f64>,
}

/// A line chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineChart {
    /// The chart's title.
    pub title: String,
    /// The horizontal axis.
    pub x_label: String,
    /// The vertical axis.
    pub y_label: String,
    /// The ends of the horizontal axis; from the data where not given.
    pub x_range: Option<(f64, f64)>,
    /// The ends of the vertical axis; from the data where not given.
    pub y_range: Option<(f64, f64)>,
    /// Whether the plot is as high as it is wide, as for a ROC curve.
    pub square: bool,
    /// The lines. Eight have looks of their own; more repeat them.
    pub series: Vec<Series>,
    /// A thin dotted line to compare with, such as chance.
    pub reference: Option<Series>,
}

/// One line of a [`LineChart`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// What stands at the right edge of the legend, such as the area; empty for nothing.
    pub note: String,
    /// Points (x, y) in drawing order. Those that are not finite break the line.
    pub points: Vec<(f64, f64)>,
    /// Whether the value holds until the next point, instead of a straight line.
    pub step: bool,
}
