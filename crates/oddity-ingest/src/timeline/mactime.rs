//! What `mactime -d` prints: 8 columns, in time order, a row for each distinct time of a name.

use super::inode::inode;
use super::record::Record;
use super::rows::{FLAG, Rows, Shape};
use super::{Layout, TimelineOptions, kept, time, tsk};
use crate::Result;
use crate::delimited::{Fault, Header, Text};

/// Where the columns of `mactime` stand.
pub(super) struct Mactime {
    n_columns: usize,
    date: usize,
    letters: usize,
    mode: usize,
    meta: usize,
    name: usize,
    kept: Vec<usize>,
    utc_offset: i32,
}

impl Mactime {
    pub(super) fn new(
        file: &str,
        header: &Header,
        options: &TimelineOptions,
    ) -> Result<(Mactime, Shape)> {
        for name in ["Size", "UID", "GID"] {
            header.expect(file, name)?;
        }
        let place = |name| header.expect(file, name);
        let date = place("Date")?;
        let kept = kept(file, header, options, |column| column != date)?;
        let shape = Shape::new(true, kept.iter().map(|(name, _)| name.as_str()), options);
        let mactime = Mactime {
            n_columns: header.names.len(),
            date,
            letters: place("Type")?,
            mode: place("Mode")?,
            meta: place("Meta")?,
            name: place("File Name")?,
            kept: kept.into_iter().map(|(_, column)| column).collect(),
            utc_offset: options.utc_offset.unwrap_or(0),
        };
        Ok((mactime, shape))
    }
}

impl Layout for Mactime {
    fn width(&self) -> (usize, bool) {
        (self.n_columns, false)
    }

    fn read(&self, text: &Text<'_>, record: &Record<'_>, rows: &mut Rows<'_>) -> Result<(), Fault> {
        let fault = |column, wanted| record.fault(text, column, wanted);
        let time = time::mactime(record.text(self.date).trim(), self.utc_offset)
            .map_err(|_| fault(self.date, time::MACTIME))?;
        let macb = tsk::letters(record.text(self.letters).trim());
        let inode = record.get(Some(self.meta)).map(|text| inode(text).ok_or(()));
        let fields = tsk::Fields {
            macb: macb.ok_or_else(|| fault(self.letters, "letters such as m.cb"))?,
            name: record.text(self.name),
            mode: record.text(self.mode),
            inode: inode.transpose().map_err(|()| fault(self.meta, "an inode"))?,
        };
        let mut event = fields.event();
        event.time = time;
        let kept = self.kept.iter().map(|&column| record.text(column));
        rows.push(&event, kept).map_err(|at| record.fault(text, self.kept[at], FLAG))
    }
}
