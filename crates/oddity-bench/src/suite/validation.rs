//! Labelled samples of a test part that rules choose their cutoff on, and that nothing is
//! measured on.

use oddity_eval::cross_validation::Shuffle;
use serde::{Deserialize, Serialize};

use super::{Over, SplitConfig, Task};

/// Which samples of the test part are its validation part: labelled rules (`f1_best`) choose
/// their cutoff on its scores. All pipelines and seeds of a task have the same ones.
///
/// A cutoff chosen with labels is a supervised choice: who has no labelled attacks cannot make it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// Share of the test samples, or of their groups, above 0 and below 1, rounded up to whole
    /// ones; something is always left to measure.
    pub share: f64,
    /// Which of them.
    pub rows: ValidationRows,
    /// Rows between the first ones of a series and those that are measured, which are neither;
    /// 0 where it is left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub embargo: usize,
    /// What chance draws from: the same samples whatever the seed of the cell; 0 where it is left
    /// out.
    #[serde(default)]
    pub seed: u64,
}

/// Which samples of a test part are its validation part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidationRows {
    /// The first ones of each series. Where an event would be cut, the cut moves to that end of
    /// it which is nearer. Windows are laid over each side by itself, so that none has rows of
    /// both.
    First,
    /// By chance, anomalies and normal samples apart; windows only where they do not overlap.
    Random,
    /// All samples with the same value of an attribute, such as `series`: groups by chance,
    /// those with an anomaly and those without apart. A sample whose value is the empty text is
    /// a group of its own.
    Group(String),
}

impl Validation {
    /// Whether the rows on each side follow each other as in the dataset.
    pub(super) fn keeps_order(&self) -> bool {
        match &self.rows {
            ValidationRows::First => true,
            ValidationRows::Random => false,
            ValidationRows::Group(name) => name == "series",
        }
    }
}

fn is_zero(n_rows: &usize) -> bool {
    *n_rows == 0
}

impl std::fmt::Display for Validation {
    /// In words: `the labelled first 0.3 of each test series`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Validation { share, rows, embargo, seed } = self;
        match rows {
            ValidationRows::First => write!(f, "the labelled first {share} of each test series")?,
            ValidationRows::Random => {
                write!(f, "{share} of the test samples with their labels, by seed {seed}")?;
            }
            ValidationRows::Group(name) => {
                write!(f, "{share} of the test part with its labels, each {name} whole")?;
                write!(f, ", by seed {seed}")?;
            }
        }
        match embargo {
            0 => Ok(()),
            n_rows => write!(f, ", with the {n_rows} rows behind it left out"),
        }
    }
}

impl Task {
    /// Which samples are cut from the test part, if any are.
    pub(crate) fn validation(&self) -> Option<&Validation> {
        self.threshold.as_ref()?.validation.as_ref()
    }
}

/// Refuses a validation part that would share with what is measured what the task holds apart.
pub(super) fn check(task: &Task, validation: &Validation) -> Result<(), String> {
    let Validation { share, rows, embargo, .. } = validation;
    if !(0.0 < *share && *share < 1.0) {
        return Err(format!("found share {share} for validation, wanted above 0 and below 1"));
    }
    if 0 < *embargo && *rows != ValidationRows::First {
        return Err("an embargo lies behind the first rows: `rows = \"first\"`".to_owned());
    }
    match rows {
        ValidationRows::First if !is_in_order(&task.split) => {
            Err("the split takes samples out of their order, and none are the first: \
                 `rows = \"random\"`, or a group"
                .to_owned())
        }
        ValidationRows::First => Ok(()),
        ValidationRows::Random => check_random(task),
        ValidationRows::Group(name) => check_group(task, name),
    }
}

fn check_random(task: &Task) -> Result<(), String> {
    let windows = task.windows.as_ref();
    let shared = match &task.split {
        SplitConfig::Series { .. } => "samples of a series follow each other: `rows = \"first\"`",
        SplitConfig::GroupKFold { .. } => {
            "the split keeps groups together: `rows = { group = .. }` does too"
        }
        _ if windows.is_some_and(|windows| windows.stride < windows.size) => {
            "windows that overlap share rows: `rows = \"first\"`, or whole series"
        }
        _ if task.rows_by.is_some() => {
            "rows get their scores from windows around them: `rows = \"first\"`, or whole series"
        }
        split if is_in_order(split) => {
            let config = task.intervals.clone().unwrap_or_default();
            // Without the data: with single samples cut from it, series make no difference.
            match task.resampled(&config, false) {
                Over::Samples => return Ok(()),
                Over::Events => {
                    "samples of an event belong together, as the intervals say: \
                     `rows = \"first\"`, or a group"
                }
                Over::Attribute(name) => {
                    return Err(format!(
                        "samples of the same {name} belong together, as the intervals say: \
                         `rows = {{ group = \"{name}\" }}`"
                    ));
                }
            }
        }
        _ => return Ok(()),
    };
    Err(shared.to_owned())
}

fn check_group(task: &Task, name: &str) -> Result<(), String> {
    match &task.split {
        SplitConfig::Series { .. } => {
            Err("each test part is one series, whatever its groups: `rows = \"first\"`".to_owned())
        }
        SplitConfig::GroupKFold { group, .. } if group != name => Err(format!(
            "the split keeps samples of the same {group} together: `rows = {{ group = \
             \"{group}\" }}` does too"
        )),
        _ if task.windows.is_some() && name != "series" => Err(format!(
            "windows lie over rows of one series, and samples of a {name} may lie between \
             others: `rows = {{ group = \"series\" }}`"
        )),
        _ => Ok(()),
    }
}

/// Whether a test part keeps the order of the dataset, with no sample missing between others.
fn is_in_order(split: &SplitConfig) -> bool {
    match split {
        SplitConfig::Given { .. } | SplitConfig::Series { .. } => true,
        SplitConfig::HoldOut(hold_out) => hold_out.shuffle == Shuffle::None,
        SplitConfig::KFold(folds) => folds.shuffle == Shuffle::None && !folds.stratified,
        SplitConfig::GroupKFold { .. } | SplitConfig::OneClass(_) => false,
    }
}
