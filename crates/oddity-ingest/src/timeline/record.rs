//! One record of a delimited timeline: its fields as text, and where each stands.

use std::borrow::Cow;

use crate::delimited::{After, Cursor, Fault, Field};

/// The fields of a record.
#[derive(Default)]
pub(super) struct Record<'a> {
    fields: Vec<Field<'a>>,
    texts: Vec<Cow<'a, str>>,
}

/// A column of the file by its position; none for one that the file has not.
pub(super) type Column = Option<usize>;

impl<'a> Record<'a> {
    /// Takes the fields of the next record, which must be `width`, or from `width` on if
    /// `or_more`.
    pub(super) fn read(
        &mut self,
        cursor: &mut Cursor<'a>,
        width: usize,
        or_more: bool,
    ) -> Result<(), Fault> {
        self.fields.clear();
        self.texts.clear();
        let (_, start) = cursor.here();
        loop {
            let (field, after) = cursor.field()?;
            self.texts.push(cursor.text(field));
            self.fields.push(field);
            let n_fields = self.fields.len();
            match after {
                After::Record if width <= n_fields => return Ok(()),
                After::Field if n_fields < width || or_more => {}
                _ => return Err(cursor.width_fault(start, width, n_fields, after)),
            }
        }
    }

    /// Number of fields.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// A field as it stands.
    pub(super) fn text(&self, column: usize) -> &str {
        &self.texts[column]
    }

    /// A field of a column that may not be there; none also for nothing and for `-`, which is
    /// how plaso writes it.
    pub(super) fn get(&self, column: Column) -> Option<&str> {
        column.map(|column| self.text(column).trim()).filter(|text| !matches!(*text, "" | "-"))
    }

    /// What is wrong with a field.
    pub(super) fn fault(&self, cursor: &Cursor<'_>, column: usize, wanted: &'static str) -> Fault {
        cursor.value_fault(self.fields[column], wanted)
    }
}
