//! Delimited text: what is written is read, in any form, on any number of threads.

use std::fmt::Write as _;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use oddity_ingest::delimited::ColumnType;
use oddity_ingest::{BatchReader, Columnar, CsvOptions, Input, ReadOptions, Role, Sha256, Table};
use proptest::prelude::*;

fn input(text: String) -> Input {
    Input::Bytes { name: "f.csv".to_owned(), bytes: text.into_bytes() }
}

fn options() -> CsvOptions {
    CsvOptions::default()
        .column("number", ColumnType::Number)
        .column("class", ColumnType::Category)
        .column("text", ColumnType::Text)
        .role("class", Role::Label)
        .role("text", Role::Key)
}

fn quoted(field: &str, always: bool) -> String {
    if always || field.contains(['"', ';', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// A table of several blocks, with categories that come late and quoted line breaks.
fn large() -> String {
    let mut text = "number;class;text\n".to_owned();
    for row in 0..120_000u32 {
        let number = f64::from(row.wrapping_mul(2_654_435_761) % 1_000_003) / 997.0;
        let _ = writeln!(text, "{number};c{};\"row {row}\nof; many\"", row / 1_000 % 97);
    }
    text
}

fn read(text: &str, n_threads: usize) -> Vec<RecordBatch> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("a pool");
    let read =
        || options().open(input(text.to_owned())).expect("a header").collect::<Result<_, _>>();
    pool.install(read).expect("good rows")
}

#[test]
fn batches_are_the_same_on_any_number_of_threads() {
    let text = large();
    let one = read(&text, 1);
    assert!(2 < one.len());
    assert_eq!(one, read(&text, 3));
}

#[test]
fn categories_of_many_batches_are_those_of_one_table() {
    let table = options().open(input(large())).unwrap().read_all().unwrap();
    assert_eq!(table.batch().num_rows(), 120_000);
    let classes = table.classes("class").unwrap();
    assert_eq!(classes.n_classes(), 97);
    for row in [0, 999, 1_000, 96_999, 97_000, 119_999] {
        let expected = format!("c{}", row / 1_000 % 97);
        assert_eq!(classes.names()[classes.codes()[row] as usize], expected);
    }
    let texts = table.batch().column(2).as_string::<i32>();
    assert_eq!(texts.value(77_777), "row 77777\nof; many");
}

#[test]
fn an_error_in_a_late_block_names_its_line_and_comes_after_the_rows_before() {
    let mut text = large();
    // 120,000 records of two lines each, after the header.
    text.push_str("x;c;t\n");
    let mut n_rows = 0;
    let mut error = None;
    let mut reader = options().open(input(text)).unwrap();
    for batch in &mut reader {
        match batch {
            Ok(batch) => n_rows += batch.num_rows(),
            Err(found) => error = Some(found.to_string()),
        }
    }
    assert_eq!(error.unwrap(), "f.csv, line 240002, column 1: found \"x\", wanted a number");
    assert!(50_000 < n_rows && n_rows < 120_000);
    assert!(reader.next().is_none());
}

#[test]
fn limits_are_kept() {
    let with = |read: ReadOptions| {
        let options = CsvOptions { read, ..options() };
        options.open(input(large())).and_then(BatchReader::read_all).unwrap_err().to_string()
    };
    let few = with(ReadOptions { max_categories: 50, ..ReadOptions::default() });
    // The first row of the 51st class, of rows of two lines each below the header.
    let line = 2 + 2 * 50_000;
    let column = large().lines().nth(line - 1).and_then(|row| row.find(';')).unwrap() + 2;
    let place = format!("f.csv, line {line}, column {column}");
    assert_eq!(few, format!("{place}: found more than 50 categories"));
    let small = with(ReadOptions { max_table: 1 << 20, ..ReadOptions::default() });
    assert_eq!(small, "f.csv: the table takes more than 1048576 bytes");
    let short = with(ReadOptions { max_unpacked: 1 << 20, ..ReadOptions::default() });
    assert_eq!(short, "f.csv: has 1048577 bytes, wanted at most 1048576");
}

#[test]
fn names_of_categories_that_never_repeat_count_once_against_the_limit() {
    let mut text = "class\n".to_owned();
    for row in 0..80_000 {
        let _ = writeln!(text, "{row:0100}");
    }
    // The names of all batches up to each would be four times as many bytes.
    let read = ReadOptions { max_table: 2 * text.len(), ..ReadOptions::default() };
    let options =
        CsvOptions { read, ..CsvOptions::default() }.column("class", ColumnType::Category);
    let table = options.open(input(text)).unwrap().read_all().unwrap();
    let classes = table.classes("class").unwrap();
    assert!(classes.codes().iter().enumerate().all(|(row, &code)| row == code as usize));
    assert_eq!(classes.names()[79_999], format!("{:0100}", 79_999));
}

#[test]
fn a_dictionary_that_batches_share_counts_once_against_the_limit() {
    let mut text = "class\n".to_owned();
    for row in 0..20_000 {
        let _ = writeln!(text, "{:0500}", row % 1_000);
    }
    let read = ReadOptions { max_table: 3 << 20, ..ReadOptions::default() };
    let options =
        CsvOptions { read, ..CsvOptions::default() }.column("class", ColumnType::Category);
    let n_batches = options.open(input(text.clone())).unwrap().count();
    // Half a megabyte of names: once within the limit, and once a batch beyond it.
    assert!(8 < n_batches, "{n_batches}");
    let table = options.open(input(text)).unwrap().read_all().unwrap();
    assert_eq!(table.batch().num_rows(), 20_000);
}

#[test]
fn a_cache_gives_back_rows_roles_and_the_checksum_of_the_source() {
    let folder = tempfile::tempdir().unwrap();
    let read = ReadOptions { checksum: true, ..ReadOptions::default() };
    let options = CsvOptions { read, ..options() };
    let table = options.open(input(large())).unwrap().read_all().unwrap();
    for name in ["cache.parquet", "cache.arrow"] {
        let path = folder.path().join(name);
        let form = Columnar::of(&path).unwrap();
        let mut reader = options.open(input(large())).unwrap();
        assert_eq!(form.write(&path, &mut reader).unwrap(), 120_000);
        let cached = form.open(&path, &ReadOptions::default()).unwrap().read_all().unwrap();
        assert_eq!(cached.roles(), table.roles(), "{name}");
        assert_eq!(cached.provenance(), table.provenance(), "{name}");
        assert_eq!(values(&cached), values(&table), "{name}");
        let hashed = form.open(&path, &options.read).unwrap().read_all().unwrap();
        let own = Sha256::of(&std::fs::read(&path).unwrap());
        assert_eq!(hashed.provenance().sha256, Some(own), "{name}");
        assert_eq!(hashed.provenance().source, table.provenance().source, "{name}");
        assert_eq!(values(&hashed), values(&table), "{name}");
    }
    let damaged = folder.path().join("cache.parquet");
    let bytes = std::fs::read(&damaged).unwrap();
    std::fs::write(&damaged, &bytes[..bytes.len() / 2]).unwrap();
    let error = Columnar::Parquet.open(&damaged, &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, oddity_ingest::Error::Columnar { .. }), "{error}");
}

fn values(table: &Table) -> oddity_core::Records {
    table.records(&[Role::Feature, Role::Label, Role::Key]).expect("columns of records")
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec(
            (any::<f64>().prop_filter("finite", |x| x.is_finite()), "[a-c]", "[a\";\n,é ]{0,6}"),
            0..30,
        ),
        crlf in any::<bool>(),
        always in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = format!("number;class;text{end}");
        for (number, class, field) in &rows {
            let _ = write!(text, "{};{};{}{end}", quoted(&number.to_string(), always), quoted(class, always), quoted(field, always));
        }
        let options = CsvOptions { separator: Some(b';'), ..options() };
        let table = options.open(input(text)).unwrap().read_all().unwrap();
        let records = table.records(&[Role::Feature, Role::Label, Role::Key]).unwrap();
        prop_assert_eq!(records.n_rows(), rows.len());
        let (class, text) = (records.texts("class").unwrap(), records.texts("text").unwrap());
        for (row, (number, expected_class, field)) in rows.iter().enumerate() {
            prop_assert_eq!(records.numbers("number").unwrap()[row].to_bits(), number.to_bits());
            prop_assert_eq!(class(row), expected_class);
            prop_assert_eq!(text(row), field);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let input = Input::Bytes { name: "f".to_owned(), bytes };
        let _ = CsvOptions::default().open(input).and_then(BatchReader::read_all);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[ab0-9,;\"\n\r.e-]{0,120}") {
        let rows = CsvOptions::default().open(input(text.clone())).and_then(BatchReader::read_all);
        if let Ok(table) = rows && !text.contains('"') {
            // No row is lost: the header and every row are a line that is not blank.
            let lines = text.split('\n').filter(|line| !matches!(*line, "" | "\r"));
            if 1 < table.batch().num_columns() {
                prop_assert_eq!(table.batch().num_rows() + 1, lines.count());
            }
        }
    }
}
