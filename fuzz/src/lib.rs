//! Every loader on damaged input: what it must hold on any bytes, and inputs to show it on.
//!
//! # Overview
//!
//! - [`Target`] is a loader; [`TARGETS`] lists them all, and [`target`] finds one by name.
//! - [`check`] reads bytes with a target, and says what is wrong if anything is: a panic is the
//!   caller's to catch.
//! - [`Campaign`] makes inputs from a target's seeds by mutation, deterministically from a
//!   number, keeps those that showed something new, and collects failures.
//! - [`fuzz`] is the body of a target of `cargo fuzz`.
//!
//! A short campaign over each target is an ordinary test. A long one is
//! `cargo run --release -p oddity-fuzz -- --target csv --seconds 600`.
//!
//! # What every target must hold
//!
//! 1. No panic, and memory within the limits of the options.
//! 2. Two readings give equal batches, or the same error.
//! 3. Every array is valid Arrow, and has as many values as its batch has rows.
//! 4. No row is lost or made up: a text that is read in full has a row for each record that is
//!    not blank, where a record ends at a line break outside quotes.
//! 5. An error names a line of the text, or the one behind its last.
//! 6. A text that was packed with gzip reads like the plain one.
//!
//! # Example
//!
//! ```
//! let target = oddity_fuzz::target("csv").ok_or("no such target")?;
//! assert_eq!(oddity_fuzz::check(target, b"a,b\n1,2\n")?, "2 columns, 2^1 rows");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod campaign;
mod check;
mod dice;
mod mutate;
mod reading;
mod records;
mod saved_pipeline;
mod seeds;
mod target;

pub use campaign::{Campaign, Failure, quiet_panics};
pub use check::{check, fuzz};
pub use reading::Reading;
pub use target::{Rows, TARGETS, Target, target};
