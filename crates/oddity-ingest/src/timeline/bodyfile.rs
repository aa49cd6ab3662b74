//! A body file of the Sleuth Kit: a line a name, with four times.

use super::flags::Macb;
use super::inode::inode;
use super::record::Record;
use super::rows::{FLAG, Rows, Shape};
use super::{Layout, TimelineOptions, time, tsk};
use crate::delimited::{Fault, Text};
use crate::{Error, Result};

/// Fields of a line whose name has no bar in it.
const WIDTH: usize = 11;
/// Names of the fields that are kept as they stand.
const KEPT: [&str; 7] = ["MD5", "name", "meta", "mode", "UID", "GID", "size"];

/// How a body file is read.
pub(super) struct Bodyfile {
    keep: bool,
}

impl Bodyfile {
    pub(super) fn new(file: &str, options: &TimelineOptions) -> Result<(Bodyfile, Shape)> {
        let drops_types = !options.drop_data_types.is_empty();
        let missing = options
            .label
            .as_ref()
            .map(|label| label.name().to_owned())
            .or(drops_types.then(|| "data_type".to_owned()));
        if let Some(name) = missing {
            return Err(Error::MissingColumn { file: file.to_owned(), name });
        }
        let keep = options.keep_columns;
        let kept = KEPT.iter().copied().take(if keep { KEPT.len() } else { 0 });
        Ok((Bodyfile { keep }, Shape::new(true, kept, options)))
    }
}

impl Layout for Bodyfile {
    /// A name may hold the separator: what is more than eleven fields belongs to it.
    fn width(&self) -> (usize, bool) {
        (WIDTH, true)
    }

    fn comment(&self) -> Option<u8> {
        Some(b'#')
    }

    fn read(&self, text: &Text<'_>, record: &Record<'_>, rows: &mut Rows<'_>) -> Result<(), Fault> {
        let n_more = record.len() - WIDTH;
        let at = |field: usize| if field < 2 { field } else { field + n_more };
        let mut name = record.text(1).to_owned();
        for part in 2..2 + n_more {
            name.push('|');
            name.push_str(record.text(part));
        }
        let inode = record.get(Some(at(2))).map(|text| inode(text).ok_or(()));
        let inode = inode.transpose().map_err(|()| record.fault(text, at(2), "an inode"))?;
        // Accessed, modified, changed, born.
        let mut times = [None; 4];
        for (time, field) in times.iter_mut().zip(7..) {
            *time = time::epoch(record.text(at(field)).trim())
                .map_err(|_| record.fault(text, at(field), time::EPOCH))?;
        }
        let [accessed, modified, changed, born] = times;
        // One event for each distinct time, in the order of the letters.
        let in_order = [modified, accessed, changed, born];
        let mut n_events = 0;
        for (place, time) in in_order.iter().enumerate() {
            if time.is_none() || in_order[..place].contains(time) {
                continue;
            }
            let [m, a, c, b] = in_order.map(|other| other == *time);
            let macb = Macb { m, a, c, b };
            let fields = tsk::Fields { macb, name: &name, mode: record.text(at(3)), inode };
            let mut event = fields.event();
            event.time = *time;
            let kept = [0, 1, 2, 3, 4, 5, 6].map(|field| match field {
                1 => name.as_str(),
                _ => record.text(at(field)),
            });
            let kept = kept.into_iter().filter(|_| self.keep);
            rows.push(&event, kept).map_err(|field| record.fault(text, at(field), FLAG))?;
            n_events += 1;
        }
        rows.n_without_event += u64::from(n_events == 0);
        Ok(())
    }
}
