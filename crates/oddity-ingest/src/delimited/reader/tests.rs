//! Categories of many blocks: the same whatever the blocks and threads, and made once.

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;

use super::*;
use crate::source::ByteSource;
use crate::{BatchReader, Input, Role, Table};

/// A row of two categories each, the first of few and the second of many values.
fn text() -> String {
    let row = |row: usize| format!("f{},\"m{}\n\"\n", row * row % 7, row * row % 101);
    (0..500).map(row).collect()
}

fn reader(text: String, block_size: usize, options: &ReadOptions) -> BatchReader {
    let input = Input::Bytes { name: "c".to_owned(), bytes: text.into_bytes() };
    let source = ByteSource::open(input, options).expect("bytes");
    let dialect = Dialect::default();
    let blocks = Blocks::new(source, dialect.quote, 1 << 20).with_block_size(block_size);
    let columns = ["few", "many"].map(|name| (name.to_owned(), ColumnType::Category));
    let batches = DelimitedBatches::new(blocks, dialect, &columns, options);
    let schema = Arc::clone(batches.schema());
    BatchReader::new(schema, vec![Role::Feature, Role::Label], batches, options.max_table)
}

fn table(block_size: usize, n_threads: usize) -> Table {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("a pool");
    let read = || reader(text(), block_size, &ReadOptions::default()).read_all();
    pool.install(read).expect("good rows")
}

/// The names of a column, and the codes of its rows.
fn parts(batch: &RecordBatch, column: usize) -> (Vec<String>, Vec<i32>) {
    let array = batch.column(column).as_dictionary::<Int32Type>();
    let names = array.values().as_string::<i32>().iter().flatten().map(str::to_owned);
    (names.collect(), array.keys().values().to_vec())
}

#[test]
fn tables_do_not_depend_on_blocks_or_threads() {
    let one = table(1 << 20, 1);
    let (names, codes) = parts(one.batch(), 1);
    // In order of first occurrence.
    assert_eq!(names[..4], ["m0\n", "m1\n", "m4\n", "m9\n"]);
    assert_eq!((names.len(), codes.len()), (51, 500));
    for (block_size, n_threads) in [(64, 1), (64, 3), (1_000, 2), (4_096, 1)] {
        assert_eq!(table(block_size, n_threads), one, "{block_size} bytes, {n_threads} threads");
    }
}

#[test]
fn a_category_has_one_code_in_all_batches_and_names_are_added_behind() {
    let whole = table(64, 1);
    let mut rows: [Vec<i32>; 2] = [Vec::new(), Vec::new()];
    for batch in reader(text(), 200, &ReadOptions::default()) {
        let batch = batch.unwrap();
        for (column, rows) in rows.iter_mut().enumerate() {
            let (names, codes) = parts(&batch, column);
            assert!(parts(whole.batch(), column).0.starts_with(&names));
            rows.extend(codes);
        }
    }
    assert_eq!(rows, [0, 1].map(|column| parts(whole.batch(), column).1));
}

#[test]
fn a_reader_may_be_asked_for_the_rest_after_some_batches() {
    let mut some = reader(text(), 200, &ReadOptions::default());
    let first = some.next().unwrap().unwrap();
    let rest = some.read_all().unwrap();
    assert_eq!(first.num_rows() + rest.batch().num_rows(), 500);
    let (_, codes) = parts(&first, 1);
    let (names, more) = parts(rest.batch(), 1);
    assert_eq!((names, [codes, more].concat()), parts(table(1 << 20, 1).batch(), 1));
}

#[test]
fn the_names_of_a_table_are_held_once() {
    // Every value is another: dictionaries of batches by themselves would be many times as long.
    let row = |row: usize| format!("x,{row:0100}\n");
    let text: String = (0..2_000).map(row).collect();
    let options = ReadOptions { max_table: 2 * text.len(), ..ReadOptions::default() };
    let table = reader(text, 4_096, &options).read_all().unwrap();
    assert_eq!(table.classes("many").unwrap().n_classes(), 2_000);
}

#[test]
fn the_category_that_is_one_too_many_is_named_by_its_own_place() {
    // A field over two lines before each value, so that rows and lines differ.
    let mut rows: Vec<String> = (0..9).map(|row| format!("\"a\nb\",n{}\n", row % 3)).collect();
    rows.push("\"a\nb\",late\n".to_owned());
    rows.push("a,later\n".to_owned());
    let options = ReadOptions { max_categories: 3, ..ReadOptions::default() };
    for block_size in [8, 30, 1 << 20] {
        for whole in [false, true] {
            let mut reader = reader(rows.concat(), block_size, &options);
            let error = match whole {
                true => reader.read_all().map(|_| ()).unwrap_err(),
                false => reader.find_map(Result::err).unwrap(),
            };
            let found = "c, line 20, column 4: found more than 3 categories";
            assert_eq!(error.to_string(), found, "{block_size} bytes");
        }
    }
}
