//! Timelines in five formats: what is read, and what is refused with its place.

use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use oddity_ingest::{
    Error, Flags, Input, Role, Subject, Table, TimelineFormat, TimelineOptions, TimelineReport,
};

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
    let inodes = column("inode").as_primitive::<UInt64Type>();
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

#[test]
fn the_digest_is_read_as_it_stands() {
    let text = format!(
        "{}\n{}{}{}",
        digest_header(),
        digest_row("97", &["M", "file_stat", "dir_user"], "C:\\x|y"),
        digest_row("", &["B"], ""),
        digest_row("84656.0", &["C", "usnjrnl"], "a b"),
    );
    let (table, report) = read(text.as_bytes()).unwrap();
    assert_eq!(
        rows(&table),
        ["- 97 M file_stat dir_user C:\\x|y", "- - B -", "- 84656 C usnjrnl a b"]
    );
    assert_eq!(table.columns(Role::Feature).count(), 27);
    assert_eq!(table.columns(Role::Time).count(), 0);
    assert_eq!((report.n_rows, report.n_backward), (3, 0));
    let text = format!(
        "datetime,{},label\n2024-01-01T00:00:01Z,{}",
        digest_header(),
        digest_row("7", &["A"], "x,1").trim_end()
    );
    let options = TimelineOptions { label: Some("label".to_owned()), ..TimelineOptions::default() };
    let (table, _) = read_with(&options, text.as_bytes()).unwrap();
    assert_eq!(rows(&table), ["1704067201 7 A x"]);
    assert_eq!(table.columns(Role::Label).count(), 1);
    assert_eq!(table.columns(Role::Time).count(), 1);
}

#[test]
fn l2t_csv_becomes_the_digest() {
    let text = format!(
        "{L2T}\
         05/24/2025,14:08:48,UTC,M.C.,FILE,File stat,x,-,-,a,TSK:/Users/\"q\" Type: file,2,TSK:/Users/a.pdf,97-128-1,-,filestat,\n\
         05/24/2025,14:08:48,+02:00,..C.,FILE,NTFS USN change,x,-,-,a,a.exe File reference: 5-1 Update reason: X,2,TSK:/j,84656,-,usnjrnl,\n\
         00/00/0000,--:--:--,UTC,....,LOG,System,Creation Time,-,-,a,b,2,-,-,-,winreg/x,\n"
    );
    let (table, report) = read(text.as_bytes()).unwrap();
    let expected = [
        "1748095728 97 M C file_stat filef dir_user file_documents is_allocated1 /Users/a.pdf",
        "1748088528 5 C NTFS_USN_change file_executable usnjrnl a.exe",
        "- - B -",
    ];
    assert_eq!(rows(&table), expected);
    assert_eq!((report.n_backward, report.n_without_time), (1, 1));
    let names: Vec<_> = table.batch().schema().fields().iter().map(|f| f.name().clone()).collect();
    assert!(names.contains(&"inode_in_file".to_owned()) && names.contains(&"desc".to_owned()));
    let holder = TimelineOptions { subject: Subject::Container, ..TimelineOptions::default() };
    let (table, _) = read_with(&holder, text.as_bytes()).unwrap();
    assert_eq!(rows(&table)[1], "1748088528 84656 C NTFS_USN_change dir_other usnjrnl /j");
}

#[test]
fn dynamic_csv_becomes_the_digest() {
    let text = "data_type,datetime,timestamp_desc,message,tactic\n\
        fs:stat,2025-05-24T14:08:48.5+00:00,Last Access Time,\"TSK:/x Type: directory\nmore\",T1\n\
        windows:evtx:record,2025-05-23 14:08:48+00:00,Creation Time,\"a \"\"b\"\", c\",T2\n";
    let options =
        TimelineOptions { label: Some("tactic".to_owned()), ..TimelineOptions::default() };
    let (table, report) = read_with(&options, text.as_bytes()).unwrap();
    let expected = ["1748095728 - A file_stat directory is_allocated1 -", "1748009328 - B -"];
    assert_eq!(rows(&table), expected);
    let column = |name| table.batch().column_by_name(name).unwrap().as_string::<i32>();
    assert_eq!(column("message").value(1), "a \"b\", c");
    assert_eq!(column("tactic").value(0), "T1");
    assert_eq!(table.columns(Role::Label).count(), 1);
    assert_eq!(report.n_backward, 1);
    let options = TimelineOptions {
        drop_data_types: vec!["fs:stat".to_owned()],
        keep_columns: false,
        ..TimelineOptions::default()
    };
    let (table, report) = read_with(&options, text.as_bytes()).unwrap();
    assert_eq!((table.batch().num_rows(), report.n_dropped), (1, 1));
    assert_eq!(table.batch().num_columns(), 30);
}

