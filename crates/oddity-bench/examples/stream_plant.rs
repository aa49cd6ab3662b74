//! Streams a generated plant of any size through text, Parquet, a scaler and windows, and
//! prints how long each took and the most memory that it all took.
//!
//! `cargo run --release -p oddity-bench --example stream_plant -- 10000000`

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use oddity_bench::environment::peak_rss_bytes;
use oddity_core::Columns;
use oddity_datasets::generate::{HaiGenerator, HaiParams, HaiRelease};
use oddity_features::{Standardize, StandardizeParams, WindowLayout, WindowsParams};
use oddity_ingest::{Columnar, ReadOptions, frame, hai};

/// Rows where none are asked for: enough for a run of a second.
const N_ROWS: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let asked = std::env::args().nth(1).map(|rows| rows.parse()).transpose()?;
    let folder = tempfile::tempdir()?;
    let text = folder.path().join("plant.csv");
    let cache = folder.path().join("plant.parquet");
    let n_rows = asked.unwrap_or(N_ROWS);
    timed("generated as text", || generate(&text, n_rows))?;
    timed("text to Parquet", || {
        let mut reader = hai::open(text.as_path(), &ReadOptions::default())?;
        Ok(Columnar::Parquet.write(&cache, &mut reader)? as u64)
    })?;
    let (n_windows, mean) = standardised_windows(&cache)?;
    let megabytes = |path: &Path| path.metadata().map(|data| data.len() / 1_000_000);
    say(&format!(
        "{n_rows} rows: {} MB of text, {} MB of Parquet; {n_windows} windows of 100 rows, mean \
         square {mean:.6}; peak memory {} MB",
        megabytes(&text)?,
        megabytes(&cache)?,
        peak_rss_bytes().map_or(0, |bytes| bytes / 1_000_000)
    ));
    Ok(())
}

fn generate(path: &Path, n_rows: u64) -> Result<u64, Box<dyn Error>> {
    let release = HaiRelease::V21_03;
    let generator = HaiGenerator::new(HaiParams { release, n_rows, ..HaiParams::default() })?;
    let mut sink = BufWriter::new(File::create(path)?);
    generator.write(&mut sink)?;
    sink.flush()?;
    Ok(n_rows)
}

/// The number of windows, and the mean square of the values in them, which is about 1.
fn standardised_windows(cache: &Path) -> Result<(u64, f64), Box<dyn Error>> {
    let reader = || Columnar::Parquet.open(cache, &ReadOptions::default());
    let opened = reader()?;
    let of_tags = |(at, role): (usize, &oddity_ingest::Role)| {
        (*role == oddity_ingest::Role::Feature).then_some(at)
    };
    let tags: Vec<usize> = opened.roles().iter().enumerate().filter_map(of_tags).collect();
    let fields = opened.schema().fields();
    let columns = Columns::new(tags.iter().map(|&at| fields[at].name().as_str()));
    let mut fit = Standardize::new(StandardizeParams::default())?.begin(&columns);
    timed("fitted the scaler", || {
        let mut n_rows = 0;
        for batch in reader()? {
            let rows = frame(&batch?, &tags)?;
            n_rows += rows.n_rows() as u64;
            fit.update(rows.view())?;
        }
        Ok(n_rows)
    })?;
    let scaler = fit.finish()?;
    let layout = WindowLayout::new(WindowsParams { size: 100, ..WindowsParams::default() })?;
    let mut stream = layout.stream(&columns);
    let (mut n_windows, mut sum, mut n_values) = (0u64, 0.0, 0u64);
    timed("standardised and laid windows", || {
        for batch in reader()? {
            let rows = scaler.transform_in_place(frame(&batch?, &tags)?)?;
            let streamed = stream.push(rows.view(), &[])?;
            n_windows += streamed.windows().len() as u64;
            sum += rows.values().iter().map(|value| value * value).sum::<f64>();
            n_values += rows.values().len() as u64;
        }
        Ok(n_windows)
    })?;
    Ok((n_windows, sum / n_values as f64))
}

fn timed(
    what: &str,
    run: impl FnOnce() -> Result<u64, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let n = run()?;
    say(&format!("{what}: {n} in {:.1} s", began.elapsed().as_secs_f64()));
    Ok(())
}

fn say(text: &str) {
    // A reader who has gone away is no reason to stop.
    let _gone = writeln!(std::io::stdout(), "{text}");
}
