//! A day's events as rows of the five formats.

mod digest;
mod plaso;
mod tsk;

use super::event::TimelineEvent;
use super::params::TimelineFormat;

/// The header of a file, with the end of its line; nothing for a format without one.
pub(super) fn header(format: TimelineFormat, label_column: bool) -> String {
    let (columns, free) = match format {
        TimelineFormat::Digest => (digest::COLUMNS, true),
        TimelineFormat::L2tCsv => (plaso::L2T_COLUMNS, false),
        TimelineFormat::Dynamic => (plaso::DYNAMIC_COLUMNS, true),
        TimelineFormat::Mactime => (tsk::MACTIME_COLUMNS, false),
        TimelineFormat::Bodyfile => return String::new(),
    };
    let label = if free && label_column { ",label" } else { "" };
    format!("{columns}{label}\n")
}

/// Appends the rows of a day to `text`, and to `labels` whether each is of the intruder, in
/// the order in which a reader gives them.
pub(super) fn day(
    format: TimelineFormat,
    label_column: bool,
    events: &[TimelineEvent],
    text: &mut String,
    labels: &mut Vec<bool>,
) {
    match format {
        TimelineFormat::Digest => digest::day(label_column, events, text, labels),
        TimelineFormat::L2tCsv => plaso::l2t(events, text, labels),
        TimelineFormat::Dynamic => plaso::dynamic(label_column, events, text, labels),
        TimelineFormat::Mactime => tsk::mactime(events, text, labels),
        TimelineFormat::Bodyfile => tsk::bodyfile(events, text, labels),
    }
}
