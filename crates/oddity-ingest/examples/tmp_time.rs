//! tmp
fn main() {
    let path = std::env::args().nth(1).expect("path");
    for _ in 0..3 {
        let began = std::time::Instant::now();
        let reader = oddity_ingest::CsvOptions::default().open(path.as_str()).expect("open");
        let n_columns = reader.schema().fields().len();
        let mut rows = 0;
        let mut n = 0;
        for batch in reader {
            rows += batch.expect("batch").num_rows();
            n += 1;
        }
        eprintln!("{rows} x {n_columns} in {n} batches: {:?}", began.elapsed());
    }
}
