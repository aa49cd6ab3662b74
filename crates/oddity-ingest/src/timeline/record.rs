//! One record of a delimited timeline: its fields as text, and where each stands.

use std::borrow::Cow;

use crate::delimited::{Fault, FaultKind, Field, Records, Text};

/// The fields of a record.
#[derive(Default)]
pub(super) struct Record<'a> {
    fields: Vec<Field<'a>>,
    texts: Vec<Cow<'a, str>>,
}

/// A column of the file by its position; none for one that the file has not.
pub(super) type Column = Option<usize>;

impl<'a> Record<'a> {
    /// Takes the fields of a record, which must be `width`, or from `width` on if `or_more`.
    pub(super) fn read(
        &mut self,
        text: &Text<'a>,
        record: &Records<'_, 'a>,
        width: usize,
        or_more: bool,
    ) -> Result<(), Fault> {
        let found = record.width();
        if found < width || width < found && !or_more {
            let kind = FaultKind::Width { expected: width, found };
            return Err(text.fault(record.start(), kind));
        }
        self.fields.clear();
        self.fields.extend(record.first());
        self.texts.clear();
        self.texts.extend(self.fields.iter().map(|&field| text.text(field)));
        Ok(())
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
    pub(super) fn fault(&self, text: &Text<'_>, column: usize, wanted: &'static str) -> Fault {
        text.value_fault(self.fields[column], wanted)
    }
}
