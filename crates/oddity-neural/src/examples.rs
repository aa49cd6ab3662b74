//! Where a batch's numbers come from: rows and windows, written out when they are needed and
//! never before.

use oddity_core::{Error, Result};

use crate::network::Flow;

/// Samples that a network reads, and what it should make of them.
pub trait Examples: Sync {
    /// Number of samples.
    fn len(&self) -> usize;

    /// Whether there is no sample.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes a row of a sample's input.
    fn input(&self, sample: usize, step: usize, row: &mut [f32]);

    /// Writes a row of what should be made of it.
    fn target(&self, sample: usize, step: usize, row: &mut [f32]);

    /// Which series a sample lies in, counted from 0.
    fn series(&self, _sample: usize) -> usize {
        0
    }
}

/// Samples behind each other, `[sample][step][column]`.
pub(crate) struct Batch<'a> {
    values: &'a [f32],
    width: usize,
    steps: usize,
    /// Whether the input is what should be made of it; else nothing is.
    repeats: bool,
}

impl Batch<'_> {
    /// Of a network that was checked, so that its sample's numbers can be counted.
    pub(crate) fn new(values: &[f32], input: Flow, repeats: bool) -> Result<Batch<'_>> {
        let (width, steps) = (input.width, input.steps.unwrap_or(1));
        let (found, sample) = (values.len(), width * steps);
        if found == 0 || !found.is_multiple_of(sample) {
            let expected = found.next_multiple_of(sample).max(sample);
            return Err(Error::Length { what: "a batch's numbers", expected, found });
        }
        Ok(Batch { values, width, steps, repeats })
    }
}

impl Examples for Batch<'_> {
    fn len(&self) -> usize {
        self.values.len() / (self.width * self.steps)
    }

    fn input(&self, sample: usize, step: usize, row: &mut [f32]) {
        let at = (sample * self.steps + step) * self.width;
        row.copy_from_slice(&self.values[at..at + self.width]);
    }

    fn target(&self, sample: usize, step: usize, row: &mut [f32]) {
        if self.repeats {
            self.input(sample, step, row);
        }
    }
}
