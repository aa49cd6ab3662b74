//! The one list of all measures, and the way from an id to a measure.

use std::str::FromStr;

use oddity_core::{Alarms, Predicted, Scores};
use serde::Serialize;

use super::OutputKind::{
    Alarms as ReadsAlarms, Predicted as ReadsPredicted, Scores as ReadsScores,
};
use super::{
    Accuracy, Average, AveragePrecision, Direction, F1Oracle, Measure, MeasureId, OutputKind,
    Parameter, Rate, RateMeasure, RmsGap, RocAuc, RocAucOneVsRest, ZeroDivision,
};
use crate::{Error, Result};

/// What the catalogue says of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The id, without optional parameters.
    pub id: &'static str,
    /// What the measure reads; it has the same id for each.
    pub reads: &'static [OutputKind],
    /// Which way is better.
    pub direction: Direction,
    /// The definition.
    pub formula: &'static str,
    /// Parameters that the id may carry, with their values; the first one is the default.
    pub parameters: &'static [(&'static str, &'static [&'static str])],
    /// Where the measure has no value.
    pub undefined: &'static str,
    /// Time as a function of samples n and classes c.
    pub cost: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
    /// Whether a threshold is chosen with the labels that are measured on.
    pub is_oracle: bool,
}

/// All measures.
pub fn entries() -> &'static [Entry] {
    ENTRIES
}

/// What the catalogue says of an id, with or without parameters.
///
/// # Errors
///
/// [`Error::MeasureSyntax`] for what is no id, [`Error::UnknownMeasure`] for a name that is not
/// in the catalogue, [`Error::MeasureParameter`] for a parameter that the measure does not have.
pub fn entry(id: &str) -> Result<&'static Entry> {
    Catalogued::parse(id)?;
    let name = canonical(id)?.name().to_owned();
    let found = ENTRIES.iter().find(|entry| entry.id == name);
    found.ok_or_else(|| Error::UnknownMeasure { id: id.to_owned() })
}

impl dyn Measure<Scores> {
    /// The measure of scores with this id.
    ///
    /// # Errors
    ///
    /// [`Error::MeasureSyntax`] for what is no id, [`Error::UnknownMeasure`] for a name that
    /// is not in the catalogue, [`Error::MeasureParameter`] for a parameter that the measure
    /// does not have, [`Error::MeasureOutput`] if it does not read scores.
    pub fn parse(id: &str) -> Result<Box<dyn Measure<Scores>>> {
        match Catalogued::parse(id)? {
            Catalogued::RocAuc => Ok(Box::new(RocAuc)),
            Catalogued::AveragePrecision => Ok(Box::new(AveragePrecision)),
            Catalogued::F1Oracle => Ok(Box::new(F1Oracle)),
            Catalogued::RmsGap => Ok(Box::new(RmsGap)),
            _ => Err(Error::MeasureOutput { id: id.to_owned(), wanted: ReadsScores }),
        }
    }
}

impl dyn Measure<Alarms> {
    /// The measure of decisions with this id.
    ///
    /// # Errors
    ///
    /// As for scores, with [`Error::MeasureOutput`] if it does not read decisions.
    pub fn parse(id: &str) -> Result<Box<dyn Measure<Alarms>>> {
        match Catalogued::parse(id)? {
            Catalogued::Accuracy => Ok(Box::new(Accuracy)),
            Catalogued::Rate(measure) => Ok(Box::new(measure)),
            _ => Err(Error::MeasureOutput { id: id.to_owned(), wanted: ReadsAlarms }),
        }
    }
}

impl dyn Measure<Predicted> {
    /// The measure of predicted classes with this id.
    ///
    /// # Errors
    ///
    /// As for scores, with [`Error::MeasureOutput`] if it does not read classes.
    pub fn parse(id: &str) -> Result<Box<dyn Measure<Predicted>>> {
        Ok(match Catalogued::parse(id)? {
            Catalogued::Accuracy => Box::new(Accuracy),
            Catalogued::Rate(measure) => Box::new(measure),
            Catalogued::RocAuc => Box::new(RocAuc),
            Catalogued::RocAucOneVsRest => Box::new(RocAucOneVsRest),
            Catalogued::AveragePrecision => Box::new(AveragePrecision),
            Catalogued::F1Oracle => Box::new(F1Oracle),
            Catalogued::RmsGap => {
                return Err(Error::MeasureOutput { id: id.to_owned(), wanted: ReadsPredicted });
            }
        })
    }
}

