//! Thresholds of a task: rules that are fitted on scores of normal samples held out of the
//! training part, or of labelled samples cut from the test part.

use oddity_eval::Result;
use oddity_eval::threshold::{Rule, RuleInput};
use serde::{Deserialize, Serialize};

use super::Validation;

/// How scores become alarms, for the measures of alarms (`precision`, `etapr-22.6.1`, ..).
///
/// A rule that reads scores alone is fitted on those of normal samples that were taken out of the
/// training part: neither features nor models learn from them, and they are not in the test part.
/// A rule that reads labels too (`f1_best`) is fitted on a validation part, which is cut from the
/// test part; every measure of the task, whatever its rule, is then taken on what is left of that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdConfig {
    /// Ids of rules, such as `quantile(q=0.95)`, `spot` or, with a `validation`, `f1_best`.
    pub rules: Vec<String>,
    /// Which normal samples are held out, for rules that read scores alone; none are where every
    /// rule reads labels.
    #[serde(default)]
    pub held_out: HeldOut,
    /// Which labelled samples are cut from the test part, for rules that read labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
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
    /// [`oddity_eval::Error`] for an id that names no rule.
    pub fn rules(&self) -> Result<Vec<Rule>> {
        self.rules.iter().map(|id| id.parse()).collect()
    }

    /// Which normal samples are held out, if a rule is fitted on them.
    pub(crate) fn held_out(&self) -> Option<HeldOut> {
        self.reads(|input| input != RuleInput::LabelledScores).then_some(self.held_out)
    }

    /// Whether a rule reads something of this kind; what is no rule reads nothing.
    pub(super) fn reads(&self, is_read: impl Fn(RuleInput) -> bool) -> bool {
        self.rules().is_ok_and(|rules| rules.iter().any(|rule| is_read(rule.reads())))
    }

    /// What a rule was fitted on, as results say it:
    /// `quantile(q=0.95) of the last 0.2 of the normal training samples`.
    pub(super) fn provenance(&self, rule: &Rule) -> String {
        match (rule.reads(), &self.validation) {
            (RuleInput::LabelledScores, Some(validation)) => format!("{rule} of {validation}"),
            _ => format!("{rule} of {}", self.held_out),
        }
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