#[test]
fn mactime_and_the_body_file_tell_the_same() {
    let mactime = format!(
        "{MACTIME}\
         Thu Jan 01 1970 00:00:10,64,m..b,r/rrwxrwxrwx,0,0,97-128-1,\"/a.txt\"\n\
         Thu Jan 01 1970 00:00:30,64,..c.,r/rrwxrwxrwx,0,0,97-128-1,\"/a.txt\"\n\
         Thu Jan 01 1970 00:00:40,64,.a..,r/rrwxrwxrwx,0,0,97-128-1,\"/a.txt\"\n"
    );
    let (printed, _) = read(mactime.as_bytes()).unwrap();
    let (body, _) = read(BODY.as_bytes()).unwrap();
    assert_eq!(rows(&printed), rows(&body));
    assert_eq!(
        rows(&body)[0],
        "10 97 M B file_stat filef dir_other file_documents is_allocated1 /a.txt"
    );
}

#[test]
fn a_body_file_is_sorted_by_time_and_names_may_hold_bars() {
    let text = "# a remark|with bars\n\
        0|/b|c|d.ps1 (deleted)|5-128-1|r/rr-xr-xr-x|0|0|1|0|300|0|200\n\n\
        0|/$OrphanFiles|256|V/V---------|0|0|0|0|0|0|0\n\
        0|/e|6-144-1|d/dr-xr-xr-x|0|0|1|200|200|200|200\n";
    let (table, report) = read(text.as_bytes()).unwrap();
    let expected = [
        "200 5 B file_stat filef dir_other file_ps is_allocated0 /b|c|d.ps1",
        "200 6 M A C B file_stat directory dir_other is_allocated1 /e",
        "300 5 M file_stat filef dir_other file_ps is_allocated0 /b|c|d.ps1",
    ];
    assert_eq!(rows(&table), expected);
    assert_eq!((report.n_rows, report.n_without_event, report.n_backward), (3, 1, 0));
    let names = table.batch().column_by_name("name").unwrap().as_string::<i32>();
    assert_eq!(names.value(0), "/b|c|d.ps1 (deleted)");
}

#[test]
fn the_filters_of_the_options_leave_rows_out() {
    let lines: String = [0, 99, 100, 84_656]
        .map(|inode| format!("0|/a|{inode}-128-1|r/r|0|0|1|9|9|9|9\n"))
        .concat();
    let count = |options: &TimelineOptions| {
        let (table, report) = read_with(options, lines.as_bytes()).unwrap();
        (table.batch().num_rows(), report.n_dropped)
    };
    assert_eq!(count(&TimelineOptions::default()), (4, 0));
    assert_eq!(count(&TimelineOptions::default().study_filter()), (1, 3));
    // What has no inode is not of a low one.
    let text = format!("{}\n{}", digest_header(), digest_row("", &["B"], "x"));
    let (table, _) =
        read_with(&TimelineOptions::default().study_filter(), text.as_bytes()).unwrap();
    assert_eq!(rows(&table), ["- - B x"]);
}

#[test]
fn latin_1_names_are_read_unless_only_utf8_is_wanted() {
    let text = b"0|/caf\xe9.txt|9-128-1|r/r|0|0|1|9|9|9|9\n";
    let (table, _) = read(text).unwrap();
    assert!(rows(&table)[0].ends_with("/caf\u{e9}.txt"), "{:?}", rows(&table));
    let encoding = oddity_ingest::delimited::Encoding::Utf8;
    let strict = TimelineOptions { encoding, ..TimelineOptions::default() };
    let error = read_with(&strict, text).unwrap_err();
    assert_eq!(error.to_string(), "t, line 1, column 7: found bytes that are not UTF-8");
}

