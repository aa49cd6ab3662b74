//! ADFA-LD as zip and as folder: read whole, or refused with a typed error.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use oddity_ingest::{AdfaLd, Class, Error, Limits, Role, Subset, TraceInfo};
use proptest::prelude::*;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

type Files<'a> = Vec<(&'a str, &'a [u8])>;

/// A trace in each of the three folders, and a file that is none.
fn sound() -> Files<'static> {
    vec![
        ("Attack_Data_Master/Hydra_FTP_10/b.txt", b"5 6 "),
        ("Attack_Data_Master/Hydra_FTP_2/c.txt", b"7 8 "),
        ("Attack_Data_Master/Adduser_3/d.txt", b"9 "),
        ("Training_Data_Master/UTD-0002.txt", b"2 2 "),
        ("Training_Data_Master/UTD-0001.txt", b"1 1 1 "),
        ("Validation_Data_Master/UVD-0001.txt", b"340 65535"),
        ("ADFA-LD+Syscall+List.txt", b"no trace"),
    ]
}

fn with(files: Files<'static>, more: &[(&'static str, &'static [u8])]) -> Files<'static> {
    files.into_iter().chain(more.iter().copied()).collect()
}

fn without(part: &str) -> Files<'static> {
    sound().into_iter().filter(|(file, _)| !file.contains(part)).collect()
}

