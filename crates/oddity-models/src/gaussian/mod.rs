//! Detectors that take normal samples as drawn from normal distributions.

mod chi_square;
mod covariance;
mod gmm;
mod mcd;
mod mixture;
mod search;
mod start;

pub use gmm::{Gmm, GmmParams};
pub use mcd::{Mcd, McdParams};
pub use mixture::CovarianceType;
pub use start::Start;
