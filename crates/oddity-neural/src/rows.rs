//! What a network reads or makes of one sample, row by row.

/// The steps of one sample, each a row of numbers.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    values: &'a [f32],
    width: usize,
    /// From a step's row to the next step's.
    stride: usize,
}

impl<'a> Rows<'a> {
    /// Rows of `width` numbers behind each other.
    ///
    /// # Panics
    ///
    /// If `width` is 0, or the numbers are no whole rows.
    pub fn new(values: &'a [f32], width: usize) -> Rows<'a> {
        assert!(0 < width && values.len().is_multiple_of(width), "whole rows of some numbers");
        Rows { values, width, stride: width }
    }

    /// Rows of `width` numbers, of which each begins `stride` numbers behind the one before.
    pub(crate) fn apart(values: &'a [f32], width: usize, stride: usize) -> Rows<'a> {
        Rows { values, width, stride }
    }

    /// Each step's numbers.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &'a [f32]> + Clone + use<'a> {
        let width = self.width;
        self.values.chunks(self.stride).map(move |row| &row[..width])
    }
}
