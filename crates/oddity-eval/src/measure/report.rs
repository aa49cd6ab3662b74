//! The classification report: precision, recall and F1 of each class, as numbers and text.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Accuracy, Average, BinaryCounts, ConfusionMatrix, Rate, RateMeasure};

/// Precision, recall, F1 and number of samples of each class and their averages.
///
/// Classes that occur neither among the truths nor among the predictions are left out, as
/// in scikit-learn. An undefined value is `None`, and `-` in the text. [`fmt::Display`]
/// writes the table of scikit-learn's `classification_report`; `{:.4}` sets the digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassificationReport {
    /// One row a class.
    pub classes: Vec<ReportRow>,
    /// Share of samples whose class was predicted.
    pub accuracy: Option<f64>,
    /// The means of the classes.
    pub macro_average: ReportRow,
    /// The means of the classes, weighted by their samples.
    pub weighted_average: ReportRow,
}

/// One row of a classification report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportRow {
    /// The class or the average.
    pub name: String,
    /// Share of the predictions of the class that are right.
    pub precision: Option<f64>,
    /// Share of the samples of the class that were found.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
    /// Number of true samples.
    pub support: u64,
}

impl ClassificationReport {
    /// The report on a confusion matrix.
    pub fn new(matrix: &ConfusionMatrix) -> ClassificationReport {
        let row = |(name, counts): (&String, BinaryCounts)| ReportRow {
            name: name.clone(),
            precision: Rate::Precision.of(counts).ok(),
            recall: Rate::Recall.of(counts).ok(),
            f1: Rate::F1.of(counts).ok(),
            support: counts.true_positives + counts.false_negatives,
        };
        let average = |name: &str, average: Average| {
            let rate = |rate: Rate| RateMeasure::new(rate, average).of(matrix).ok();
            ReportRow {
                name: name.to_owned(),
                precision: rate(Rate::Precision),
                recall: rate(Rate::Recall),
                f1: rate(Rate::F1),
                support: matrix.n_samples(),
            }
        };
        let rows = matrix.names().iter().zip(matrix.one_vs_rest()).map(row);
        ClassificationReport {
            classes: rows.filter(|row| row.f1.is_some()).collect(),
            accuracy: Accuracy.of(matrix).ok(),
            macro_average: average("macro avg", Average::Macro),
            weighted_average: average("weighted avg", Average::Weighted),
        }
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let names = self.classes.iter().map(|row| row.name.chars().count());
        let width = names.chain([self.weighted_average.name.len()]).fold(digits, usize::max);
        let number = |value: Option<f64>| match value {
            Some(value) => format!("{value:.digits$}"),
            None => "-".to_owned(),
        };
        let line = |name: &str, cells: [String; 4]| {
            let [precision, recall, f1, support] = cells;
            format!("{name:>width$}  {precision:>9} {recall:>9} {f1:>9} {support:>9}\n")
        };
        let row = |row: &ReportRow| {
            let numbers = [row.precision, row.recall, row.f1].map(number);
            let [precision, recall, f1] = numbers;
            [precision, recall, f1, row.support.to_string()]
        };
        f.write_str(&line("", ["precision", "recall", "f1-score", "support"].map(str::to_owned)))?;
        f.write_str("\n")?;
        for class in &self.classes {
            f.write_str(&line(&class.name, row(class)))?;
        }
        f.write_str("\n")?;
        let support = self.macro_average.support.to_string();
        let cells = [String::new(), String::new(), number(self.accuracy), support];
        f.write_str(&line("accuracy", cells))?;
        f.write_str(&line(&self.macro_average.name, row(&self.macro_average)))?;
        f.write_str(&line(&self.weighted_average.name, row(&self.weighted_average)))
    }
}
