//! What the catalogue says of one measure.

use oddity_core::{Alarms, Predicted, Scores};
use serde::Serialize;

use super::parameter::{Arguments, ParameterEntry};
use crate::measure::{Direction, Measure, OutputKind};

/// What the catalogue says of a measure.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Entry {
    /// The id, without parameters.
    pub id: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// The smallest and the largest value; infinite where there is none.
    #[serde(skip)]
    pub range: (f64, f64),
    /// The definition.
    pub formula: &'static str,
    /// Parameters that the id may carry.
    pub parameters: &'static [ParameterEntry],
    /// Where the measure has no value.
    pub undefined: &'static str,
    /// Time as a function of samples n, classes c, events e (true ones and alarms).
    pub cost: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
    /// Whether a threshold is chosen with the labels that are measured on.
    pub is_oracle: bool,
    /// What readers of the figure must be told.
    pub warning: Option<&'static str>,
    #[serde(skip)]
    pub(crate) of_scores: Option<Make<Scores>>,
    #[serde(skip)]
    pub(crate) of_alarms: Option<Make<Alarms>>,
    #[serde(skip)]
    pub(crate) of_predicted: Option<Make<Predicted>>,
}

/// Makes the measure with these parameters.
pub(crate) type Make<Output> = fn(&Arguments) -> Box<dyn Measure<Output>>;

impl Entry {
    /// What the others begin with: no parameter, from 0 to 1, better when higher, no oracle; it reads nothing.
    pub(crate) const PLAIN: Entry = Entry {
        id: "",
        direction: Direction::HigherIsBetter,
        range: (0.0, 1.0),
        formula: "",
        parameters: &[],
        undefined: "",
        cost: "",
        source: "",
        is_oracle: false,
        warning: None,
        of_scores: None,
        of_alarms: None,
        of_predicted: None,
    };

    /// What the measure reads; it has the same id for each.
    pub fn reads(&self) -> Vec<OutputKind> {
        let reads = [
            (OutputKind::Scores, self.of_scores.is_some()),
            (OutputKind::Alarms, self.of_alarms.is_some()),
            (OutputKind::Predicted, self.of_predicted.is_some()),
        ];
        reads.into_iter().filter(|(_, is_read)| *is_read).map(|(kind, _)| kind).collect()
    }
}

impl PartialEq for Entry {
    /// Entries of one catalogue are equal if their ids are.
    fn eq(&self, other: &Entry) -> bool {
        self.id == other.id
    }
}
