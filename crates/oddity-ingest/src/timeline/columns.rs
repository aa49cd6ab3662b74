//! Where a plaso CSV has the fields that the digest is made of.

use super::plaso::{BadField, Fields};
use super::record::{Column, Record};
use super::rows::{FLAG, Rows, Shape};
use super::{Subject, TimelineOptions, kept};
use crate::Result;
use crate::delimited::{Fault, Header, Text};

/// Columns of a plaso CSV by position.
pub(super) struct Columns {
    pub(super) n_columns: usize,
    macb: Column,
    timestamp_desc: Column,
    data_type: Column,
    source_long: Column,
    parser: Column,
    filename: Column,
    display_name: Column,
    message: Column,
    extra: Column,
    inode: Column,
    file_reference: Column,
    is_allocated: Column,
    file_entry_type: Column,
    path_hints: Column,
    shell_item_path: Column,
    kept: Vec<usize>,
    subject: Subject,
    drop_data_types: Vec<String>,
}

impl Columns {
    /// Finds the columns by name; those that `times` names are not kept.
    pub(super) fn new(
        file: &str,
        header: &Header,
        options: &TimelineOptions,
        times: &[&str],
    ) -> Result<(Columns, Shape)> {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| header.names.iter().position(|found| found == name))
        };
        let (data_type, source_long) = (find(&["data_type"]), find(&["source_long", "sourcetype"]));
        if !options.drop_data_types.is_empty() && data_type.or(source_long).is_none() {
            header.expect(file, "data_type")?;
        }
        let keep = |column: usize| !times.contains(&header.names[column].as_str());
        let kept = kept(file, header, options, keep)?;
        let shape = Shape::new(true, kept.iter().map(|(name, _)| name.as_str()), options);
        let columns = Columns {
            n_columns: header.names.len(),
            macb: find(&["MACB", "macb"]),
            // In `l2t_csv` and in old dynamic files; a column `type` of another kind has no
            // description that has a letter.
            timestamp_desc: find(&["timestamp_desc", "type"]),
            data_type,
            source_long,
            parser: find(&["parser", "format"]),
            filename: find(&["filename"]),
            display_name: find(&["display_name"]),
            message: find(&["message", "desc", "description"]),
            extra: find(&["extra"]),
            inode: find(&["inode"]),
            file_reference: find(&["file_reference"]),
            is_allocated: find(&["is_allocated"]),
            file_entry_type: find(&["file_entry_type"]),
            path_hints: find(&["path_hints"]),
            shell_item_path: find(&["shell_item_path"]),
            kept: kept.into_iter().map(|(_, column)| column).collect(),
            subject: options.subject,
            drop_data_types: options.drop_data_types.clone(),
        };
        Ok((columns, shape))
    }

    /// Adds the event of a record.
    pub(super) fn read(
        &self,
        time: Option<i64>,
        text: &Text<'_>,
        record: &Record<'_>,
        rows: &mut Rows<'_>,
    ) -> Result<(), Fault> {
        let get = |column| record.get(column);
        let fields = Fields {
            macb: get(self.macb),
            timestamp_desc: get(self.timestamp_desc),
            data_type: get(self.data_type),
            source_long: get(self.source_long),
            parser: get(self.parser),
            filename: get(self.filename),
            display_name: get(self.display_name),
            message: get(self.message),
            extra: get(self.extra),
            inode: get(self.inode),
            file_reference: get(self.file_reference),
            is_allocated: get(self.is_allocated),
            file_entry_type: get(self.file_entry_type),
            path_hints: get(self.path_hints),
            shell_item_path: get(self.shell_item_path),
        };
        if fields.data_type().is_some_and(|found| self.drop_data_types.iter().any(|d| d == found)) {
            rows.n_dropped += 1;
            return Ok(());
        }
        let mut event = fields.event(self.subject).map_err(|bad| {
            let (column, wanted) = match bad {
                BadField::Inode => (self.inode, "an inode"),
                BadField::FileReference => (self.file_reference, "a file reference"),
            };
            record.fault(text, column.unwrap_or_default(), wanted)
        })?;
        event.time = time;
        let kept = self.kept.iter().map(|&column| record.text(column));
        rows.push(&event, kept).map_err(|at| record.fault(text, self.kept[at], FLAG))
    }
}