#[test]
fn what_is_no_timeline_is_refused_with_its_place() {
    let l2t = |row: &str| format!("{L2T}{row}");
    let dynamic = |row: &str| format!("datetime,timestamp_desc,inode\n{row}");
    let mactime = |row: &str| format!("{MACTIME}{row}");
    let good = "05/24/2025,14:08:48,UTC,M...,FILE,x,y,-,-,a,b,2,c,-,-,d,\n";
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "t: the file is empty"),
        ("\n".to_owned(), "t: found the first line \"\", wanted the header of a timeline digest"),
        (
            "a,b\n1,2\n".to_owned(),
            "t: found the first line \"a,b\", wanted the header of a timeline digest",
        ),
        // Columns that are missing or there twice.
        (L2T.replace(",inode", ""), "t, line 1: found no column \"inode\""),
        ("datetime,x\n".to_owned(), "t, line 1: found no column \"timestamp_desc\""),
        ("timestamp_desc,x\n".to_owned(), "t, line 1: found no column \"datetime\""),
        ("datetime,timestamp_desc,x,x\n".to_owned(), "t, line 1: found column \"x\" twice"),
        (MACTIME.replace("Meta,", ""), "t, line 1: found no column \"Meta\""),
        (digest_header().replace(",usnjrnl", ""), "t, line 1: found no column \"usnjrnl\""),
        (format!("{},M", digest_header()), "t, line 1: found column \"M\" twice"),
        // Rows of another width, truncated ones among them.
        (l2t("05/24/2025,14:08:48\n"), "t, line 2: found 2 fields, wanted 17"),
        (
            l2t(&format!("{good}{}", good.replace('-', "-,-"))),
            "t, line 3: found 21 fields, wanted 17",
        ),
        (l2t(&good.replace(',', ";")), "t, line 2: found 1 fields, wanted 17"),
        (dynamic("2025-05-24T14:08:48Z,Creation Time"), "t, line 2: found 2 fields, wanted 3"),
        (mactime("Sat May 24 2025 18:56:58,3"), "t, line 2: found 2 fields, wanted 8"),
        (format!("{}\n1,0,1\n", digest_header()), "t, line 2: found 3 fields, wanted 29"),
        (format!("{BODY}0|/a|9\n"), "t, line 2: found 3 fields, wanted 11"),
        // Times.
        (
            l2t(&good.replace("05/24", "24/05")),
            "t, line 2, column 1: found \"24/05/2025\", wanted a date and a time",
        ),
        (
            l2t(&good.replace("14:08", "25:08")),
            "t, line 2, column 12: found \"25:08:48\", wanted a date and a time",
        ),
        (
            l2t(&good.replace("UTC", "Europe/Bern")),
            "t, line 2, column 21: found \"Europe/Bern\", wanted UTC or an offset",
        ),
        (
            dynamic("yesterday,x,9\n"),
            "t, line 2, column 1: found \"yesterday\", wanted a time such as 2019",
        ),
        (
            mactime("May 24,3,m...,r/r,0,0,9,/a\n"),
            "t, line 2, column 1: found \"May 24\", wanted a time such as Wed",
        ),
        (
            BODY.replace("|40|", "|4O|"),
            "t, line 1, column 39: found \"4O\", wanted seconds since 1970",
        ),
        // Other values.
        (
            dynamic("2025-05-24T14:08:48Z,x,nine\n"),
            "t, line 2, column 24: found \"nine\", wanted an inode",
        ),
        (
            mactime("Sat May 24 2025 18:56:58,3,mcab,r/r,0,0,9,/a\n"),
            "t, line 2, column 28: found \"mcab\", wanted letters",
        ),
        (BODY.replace("97-128-1", "x"), "t, line 1, column 10: found \"x\", wanted an inode"),
        (
            format!("{}\n{}", digest_header(), digest_row("x", &[], "")),
            "t, line 2, column 1: found \"x\", wanted an inode",
        ),
        (
            format!("{}\n9,2{}", digest_header(), ",0".repeat(27)),
            "t, line 2, column 3: found \"2\", wanted 0 or 1",
        ),
        (
            format!("{}\n9,{}x", digest_header(), ",0".repeat(26) + ","),
            "t, line 2, column 3: found \"\", wanted 0 or 1",
        ),
        // Bytes that no text has.
        (BODY.replace("a.txt", "a\0"), "t, line 1, column 5: found a NUL byte"),
        (
            dynamic("2025-05-24T14:08:48Z,\"x,9\n"),
            "t, line 2, column 22: found no end of the quoted field",
        ),
        (
            dynamic("2025-05-24T14:08:48Z,x\"y,9\n"),
            "t, line 2, column 23: found a quote inside a field",
        ),
        ("\u{feff}a,b\n".to_owned(), "t: found the first line \"a,b\""),
    ];
    for (text, expected) in cases {
        let error = read(text.as_bytes()).expect_err(&text).to_string();
        assert!(error.starts_with(expected), "{text}\n{error}\n{expected}");
    }
}

