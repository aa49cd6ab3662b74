//! Thresholds of a task: rules that are fitted on scores of normal samples held out of the
//! training part.

use oddity_eval::threshold::{Rule, RuleInput};
use oddity_eval::{Error, Result};
use serde::{Deserialize, Serialize};

/// How scores become alarms, for the measures of alarms (`precision`, `etapr-22.6.1`, ..).
///
/// The scores it is fitted on are those of normal samples that were taken out of the training
/// part: neither features nor models learn from them, and they are not in the test part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdConfig {
    /// Ids of rules, such as `quantile(q=0.95)` or `spot`. Rules that need labels are refused:
    /// what is held out is normal.
    pub rules: Vec<String>,
    /// Which samples are held out.
    #[serde(default)]
    pub held_out: HeldOut,
}

/// Which normal samples of the training part are held out for thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeldOut {
    /// Share of the normal samples, above 0 and below 1, rounded up to whole samples.
    pub share: f64,
    /// Which of them.
    pub rows: HeldOutRows,
}

impl Default for HeldOut {
    /// The last fifth, as in the KDD http study's validation split.
    fn default() -> HeldOut {
        HeldOut { share: 0.2, rows: HeldOutRows::Last }
    }
}

/// Which of the normal samples are held out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldOutRows {
    /// The last ones. Windows before them that share a row with one of them train no model
    /// either.
    #[default]
    Last,
    /// Chosen by the seed; of windows only where these do not overlap.
    Random,
}

impl ThresholdConfig {
    /// The rules, in the order of the suite.
    ///
    /// # Errors
    ///
    /// [`oddity_eval::Error`] for an id that names no rule, and for a rule that needs labels.
    pub fn rules(&self) -> Result<Vec<Rule>> {
        let rule = |id: &String| {
            let rule: Rule = id.parse()?;
            match rule.reads() {
                RuleInput::LabelledScores => {
                    Err(Error::RuleInput { id: id.clone(), wanted: RuleInput::Scores })
                }
                _ => Ok(rule),
            }
        };
        self.rules.iter().map(rule).collect()
    }
}

impl std::fmt::Display for HeldOut {
    /// In words: `the last 0.2 of the normal training samples`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = self.share;
        match self.rows {
            HeldOutRows::Last => write!(f, "the last {share} of the normal training samples"),
            HeldOutRows::Random => write!(f, "{share} of the normal training samples, by the seed"),
        }
    }
}
