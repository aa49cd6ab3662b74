//! The generated timeline: the same for the same parameters, and the same events in each of the
//! five formats, as the readers of `oddity-ingest` find them.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use oddity_datasets::{Artefact, TimelineFormat, TimelineGenerator, TimelineParams};
use oddity_ingest::{Flags, Input, TimelineLabel, TimelineOptions};

const N_EVENTS: u64 = 12_000;

fn generator(format: TimelineFormat) -> TimelineGenerator {
    let params = TimelineParams { seed: 3, n_events: N_EVENTS, format, ..Default::default() };
    TimelineGenerator::new(params).expect("sound parameters")
}

fn bytes(generator: &TimelineGenerator) -> Vec<u8> {
    let mut bytes = Vec::new();
    generator.write(&mut bytes).expect("writing to memory");
    bytes
}

fn labels(generator: &TimelineGenerator) -> Vec<bool> {
    let mut bytes = Vec::new();
    generator.write_labels(&mut bytes).expect("writing to memory");
    let text = String::from_utf8(bytes).expect("text");
    let lines = text.strip_prefix("label\n").expect("a header").lines();
    lines.map(|line| line == "1").collect()
}

/// A row of the digest as a reader finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    second: Option<i64>,
    inode: Option<i64>,
    filename: Option<String>,
    flags: BTreeSet<&'static str>,
}

fn read(format: TimelineFormat) -> Vec<Row> {
    let input = Input::Bytes { name: "generated".to_owned(), bytes: bytes(&generator(format)) };
    let reader = TimelineOptions::default().open(input).expect("a timeline");
    let found = format!("{:?}", reader.format());
    assert_eq!(found, format!("{format:?}"));
    let (table, report) = reader.read_all().expect("a sound timeline");
    assert_eq!(
        (report.steps.n_backwards, report.n_without_event, report.steps.n_missing),
        (0, 0, 0)
    );
    rows(table.batch())
}

fn rows(batch: &RecordBatch) -> Vec<Row> {
    let column = |name| batch.column_by_name(name).expect("a column of the digest");
    let times = batch.column_by_name("time").map(|c| c.as_primitive::<TimestampMicrosecondType>());
    let inodes = column("inode").as_primitive::<Int64Type>();
    let names = column("filename").as_string::<i32>();
    let flags = Flags::NAMES.map(|name| (name, column(name).as_boolean()));
    (0..batch.num_rows())
        .map(|row| Row {
            second: times.map(|times| times.value(row).div_euclid(1_000_000)),
            inode: inodes.is_valid(row).then(|| inodes.value(row)),
            filename: names.is_valid(row).then(|| names.value(row).to_owned()),
            flags: flags.iter().filter(|(_, set)| set.value(row)).map(|&(name, _)| name).collect(),
        })
        .collect()
}

const LETTERS: [&str; 4] = ["M", "A", "C", "B"];

/// A row for each letter.
fn by_letter(rows: Vec<Row>) -> Vec<Row> {
    let each = |row: Row| {
        let letters = LETTERS.into_iter().filter(|letter| row.flags.contains(letter));
        let letters: Vec<&str> = letters.collect();
        letters.into_iter().map(move |letter| {
            let others = LETTERS.into_iter().filter(|other| *other != letter);
            let mut row = row.clone();
            for other in others {
                row.flags.remove(other);
            }
            row
        })
    };
    rows.into_iter().flat_map(each).collect()
}

#[test]
fn the_digest_and_l2t_csv_tell_the_same_row_by_row() {
    let (digest, l2t) = (read(TimelineFormat::Digest), read(TimelineFormat::L2tCsv));
    assert_eq!(l2t.len() as u64, N_EVENTS);
    for (at, (digest, mut l2t)) in digest.into_iter().zip(l2t).enumerate() {
        // The 29 columns have no time.
        l2t.second = None;
        assert_eq!(digest, l2t, "row {at}");
    }
}

#[test]
fn l2t_csv_and_the_dynamic_csv_tell_the_same_letter_by_letter() {
    let l2t = by_letter(read(TimelineFormat::L2tCsv));
    assert_eq!(l2t, read(TimelineFormat::Dynamic));
}

#[test]
fn mactime_and_the_body_file_tell_the_same() {
    // What is the same in time, address and name `mactime` prints once.
    let sorted = |format| {
        let mut rows = by_letter(read(format));
        rows.sort_unstable();
        rows.dedup();
        rows
    };
    let mactime = read(TimelineFormat::Mactime);
    assert!(mactime.windows(2).all(|pair| pair[0].second <= pair[1].second));
    assert_eq!(sorted(TimelineFormat::Mactime), sorted(TimelineFormat::Bodyfile));
}

#[test]
fn all_formats_tell_the_same_of_the_times_of_the_file_system() {
    let of_file_system = |format| {
        let rows = by_letter(read(format)).into_iter().filter_map(|mut row| {
            if row.flags.contains("NTFS_file_stat") {
                // plaso does not say of a name what kind of entry has it.
                for flag in ["filef", "directory", "file_other"] {
                    row.flags.remove(flag);
                }
                return Some(row);
            }
            row.flags.contains("file_stat").then_some(row)
        });
        rows.collect::<BTreeSet<Row>>()
    };
    let l2t = of_file_system(TimelineFormat::L2tCsv);
    assert!(4_000 < l2t.len(), "{}", l2t.len());
    assert_eq!(of_file_system(TimelineFormat::Dynamic), l2t);
    assert_eq!(of_file_system(TimelineFormat::Bodyfile), l2t);
    assert_eq!(of_file_system(TimelineFormat::Mactime), l2t);
}

