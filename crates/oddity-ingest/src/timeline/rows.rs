//! Rows of the digest as they grow into an Arrow batch.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, TimestampMicrosecondArray, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};

use super::{Event, Flags, TimelineOptions};
use crate::Role;

/// Which columns a batch has.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) schema: SchemaRef,
    pub(super) roles: Vec<Role>,
    has_time: bool,
    n_kept: usize,
    drop_inodes: Vec<u64>,
    drop_inodes_below: u64,
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
        add("inode", DataType::UInt64, true, Role::Key);
        Flags::NAMES.iter().for_each(|name| add(name, DataType::Boolean, false, Role::Feature));
        add("filename", DataType::Utf8, true, Role::Key);
        let mut n_kept = 0;
        for name in kept {
            let is_label = options.label.as_deref() == Some(name);
            add(name, DataType::Utf8, false, if is_label { Role::Label } else { Role::Key });
            n_kept += 1;
        }
        Shape {
            schema: Arc::new(Schema::new(fields)),
            roles,
            has_time,
            n_kept,
            drop_inodes: options.drop_inodes.clone(),
            drop_inodes_below: options.drop_inodes_below,
        }
    }
}

/// Rows of one block.
#[derive(Debug)]
pub(super) struct Rows<'s> {
    shape: &'s Shape,
    times: Vec<Option<i64>>,
    inodes: Vec<Option<u64>>,
    flags: Vec<Flags>,
    filenames: StringBuilder,
    kept: Vec<StringBuilder>,
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
            kept: (0..shape.n_kept).map(|_| StringBuilder::new()).collect(),
            n_dropped: 0,
            n_without_event: 0,
        }
    }

    /// Adds an event with the values of the kept columns, unless its inode is one of those
    /// left out.
    pub(super) fn push<'a>(&mut self, event: &Event<'_>, kept: impl Iterator<Item = &'a str>) {
        let Shape { drop_inodes, drop_inodes_below, .. } = self.shape;
        let unwanted = |inode| inode < *drop_inodes_below || drop_inodes.contains(&inode);
        if event.inode.is_some_and(unwanted) {
            self.n_dropped += 1;
            return;
        }
        self.times.push(event.time);
        self.inodes.push(event.inode);
        self.flags.push(event.flags);
        self.filenames.append_option(event.filename.as_deref());
        self.kept.iter_mut().zip(kept).for_each(|(column, value)| column.append_value(value));
    }

    pub(super) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.shape.roles.len());
        if self.shape.has_time {
            let times = TimestampMicrosecondArray::from(self.times).with_timezone("UTC");
            columns.push(Arc::new(times));
        }
        columns.push(Arc::new(UInt64Array::from(self.inodes)));
        for position in 0..Flags::NAMES.len() {
            let values = self.flags.iter().map(|flags| Some(flags.contains(position)));
            columns.push(Arc::new(values.collect::<BooleanArray>()));
        }
        columns.push(Arc::new(self.filenames.finish()));
        for column in &mut self.kept {
            columns.push(Arc::new(column.finish()));
        }
        RecordBatch::try_new(Arc::clone(&self.shape.schema), columns)
    }
}
