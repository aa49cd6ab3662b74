//! Detectors of series: what a window or a row is by the rows before it.

mod fourier;
mod local_regression;
mod matrix_profile;
mod series_rows;
mod spectral_residual;

pub use local_regression::{LocalRegression, LocalRegressionParams};
pub use matrix_profile::{ComparedWith, MatrixProfile, MatrixProfileParams};
pub use spectral_residual::{SpectralResidual, SpectralResidualParams};
