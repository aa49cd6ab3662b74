//! The cutoffs of a cell: its task's rules, fitted on the scores of what was held out, or cut from
//! the test part with its labels.

use oddity_core::{Alarms, Cutoff, Labels, Scores};
use oddity_eval::measure::{MeasureError, Truth, Undefined};
use oddity_eval::threshold::{Rule, RuleInput};

use crate::store::{CellTable, Part};
use crate::suite::Task;

/// A rule, fitted.
pub struct FittedCutoff {
    /// The rule with its parameters.
    pub rule: String,
    /// Scores that it was fitted on.
    pub n_scores: usize,
    /// How many of these are of anomalies, where the rule reads labels.
    pub n_anomalies: Option<usize>,
    /// The cutoff, or why there is none.
    pub cutoff: Result<FittedRule, NoCutoff>,
    /// Share of these scores that lie above it; nothing for a cutoff that moves.
    pub share_above: Option<f64>,
}

/// Why a rule has no cutoff.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCutoff {
    /// What the rule maximises is undefined on the validation part, such as one without an anomaly.
    #[error("no cutoff: undefined, {undefined} among the {n_scores} of the validation part")]
    Undefined {
        /// What is missing.
        undefined: Undefined,
        /// Samples of the validation part.
        n_scores: usize,
    },
    /// The rule refuses the scores.
    #[error("{reason}")]
    Refused {
        /// What the rule says.
        reason: String,
    },
}

/// What makes alarms of scores.
pub enum FittedRule {
    /// One cutoff.
    Fixed(Cutoff),
    /// A cutoff a score, from the scores before it.
    Moving {
        /// The rule.
        rule: Rule,
        /// The scores that it begins with.
        calibration: Scores,
    },
}

impl FittedCutoff {
    /// The cutoff, if there is one for all scores.
    pub fn fixed(&self) -> Option<Cutoff> {
        match self.cutoff {
            Ok(FittedRule::Fixed(cutoff)) => Some(cutoff),
            _ => None,
        }
    }

    /// The alarms among scores in the order of their samples.
    ///
    /// # Errors
    ///
    /// Why there is no cutoff.
    pub fn alarms(&self, scores: &Scores) -> Result<Alarms, String> {
        match &self.cutoff {
            Ok(FittedRule::Fixed(cutoff)) => Ok(cutoff.alarms(scores)),
            Ok(FittedRule::Moving { rule, calibration }) => {
                let moving = rule.run(calibration, scores).map_err(|error| error.to_string())?;
                Ok(moving.alarms())
            }
            Err(none) => Err(none.to_string()),
        }
    }
}

/// Fits the rules of a task on the scores of a cell that are there for it; none where there are
/// none.
pub fn cutoffs(task: &Task, table: &CellTable) -> Vec<FittedCutoff> {
    let (Some(config), Some(_)) = (&task.threshold, &table.score) else { return Vec::new() };
    let (Ok(rules), Some(held_out), Some(validation)) = (
        config.rules(),
        Calibration::of(table, Part::HeldOut),
        Calibration::of(table, Part::Validation),
    ) else {
        return Vec::new();
    };
    let fit = |rule: Rule| match rule.reads() {
        RuleInput::LabelledScores => validation.fit(rule),
        RuleInput::Scores | RuleInput::Stream => held_out.fit(rule),
    };
    rules.into_iter().map(fit).collect()
}

/// What rules are fitted on.
struct Calibration {
    scores: Scores,
    labels: Labels,
}

impl Calibration {
    /// The scores of a part with their labels; nothing of a table without finite scores.
    fn of(table: &CellTable, part: Part) -> Option<Calibration> {
        let scores = table.score.as_ref()?;
        let rows = table.rows_of(part);
        let labels = rows.iter().map(|&row| table.truth[row] != 0).collect();
        let scores = rows.iter().map(|&row| scores[row]).collect();
        Some(Calibration { scores: Scores::new(scores).ok()?, labels })
    }

    fn fit(&self, rule: Rule) -> FittedCutoff {
        let Calibration { scores, labels } = self;
        let (name, n_scores) = (rule.to_string(), scores.len());
        let is_labelled = rule.reads() == RuleInput::LabelledScores;
        let none = |error: oddity_eval::Error| match error {
            oddity_eval::Error::Measure(MeasureError::Undefined { reason }) => {
                NoCutoff::Undefined { undefined: reason, n_scores }
            }
            error => NoCutoff::Refused { reason: error.to_string() },
        };
        let cutoff = match rule.reads() {
            RuleInput::Stream => Ok(FittedRule::Moving { rule, calibration: scores.clone() }),
            RuleInput::Scores => rule.fit(scores).map(FittedRule::Fixed).map_err(none),
            RuleInput::LabelledScores => {
                let fitted = rule.fit_labelled(&Truth::Points(labels), scores);
                fitted.map(FittedRule::Fixed).map_err(none)
            }
        };
        let n_anomalies = is_labelled.then(|| labels.n_anomalies());
        let fitted = FittedCutoff { rule: name, n_scores, n_anomalies, cutoff, share_above: None };
        let share_above = fitted.fixed().map(|cutoff| {
            let alarms = cutoff.alarms(scores);
            let n_above = alarms.values().iter().filter(|&&alarm| alarm).count();
            n_above as f64 / n_scores as f64
        });
        FittedCutoff { share_above, ..fitted }
    }
}
