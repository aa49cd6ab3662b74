//! Oddity's benchmark: the report of a run.

pub mod report;
