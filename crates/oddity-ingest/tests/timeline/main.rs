//! Timelines in five formats: what is read, and what is refused with its place.

mod damage;
mod formats;
mod real;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use oddity_ingest::{Error, Flags, Input, Table, TimelineOptions, TimelineReport};

const L2T: &str = "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,version,\
    filename,inode,notes,format,extra\n";
const MACTIME: &str = "Date,Size,Type,Mode,UID,GID,Meta,File Name\n";
const BODY: &str = "0|/a.txt|97-128-1|r/rrwxrwxrwx|0|0|64|40|10|30|10\n";

fn input(bytes: &[u8]) -> Input {
    Input::Bytes { name: "t".to_owned(), bytes: bytes.to_vec() }
}

fn read_with(options: &TimelineOptions, bytes: &[u8]) -> Result<(Table, TimelineReport), Error> {
    options.open(input(bytes))?.read_all()
}

fn read(bytes: &[u8]) -> Result<(Table, TimelineReport), Error> {
    read_with(&TimelineOptions::default(), bytes)
}

/// A row as text: time in seconds, inode, flags, file name.
fn rows(table: &Table) -> Vec<String> {
    rows_of(table.batch())
}

fn rows_of(batch: &RecordBatch) -> Vec<String> {
    let column = |name| batch.column_by_name(name).expect("a column of the digest");
    let times = batch.column_by_name("time").map(|c| c.as_primitive::<TimestampMicrosecondType>());
    let inodes = column("inode").as_primitive::<Int64Type>();
    let names = column("filename").as_string::<i32>();
    (0..batch.num_rows())
        .map(|row| {
            let time = times.filter(|times| times.is_valid(row));
            let time =
                time.map_or("-".to_owned(), |times| (times.value(row) / 1_000_000).to_string());
            let inode =
                if inodes.is_valid(row) { inodes.value(row).to_string() } else { "-".to_owned() };
            let flags = Flags::NAMES.iter().filter(|name| column(name).as_boolean().value(row));
            let flags: Vec<&str> = flags.copied().collect();
            let name = if names.is_valid(row) { names.value(row) } else { "-" };
            format!("{time} {inode} {} {name}", flags.join(" "))
        })
        .collect()
}

fn digest_header() -> String {
    format!("inode,{},filename", Flags::NAMES.join(","))
}

fn digest_row(inode: &str, set: &[&str], name: &str) -> String {
    let flags = Flags::NAMES.map(|flag| if set.contains(&flag) { "1" } else { "0" });
    format!("{inode},{},{name}\n", flags.join(","))
}