#[test]
fn options_that_a_file_cannot_follow_are_refused() {
    let label = TimelineOptions { label: Some("truth".to_owned()), ..TimelineOptions::default() };
    let types = TimelineOptions {
        drop_data_types: vec!["fs:stat".to_owned()],
        ..TimelineOptions::default()
    };
    for text in [
        BODY.to_owned(),
        MACTIME.to_owned(),
        digest_header(),
        "datetime,timestamp_desc\n".to_owned(),
    ] {
        for (options, name) in [(&label, "truth"), (&types, "data_type")] {
            let error = read_with(options, text.as_bytes()).expect_err(&text);
            assert!(
                matches!(&error, Error::MissingColumn { name: found, .. } if found == name),
                "{error}"
            );
        }
    }
    let (table, _) = read_with(&types, L2T.as_bytes()).unwrap();
    assert_eq!(table.batch().num_rows(), 0);
}

#[test]
fn a_header_alone_is_a_timeline_without_events() {
    for (text, format) in [
        (digest_header(), TimelineFormat::Digest),
        (L2T.to_owned(), TimelineFormat::L2tCsv),
        ("\u{feff}datetime;timestamp_desc\r\n".to_owned(), TimelineFormat::Dynamic),
        (MACTIME.trim_end().to_owned(), TimelineFormat::Mactime),
        ("# nothing\n".to_owned(), TimelineFormat::Bodyfile),
    ] {
        let reader = TimelineOptions::default().open(input(text.as_bytes())).unwrap();
        assert_eq!(reader.format(), format);
        let (table, report) = reader.read_all().unwrap();
        assert_eq!((table.batch().num_rows(), report), (0, TimelineReport::default()));
    }
}

#[test]
fn rows_do_not_depend_on_threads_or_blocks() {
    let mut text = String::new();
    for at in 0..60_000 {
        let time = 1_700_000_000 + (at * 7_919) % 50_000;
        text.push_str(&format!(
            "0|/Users/a/{at}.docx|{at}-128-1|r/r|0|0|1|{time}|{}|{time}|0\n",
            time + at % 3
        ));
    }
    let pool = |n_threads| rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
    let read = |n_threads| pool(n_threads).install(|| read(text.as_bytes()).unwrap());
    let ((one, report), (two, _)) = (read(1), read(2));
    assert_eq!(one, two);
    assert_eq!((report.n_backward, report.n_rows), (0, 100_000));
}

/// The folder of the real timelines, if there is one.
fn real(file: &str) -> Option<String> {
    let folder = std::env::var("ODDITY_DATA_DIR").ok()?;
    Some(format!("{folder}/timeline/{file}"))
}

macro_rules! real_or_skip {
    ($file:expr) => {
        match real($file) {
            Some(path) => path,
            None => {
                // The lint against printing is about the library.
                #[allow(clippy::print_stderr)]
                {
                    eprintln!("skipped: ODDITY_DATA_DIR is not set");
                }
                return;
            }
        }
    };
}

