//! Which samples train and which test.

use crate::{Error, Result};

/// Indices of the training and the test samples; no sample is in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    train: Vec<usize>,
    test: Vec<usize>,
}

impl Split {
    /// Takes the indices of both parts, each below `n_samples`.
    ///
    /// # Errors
    ///
    /// [`Error::SplitIndex`] for an index that is out of range, in both parts, or twice in
    /// one.
    pub fn new(train: Vec<usize>, test: Vec<usize>, n_samples: usize) -> Result<Split> {
        let mut taken = vec![false; n_samples];
        for &sample in train.iter().chain(&test) {
            if n_samples <= sample || taken[sample] {
                return Err(Error::SplitIndex { sample, samples: n_samples });
            }
            taken[sample] = true;
        }
        Ok(Split { train, test })
    }

    /// The samples to fit on.
    pub fn train(&self) -> &[usize] {
        &self.train
    }

    /// The samples to measure on.
    pub fn test(&self) -> &[usize] {
        &self.test
    }
}
