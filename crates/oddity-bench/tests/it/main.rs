//! Whole runs of suites, a module a subject.

mod adfa_ld;
mod backends;
mod checking;
mod ci_example;
mod disk;
mod failures;
mod gate;
/// Intervals of figures.
mod intervals;
mod isolation;
mod killed;
/// Measures of scores and labels in files.
mod measure_files;
mod own_files;
mod programs;
mod resume;
mod shards;
mod study_matrix;
mod tables;
mod thresholds;
mod training;
mod validation;

use std::path::Path;

use oddity_bench::run::{Finished, RunOptions, run};
use oddity_bench::suite::Suite;

/// Options of a run into a folder.
fn options(folder: &Path, threads: usize) -> RunOptions<'static> {
    RunOptions { threads, ..RunOptions::new(folder) }
}

/// Runs a suite given as TOML.
fn run_text(text: &str, options: &RunOptions<'_>) -> Finished {
    let suite = Suite::parse(text, "test").expect("a suite that fits together");
    run(&suite, options, |_, _| ()).expect("a run")
}

/// A file of the results as text.
fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a file of the results")
}
