//! Models of sequences of symbols, such as system-call traces.

mod n_grams;
mod stide;

pub use stide::{Stide, StideParams};
