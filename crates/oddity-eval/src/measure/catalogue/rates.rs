//! The entries of the rates of the confusion matrix, and of their averages over classes.

use super::{Arguments, Entry, ParameterEntry, Values};
use crate::measure::Direction;
use crate::measure::rate::{Average, Rate, RateMeasure, ZeroDivision};

const ZERO_DIVISION: ParameterEntry = ParameterEntry {
    key: "zero_division",
    meaning: "what a denominator of 0 gives",
    values: Values::OneOf(&["undefined", "0"]),
    default: "undefined",
};

/// One rate with one average.
macro_rules! rate {
    ($id:literal, $rate:ident, $average:ident, $formula:expr, $undefined:literal) => {
        Entry {
            id: $id,
            direction: match Rate::$rate {
                Rate::FalsePositiveRate => Direction::LowerIsBetter,
                _ => Direction::HigherIsBetter,
            },
            formula: $formula,
            parameters: &[ZERO_DIVISION],
            undefined: $undefined,
            cost: "n + c^2",
            source: "van Rijsbergen 1979, Information Retrieval; averages as in scikit-learn",
            of_alarms: Some(|given| Box::new(measure(Rate::$rate, Average::$average, given))),
            of_predicted: Some(|given| Box::new(measure(Rate::$rate, Average::$average, given))),
            ..Entry::PLAIN
        }
    };
}

fn measure(rate: Rate, average: Average, given: &Arguments) -> RateMeasure {
    let zero_division = match given.word("zero_division") {
        "0" => ZeroDivision::Zero,
        _ => ZeroDivision::Undefined,
    };
    RateMeasure { rate, average, zero_division }
}

const MEAN: &str = "mean over the classes that occur";
const WEIGHTED: &str = "mean over classes, weighted by their true samples";
const POOLED: &str = "numerators and denominators added over classes, then divided";

pub(super) const ENTRIES: &[Entry] = &[
    rate!("precision", Precision, Binary, "tp / (tp + fp)", "no alarm"),
    rate!("precision_micro", Precision, Micro, POOLED, "no sample"),
    rate!("precision_macro", Precision, Macro, MEAN, "a class that occurs is never predicted"),
    rate!(
        "precision_weighted",
        Precision,
        Weighted,
        WEIGHTED,
        "a class that occurs is never predicted"
    ),
    rate!("recall", Recall, Binary, "tp / (tp + fn)", "no anomaly"),
    rate!("recall_micro", Recall, Micro, POOLED, "no sample"),
    rate!("recall_macro", Recall, Macro, MEAN, "a predicted class has no true sample"),
    rate!("recall_weighted", Recall, Weighted, WEIGHTED, "no sample"),
    rate!("f1", F1, Binary, "2 tp / (2 tp + fp + fn)", "neither an anomaly nor an alarm"),
    rate!("f1_micro", F1, Micro, POOLED, "no sample"),
    rate!("f1_macro", F1, Macro, MEAN, "no sample"),
    rate!("f1_weighted", F1, Weighted, WEIGHTED, "no sample"),
    rate!("specificity", Specificity, Binary, "tn / (tn + fp)", "no normal sample"),
    rate!("specificity_micro", Specificity, Micro, POOLED, "no sample, or only one class"),
    rate!("specificity_macro", Specificity, Macro, MEAN, "all samples of one class"),
    rate!("specificity_weighted", Specificity, Weighted, WEIGHTED, "all samples of one class"),
    rate!("false_positive_rate", FalsePositiveRate, Binary, "fp / (tn + fp)", "no normal sample"),
    rate!(
        "false_positive_rate_micro",
        FalsePositiveRate,
        Micro,
        POOLED,
        "no sample, or only one class"
    ),
    rate!("false_positive_rate_macro", FalsePositiveRate, Macro, MEAN, "all samples of one class"),
    rate!(
        "false_positive_rate_weighted",
        FalsePositiveRate,
        Weighted,
        WEIGHTED,
        "all samples of one class"
    ),
];

/// Whether `name` is the rate `rate` with one of the averages over classes.
pub(super) fn is_average(rate: &str, name: &str) -> bool {
    let is_rate = |name: &str| ENTRIES.iter().any(|entry| entry.id == name);
    let is_averaged = ["_micro", "_macro", "_weighted"].iter().any(|end| rate.ends_with(end));
    is_rate(rate) && is_rate(name) && !is_averaged
}