/// A measure that an id named, whatever it reads.
#[derive(Clone, Copy)]
enum Catalogued {
    Accuracy,
    Rate(RateMeasure),
    RocAuc,
    RocAucOneVsRest,
    AveragePrecision,
    F1Oracle,
    RmsGap,
}

impl Catalogued {
    fn parse(id: &str) -> Result<Catalogued> {
        let parsed = canonical(id)?;
        let measure = match parsed.name() {
            "accuracy" => Catalogued::Accuracy,
            "roc_auc" => Catalogued::RocAuc,
            "roc_auc_ovr" => Catalogued::RocAucOneVsRest,
            "average_precision" => Catalogued::AveragePrecision,
            "f1_oracle" => Catalogued::F1Oracle,
            "rms_gap" => Catalogued::RmsGap,
            name => match rate(name) {
                Some(rate) => return Ok(Catalogued::Rate(zero_division(rate, id, &parsed)?)),
                None => return Err(Error::UnknownMeasure { id: id.to_owned() }),
            },
        };
        match parsed.parameters().first() {
            Some(parameter) => Err(refused(id, parameter)),
            None => Ok(measure),
        }
    }
}

/// The id with `average=..` moved into the name: `f1(average=macro)` is `f1_macro`.
fn canonical(id: &str) -> Result<MeasureId> {
    let parsed = MeasureId::from_str(id)?;
    let Some(average) = parsed.get("average") else {
        return Ok(parsed);
    };
    let name = match average {
        "binary" => parsed.name().to_owned(),
        _ => format!("{}_{average}", parsed.name()),
    };
    let is_plain = RATES.iter().any(|rate| rate.name() == parsed.name());
    if !is_plain || rate(&name).is_none() {
        let parameter = Parameter { key: "average".to_owned(), value: average.to_owned() };
        return Err(refused(id, &parameter));
    }
    let others = parsed.parameters().iter().filter(|parameter| parameter.key != "average");
    let with = |id: MeasureId, parameter: &Parameter| id.with(&parameter.key, &parameter.value);
    Ok(others.fold(MeasureId::new(name), with))
}

const RATES: [Rate; 5] =
    [Rate::Precision, Rate::Recall, Rate::F1, Rate::Specificity, Rate::FalsePositiveRate];

/// The rate and average that a name such as `f1_macro` says.
fn rate(name: &str) -> Option<RateMeasure> {
    RATES.iter().find_map(|&rate| {
        let average = match name.strip_prefix(rate.name())? {
            "" => Average::Binary,
            "_micro" => Average::Micro,
            "_macro" => Average::Macro,
            "_weighted" => Average::Weighted,
            _ => return None,
        };
        Some(RateMeasure::new(rate, average))
    })
}

fn zero_division(measure: RateMeasure, id: &str, parsed: &MeasureId) -> Result<RateMeasure> {
    parsed.parameters().iter().try_fold(measure, |measure, parameter| {
        let zero_division = match (parameter.key.as_str(), parameter.value.as_str()) {
            ("zero_division", "undefined") => ZeroDivision::Undefined,
            ("zero_division", "0") => ZeroDivision::Zero,
            _ => return Err(refused(id, parameter)),
        };
        Ok(RateMeasure { zero_division, ..measure })
    })
}

fn refused(id: &str, parameter: &Parameter) -> Error {
    Error::MeasureParameter { id: id.to_owned(), parameter: parameter.to_string() }
}

const DECISIONS: &[OutputKind] = &[ReadsAlarms, ReadsPredicted];
const SCORES: &[OutputKind] = &[ReadsScores, ReadsPredicted];
const CLASSES: &[OutputKind] = &[ReadsPredicted];
const ZERO_DIVISION: &[(&str, &[&str])] = &[("zero_division", &["undefined", "0"])];

