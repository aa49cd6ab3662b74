//! Scores of samples that are worked on in blocks.

use oddity_core::{FrameView, Result, Samples, Scores};

use crate::flattened::Shape;

/// Samples that are in memory as a table at a time: a window is copied there.
pub(crate) const BLOCK: usize = 2_048;

impl Shape {
    /// The scores that `score` gives tables of samples, each row by itself.
    ///
    /// # Errors
    ///
    /// As [`Shape::with`], and whatever `score` returns.
    pub(crate) fn score_blocks(
        self,
        samples: &Samples<'_>,
        score: impl Fn(FrameView<'_>) -> Result<Vec<f64>>,
    ) -> Result<Scores> {
        self.with(samples, |rows| {
            let mut scores = Vec::with_capacity(rows.len());
            for first in (0..rows.len()).step_by(BLOCK) {
                let block = first..rows.len().min(first + BLOCK);
                scores.extend(rows.block(block, &score)?);
            }
            Scores::new(scores)
        })
    }
}