fn zipped(top: &str, files: &Files<'_>, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (file, bytes) in files {
        writer.start_file(format!("{top}{file}"), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Writes the bytes to a file that the folder keeps alive, and reads it.
fn read_zip(bytes: &[u8]) -> Result<AdfaLd, Error> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.zip");
    fs::write(&path, bytes).unwrap();
    AdfaLd::open(&path)
}

fn write_folder(root: &Path, files: &Files<'_>) {
    for (file, bytes) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn read_folder(files: &Files<'_>) -> Result<AdfaLd, Error> {
    let folder = TempDir::new().unwrap();
    write_folder(folder.path(), files);
    AdfaLd::open(folder.path())
}

fn expected() -> Vec<(TraceInfo, Vec<u16>)> {
    vec![
        (TraceInfo::attack(Class::Adduser, 3, "d.txt"), vec![9]),
        (TraceInfo::attack(Class::HydraFtp, 2, "c.txt"), vec![7, 8]),
        (TraceInfo::attack(Class::HydraFtp, 10, "b.txt"), vec![5, 6]),
        (TraceInfo::normal(Subset::Training, "UTD-0001.txt"), vec![1, 1, 1]),
        (TraceInfo::normal(Subset::Training, "UTD-0002.txt"), vec![2, 2]),
        (TraceInfo::normal(Subset::Validation, "UVD-0001.txt"), vec![340, 65535]),
    ]
}

fn content(data: &AdfaLd) -> Vec<(TraceInfo, Vec<u16>)> {
    let sequences = data.sequences.view();
    data.traces.iter().cloned().zip(sequences.iter().map(<[u16]>::to_vec)).collect()
}

#[test]
fn zip_and_folder_give_the_traces_in_the_studys_order() {
    let content_sha256 = AdfaLd::from_traces(expected()).unwrap().sha256;
    for top in ["", "ADFA-LD/"] {
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let bytes = zipped(top, &sound(), method);
            let data = read_zip(&bytes).unwrap();
            assert_eq!(content(&data), expected());
            assert_eq!(data.skipped, [format!("{top}ADFA-LD+Syscall+List.txt")]);
            assert_eq!(data.sha256, oddity_ingest::Sha256::of(&bytes));
            assert_eq!(data.content_sha256(), content_sha256);
        }
        let folder = TempDir::new().unwrap();
        write_folder(&folder.path().join(top), &sound());
        let data = AdfaLd::open(folder.path()).unwrap();
        assert_eq!(content(&data), expected());
        assert_eq!(data.skipped, [format!("{top}ADFA-LD+Syscall+List.txt")]);
        assert_eq!(data.sha256, content_sha256);
    }
}

#[test]
fn classes_labels_and_the_studys_training_set_follow_from_the_traces() {
    let data = read_folder(&sound()).unwrap();
    assert_eq!(data.classes().codes(), [0, 1, 1, 6, 6, 6]);
    assert_eq!(data.classes().names()[6], "Normal");
    assert_eq!(data.labels().values(), [true, true, true, false, false, false]);
    assert_eq!(data.study_training(), [0, 1, 3, 4]);
}

#[test]
fn the_table_holds_what_the_sequences_hold() {
    use arrow_array::cast::AsArray as _;
    use arrow_array::types::{Int8Type, Int32Type, UInt8Type, UInt16Type};

    let data = read_folder(&sound()).unwrap();
    let table = data.table("a folder").unwrap();
    let batch = table.batch();
    assert_eq!(batch.num_rows(), 6);
    let traces = batch.column(0).as_list::<i32>();
    assert_eq!(traces.value(5).as_primitive::<UInt16Type>().values(), &[340, 65535]);
    let classes = batch.column(1).as_dictionary::<Int8Type>().downcast_dict();
    let classes: arrow_array::TypedDictionaryArray<'_, _, arrow_array::StringArray> =
        classes.unwrap();
    let classes: Vec<_> = classes.into_iter().flatten().collect();
    assert_eq!(classes, ["Adduser", "Hydra_FTP", "Hydra_FTP", "Normal", "Normal", "Normal"]);
    let folders = batch.column(3).as_primitive::<UInt8Type>();
    assert_eq!(folders.iter().collect::<Vec<_>>(), [Some(3), Some(2), Some(10), None, None, None]);
    let files = batch.column(4).as_dictionary::<Int32Type>();
    assert_eq!(files.values().as_string::<i32>().value(5), "Validation_Data_Master/UVD-0001.txt");
    assert_eq!(batch.column(2).as_dictionary::<Int8Type>().keys().values(), &[2, 2, 2, 0, 0, 1]);
    assert_eq!(table.columns(Role::Label).collect::<Vec<_>>(), [1]);
    assert_eq!(table.provenance().sha256, Some(data.sha256));
}

#[test]
fn bad_files_are_refused_with_file_and_place() {
    let bad = |bytes: &'static [u8]| with(sound(), &[("Training_Data_Master/bad.txt", bytes)]);
    let cases: Vec<(Files<'_>, &str)> = vec![
        (
            bad(b"1 two"),
            "Training_Data_Master/bad.txt, line 1, column 3: found \"two\", wanted a number",
        ),
        (
            bad(b"1 65536"),
            "Training_Data_Master/bad.txt, line 1, column 3: found 65536, wanted at most 65535",
        ),
        (bad(b""), "Training_Data_Master/bad.txt: the trace is empty"),
        (
            bad(b"1\n\xff"),
            "Training_Data_Master/bad.txt, line 2, column 1: found bytes that are not UTF-8",
        ),
        (
            bad(b"1 \0"),
            "Training_Data_Master/bad.txt, line 1, column 3: found a NUL byte, wanted text",
        ),
        (without("Attack"), "SOURCE: found no trace in Attack_Data_Master"),
        (without("Training"), "SOURCE: found no trace in Training_Data_Master"),
        (without("Validation"), "SOURCE: found no trace in Validation_Data_Master"),
        (vec![("x.txt", b"1")], "SOURCE: found no trace in Training_Data_Master"),
        (
            with(sound(), &[("Attack_Data_Master/Worm_1/x.txt", b"1")]),
            "Attack_Data_Master/Worm_1/x.txt: folder Worm_1 names no known attack and number from 1 to 10",
        ),
        (
            with(sound(), &[("top/Training_Data_Master/UTD-0001.txt", b"1")]),
            "Training_Data_Master/UTD-0001.txt: found twice, wanted once",
        ),
        (
            // Of several bad traces, the first in the study's order.
            with(
                sound(),
                &[
                    ("Validation_Data_Master/z.txt", b"?"),
                    ("Attack_Data_Master/Web_Shell_1/z.txt", b"!"),
                ],
            ),
            "Attack_Data_Master/Web_Shell_1/z.txt, line 1, column 1: found \"!\", wanted a number",
        ),
    ];
    for (files, expected) in cases {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("root");
        write_folder(&root, &files);
        let zip = folder.path().join("data.zip");
        fs::write(&zip, zipped("", &files, CompressionMethod::Deflated)).unwrap();
        for path in [root, zip] {
            let found = AdfaLd::open(&path).unwrap_err().to_string();
            assert_eq!(found.replace(path.to_str().unwrap(), "SOURCE"), expected);
        }
    }
}

#[test]
fn a_truncated_zip_is_refused_wherever_it_ends() {
    let bytes = zipped("ADFA-LD/", &sound(), CompressionMethod::Deflated);
    for length in 0..bytes.len() {
        let found = read_zip(&bytes[..length]);
        assert!(matches!(found, Err(Error::Archive { .. })), "{length} bytes: {found:?}");
    }
}

#[test]
fn a_damaged_trace_is_refused_by_its_checksum() {
    let bytes = zipped("", &sound(), CompressionMethod::Stored);
    let at = bytes.windows(6).position(|window| window == b"1 1 1 ").unwrap();
    let mut damaged = bytes.clone();
    damaged[at] = b'7';
    let Err(Error::Unpack { file, source }) = read_zip(&damaged) else { panic!("it was read") };
    assert_eq!(file, "Training_Data_Master/UTD-0001.txt");
    assert!(source.to_string().to_lowercase().contains("checksum"), "{source}");
}

#[test]
fn no_flipped_byte_makes_it_panic() {
    let bytes = zipped("", &sound(), CompressionMethod::Deflated);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        // Some bytes, such as the time of a file, do not matter.
        if let Ok(data) = read_zip(&damaged) {
            assert!(data.len() <= expected().len(), "byte {at}");
        }
    }
}

