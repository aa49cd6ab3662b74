//! Thresholds of a task: rules that are fitted on scores of normal samples held out of the
//! training part.

use oddity_core::{Result, Threshold};
use oddity_eval::threshold::Quantile;
use serde::{Deserialize, Serialize};

/// How scores become alarms, for the measures of alarms (`precision`, `recall`, `f1`,
/// `false_positive_rate`).
///
/// The scores it is fitted on are those of normal samples that were taken out of the training
/// part: neither features nor models learn from them, and they are not in the test part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ThresholdConfig {
    /// [`Quantile`]s of the scores: `{ kind = "quantile", q = 0.95 }`, or several:
    /// `q = [0.95, 0.99]`.
    Quantile {
        /// The shares of held-out normal samples that are no alarms.
        q: Shares,
        /// Which samples are held out.
        #[serde(default)]
        held_out: HeldOut,
    },
}

/// One share or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Shares {
    /// One.
    One(f64),
    /// Several.
    Several(Vec<f64>),
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

/// A rule with the name that results call it by.
pub struct Rule {
    /// The rule with its parameters, such as `quantile(q=0.99)`.
    pub name: String,
    /// The rule.
    pub threshold: Box<dyn Threshold>,
}

impl ThresholdConfig {
    /// The rules, in the order of the suite.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for a parameter outside its range.
    pub fn rules(&self) -> Result<Vec<Rule>> {
        let ThresholdConfig::Quantile { q, .. } = self;
        let shares = match q {
            Shares::One(share) => std::slice::from_ref(share),
            Shares::Several(shares) => shares,
        };
        let rule = |&q: &f64| {
            let threshold = Box::new(Quantile::new(q)?);
            Ok(Rule { name: format!("quantile(q={q})"), threshold })
        };
        shares.iter().map(rule).collect()
    }

    /// Which samples are held out.
    pub fn held_out(&self) -> &HeldOut {
        let ThresholdConfig::Quantile { held_out, .. } = self;
        held_out
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
