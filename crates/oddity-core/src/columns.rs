//! Column names, shared between a table, its views and everything derived from it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ANY, Result, State};

/// The names of the columns of a table, in order. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns(Arc<[String]>);

impl Columns {
    /// Names the columns.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Columns {
        Columns(names.into_iter().map(Into::into).collect())
    }

    /// `prefix0`, `prefix1`, … for columns that have no name of their own.
    pub fn numbered(prefix: &str, n_columns: usize) -> Columns {
        Columns::new((0..n_columns).map(|column| format!("{prefix}{column}")))
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of a column.
    pub fn get(&self, column: usize) -> Option<&str> {
        self.0.get(column).map(String::as_str)
    }

    /// All names, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Columns {
    fn from(names: [S; N]) -> Columns {
        Columns::new(names)
    }
}

impl From<&Columns> for Columns {
    fn from(columns: &Columns) -> Columns {
        columns.clone()
    }
}

impl State {
    /// Puts the names of columns, as texts.
    pub fn put_columns(&mut self, name: &str, columns: &Columns) {
        self.put_texts(name, columns.iter());
    }

    /// The names of so many columns, in which [`ANY`] is any number.
    ///
    /// # Errors
    ///
    /// As [`State::texts`], and for another number.
    pub fn columns(&self, name: &str, n_columns: usize) -> Result<Columns> {
        let names = self.texts(name)?;
        if n_columns != ANY && names.len() != n_columns {
            return Err(self.wrong(name, "as many names as there are columns"));
        }
        Ok(Columns::new(names))
    }
}
