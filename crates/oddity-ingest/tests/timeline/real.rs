//! The real timelines, where the variable `ODDITY_DATA_DIR` says where they lie.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use oddity_ingest::{Flags, Table, TimelineLabel, TimelineOptions};

use super::rows;

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
    let options = TimelineOptions { utc_offset: Some(19_800), ..TimelineOptions::default() };
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
    let options = TimelineOptions {
        label: Some(TimelineLabel::Classes("tactic_folder".to_owned())),
        ..TimelineOptions::default()
    };
    let (table, report) = options.open(path.as_str()).unwrap().read_all().unwrap();
    let expected = [("M", 8797), ("A", 269), ("C", 269), ("B", 8707), ("file_stat", 807)];
    assert_eq!(counts(&table), expected);
    assert_eq!((report.n_rows, report.steps.n_backwards, report.steps.n_missing), (18_042, 0, 0));
    assert_eq!(table.batch().column_by_name("inode").unwrap().null_count(), 18_042);
    let tactics = table.classes("tactic_folder").unwrap();
    assert_eq!(tactics.names().len(), 11);
    let n_of = |name: &str| {
        tactics.codes().iter().filter(|&&code| tactics.names()[code as usize] == name).count()
    };
    assert_eq!((n_of("Command_and_Control"), n_of("(root)")), (3951, 65));
    let frame = table.frame().unwrap();
    assert_eq!((frame.view().n_rows(), frame.view().n_columns()), (18_042, 27));
    let drop_data_types = vec!["fs:stat".to_owned()];
    let options = TimelineOptions { drop_data_types, ..TimelineOptions::default() };
    let (table, report) = options.open(path.as_str()).unwrap().read_all().unwrap();
    assert_eq!((table.batch().num_rows(), report.n_dropped), (17_235, 807));

    let path = real_or_skip!("evtx-system-2012.csv.gz");
    let (table, report) =
        TimelineOptions::default().open(path.as_str()).unwrap().read_all().unwrap();
    assert_eq!(counts(&table), [("M", 1602), ("A", 1), ("C", 1), ("B", 1601), ("file_stat", 3)]);
    assert_eq!((report.n_rows, report.steps.n_gaps), (3_205, 1));
}

#[test]
fn the_real_plaso_export_keeps_its_lines() {
    let path = real_or_skip!("plaso-export-part.csv");
    let (table, report) =
        TimelineOptions::default().open(path.as_str()).unwrap().read_all().unwrap();
    assert_eq!(counts(&table), [("M", 6), ("B", 7)]);
    assert_eq!((report.n_rows, report.steps.n_backwards), (13, 1));
    let xml = table.batch().column_by_name("xml_string").unwrap().as_string::<i32>();
    let n_lines: usize = xml.iter().flatten().map(|xml| xml.lines().count()).sum();
    assert_eq!((xml.value(0).lines().count(), n_lines), (23, 302));
    assert!(rows(&table).iter().all(|row| row.ends_with("/root/System.evtx")));
}