#[test]
fn there_is_a_label_for_each_row_of_each_format() {
    let l2t = read(TimelineFormat::L2tCsv);
    let mut truth: BTreeMap<_, bool> = BTreeMap::new();
    let key = |row: &Row| {
        let by_name = row.flags.contains("NTFS_file_stat");
        (row.second, row.inode, row.filename.clone(), by_name)
    };
    for (row, label) in l2t.iter().zip(labels(&generator(TimelineFormat::L2tCsv))) {
        let of_file = row.flags.contains("NTFS_file_stat") || row.flags.contains("file_stat");
        *truth.entry(key(row)).or_default() |= of_file && label;
    }
    for format in TimelineFormat::ALL {
        let (rows, labels) = (read(format), labels(&generator(format)));
        assert_eq!(rows.len(), labels.len(), "{format:?}");
        assert!(labels.contains(&true) && labels.contains(&false), "{format:?}");
        if matches!(format, TimelineFormat::Mactime | TimelineFormat::Bodyfile) {
            let wrong =
                rows.iter().zip(&labels).filter(|(row, label)| truth.get(&key(row)) != Some(label));
            assert_eq!(wrong.count(), 0, "{format:?}");
        }
    }
}

#[test]
fn the_label_column_holds_the_labels() {
    for format in [TimelineFormat::Digest, TimelineFormat::Dynamic] {
        let params = TimelineParams { label_column: true, ..generator(format).params().clone() };
        let labelled = TimelineGenerator::new(params).unwrap();
        let input = Input::Bytes { name: "generated".to_owned(), bytes: bytes(&labelled) };
        let options = TimelineOptions {
            label: Some(TimelineLabel::Flags("label".to_owned())),
            ..Default::default()
        };
        let (table, _) = options.open(input).unwrap().read_all().unwrap();
        let found: Vec<bool> = table.labels("label").unwrap().values().to_vec();
        assert_eq!(found, labels(&generator(format)));
    }
}

#[test]
fn the_same_parameters_give_the_same_bytes_and_more_events_only_add() {
    for format in TimelineFormat::ALL {
        let whole = bytes(&generator(format));
        assert_eq!(whole, bytes(&generator(format)));
        let params = TimelineParams { seed: 4, ..generator(format).params().clone() };
        assert_ne!(whole, bytes(&TimelineGenerator::new(params).unwrap()));
        let params = TimelineParams { n_events: 4_321, ..generator(format).params().clone() };
        let fewer = TimelineGenerator::new(params).unwrap();
        let start: Vec<_> = generator(format).events().take(4_321).collect();
        assert_eq!(fewer.events().collect::<Vec<_>>(), start);
        // The lines of a body file, and so of `mactime`, are made day by day.
        if !matches!(format, TimelineFormat::Bodyfile | TimelineFormat::Mactime) {
            assert!(whole.starts_with(&bytes(&fewer)), "{format:?}");
        }
    }
}

#[test]
fn without_an_intruder_nothing_is_labelled() {
    let params = TimelineParams { intrusion: false, n_events: 30_000, ..Default::default() };
    let quiet = TimelineGenerator::new(params).unwrap();
    assert!(quiet.events().all(|event| !event.is_intrusion));
    // Until the third day the two hosts are one.
    let loud = TimelineGenerator::new(TimelineParams::default()).unwrap();
    let n_before = loud.events().take_while(|event| !event.is_intrusion).count();
    assert!(4_000 < n_before, "{n_before}");
    let two_days: Vec<_> = loud.events().take(4_000).collect();
    assert_eq!(quiet.events().take(4_000).collect::<Vec<_>>(), two_days);
}

#[test]
fn the_intruders_program_is_older_than_its_name() {
    let events: Vec<_> = generator(TimelineFormat::Digest).events().collect();
    let born = |artefact: Artefact, path: &str| {
        let of = events.iter().filter(|event| {
            event.is_intrusion
                && event.artefact == artefact
                && event.macb[3]
                && *event.path == *path
        });
        of.map(|event| event.time).min()
    };
    let programs: BTreeSet<String> = events
        .iter()
        .filter(|event| event.is_intrusion && event.path.starts_with("/Windows/System32/"))
        .filter(|event| event.path.ends_with(".exe") && event.artefact == Artefact::FileName)
        .map(|event| event.path.to_string())
        .collect();
    assert_eq!(programs.len(), 1, "{programs:?}");
    for path in programs {
        let by_name = born(Artefact::FileName, &path).unwrap();
        let stomped = born(Artefact::StandardInformation, &path).unwrap();
        assert!(stomped < by_name && stomped % 1_000_000 == 0, "{path}");
    }
}

#[test]
fn entries_are_used_again() {
    let events: Vec<_> = generator(TimelineFormat::Digest).events().collect();
    let n_reused = events.iter().filter(|event| 1 < event.sequence).count();
    assert!(events.len() / 4 < n_reused, "{n_reused}");
    assert!(events.windows(2).all(|pair| pair[0].time <= pair[1].time));
}
