//! Events of the file system as a body file of the Sleuth Kit, and as `mactime` prints it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::generate::calendar::Moment;
use crate::generate::timeline::event::{Artefact, TimelineEvent};
use crate::generate::timeline::volume::SECOND;

/// The header of `mactime -d`.
pub(super) const MACTIME_COLUMNS: &str = "Date,Size,Type,Mode,UID,GID,Meta,File Name";

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A line of a body file: up to four times of one name of one file.
struct Line {
    name: String,
    meta: String,
    mode: &'static str,
    /// Modified, accessed, changed, born, in seconds; 0 where it is not set.
    times: [i64; 4],
    /// Which of the times are the intruder's.
    intrusion: [bool; 4],
}

/// Appends a day as a body file, and the labels of its events in time order.
pub(super) fn bodyfile(events: &[TimelineEvent], text: &mut String, labels: &mut Vec<bool>) {
    let lines = lines(events);
    let mut rows: Vec<(i64, bool)> = Vec::new();
    for line in &lines {
        let [modified, accessed, changed, born] = line.times;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "0|{}|{}|{}|0|0|4096|{accessed}|{modified}|{changed}|{born}",
            line.name, line.meta, line.mode
        );
        rows.extend(distinct(line).map(|(second, _, label)| (second, label)));
    }
    rows.sort_by_key(|&(second, _)| second);
    labels.extend(rows.into_iter().map(|(_, label)| label));
}

/// Appends a day as `mactime -d` prints the body file: sorted by time, address and name, with
/// what is the same in all three on one row.
pub(super) fn mactime(events: &[TimelineEvent], text: &mut String, labels: &mut Vec<bool>) {
    let lines = lines(events);
    // Time, address and name; letters, label and mode.
    type Key<'a> = (i64, &'a str, &'a str);
    let mut rows: BTreeMap<Key<'_>, ([bool; 4], bool, &str)> = BTreeMap::new();
    for line in &lines {
        for (second, macb, label) in distinct(line) {
            let row = rows.entry((second, &line.meta, &line.name)).or_default();
            row.0.iter_mut().zip(macb).for_each(|(has, also)| *has |= also);
            (row.1, row.2) = (row.1 || label, line.mode);
        }
    }
    for ((second, meta, name), (macb, label, mode)) in rows {
        let at = Moment::of(second);
        let letters = "macb".chars().zip(macb).map(|(letter, has)| if has { letter } else { '.' });
        let letters: String = letters.collect();
        let _ = writeln!(
            text,
            "{} {} {:02} {} {:02}:{:02}:{:02},4096,{letters},{mode},0,0,{meta},\"{name}\"",
            WEEKDAYS[at.date.weekday as usize],
            MONTHS[at.date.month as usize - 1],
            at.date.day,
            at.date.year,
            at.hour,
            at.minute,
            at.second,
        );
        labels.push(label);
    }
}

/// The distinct times of a line in the order of their letters, with the letters of each.
fn distinct(line: &Line) -> impl Iterator<Item = (i64, [bool; 4], bool)> {
    let (times, intrusion) = (line.times, line.intrusion);
    (0..4).filter(move |&at| times[at] != 0 && !times[..at].contains(&times[at])).map(move |at| {
        let same = times.map(|time| time == times[at]);
        let label = (0..4).any(|time| same[time] && intrusion[time]);
        (times[at], same, label)
    })
}

/// The lines of a day. A line takes the times of one name until one of them is set again.
fn lines(events: &[TimelineEvent]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: HashMap<(String, String), usize> = HashMap::new();
    for event in events {
        let by_name = match event.artefact {
            Artefact::StandardInformation => false,
            Artefact::FileName => true,
            _ => continue,
        };
        let second = event.time.div_euclid(SECOND);
        let name = name(event, by_name);
        let meta = meta(event, by_name);
        let clash = |line: &Line| {
            (0..4).any(|at| event.macb[at] && line.times[at] != 0 && line.times[at] != second)
        };
        let at = match open.get(&(meta.clone(), name.clone())) {
            Some(&at) if !clash(&lines[at]) => at,
            _ => {
                let mode = if event.is_directory { "d/drwxrwxrwx" } else { "r/rrwxrwxrwx" };
                open.insert((meta.clone(), name.clone()), lines.len());
                lines.push(Line { name, meta, mode, times: [0; 4], intrusion: [false; 4] });
                lines.len() - 1
            }
        };
        for time in (0..4).filter(|&time| event.macb[time]) {
            lines[at].times[time] = second;
            lines[at].intrusion[time] |= event.is_intrusion;
        }
    }
    lines
}

fn name(event: &TimelineEvent, by_name: bool) -> String {
    let attribute = if by_name { " ($FILE_NAME)" } else { "" };
    let deleted = if event.is_allocated { "" } else { " (deleted)" };
    format!("{}{attribute}{deleted}", event.path)
}

/// The entry with the type of the attribute: a name, an index, data.
fn meta(event: &TimelineEvent, by_name: bool) -> String {
    let attribute = match (by_name, event.is_directory) {
        (true, _) => "48-2",
        (false, true) => "144-1",
        (false, false) => "128-1",
    };
    format!("{}-{attribute}", event.entry)
}
