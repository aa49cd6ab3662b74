//! Measures of scores, alarms and labels that any tool wrote into files.
//!
//! [`columns`] reads them, [`truth`] makes events of labels or intervals, and [`Said::figure`]
//! takes one measure of the catalogue.

mod column;
mod error;
mod figures;
mod truth;

pub use column::{Column, Form, columns, edges};
pub use error::{FileError, Result};
pub use figures::{Figure, Said, n_anomalies};
pub use truth::{TruthForm, TruthSource, truth};
