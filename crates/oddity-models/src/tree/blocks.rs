//! Class shares of many rows, block by block, on all threads.

use oddity_core::{FrameView, Predicted, Result};
use rayon::prelude::*;

/// Rows that one thread takes through all trees: few enough to stay near, many enough that
/// a tree is used often while it is there.
const ROWS: usize = 128;

/// Tables with more values than this (4 MiB) do not lie in a near cache.
const FAR: usize = 1 << 19;

/// Has `add` add the class shares of each row of a block, row-major, to its sums,
/// `n_rows x n_classes`, which start at 0.
pub(super) fn predict(
    frame: FrameView<'_>,
    n_classes: usize,
    add: impl Fn(&[f64], &mut [f64]) + Sync,
) -> Result<Predicted> {
    let width = frame.n_columns();
    let mut sums = vec![0.0; frame.n_rows() * n_classes];
    let blocks = frame
        .values()
        .par_chunks((ROWS * width).max(1))
        .zip(sums.par_chunks_mut((ROWS * n_classes).max(1)));
    if frame.values().len() <= FAR {
        blocks.for_each(|(rows, sums)| add(rows, sums));
    } else {
        // A tree reads here and there in a row, which is slow far away; copying reads one
        // value after the other, which is fast, and leaves the rows near.
        blocks.for_each_init(Vec::new, |near: &mut Vec<f64>, (rows, sums)| {
            near.clear();
            near.extend_from_slice(rows);
            add(near, sums);
        });
    }
    Predicted::from_probabilities(sums, n_classes)
}
