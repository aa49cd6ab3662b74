//! What the readers make of sound timelines.

use arrow_array::cast::AsArray;
use oddity_ingest::{Role, Subject, TimelineLabel, TimelineOptions};

use super::{BODY, L2T, MACTIME, digest_header, digest_row, read, read_with, rows};

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
    assert_eq!((report.n_rows, report.steps.n_backwards), (3, 0));
    let text = format!(
        "datetime,{},label\n2024-01-01T00:00:01Z,{}",
        digest_header(),
        digest_row("7", &["A"], "x,1").trim_end()
    );
    let options = TimelineOptions {
        label: Some(TimelineLabel::Flags("label".to_owned())),
        ..TimelineOptions::default()
    };
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
    assert_eq!((report.steps.n_backwards, report.steps.n_missing), (1, 1));
    let names: Vec<_> = table.batch().schema().fields().iter().map(|f| f.name().clone()).collect();
    assert!(names.contains(&"inode_in_file".to_owned()) && names.contains(&"desc".to_owned()));
    let holder = TimelineOptions { subject: Subject::Container, ..TimelineOptions::default() };
    let (table, _) = read_with(&holder, text.as_bytes()).unwrap();
    assert_eq!(rows(&table)[1], "1748088528 84656 C NTFS_USN_change dir_other usnjrnl /j");
    let named = text.replace("UTC", "Europe/London");
    assert!(read(named.as_bytes()).is_err());
    for (offset, seconds) in [(0, "1748095728 "), (3_600, "1748092128 ")] {
        let options = TimelineOptions { utc_offset: Some(offset), ..TimelineOptions::default() };
        let (table, _) = read_with(&options, named.as_bytes()).unwrap();
        assert!(rows(&table)[0].starts_with(seconds), "{offset}: {}", rows(&table)[0]);
    }
}

#[test]
fn dynamic_csv_becomes_the_digest() {
    let text = "data_type,datetime,timestamp_desc,message,tactic\n\
        fs:stat,2025-05-24T14:08:48.5+00:00,Last Access Time,\"TSK:/x Type: directory\nmore\",T1\n\
        windows:evtx:record,2025-05-23 14:08:48+00:00,Creation Time,\"a \"\"b\"\", c\",T2\n";
    let options = TimelineOptions {
        label: Some(TimelineLabel::Classes("tactic".to_owned())),
        ..TimelineOptions::default()
    };
    let (table, report) = read_with(&options, text.as_bytes()).unwrap();
    let expected = ["1748095728 - A file_stat directory is_allocated1 -", "1748009328 - B -"];
    assert_eq!(rows(&table), expected);
    let column = |name| table.batch().column_by_name(name).unwrap().as_string::<i32>();
    assert_eq!(column("message").value(1), "a \"b\", c");
    let tactics = table.classes("tactic").unwrap();
    assert_eq!(tactics.names(), ["T1", "T2"]);
    assert_eq!(table.columns(Role::Label).count(), 1);
    assert_eq!(report.steps.n_backwards, 1);
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
    assert_eq!((report.n_rows, report.n_without_event, report.steps.n_backwards), (3, 1, 0));
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
    assert_eq!((report.steps.n_backwards, report.n_rows), (0, 100_000));
}

/// What a pipe gave is gone: who reads it twice finds nothing the second time.
#[cfg(target_os = "linux")]
#[test]
fn a_timeline_is_read_once_whether_or_not_its_format_is_told() {
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;

    use oddity_ingest::TimelineFormat;

    for format in [None, Some(TimelineFormat::Bodyfile)] {
        let (end, mut start) = std::io::pipe().unwrap();
        start.write_all(BODY.as_bytes()).unwrap();
        drop(start);
        let path = format!("/proc/self/fd/{}", end.as_raw_fd());
        let options = TimelineOptions { format, ..TimelineOptions::default() };
        let (table, _) = options.open(path.as_str()).unwrap().read_all().unwrap();
        assert_eq!(table.batch(), read(BODY.as_bytes()).unwrap().0.batch());
    }
}
