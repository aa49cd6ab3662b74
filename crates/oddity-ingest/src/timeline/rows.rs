//! Rows of the digest as they grow into an Arrow batch.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};

use super::{Event, Flags, TimelineLabel, TimelineOptions};
use crate::Role;

/// Which columns a batch has.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) schema: SchemaRef,
    pub(super) roles: Vec<Role>,
    has_time: bool,
    kept: Vec<KeptType>,
    drop_inodes: Vec<i64>,
    drop_inodes_below: i64,
}

impl Shape {
    /// The digest, with or without a time, and then the columns of the file that are kept.
    pub(super) fn new<'a>(
        has_time: bool,
        kept: impl Iterator<Item = &'a str>,
        options: &TimelineOptions,
    ) -> Shape {
        let (mut fields, mut roles) = (Vec::new(), Vec::new());
        let mut add = |name: &str, data_type, nullable, role| {
            fields.push(Field::new(name, data_type, nullable));
            roles.push(role);
        };
        if has_time {
            add(
                "time",
                DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
                true,
                Role::Time,
            );
        }
        add("inode", DataType::Int64, true, Role::Key);
        Flags::NAMES.iter().for_each(|name| add(name, DataType::Boolean, false, Role::Feature));
        add("filename", DataType::Utf8, true, Role::Key);
        let mut types = Vec::new();
        for name in kept {
            let kept = KeptType::of(name, options.label.as_ref());
            let role = if kept == KeptType::Text { Role::Key } else { Role::Label };
            add(name, kept.data_type(), false, role);
            types.push(kept);
        }
        Shape {
            schema: Arc::new(Schema::new(fields)),
            roles,
            has_time,
            kept: types,
            drop_inodes: options.drop_inodes.clone(),
            drop_inodes_below: options.drop_inodes_below,
        }
    }
}

/// What a column of the file becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeptType {
    Text,
    Classes,
    Flags,
}

impl KeptType {
    fn of(name: &str, label: Option<&TimelineLabel>) -> KeptType {
        match label {
            Some(TimelineLabel::Classes(label)) if label == name => KeptType::Classes,
            Some(TimelineLabel::Flags(label)) if label == name => KeptType::Flags,
            _ => KeptType::Text,
        }
    }

    fn data_type(self) -> DataType {
        let text = DataType::Utf8;
        match self {
            KeptType::Text => text,
            KeptType::Classes => DataType::Dictionary(Box::new(DataType::Int32), Box::new(text)),
            KeptType::Flags => DataType::Boolean,
        }
    }
}

/// Values of a column of the file.
enum Kept {
    Text(StringBuilder),
    Classes(StringDictionaryBuilder<Int32Type>),
    Flags(BooleanBuilder),
}

/// Rows of one block.
pub(super) struct Rows<'s> {
    shape: &'s Shape,
    times: Vec<Option<i64>>,
    inodes: Vec<Option<i64>>,
    flags: Vec<Flags>,
    filenames: StringBuilder,
    kept: Vec<Kept>,
    /// Events that the options leave out.
    pub(super) n_dropped: u64,
    /// Entries without any time, which make no row.
    pub(super) n_without_event: u64,
}

impl<'s> Rows<'s> {
    pub(super) fn new(shape: &'s Shape) -> Rows<'s> {
        Rows {
            shape,
            times: Vec::new(),
            inodes: Vec::new(),
            flags: Vec::new(),
            filenames: StringBuilder::new(),
            kept: shape
                .kept
                .iter()
                .map(|kept| match kept {
                    KeptType::Text => Kept::Text(StringBuilder::new()),
                    KeptType::Classes => Kept::Classes(StringDictionaryBuilder::new()),
                    KeptType::Flags => Kept::Flags(BooleanBuilder::new()),
                })
                .collect(),
            n_dropped: 0,
            n_without_event: 0,
        }
    }

    /// Adds an event with the values of the kept columns, unless its inode is one of those
    /// left out. Gives back the position of a kept column of flags whose value is none.
    pub(super) fn push<'a>(
        &mut self,
        event: &Event<'_>,
        kept: impl Iterator<Item = &'a str>,
    ) -> Result<(), usize> {
        let Shape { drop_inodes, drop_inodes_below, .. } = self.shape;
        let unwanted = |inode| inode < *drop_inodes_below || drop_inodes.contains(&inode);
        if event.inode.is_some_and(unwanted) {
            self.n_dropped += 1;
            return Ok(());
        }
        self.times.push(event.time);
        self.inodes.push(event.inode);
        self.flags.push(event.flags);
        self.filenames.append_option(event.filename.as_deref());
        for (at, (column, value)) in self.kept.iter_mut().zip(kept).enumerate() {
            match column {
                Kept::Text(column) => column.append_value(value),
                Kept::Classes(column) => column.append_value(value),
                Kept::Flags(column) => column.append_value(flag(value).ok_or(at)?),
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.shape.roles.len());
        if self.shape.has_time {
            let times = TimestampMicrosecondArray::from(self.times).with_timezone("UTC");
            columns.push(Arc::new(times));
        }
        columns.push(Arc::new(Int64Array::from(self.inodes)));
        for position in 0..Flags::NAMES.len() {
            let values = BooleanBuffer::collect_bool(self.flags.len(), |row| {
                self.flags[row].contains(position)
            });
            columns.push(Arc::new(BooleanArray::new(values, None)));
        }
        columns.push(Arc::new(self.filenames.finish()));
        for column in &mut self.kept {
            columns.push(match column {
                Kept::Text(column) => Arc::new(column.finish()),
                Kept::Classes(column) => Arc::new(column.finish()),
                Kept::Flags(column) => Arc::new(column.finish()),
            });
        }
        RecordBatch::try_new(Arc::clone(&self.shape.schema), columns)
    }
}

/// What a flag looks like, for errors.
pub(super) const FLAG: &str = "0 or 1";

/// A flag as tables write it.
pub(super) fn flag(text: &str) -> Option<bool> {
    crate::delimited::flag(text.trim().as_bytes())
}
