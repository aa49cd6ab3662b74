//! Trains the network of the study of HAI on a million rows, and prints the most memory that
//! it took.
//!
//! `cargo run --release -p oddity-bench --example training_memory -- 1000000 1`: rows, and rows
//! from one window to the next. Each window is shown once.

use std::error::Error;
use std::io::Write as _;
use std::ops::ControlFlow;

use oddity_bench::environment::peak_rss_bytes;
use oddity_core::{Columns, Frame, Progress, Seed, WindowsOwned};
use oddity_models::catalogue::DetectorConfig;
use rand::Rng;

/// Tags of HAI 20.07.
const N_COLUMNS: usize = 59;

/// Rows and stride where none are asked for: enough for a run of a second.
const DEFAULTS: [usize; 2] = [3_000, 50];

/// The layers of the study.
const NETWORK: &str = r#"
kind = "lstm_autoencoder"
encoder = [
    { layer = "lstm", units = 128 },
    { layer = "batch_norm" },
    { layer = "lstm", units = 64, returns = "last" },
    { layer = "batch_norm" },
    { layer = "dense", units = 32, activation = "relu" },
]
decoder = [
    { layer = "dense", units = 64, activation = "relu" },
    { layer = "batch_norm" },
    { layer = "lstm", units = 64 },
    { layer = "batch_norm" },
    { layer = "lstm", units = 128 },
    { layer = "batch_norm" },
]
training = { epochs = 1, batch_size = 64 }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let asked: Vec<usize> =
        std::env::args().skip(1).map(|number| number.parse()).collect::<Result<_, _>>()?;
    let [n_rows, stride] = [0, 1].map(|at| asked.get(at).copied().unwrap_or(DEFAULTS[at]));
    let windows = WindowsOwned::new(rows(n_rows)?, vec![0, n_rows], 100, stride)?;
    let n_windows = windows.view().len();
    say(&format!("{n_rows} rows, {n_windows} windows: {}", peak()));
    let detector = toml::from_str::<DetectorConfig>(NETWORK)?.build()?;
    let mut watch = |progress: &Progress<'_>| {
        say(&format!("mean squared error {:.6}: {}", progress.record.loss, peak()));
        ControlFlow::Continue(())
    };
    detector.fit_watched(&windows.samples(), Seed(1), &mut watch)?;
    Ok(())
}

/// Columns that drift, each by itself, within a few units.
fn rows(n_rows: usize) -> oddity_core::Result<Frame> {
    let mut rng = Seed(0).rng();
    let mut row = [0.0; N_COLUMNS];
    let mut values = Vec::with_capacity(n_rows * N_COLUMNS);
    for _ in 0..n_rows {
        for value in &mut row {
            let noise = f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5;
            *value = 0.95 * *value + noise;
        }
        values.extend(row);
    }
    Frame::new(values, Columns::numbered("tag", N_COLUMNS))
}

fn peak() -> String {
    peak_rss_bytes()
        .map_or_else(|| "peak unknown".to_owned(), |peak| format!("peak {} MiB", peak >> 20))
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