/// Counts of the flags that any row has.
fn counts(table: &Table) -> Vec<(&'static str, usize)> {
    let count = |name: &'static str| {
        let column = table.batch().column_by_name(name).expect("a flag").as_boolean();
        (name, column.true_count())
    };
    Flags::NAMES.into_iter().map(count).filter(|&(_, n)| 0 < n).collect()
}

#[test]
fn the_real_body_file_and_what_mactime_printed_of_it_are_the_same() {
    let (body, report) = {
        let path = real_or_skip!("bodyfile.txt");
        TimelineOptions::default().open(path.as_str()).unwrap().read_all().unwrap()
    };
    let expected = [
        ("M", 89),
        ("A", 89),
        ("C", 89),
        ("B", 89),
        ("file_stat", 71),
        ("NTFS_file_stat", 53),
        ("filef", 106),
        ("directory", 18),
        ("dir_other", 124),
        ("file_graphic", 18),
        ("file_documents", 35),
        ("file_other", 53),
        ("mft", 53),
        ("is_allocated1", 124),
    ];
    assert_eq!(counts(&body), expected);
    assert_eq!((report.n_rows, report.n_without_event), (124, 1));
    let path = real_or_skip!("mactime.csv");
    // It was printed five and a half hours east of UTC.
    let options = TimelineOptions { utc_offset: 19_800, ..TimelineOptions::default() };
    let (mactime, _) = options.open(path.as_str()).unwrap().read_all().unwrap();
    let sorted = |table: &Table| {
        let mut rows = rows(table);
        rows.sort_unstable();
        rows
    };
    assert_eq!(sorted(&mactime), sorted(&body));
}

#[test]
fn the_real_event_logs_have_the_published_counts() {
    let path = real_or_skip!("evtx-attack-samples.csv.gz");
    let options =
        TimelineOptions { label: Some("tactic_folder".to_owned()), ..TimelineOptions::default() };
    let (table, report) = options.open(path.as_str()).unwrap().read_all().unwrap();
    let expected = [("M", 8797), ("A", 269), ("C", 269), ("B", 8707), ("file_stat", 807)];
    assert_eq!(counts(&table), expected);
    assert_eq!((report.n_rows, report.n_backward, report.n_without_time), (18_042, 0, 0));
    assert_eq!(table.batch().column_by_name("inode").unwrap().null_count(), 18_042);
    let tactics = table.batch().column_by_name("tactic_folder").unwrap().as_string::<i32>();
    let n_command = tactics.iter().filter(|tactic| *tactic == Some("Command_and_Control")).count();
    assert_eq!(n_command, 3951);
    let drop_data_types = vec!["fs:stat".to_owned()];
    let options = TimelineOptions { drop_data_types, ..TimelineOptions::default() };
    let (table, report) = options.open(path.as_str()).unwrap().read_all().unwrap();
    assert_eq!((table.batch().num_rows(), report.n_dropped), (17_235, 807));

    let path = real_or_skip!("evtx-system-2012.csv.gz");
    let (table, report) =
        TimelineOptions::default().open(path.as_str()).unwrap().read_all().unwrap();
    assert_eq!(counts(&table), [("M", 1602), ("A", 1), ("C", 1), ("B", 1601), ("file_stat", 3)]);
    assert_eq!((report.n_rows, report.n_gaps), (3_205, 1));
}

#[test]
fn the_real_plaso_export_keeps_its_lines() {
    let path = real_or_skip!("plaso-export-part.csv");
    let (table, report) =
        TimelineOptions::default().open(path.as_str()).unwrap().read_all().unwrap();
    assert_eq!(counts(&table), [("M", 6), ("B", 7)]);
    assert_eq!((report.n_rows, report.n_backward), (13, 1));
    let xml = table.batch().column_by_name("xml_string").unwrap().as_string::<i32>();
    let n_lines: usize = xml.iter().flatten().map(|xml| xml.lines().count()).sum();
    assert_eq!((xml.value(0).lines().count(), n_lines), (23, 302));
    assert!(rows(&table).iter().all(|row| row.ends_with("/root/System.evtx")));
}
