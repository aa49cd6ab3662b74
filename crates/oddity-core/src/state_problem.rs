//! What is wrong with an entry of a saved state.

/// What is wrong with an entry of a [`crate::State`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateProblem {
    /// There is none of that name.
    Missing,
    /// It is of another kind.
    Kind {
        /// What it is.
        found: &'static str,
        /// What is read.
        wanted: &'static str,
    },
    /// Its sizes are others.
    Shape {
        /// Its sizes.
        found: Vec<usize>,
        /// Those wanted; [`crate::ANY`] may be any.
        wanted: Vec<usize>,
    },
    /// A number is NaN or infinite.
    NotFinite {
        /// Which one, counted from 0.
        index: usize,
    },
    /// A count or an index beyond what there is.
    TooLarge {
        /// The number.
        found: u64,
        /// The largest allowed.
        limit: usize,
    },
    /// Its values do not fit the others.
    Wrong {
        /// What would fit, in words.
        wanted: &'static str,
    },
    /// What reads it refuses it.
    Refused {
        /// Its error, in words.
        reason: String,
    },
}

impl StateProblem {
    /// The problem in words, with the name of the entry.
    pub(crate) fn of(&self, entry: &str) -> String {
        match self {
            StateProblem::Missing => format!("{entry:?} is missing"),
            StateProblem::Kind { found, wanted } => {
                format!("{entry:?} has {found}, wanted {wanted}")
            }
            StateProblem::Shape { found, wanted } => {
                let size = |&size: &usize| {
                    if size == crate::ANY { "any".to_owned() } else { size.to_string() }
                };
                let wanted: Vec<String> = wanted.iter().map(size).collect();
                format!("{entry:?} has shape {found:?}, wanted [{}]", wanted.join(", "))
            }
            StateProblem::NotFinite { index } => {
                format!("number {index} of {entry:?} is not finite")
            }
            StateProblem::TooLarge { found, limit } => {
                format!("{entry:?} has {found}, wanted at most {limit}")
            }
            StateProblem::Wrong { wanted } => format!("{entry:?} is wrong, wanted {wanted}"),
            StateProblem::Refused { reason } => format!("{entry:?} is refused: {reason}"),
        }
    }
}
