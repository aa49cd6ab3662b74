//! Online detection: score one row, then learn from it.

use crate::{Error, Result, State};

/// A detector over a stream of rows, in time order.
pub trait OnlineDetector: Send {
    /// The score of the next row, before it is learned; higher is more anomalous.
    ///
    /// # Errors
    ///
    /// For a row of another width, or with a value that is not finite.
    fn score_one(&mut self, row: &[f64]) -> Result<f64>;

    /// Learns from the row.
    ///
    /// # Errors
    ///
    /// For a row of another width, or with a value that is not finite.
    fn learn_one(&mut self, row: &[f64]) -> Result<()>;

    /// How much of the score of the next row each column makes, not negative, in the detector's
    /// own unit; none of a detector that cannot say. Learns nothing.
    ///
    /// # Errors
    ///
    /// Those of [`score_one`](OnlineDetector::score_one).
    fn weigh_columns(&mut self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        let _ = row;
        Ok(None)
    }

    /// Everything that later scores depend on besides the parameters; none of a detector that
    /// cannot be kept.
    fn state(&self) -> Option<State> {
        None
    }

    /// Goes on from a [`state`](OnlineDetector::state) that a detector with the same parameters
    /// gave: later scores are the same to the bits.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for a state of something else, after which the detector is as it was, and
    /// [`Error::NotSaved`] of a detector that cannot be kept.
    fn resume(&mut self, state: &State) -> Result<()> {
        let _ = state;
        Err(Error::NotSaved { what: "this detector" })
    }
}
