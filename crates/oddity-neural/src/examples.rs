//! Where a batch's numbers come from: rows and windows, written out when they are needed and
//! never before.

/// Samples that a network reads, and what it should make of them.
pub(crate) trait Examples: Sync {
    /// Number of samples.
    fn len(&self) -> usize;

    /// Writes a row of a sample's input.
    fn input(&self, sample: usize, step: usize, row: &mut [f32]);

    /// Writes a row of what should be made of it.
    fn target(&self, sample: usize, step: usize, row: &mut [f32]);
}