#[test]
fn a_name_twice_in_one_archive_is_refused() {
    let mut files = sound();
    files.push(("Training_Data_Master/UTD-0003.txt", b"1"));
    let mut bytes = zipped("", &files, CompressionMethod::Stored);
    // The writer refuses duplicates, so one name is changed into the other afterwards.
    for at in 0..bytes.len() - 12 {
        if bytes[at..].starts_with(b"UTD-0003.txt") {
            bytes[at + 7] = b'2';
        }
    }
    let Err(Error::DuplicateFile { file }) = read_zip(&bytes) else { panic!("it was read") };
    assert_eq!(file, "Training_Data_Master/UTD-0002.txt");
}

#[test]
fn sizes_above_the_limits_are_refused_before_unpacking() {
    let big = vec![b'1'; 100_000];
    let mut files = sound();
    files.push(("Training_Data_Master/big.txt", &big));
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data.zip");
    fs::write(&path, zipped("", &files, CompressionMethod::Deflated)).unwrap();
    let limits = Limits { file_bytes: 99_999, ..Limits::default() };
    let Err(Error::FileTooLarge { file, found, limit }) = AdfaLd::open_within(&path, limits) else {
        panic!("it was read");
    };
    assert_eq!((file.as_str(), found, limit), ("Training_Data_Master/big.txt", 100_000, 99_999));
    let limits = Limits { total_bytes: 100_000, ..Limits::default() };
    let Err(Error::TooLarge { found, .. }) = AdfaLd::open_within(&path, limits) else {
        panic!("it was read");
    };
    assert_eq!(found, 100_029);
}

#[test]
fn a_file_that_unpacks_to_more_than_announced_is_refused() {
    let big = vec![b' '; 50_000];
    let mut files = sound();
    files.push(("Training_Data_Master/big.txt", &big));
    let mut bytes = zipped("", &files, CompressionMethod::Deflated);
    for at in 0..bytes.len() - 4 {
        if bytes[at..].starts_with(&50_000u32.to_le_bytes()) {
            bytes[at..at + 4].copy_from_slice(&100u32.to_le_bytes());
        }
    }
    let found = read_zip(&bytes);
    let named = match &found {
        Err(Error::Size { file, .. } | Error::Unpack { file, .. }) => file.as_str(),
        other => panic!("{other:?}"),
    };
    assert_eq!(named, "Training_Data_Master/big.txt");
}

