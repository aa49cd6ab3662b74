//! Measures of scores, alarms and labels that any tool wrote into files.
//!
//! [`columns`] reads them, [`truth`] makes events of labels or intervals, and [`Said::figure`]
//! takes one measure of the catalogue, of alarms by a
//! [`cutoff`] or by a rule [`fitted`] on other scores.

mod column;
mod error;
mod figures;
mod threshold;
mod truth;

pub use column::{Column, Form, columns, edges};
pub use error::{FileError, Result};
pub use figures::{Decided, Figure, Said, n_anomalies};
pub use threshold::{Calibration, cutoff, fitted};
pub use truth::{TruthForm, TruthSource, truth};
