//! plaso's `l2t_csv`: 17 columns, an event a row, its time in seconds.

use super::columns::Columns;
use super::record::Record;
use super::rows::{Rows, Shape};
use super::{Layout, TimelineOptions, time};
use crate::Result;
use crate::delimited::{Fault, Header, Text};

/// The columns that the format has.
const COLUMNS: [&str; 17] = [
    "date",
    "time",
    "timezone",
    "MACB",
    "source",
    "sourcetype",
    "type",
    "user",
    "host",
    "short",
    "desc",
    "version",
    "filename",
    "inode",
    "notes",
    "format",
    "extra",
];

/// Where the columns of an `l2t_csv` stand.
pub(super) struct L2t {
    date: usize,
    time: usize,
    timezone: usize,
    columns: Columns,
    utc_offset: Option<i32>,
}

impl L2t {
    pub(super) fn new(
        file: &str,
        header: &Header,
        options: &TimelineOptions,
    ) -> Result<(L2t, Shape)> {
        for name in COLUMNS {
            header.expect(file, name)?;
        }
        let place = |name| header.expect(file, name);
        let (date, time, timezone) = (place("date")?, place("time")?, place("timezone")?);
        let (columns, shape) = Columns::new(file, header, options, &COLUMNS[..3])?;
        Ok((L2t { date, time, timezone, columns, utc_offset: options.utc_offset }, shape))
    }
}

impl Layout for L2t {
    fn width(&self) -> (usize, bool) {
        (self.columns.n_columns, false)
    }

    fn read(&self, text: &Text<'_>, record: &Record<'_>, rows: &mut Rows<'_>) -> Result<(), Fault> {
        let offset = match record.get(Some(self.timezone)) {
            None => self.utc_offset.unwrap_or(0),
            // A zone whose rules are not known here: the user may have named its offset.
            Some(zone) => time::zone(zone)
                .or(self.utc_offset)
                .ok_or_else(|| record.fault(text, self.timezone, time::ZONE))?,
        };
        let (date, time) = (record.text(self.date).trim(), record.text(self.time).trim());
        let time = time::l2t(date, time, offset).map_err(|_| {
            let date_is_good = time::l2t(date, "00:00:00", 0).is_ok();
            record.fault(text, if date_is_good { self.time } else { self.date }, time::L2T)
        })?;
        self.columns.read(time, text, record, rows)
    }
}
