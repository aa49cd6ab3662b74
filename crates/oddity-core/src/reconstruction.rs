//! What a detector makes of samples, beside what it should make.

use crate::{Error, Frame, Result};

/// What a detector makes of samples, beside what it should make: `n_steps` rows a sample, those
/// of a sample behind each other.
///
/// The columns are those that the detector reads, behind the steps of its pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconstruction {
    n_steps: usize,
    target: Frame,
    output: Frame,
}

impl Reconstruction {
    /// Takes both sides, `n_steps` rows a sample each.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] and [`Error::Length`] unless both have the same shape and whole samples.
    pub fn new(n_steps: usize, target: Frame, output: Frame) -> Result<Reconstruction> {
        output.view().expect_width(target.n_columns())?;
        let (expected, found) = (target.n_rows(), output.n_rows());
        if found != expected || n_steps == 0 || !expected.is_multiple_of(n_steps) {
            return Err(Error::Length { what: "rows made of samples", expected, found });
        }
        Ok(Reconstruction { n_steps, target, output })
    }

    /// Rows of a sample.
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// What should be made.
    pub fn target(&self) -> &Frame {
        &self.target
    }

    /// What is made.
    pub fn output(&self) -> &Frame {
        &self.output
    }
}
