//! The cutoffs of a cell: its task's rules, fitted on the scores of what was held out.

use oddity_core::{Alarms, Cutoff, Scores};
use oddity_eval::threshold::{Rule, RuleInput};

use crate::store::{CellTable, Part};
use crate::suite::Task;

/// A rule, fitted.
pub struct FittedCutoff {
    /// The rule with its parameters.
    pub rule: String,
    /// Scores that it was fitted on.
    pub n_scores: usize,
    /// The cutoff, or why there is none.
    pub cutoff: Result<FittedRule, String>,
    /// Share of these scores that lie above it; nothing for a cutoff that moves.
    pub share_above: Option<f64>,
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
            Err(reason) => Err(reason.clone()),
        }
    }
}

/// Fits the rules of a task on the held-out scores of a cell; none where there are none.
pub fn cutoffs(task: &Task, table: &CellTable) -> Vec<FittedCutoff> {
    let (Some(config), Some(scores)) = (&task.threshold, &table.score) else { return Vec::new() };
    let held_out = table.rows_of(Part::HeldOut).iter().map(|&row| scores[row]).collect();
    let (Ok(rules), Ok(held_out)) = (config.rules(), Scores::new(held_out)) else {
        return Vec::new();
    };
    let fit = |rule: Rule| {
        let (name, n_scores) = (rule.to_string(), held_out.len());
        let cutoff = match rule.reads() {
            RuleInput::Stream => Ok(FittedRule::Moving { rule, calibration: held_out.clone() }),
            _ => rule.fit(&held_out).map(FittedRule::Fixed).map_err(|error| error.to_string()),
        };
        let fitted = FittedCutoff { rule: name, n_scores, cutoff, share_above: None };
        let share_above = fitted.fixed().map(|cutoff| {
            let alarms = cutoff.alarms(&held_out);
            let n_above = alarms.values().iter().filter(|&&alarm| alarm).count();
            n_above as f64 / n_scores as f64
        });
        FittedCutoff { share_above, ..fitted }
    };
    rules.into_iter().map(fit).collect()
}
