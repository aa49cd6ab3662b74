//! plaso's dynamic CSV: any columns, named by the header.

use super::columns::Columns;
use super::record::Record;
use super::rows::{Rows, Shape};
use super::{Layout, TimelineOptions, time};
use crate::Result;
use crate::delimited::{Fault, Header, Text};

/// Where the columns of a dynamic CSV stand.
pub(super) struct Dynamic {
    datetime: usize,
    columns: Columns,
    utc_offset: i32,
}

impl Dynamic {
    pub(super) fn new(
        file: &str,
        header: &Header,
        options: &TimelineOptions,
    ) -> Result<(Dynamic, Shape)> {
        let datetime = header.expect(file, "datetime")?;
        header.expect(file, "timestamp_desc")?;
        let (columns, shape) = Columns::new(file, header, options, &["datetime"])?;
        Ok((Dynamic { datetime, columns, utc_offset: options.utc_offset.unwrap_or(0) }, shape))
    }
}

impl Layout for Dynamic {
    fn width(&self) -> (usize, bool) {
        (self.columns.n_columns, false)
    }

    fn read(&self, text: &Text<'_>, record: &Record<'_>, rows: &mut Rows<'_>) -> Result<(), Fault> {
        let time = time::iso(record.text(self.datetime).trim(), self.utc_offset)
            .map_err(|_| record.fault(text, self.datetime, time::ISO))?;
        self.columns.read(time, text, record, rows)
    }
}
