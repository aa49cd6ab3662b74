//! Tables of the report: free ones, classification reports, parameter searches.

use serde::{Deserialize, Serialize};

/// A table of a study's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Table {
    /// The caption.
    pub title: String,
    /// The head of each column.
    pub columns: Vec<String>,
    /// The rows. A row that is too short is filled with empty cells.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a [`Table`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// A text, aligned left.
    Text(String),
    /// A count, aligned right, with its thousands apart.
    Count(u64),
    /// A figure, aligned right; nothing is shown as "undefined".
    Number(Option<f64>),
}

/// Precision, recall and F1 of each class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClassReport {
    /// The pipeline's name.
    pub pipeline: String,
    /// The part that was predicted.
    pub split: String,
    /// One row a class.
    pub classes: Vec<ClassRow>,
    /// Rows below a rule: accuracy, macro and weighted means.
    pub averages: Vec<ClassRow>,
}

/// One row of a [`ClassReport`]. Nothing is shown as "undefined", never as 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClassRow {
    /// The class or the kind of mean.
    pub name: String,
    /// True positives over predicted positives.
    pub precision: Option<f64>,
    /// True positives over positives.
    pub recall: Option<f64>,
    /// The harmonic mean of the two.
    pub f1: Option<f64>,
    /// The number of samples of the class.
    pub support: u64,
}

/// The best points of a parameter search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchTable {
    /// The pipeline's name: `search/random`.
    pub pipeline: String,
    /// What the search was, in a sentence: points, folds, the published best.
    pub note: String,
    /// The measure that ranks the points.
    pub measure: String,
    /// The names of the parameters.
    pub columns: Vec<String>,
    /// The best points, the best first.
    pub rows: Vec<SearchRow>,
}

/// One point of a [`SearchTable`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchRow {
    /// The value of each parameter, in the order of the columns.
    pub values: Vec<String>,
    /// The mean of the measure over the folds.
    pub mean: Option<f64>,
    /// Its population standard deviation over the folds.
    pub sd: Option<f64>,
}
