//! The benchmark of Oddity: suites of pipelines, run as cells that are stored once, never
//! lost and never computed twice.
//!
//! # Overview
//!
//! - A [`suite::Suite`] is plain TOML: a dataset, and tasks with pipelines, splits, seeds
//!   and measures.
//! - A [`dataset::Dataset`] is what it runs on, with what is known of each sample.
//! - A [`plan::Plan`] lists its cells. A [`cell::CellIdentity`] holds everything that a
//!   cell's outcome depends on; its hash is the cell's key.
//! - A [`runner::Runner`] computes the cells that a [`store::Store`] lacks;
//!   [`training::Training`] keeps what a cell has learnt so far.
//! - [`results::Results`] takes the measures from the stored scores and writes
//!   `results.jsonl` and `timings.jsonl`; [`report_pages`] and
//!   [`report`] draw them as one offline page, and [`report_files`] writes it with its figures
//!   and tables.
//! - [`measure_files`] takes measures of scores that any tool wrote.
//!
//! - A [`manifest::Folder`] is what a run left: it is read without the data, to
//!   [`merge`], [`check`] and [`compare`] results, and to compute a cell again ([`repro`]).
//! - A [`budget::Budget`] limits what a cell may take; a [`worker`] is a process that computes
//!   cells on their own.
//!
//! The program `oddity-bench` (`cargo xtask bench`) is these in a row.

pub mod backend;
pub mod budget;
pub mod cell;
pub mod check;
pub mod cli;
mod commands;
pub mod compare;
pub mod dataset;
pub mod environment;
pub mod error;
pub mod execute;
pub mod glob;
pub mod hook;
pub mod manifest;
pub mod measure_files;
pub mod merge;
pub mod plan;
pub mod progress;
pub mod report;
pub mod report_files;
pub mod report_pages;
pub mod repro;
pub mod results;
pub mod run;
pub mod runner;
pub mod search;
pub mod shard;
mod spread;
pub mod store;
pub mod suite;
pub mod table;
pub mod training;
pub mod worker;

pub use error::{Error, Result};
