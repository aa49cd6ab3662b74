//! The cutoffs of a cell: its task's rules, fitted on the scores of what was held out.

use oddity_core::{Cutoff, Scores};

use crate::store::{CellTable, Part};
use crate::suite::Task;

/// A rule, fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedCutoff {
    /// The rule with its parameters.
    pub rule: String,
    /// Scores that it was fitted on.
    pub n_scores: usize,
    /// The cutoff, or why there is none.
    pub cutoff: Result<Cutoff, String>,
    /// Share of these scores that lie above it.
    pub share_above: Option<f64>,
}

/// Fits the rules of a task on the held-out scores of a cell; none where there are none.
pub fn cutoffs(task: &Task, table: &CellTable) -> Vec<FittedCutoff> {
    let (Some(config), Some(scores)) = (&task.threshold, &table.score) else { return Vec::new() };
    let held_out = table.rows_of(Part::HeldOut).iter().map(|&row| scores[row]).collect();
    let (Ok(rules), Ok(held_out)) = (config.rules(), Scores::new(held_out)) else {
        return Vec::new();
    };
    let fit = |rule: crate::suite::Rule| {
        let cutoff = rule.threshold.fit(&held_out).map_err(|error| error.to_string());
        let share_above = cutoff.as_ref().ok().map(|cutoff| {
            let alarms = cutoff.alarms(&held_out);
            let n_above = alarms.values().iter().filter(|&&alarm| alarm).count();
            n_above as f64 / held_out.len() as f64
        });
        FittedCutoff { rule: rule.name, n_scores: held_out.len(), cutoff, share_above }
    };
    rules.into_iter().map(fit).collect()
}
