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
    /// [`Error::Width`] and [`Error::Length`] unless both have the same shape, [`Error::Parameter`]
    /// for 0 steps and for rows that do not fill whole samples.
    pub fn new(n_steps: usize, target: Frame, output: Frame) -> Result<Reconstruction> {
        output.view().expect_width(target.n_columns())?;
        let (expected, found) = (target.n_rows(), output.n_rows());
        if found != expected {
            return Err(Error::Length { what: "rows made of samples", expected, found });
        }
        let ok = 0 < n_steps && expected.is_multiple_of(n_steps);
        let wanted = "a divisor of the number of rows";
        Error::check_parameter("reconstruction", "n_steps", n_steps as f64, ok, wanted)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_do_not_fill_samples_are_refused_for_the_steps() {
        let rows = |n_rows: usize| Frame::new(vec![0.5; n_rows], ["x"]).unwrap();
        let made = |n_steps, n_rows| Reconstruction::new(n_steps, rows(4), rows(n_rows));
        assert!(made(2, 4).is_ok());
        assert!(matches!(made(2, 2), Err(Error::Length { expected: 4, found: 2, .. })));
        for n_steps in [0, 3] {
            assert!(matches!(made(n_steps, 4), Err(Error::Parameter { .. })), "{n_steps}");
        }
    }
}
