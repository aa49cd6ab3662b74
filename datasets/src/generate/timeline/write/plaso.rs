//! Events as rows of plaso's two CSV formats.

use std::fmt::Write as _;

use crate::generate::calendar::Moment;
use crate::generate::timeline::event::{Artefact, TimelineEvent};
use crate::generate::timeline::volume::SECOND;

/// The 17 columns of `l2t_csv`.
pub(super) const L2T_COLUMNS: &str = "date,time,timezone,MACB,source,sourcetype,type,user,host,\
    short,desc,version,filename,inode,notes,format,extra";
/// The fields of the dynamic CSV: plaso's own choice, with the inode added.
pub(super) const DYNAMIC_COLUMNS: &str =
    "datetime,timestamp_desc,source,source_long,message,parser,display_name,tag,inode";

/// plaso's names of the four times.
const DESCRIPTIONS: [&str; 4] = [
    "Content Modification Time",
    "Last Access Time",
    "Metadata Modification Time",
    "Creation Time",
];
/// The entry of the file that holds the change journal.
const JOURNAL: u64 = 84_656;
/// The entry of a file that holds shell items, which nobody looks at.
const HOLDER: u64 = 2_041;

/// Appends a day as `l2t_csv`: a row an event.
pub(super) fn l2t(events: &[TimelineEvent], text: &mut String, labels: &mut Vec<bool>) {
    for event in events {
        let at = Moment::of(event.time.div_euclid(SECOND));
        let record = Record::of(event);
        let letters: String = letters(event, "MACB").collect();
        let types: Vec<&str> = times(event).map(|time| DESCRIPTIONS[time]).collect();
        // psort writes a space in place of a comma.
        let message = record.message.replace(',', " ");
        let extra = match event.artefact {
            Artefact::StandardInformation => "file_size: 4096; file_system_type: NTFS",
            _ => "",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:02}/{:02}/{},{:02}:{:02}:{:02},UTC,{letters},FILE,{},{},-,DESKTOP-7GK2,{},{message},2,{},{},-,{},{extra}",
            at.date.month,
            at.date.day,
            at.date.year,
            at.hour,
            at.minute,
            at.second,
            record.source,
            types.join("; "),
            event.name(),
            record.display_name,
            record.inode,
            record.parser,
        );
        labels.push(event.is_intrusion);
    }
}

/// Appends a day as dynamic CSV: a row for each letter of an event.
pub(super) fn dynamic(
    label_column: bool,
    events: &[TimelineEvent],
    text: &mut String,
    labels: &mut Vec<bool>,
) {
    for event in events {
        let at = Moment::of(event.time.div_euclid(SECOND));
        let record = Record::of(event);
        let label = match (label_column, event.is_intrusion) {
            (false, _) => "",
            (true, false) => ",0",
            (true, true) => ",1",
        };
        let message = match record.message.contains(',') {
            true => format!("\"{}\"", record.message),
            false => record.message,
        };
        for time in times(event) {
            let _ = writeln!(
                text,
                "{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}+00:00,{},FILE,{},{message},{},{},-,{}{label}",
                at.date.year,
                at.date.month,
                at.date.day,
                at.hour,
                at.minute,
                at.second,
                event.time.rem_euclid(SECOND),
                DESCRIPTIONS[time],
                record.source,
                record.parser,
                record.display_name,
                record.inode,
            );
            labels.push(event.is_intrusion);
        }
    }
}

/// The times of an event: their places among the four letters.
fn times(event: &TimelineEvent) -> impl Iterator<Item = usize> {
    let macb = event.macb;
    (0..4).filter(move |&time| macb[time])
}

/// The letters of an event, points for those that it has not.
pub(super) fn letters<'a>(event: &TimelineEvent, all: &'a str) -> impl Iterator<Item = char> + 'a {
    let macb = event.macb;
    all.chars().zip(macb).map(|(letter, has)| if has { letter } else { '.' })
}

/// What plaso says of an event.
struct Record {
    source: &'static str,
    parser: &'static str,
    message: String,
    display_name: String,
    inode: u64,
}

impl Record {
    fn of(event: &TimelineEvent) -> Record {
        let path = event.path.replace('/', "\\");
        let reference = format!("{}-{}", event.entry, event.sequence);
        let free = if event.is_allocated { "" } else { " (unallocated)" };
        let name = event.name();
        match &event.artefact {
            Artefact::StandardInformation => {
                let kind = if event.is_directory { "directory" } else { "file" };
                Record {
                    source: "File stat",
                    parser: "filestat",
                    message: format!("NTFS:{path} Type: {kind}{free}"),
                    display_name: format!("NTFS:{path}"),
                    inode: event.entry,
                }
            }
            Artefact::FileName => Record {
                source: "NTFS file stat",
                parser: "mft",
                message: format!(
                    "NTFS:\\$MFT File reference: {reference} Attribute name: $FILE_NAME \
                     Name: {name} Parent file reference: 5-5{free} Path hints: {path}"
                ),
                display_name: "NTFS:\\$MFT".to_owned(),
                inode: 0,
            },
            Artefact::Usn(reasons) => Record {
                source: "NTFS USN change",
                parser: "usnjrnl",
                message: format!(
                    "{name} File reference: {reference} Parent file reference: 5-5 \
                     Update reason: {reasons}"
                ),
                display_name: "NTFS:\\$Extend\\$UsnJrnl:$J".to_owned(),
                inode: JOURNAL,
            },
            Artefact::Link(holder) => shell_item(event, "lnk/shell_items", holder),
            Artefact::JumpList(holder) => {
                shell_item(event, "olecf/olecf_automatic_destinations/lnk/shell_items", holder)
            }
            Artefact::ShellBag(holder) => shell_item(event, "winreg/bagmru/shell_items", holder),
        }
    }
}

fn shell_item(event: &TimelineEvent, parser: &'static str, holder: &str) -> Record {
    let path = event.path.replace('/', "\\");
    let (name, origin) = (event.name(), holder.rsplit('/').next().unwrap_or(holder));
    let (entry, sequence) = (event.entry, event.sequence);
    Record {
        source: "File entry shell item",
        parser,
        message: format!(
            "Name: {name} Long name: {name} NTFS file reference: {entry}-{sequence} \
             Shell item path: <My Computer> C:{path} Origin: {origin}"
        ),
        display_name: format!("NTFS:{}", holder.replace('/', "\\")),
        inode: HOLDER,
    }
}
