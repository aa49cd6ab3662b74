//! What a column of a table is for.

use std::fmt;

/// The role of a column: which part of the work may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// An input of a model.
    Feature,
    /// When the row happened.
    Time,
    /// The truth about the row. Only measures and classifiers see it.
    Label,
    /// Which series the row belongs to: no window and no split by series crosses it.
    Series,
    /// What names the row in a report, such as a file name. Never an input of a model.
    Key,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Feature => "feature",
            Role::Time => "time",
            Role::Label => "label",
            Role::Series => "series",
            Role::Key => "key",
        })
    }
}
