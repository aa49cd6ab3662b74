//! Alarms from scores in files: by a cutoff, or by a rule fitted on scores of another file.

use oddity_core::{Cutoff, Scores};
use oddity_eval::measure::{Events, Truth};
use oddity_eval::oracle::FittedRows;
use oddity_eval::threshold::{Rule, RuleInput};

use super::figures::Decided;
use super::{Column, FileError, Result};

/// Scores that a threshold is fitted on: of normal samples, or labelled.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The scores.
    pub scores: Column,
    /// The truth about them, for a rule that needs it.
    pub truth: Option<Events>,
}

/// The alarms of a cutoff that was given.
///
/// # Errors
///
/// [`FileError::Eval`] for one that is not finite.
pub fn cutoff(value: f64, scores: &Scores) -> Result<Decided> {
    let cutoff = Cutoff::new(value).map_err(oddity_eval::Error::from)?;
    Ok(Decided { threshold: format!("cutoff {value}"), alarms: cutoff.alarms(scores) })
}

/// The alarms of a rule such as `quantile(q=0.99)`, fitted on other scores.
///
/// # Errors
///
/// [`FileError::Calibration`] if these are the scores that are measured, [`FileError::Eval`] for an
/// id that names no rule, for a rule that needs labels where there are none, and for scores that
/// are too few.
pub fn fitted(rule: &str, calibration: &Calibration, scores: &Scores) -> Result<Decided> {
    let rule: Rule = rule.parse()?;
    if calibration.scores.values == scores.values() {
        return Err(FileError::Calibration { file: calibration.scores.file.clone() });
    }
    let given = calibration.scores.values.clone();
    let given = Scores::new(given).map_err(oddity_eval::Error::from)?;
    let (alarms, rows) = match (rule.reads(), &calibration.truth) {
        (RuleInput::Stream, _) => (rule.run(&given, scores)?.alarms(), FittedRows::HeldOutNormal),
        (RuleInput::LabelledScores, Some(events)) => {
            let cutoff = rule.fit_labelled(&Truth::Events(events), &given)?;
            (cutoff.alarms(scores), FittedRows::LabelledValidation)
        }
        _ => (rule.fit(&given)?.alarms(scores), FittedRows::HeldOutNormal),
    };
    Ok(Decided { threshold: rule.provenance(rows, given.len()).to_string(), alarms })
}
