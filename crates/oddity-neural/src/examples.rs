//! Where a batch's numbers come from: rows and windows, written out as `f32` when they are
//! needed, never before.

/// Samples that a network reads, and what it should make of them.
pub(crate) trait Examples: Sync {
    /// Number of samples.
    fn len(&self) -> usize;

    /// Writes a row of a sample's input.
    fn input(&self, sample: usize, step: usize, row: &mut [f32]);

    /// Writes a row of what should be made of it; `false` where that is the input.
    fn target(&self, sample: usize, step: usize, row: &mut [f32]) -> bool;
}
