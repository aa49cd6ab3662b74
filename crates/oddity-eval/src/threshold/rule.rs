//! A threshold rule by its id.

use std::fmt;
use std::str::FromStr;

use oddity_core::{Cutoff, Scores, Threshold};

use super::catalogue::{RuleEntry, RuleInput, entries};
use super::{LabelledThreshold, MovingCutoff, MovingThreshold};
use crate::measure::catalogue::Arguments;
use crate::measure::{MeasureId, Truth};
use crate::oracle::{FittedRows, ThresholdProvenance};
use crate::{Error, Result};

/// A threshold rule with its parameters, parsed from an id such as `median_mad(k=3)`.
///
/// Parameters that the id leaves out have their defaults; they are checked when the rule is
/// parsed. Its `Display` is the id with every parameter, which parses to the same rule.
///
/// ```
/// use oddity_core::Scores;
/// use oddity_eval::threshold::Rule;
///
/// let rule: Rule = "contamination".parse()?;
/// assert_eq!(rule.to_string(), "contamination(share=0.05)");
/// let calibration = Scores::new((1..=100).map(f64::from).collect())?;
/// assert_eq!(rule.fit(&calibration)?.value(), 95.0);
/// # Ok::<(), oddity_eval::Error>(())
/// ```
pub struct Rule {
    id: MeasureId,
    entry: &'static RuleEntry,
    kind: Kind,
    least_scores: usize,
}

/// What a rule is, by what it is fitted on.
pub(super) enum Kind {
    Scores(Box<dyn Threshold>),
    Labelled(Box<dyn LabelledThreshold>),
    Stream(Box<dyn MovingThreshold>),
}

impl Rule {
    /// What the catalogue says of it.
    pub fn entry(&self) -> &'static RuleEntry {
        self.entry
    }

    /// What it is fitted on.
    pub fn reads(&self) -> RuleInput {
        self.entry.reads
    }

    /// The fewest scores that it is fitted on.
    pub fn least_scores(&self) -> usize {
        self.least_scores
    }

    /// The cutoff from held-out scores.
    ///
    /// # Errors
    ///
    /// [`Error::RuleInput`] for a rule that reads something else, and those of the rule.
    pub fn fit(&self, calibration: &Scores) -> Result<Cutoff> {
        match &self.kind {
            Kind::Scores(rule) => Ok(rule.fit(calibration)?),
            _ => Err(self.reads_other(RuleInput::Scores)),
        }
    }

    /// The cutoff from labelled validation scores.
    ///
    /// # Errors
    ///
    /// As [`Rule::fit`].
    pub fn fit_labelled(&self, truth: &Truth<'_>, scores: &Scores) -> Result<Cutoff> {
        match &self.kind {
            Kind::Labelled(rule) => rule.fit(truth, scores),
            _ => Err(self.reads_other(RuleInput::LabelledScores)),
        }
    }

    /// The cutoffs along a stream, calibrated on scores before it.
    ///
    /// # Errors
    ///
    /// As [`Rule::fit`].
    pub fn run(&self, calibration: &Scores, stream: &Scores) -> Result<MovingCutoff> {
        match &self.kind {
            Kind::Stream(rule) => Ok(rule.run(calibration, stream)?),
            _ => Err(self.reads_other(RuleInput::Stream)),
        }
    }

    /// Where a threshold of this rule comes from, if it was fitted on these samples.
    pub fn provenance(&self, rows: FittedRows, n_rows: usize) -> ThresholdProvenance {
        ThresholdProvenance::Fitted { rule: self.to_string(), rows, n_rows }
    }

    fn reads_other(&self, wanted: RuleInput) -> Error {
        Error::RuleInput { id: self.to_string(), wanted }
    }
}

impl FromStr for Rule {
    type Err = Error;

    /// Parses an id.
    ///
    /// # Errors
    ///
    /// [`Error::RuleSyntax`] for what is no id, [`Error::UnknownRule`] for a name that is not in the
    /// catalogue, [`Error::RuleParameter`] for a parameter that the rule does not have or not with
    /// this value, [`Error::Core`] for parameters that do not fit each other.
    fn from_str(written: &str) -> Result<Rule> {
        let of_rules = |error| match error {
            Error::MeasureSyntax { id } => Error::RuleSyntax { id },
            Error::MeasureParameter { id, parameter } => Error::RuleParameter { id, parameter },
            other => other,
        };
        let given = MeasureId::from_str(written).map_err(of_rules)?;
        let found = entries().find(|entry| entry.id == given.name());
        let entry = found.ok_or_else(|| Error::UnknownRule { id: written.to_owned() })?;
        let arguments = Arguments::new(written, &given, entry.parameters).map_err(of_rules)?;
        let (kind, least_scores) = (entry.make)(&arguments)?;
        let id = arguments.show(MeasureId::new(entry.id));
        Ok(Rule { id, entry, kind, least_scores })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({self})")
    }
}
