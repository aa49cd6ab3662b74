//! Scores of samples that are worked on in blocks, and what a fitted detector keeps of their
//! shape.

use oddity_core::{FrameView, Result, Samples, Scores, State};

use crate::flattened::Shape;

/// Samples that are in memory as a table at a time: a window is copied there.
pub(crate) const BLOCK: usize = 2_048;

/// Columns and rows of a window that a state may name: their product is counted without overflow.
const MOST: usize = 1 << 31;

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
            rows.blocks(BLOCK, |block| {
                scores.extend(score(block)?);
                Ok(())
            })?;
            Scores::new(scores)
        })
    }

    /// Puts the shape into a state.
    pub(crate) fn put(self, state: &mut State) {
        state.put_count("n_columns", self.n_columns);
        state.put_count("window_size", self.size.unwrap_or(0));
    }

    /// The shape that a state holds.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::State`] where there is none, or one beyond all bounds.
    pub(crate) fn of_state(state: &State) -> Result<Shape> {
        let n_columns = state.count_within("n_columns", MOST)?;
        let size = state.count_within("window_size", MOST)?;
        Ok(Shape { size: (0 < size).then_some(size), n_columns })
    }
}
