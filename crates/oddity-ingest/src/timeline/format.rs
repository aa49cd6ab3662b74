//! The five formats of timelines, and how the first line of a file tells which it is.

use super::Flags;
use crate::delimited::Blocks;
use crate::{Error, Result};

/// How a timeline is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimelineFormat {
    /// The 29 columns of the study, and others beside them.
    Digest,
    /// plaso's `l2t_csv`: 17 columns.
    L2tCsv,
    /// plaso's dynamic CSV: any columns, `datetime` and `timestamp_desc` among them.
    Dynamic,
    /// What `mactime -d` prints: 8 columns.
    Mactime,
    /// A body file of the Sleuth Kit 3 and later: 11 fields with bars between them, no header.
    Bodyfile,
}

impl TimelineFormat {
    /// All formats.
    pub const ALL: [TimelineFormat; 5] = [
        TimelineFormat::Digest,
        TimelineFormat::L2tCsv,
        TimelineFormat::Dynamic,
        TimelineFormat::Mactime,
        TimelineFormat::Bodyfile,
    ];

    /// Tells the format from the first line, which is still to be read.
    pub(super) fn find(blocks: &mut Blocks) -> Result<TimelineFormat> {
        let file = blocks.source().name().to_owned();
        let Some(line) = blocks.first_line()? else { return Err(Error::Empty { file }) };
        let line = String::from_utf8_lossy(line);
        TimelineFormat::of(line.trim_end()).ok_or_else(|| Error::Format {
            file,
            found: format!("the first line {:?}", start(&line)),
            wanted: "the header of a timeline digest, l2t_csv, dynamic CSV or mactime CSV, or a body file",
        })
    }

    fn of(line: &str) -> Option<TimelineFormat> {
        let names: Vec<&str> =
            line.split([',', ';', '\t', '|']).map(|name| name.trim().trim_matches('"')).collect();
        let has = |wanted: &[&str]| wanted.iter().all(|name| names.contains(name));
        let n_bars = line.bytes().filter(|&byte| byte == b'|').count();
        match () {
            () if has(&["date", "time", "timezone", "MACB", "sourcetype"]) => {
                Some(TimelineFormat::L2tCsv)
            }
            () if has(&Flags::NAMES[..8]) => Some(TimelineFormat::Digest),
            () if has(&["datetime"]) || has(&["timestamp_desc"]) => Some(TimelineFormat::Dynamic),
            () if has(&["Date", "Type", "File Name"]) => Some(TimelineFormat::Mactime),
            () if 10 <= n_bars || line.starts_with('#') => Some(TimelineFormat::Bodyfile),
            () => None,
        }
    }
}

/// As much of a line as an error shows.
fn start(line: &str) -> &str {
    let line = line.trim_end();
    &line[..line.floor_char_boundary(32)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_the_format() {
        let cases = [
            (
                "inode,M,A,C,B,file_stat,NTFS_file_stat,file_entry_shell_item,NTFS_USN_change",
                Some(TimelineFormat::Digest),
            ),
            ("date,time,timezone,MACB,source,sourcetype", Some(TimelineFormat::L2tCsv)),
            ("\"datetime\";\"timestamp_desc\"", Some(TimelineFormat::Dynamic)),
            ("Date,Size,Type,Mode,UID,GID,Meta,File Name", Some(TimelineFormat::Mactime)),
            ("0|/a|4-48-2|r/r|0|0|82|1|1|1|1", Some(TimelineFormat::Bodyfile)),
            ("0|/a, b|c|4-48-2|r/r|0|0|82|1|1|1|1", Some(TimelineFormat::Bodyfile)),
            ("datetime|timestamp_desc|message", Some(TimelineFormat::Dynamic)),
            ("a,b,c", None),
            ("", None),
            ("0|/a|4", None),
        ];
        for (line, expected) in cases {
            assert_eq!(TimelineFormat::of(line), expected, "{line}");
        }
    }
}
