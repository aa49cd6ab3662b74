//! Tables from and to ndarray and Arrow.
//!
//! ```
//! use ndarray::array;
//! use oddity::exchange::{array_of, batch_of, frame_of_array, frame_of_batch};
//!
//! let frame = frame_of_array(array![[1.0, 2.0], [3.0, 4.0]].view(), ["x", "y"])?;
//! assert_eq!(array_of(&frame)[[1, 0]], 3.0);
//! let batch = batch_of(&frame)?;
//! assert_eq!(batch.column_by_name("y").map(|column| column.len()), Some(2));
//! assert_eq!(frame_of_batch(&batch)?, frame);
//! # Ok::<(), oddity::Error>(())
//! ```

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use ndarray::{ArrayView2, CowArray};
use oddity_core::{Columns, Frame, Scores};

use crate::{Error, Result};

/// A two-dimensional array as dense rows, a name for each column.
///
/// # Errors
///
/// [`oddity_core::Error::Length`] for another number of names than columns, and
/// [`oddity_core::Error::NotFinite`] for a value that is not finite.
pub fn frame_of_array(array: ArrayView2<'_, f64>, columns: impl Into<Columns>) -> Result<Frame> {
    let columns = columns.into();
    let (expected, found) = (array.ncols(), columns.len());
    if found != expected {
        let what = "names of columns";
        return Err(oddity_core::Error::Length { what, expected, found }.into());
    }
    let rows = CowArray::from(array);
    let rows = rows.as_standard_layout();
    Ok(Frame::new(rows.iter().copied().collect(), columns)?)
}

/// Dense rows as a two-dimensional array, without a copy.
pub fn array_of(frame: &Frame) -> ArrayView2<'_, f64> {
    let shape = (frame.n_rows(), frame.n_columns());
    match ArrayView2::from_shape(shape, frame.values()) {
        Ok(array) => array,
        Err(error) => unreachable!("a frame has as many values as its shape says: {error}"),
    }
}

/// The columns of numbers or flags of an Arrow batch as dense rows.
///
/// # Errors
///
/// [`oddity_ingest::Error::ColumnType`] for a column of another type, and for a null.
pub fn frame_of_batch(batch: &RecordBatch) -> Result<Frame> {
    let columns: Vec<usize> = (0..batch.num_columns()).collect();
    Ok(oddity_ingest::frame(batch, &columns)?)
}

/// Dense rows as an Arrow batch.
///
/// # Errors
///
/// [`Error::Contradiction`] for a frame without a column, of which Arrow cannot tell the rows.
pub fn batch_of(frame: &Frame) -> Result<RecordBatch> {
    let fields = frame.columns().iter().map(|name| Field::new(name, DataType::Float64, false));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let column = |column: usize| -> ArrayRef {
        let values = (0..frame.n_rows()).map(|row| frame.row(row)[column]);
        Arc::new(values.collect::<Float64Array>())
    };
    let batch = RecordBatch::try_new(schema, (0..frame.n_columns()).map(column).collect());
    batch.map_err(|error| Error::Contradiction { problem: error.to_string() })
}

/// Scores as an Arrow array.
pub fn array_of_scores(scores: &Scores) -> Float64Array {
    scores.values().iter().copied().collect()
}
