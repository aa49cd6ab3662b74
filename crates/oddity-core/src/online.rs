//! Online detection: score one row, then learn from it.

use crate::Result;

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
}
