//! Detectors that look at each column by itself.

mod copod;
mod ecod;
mod hbos;
mod tails;

pub use copod::{Copod, CopodParams};
pub use ecod::{Ecod, EcodParams};
pub use hbos::{Hbos, HbosParams};