/// A measure without parameters, better when higher, that is no oracle.
const fn plain(
    id: &'static str,
    reads: &'static [OutputKind],
    formula: &'static str,
    undefined: &'static str,
    cost: &'static str,
    source: &'static str,
) -> Entry {
    let (direction, parameters, is_oracle) = (Direction::HigherIsBetter, &[], false);
    Entry { id, reads, direction, formula, parameters, undefined, cost, source, is_oracle }
}

/// A rate of the confusion matrix.
const fn of_matrix(id: &'static str, formula: &'static str, undefined: &'static str) -> Entry {
    let source = "van Rijsbergen 1979, Information Retrieval; averages as in scikit-learn";
    let entry = plain(id, DECISIONS, formula, undefined, "n + c^2", source);
    Entry { parameters: ZERO_DIVISION, ..entry }
}

/// The same, better when lower.
const fn lower(entry: Entry) -> Entry {
    Entry { direction: Direction::LowerIsBetter, ..entry }
}

const MEAN: &str = "mean over the classes that occur";
const WEIGHTED: &str = "mean over classes, weighted by their true samples";
const POOLED: &str = "numerators and denominators added over classes, then divided";
const HANLEY: &str = "Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747";
const DAVIS: &str = "Davis and Goadrich 2006, doi:10.1145/1143844.1143874";
const PROVOST: &str = "Provost and Domingos 2000, Well-trained PETs; unweighted as in scikit-learn";
const CHANCE: &str = "P(anomaly above normal) + P(equal) / 2";
const STEPS: &str = "sum over thresholds of (recall gained) x precision";

const ENTRIES: &[Entry] = &[
    plain("accuracy", DECISIONS, "correct / n", "no sample", "n + c^2", "by definition"),
    of_matrix("precision", "tp / (tp + fp)", "no alarm"),
    of_matrix("precision_micro", POOLED, "no sample"),
    of_matrix("precision_macro", MEAN, "a class that occurs is never predicted"),
    of_matrix("precision_weighted", WEIGHTED, "a class that occurs is never predicted"),
    of_matrix("recall", "tp / (tp + fn)", "no anomaly"),
    of_matrix("recall_micro", POOLED, "no sample"),
    of_matrix("recall_macro", MEAN, "a predicted class has no true sample"),
    of_matrix("recall_weighted", WEIGHTED, "no sample"),
    of_matrix("f1", "2 tp / (2 tp + fp + fn)", "neither an anomaly nor an alarm"),
    of_matrix("f1_micro", POOLED, "no sample"),
    of_matrix("f1_macro", MEAN, "no sample"),
    of_matrix("f1_weighted", WEIGHTED, "no sample"),
    of_matrix("specificity", "tn / (tn + fp)", "no normal sample"),
    of_matrix("specificity_micro", POOLED, "no sample, or only one class"),
    of_matrix("specificity_macro", MEAN, "all samples of one class"),
    of_matrix("specificity_weighted", WEIGHTED, "all samples of one class"),
    lower(of_matrix("false_positive_rate", "fp / (tn + fp)", "no normal sample")),
    lower(of_matrix("false_positive_rate_micro", POOLED, "no sample, or only one class")),
    lower(of_matrix("false_positive_rate_macro", MEAN, "all samples of one class")),
    lower(of_matrix("false_positive_rate_weighted", WEIGHTED, "all samples of one class")),
    plain("roc_auc", SCORES, CHANCE, "no anomaly or no normal sample", "n log n", HANLEY),
    plain(
        "roc_auc_ovr",
        CLASSES,
        "mean over classes of the ROC AUC of the class against the rest",
        "a class has no sample or all",
        "c n log n",
        PROVOST,
    ),
    plain("average_precision", SCORES, STEPS, "no anomaly", "n log n", DAVIS),
    Entry {
        is_oracle: true,
        ..plain(
            "f1_oracle",
            SCORES,
            "highest F1 over all thresholds, chosen with the labels measured on",
            "no anomaly",
            "n log n",
            "by definition",
        )
    },
    plain(
        "rms_gap",
        &[ReadsScores],
        "100 |a - b| / b, of the roots of the mean scores of anomalies (a) and normal samples (b)",
        "no anomaly or no normal sample, or a mean below 0, or b = 0",
        "n log n",
        "the device traffic study, of root mean squared errors",
    ),
];
