//! Scores of rows that come in parts, of a detector whose scores depend on the rows before.

use crate::{Frame, FrameView, Result, Scores};

/// A detector on its way along rows that come in parts, in time order.
///
/// The scores of all parts are those of all rows at once, to the bits; memory does not grow with
/// the rows. [`FittedDetector::stream`](crate::FittedDetector::stream) begins one.
pub trait ScoreStream: Send {
    /// The scores of the next rows; with `weighs` also how much of each every column makes, as
    /// [`FittedDetector::column_errors`](crate::FittedDetector::column_errors) has it, or none of
    /// a detector that cannot say.
    ///
    /// # Errors
    ///
    /// For rows of another width than the fitted ones.
    fn score(&mut self, rows: FrameView<'_>, weighs: bool) -> Result<(Scores, Option<Frame>)>;
}