#[test]
fn what_is_not_there_or_no_archive_is_refused() {
    let found = AdfaLd::open("no/such/path.zip");
    assert!(matches!(found, Err(Error::Io { .. })), "{found:?}");
    for bytes in [&b""[..], b"PK", b"1 2 3 4", &[0; 70_000]] {
        let found = read_zip(bytes);
        assert!(matches!(found, Err(Error::Archive { .. })), "{found:?}");
    }
}

#[test]
fn one_thread_and_several_read_the_same() {
    let names: Vec<String> =
        (0..500).map(|number| format!("Training_Data_Master/{number}.txt")).collect();
    let texts: Vec<String> = (0..500).map(|number| format!("{number} {}", number * 7)).collect();
    let mut files = sound();
    files.extend(names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())));
    let bytes = zipped("", &files, CompressionMethod::Deflated);
    let read = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| read_zip(&bytes).unwrap())
    };
    assert_eq!(read(1), read(4));
}

#[test]
fn the_published_data_has_its_published_counts() {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR").map(PathBuf::from) else {
        println!("skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    let data = AdfaLd::open(folder.join("adfa-ld/ADFA-LD.zip")).unwrap();
    let count = |wanted: &dyn Fn(&TraceInfo) -> bool| {
        let traces = data.select(wanted);
        let n_calls: usize =
            traces.iter().map(|&trace| data.sequences.view().get(trace).len()).sum();
        (traces.len(), n_calls)
    };
    let subset = |subset| count(&|trace: &TraceInfo| trace.subset == subset);
    assert_eq!(subset(Subset::Training), (833, 308_077));
    assert_eq!(subset(Subset::Validation), (4_372, 2_122_085));
    assert_eq!(subset(Subset::Attack), (746, 317_388));
    assert_eq!(data.classes().counts(), [91, 162, 176, 124, 75, 118, 833 + 4_372]);
    assert_eq!(data.study_training().len(), 505 + 833);
    let highest = (0..data.len()).filter_map(|trace| data.sequences.view().get(trace).iter().max());
    assert_eq!(highest.max(), Some(&340));
    assert_eq!(data.skipped, ["ADFA-LD/ADFA-LD+Syscall+List.txt"]);
    assert_eq!(data.table("ADFA-LD.zip").unwrap().batch().num_rows(), 5_951);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn random_traces_read_back_equal(
        traces in prop::collection::vec(
            (0..8usize, 1..=10u8, prop::collection::vec(any::<u16>(), 1..60)), 0..40,
        ),
    ) {
        let mut all = expected();
        all.extend(traces.into_iter().enumerate().map(|(number, (kind, folder, symbols))| {
            let name = format!("T{number}.txt");
            let info = match kind {
                6 => TraceInfo::normal(Subset::Training, &name),
                7 => TraceInfo::normal(Subset::Validation, &name),
                class => TraceInfo::attack(Class::ALL[class], folder, &name),
            };
            (info, symbols)
        }));
        let made = AdfaLd::from_traces(all).unwrap();
        let texts: Vec<String> = made.sequences.view().iter().map(|symbols| {
            symbols.iter().map(|symbol| format!("{symbol} ")).collect()
        }).collect();
        let files: Files<'_> = made.traces.iter().zip(&texts)
            .map(|(info, text)| (info.file.as_str(), text.as_bytes())).collect();
        let folder = read_folder(&files).unwrap();
        prop_assert_eq!(&folder, &made);
        let zip = read_zip(&zipped("ADFA-LD/", &files, CompressionMethod::Deflated)).unwrap();
        prop_assert_eq!(content(&zip), content(&made));
    }
}
