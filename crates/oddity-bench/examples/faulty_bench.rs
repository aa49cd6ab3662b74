//! The benchmark program with faults planted, to see that each shows as what it is.
//!
//! The environment variable `FAULT` says which, `FAULT_IN` in which pipelines (a pattern, all
//! where it is left out), `FAULT_SPLIT` in which split:
//!
//! - `panic`, `abort`, `sleep` (for ten minutes), `memory` (a GiB at a time, until it ends)
//! - `slow=0.1`: each stage takes a tenth longer
//! - `pause=0.05`: waits 50 ms before each cell, so that a run takes long enough to be killed
//! - `loss=0.02`: scores of anomalies and of normal samples are swapped until that much of the
//!   ROC AUC is lost

use std::env;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use oddity_bench::cell::CellName;
use oddity_bench::execute::Computed;
use oddity_bench::glob;
use oddity_bench::hook::Hook;
use oddity_bench::store::{CellTable, Part};

fn main() -> ExitCode {
    oddity_bench::cli::main(Some(&Faults))
}

struct Faults;

impl Hook for Faults {
    fn before(&self, name: &CellName) {
        match fault(name) {
            Some(("panic", _)) => panic!("planted"),
            Some(("abort", _)) => std::process::abort(),
            Some(("sleep", _)) => std::thread::sleep(Duration::from_secs(600)),
            Some(("pause", seconds)) => std::thread::sleep(Duration::from_secs_f64(seconds)),
            Some(("memory", _)) => hog(),
            _ => {}
        }
    }

    fn after(&self, name: &CellName, computed: &mut Computed) {
        match fault(name) {
            Some(("slow", share)) => {
                for timing in &mut computed.timings {
                    // Work that does nothing: a sleep would overshoot short stages by far.
                    let began = Instant::now();
                    let more = Duration::from_secs_f64(timing.seconds * share);
                    while began.elapsed() < more {
                        std::hint::spin_loop();
                    }
                    timing.seconds += began.elapsed().as_secs_f64();
                }
            }
            Some(("loss", loss)) => {
                if let Some(kept) = &mut computed.kept {
                    lose(&mut kept.table, loss);
                }
            }
            _ => {}
        }
    }
}

/// The fault of a cell and its number.
fn fault(name: &CellName) -> Option<(&'static str, f64)> {
    const FAULTS: &[&str] = &["panic", "abort", "sleep", "pause", "memory", "slow", "loss"];
    let fault = env::var("FAULT").ok()?;
    let is_here = |variable: &str, value: &str| {
        env::var(variable).map_or(true, |wanted| glob::matches(&wanted, value))
    };
    if !is_here("FAULT_IN", &name.pipeline) || !is_here("FAULT_SPLIT", &name.split) {
        return None;
    }
    let (kind, number) = fault.split_once('=').unwrap_or((&fault, "0"));
    let kind = FAULTS.iter().find(|known| **known == kind)?;
    Some((kind, number.parse().ok()?))
}

/// Takes memory and writes to it, until somebody ends the process.
fn hog() {
    let mut held = Vec::new();
    loop {
        held.push(vec![1_u8; 64 << 20]);
        black_box(&held);
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Swaps scores of test samples, anomalous with normal ones, until the AUC lost `loss`.
fn lose(table: &mut CellTable, loss: f64) {
    let rows = table.rows_of(Part::Test);
    let (normal, anomalous): (Vec<usize>, Vec<usize>) =
        rows.iter().partition(|&&row| table.truth[row] == 0);
    if normal.is_empty() || anomalous.is_empty() {
        return;
    }
    // One value a sample: the score of a detector, the probability of a classifier's class 1.
    let (values, width, of) = match (&mut table.score, &mut table.probabilities) {
        (Some(scores), _) => (scores, 1, 0),
        (None, Some(probabilities)) => (probabilities, table.n_classes, 1),
        (None, None) => return,
    };
    let auc = |values: &[f64]| -> f64 {
        let value = |row: usize| values[row * width + of];
        let wins = anomalous.iter().flat_map(|&a| {
            normal.iter().map(move |&n| {
                if value(n) < value(a) {
                    1.0
                } else if value(a) < value(n) {
                    0.0
                } else {
                    0.5
                }
            })
        });
        wins.sum::<f64>() / (anomalous.len() * normal.len()) as f64
    };
    let before = auc(values);
    for (&a, &n) in anomalous.iter().zip(&normal) {
        if loss <= before - auc(values) {
            return;
        }
        if values[n * width + of] < values[a * width + of] {
            for class in 0..width {
                values.swap(a * width + class, n * width + class);
            }
        }
    }
}
