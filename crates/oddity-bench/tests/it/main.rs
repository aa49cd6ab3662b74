//! Whole runs of suites, a module a subject.

mod adfa_ld;
mod backends;
mod failures;
/// Intervals of figures.
mod intervals;
/// Measures of scores and labels in files.
mod measure_files;
mod resume;
mod study_matrix;
mod tables;
mod thresholds;
mod training;

use std::path::Path;

use oddity_bench::backend::BackendChoice;
use oddity_bench::run::{Finished, RunOptions, run};
use oddity_bench::suite::Suite;

/// Options of a run into a folder.
fn options(folder: &Path, threads: usize) -> RunOptions {
    RunOptions {
        data_dir: None,
        only: None,
        backend: BackendChoice::default(),
        jobs: 1,
        threads,
        folder: folder.to_owned(),
        fresh: false,
        checkpoint_every: oddity_bench::training::CHECKPOINT_EVERY,
        root: None,
    }
}

/// Runs a suite given as TOML.
fn run_text(text: &str, options: &RunOptions) -> Finished {
    let suite = Suite::parse(text, "test").expect("a suite that fits together");
    run(&suite, options, |_, _| ()).expect("a run")
}

/// A file of the results as text.
fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a file of the results")
}
