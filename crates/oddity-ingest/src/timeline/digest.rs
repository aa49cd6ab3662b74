//! The digest itself: the 29 columns of the study, as they stand.

use std::borrow::Cow;

use super::inode::inode;
use super::record::{Column, Record};
use super::rows::{FLAG, Rows, Shape, flag};
use super::{Event, Flags, Layout, TimelineOptions, kept, time};
use crate::Result;
use crate::delimited::{Fault, Header, Text};

/// Where the columns of a digest stand.
pub(super) struct Digest {
    n_columns: usize,
    time: Column,
    inode: usize,
    flags: [usize; 27],
    filename: usize,
    kept: Vec<usize>,
    utc_offset: i32,
}

impl Digest {
    pub(super) fn new(
        file: &str,
        header: &Header,
        options: &TimelineOptions,
    ) -> Result<(Digest, Shape)> {
        let mut flags = [0; 27];
        for (place, name) in flags.iter_mut().zip(Flags::NAMES) {
            *place = header.expect(file, name)?;
        }
        let (inode, filename) = (header.expect(file, "inode")?, header.expect(file, "filename")?);
        let time = header.names.iter().position(|name| name == "datetime");
        let used = |column| {
            flags.contains(&column) || column == inode || column == filename || Some(column) == time
        };
        let kept = kept(file, header, options, |column| !used(column))?;
        let shape = Shape::new(time.is_some(), kept.iter().map(|(name, _)| name.as_str()), options);
        let kept = kept.into_iter().map(|(_, column)| column).collect();
        let n_columns = header.names.len();
        let utc_offset = options.utc_offset.unwrap_or(0);
        Ok((Digest { n_columns, time, inode, flags, filename, kept, utc_offset }, shape))
    }
}

impl Layout for Digest {
    fn width(&self) -> (usize, bool) {
        (self.n_columns, false)
    }

    fn read(&self, text: &Text<'_>, record: &Record<'_>, rows: &mut Rows<'_>) -> Result<(), Fault> {
        let mut flags = Flags::default();
        for (position, &column) in self.flags.iter().enumerate() {
            let value = flag(record.text(column));
            flags.set(position, value.ok_or_else(|| record.fault(text, column, FLAG))?);
        }
        let inode = record.get(Some(self.inode)).map(|value| {
            // A column with gaps comes out of other tools with a point.
            inode(value.strip_suffix(".0").unwrap_or(value))
                .ok_or_else(|| record.fault(text, self.inode, "an inode"))
        });
        let time = record.get(self.time).map(|value| {
            time::iso(value, self.utc_offset)
                .map_err(|_| record.fault(text, self.time.unwrap_or_default(), time::ISO))
        });
        let filename = Some(record.text(self.filename)).filter(|name| !name.is_empty());
        let event = Event {
            time: time.transpose()?.flatten(),
            inode: inode.transpose()?,
            flags,
            filename: filename.map(Cow::Borrowed),
        };
        let kept = self.kept.iter().map(|&column| record.text(column));
        rows.push(&event, kept).map_err(|at| record.fault(text, self.kept[at], FLAG))
    }
}
