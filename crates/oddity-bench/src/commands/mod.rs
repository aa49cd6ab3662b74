//! The commands of the program, one file each.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod fetch;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod measure;
pub(crate) mod merge;
pub(crate) mod report;
pub(crate) mod repro;
pub(crate) mod run;
pub(crate) mod turns;

use std::io::Write;

/// A line on standard error, for people.
pub(crate) fn say(text: &str) {
    // A reader who has gone away is no reason to stop.
    let _gone = writeln!(std::io::stderr(), "{}", text.trim_end());
}

/// Text on standard output, for people and programs.
pub(crate) fn print(text: &str) {
    let _gone = writeln!(std::io::stdout(), "{}", text.trim_end());
}
