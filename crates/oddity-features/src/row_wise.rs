//! Row-wise steps over rows, sparse rows and windows alike.

use oddity_core::{Columns, Frame, FrameView, Result, Samples, SamplesOwned};
use rayon::prelude::*;

/// Rows that one task works on.
pub(crate) const SHARD: usize = 1_024;

/// Hands over the rows that a row-wise step learns from: dense rows, a sparse table written
/// out, or the rows that windows cover, each once.
pub(crate) fn learn<T>(
    train: &Samples<'_>,
    f: impl FnOnce(FrameView<'_>) -> Result<T>,
) -> Result<T> {
    match train {
        Samples::Windows(windows) => {
            let (rows, covered) = (windows.frame(), windows.covered());
            if covered.len() == rows.n_rows() {
                return f(rows);
            }
            f(rows.select(&covered).view())
        }
        other => other.with_dense(f),
    }
}

/// Applies a step to dense rows, to a sparse table written out, or to the table below
/// windows, which stay where they are.
pub(crate) fn apply(
    samples: &Samples<'_>,
    f: impl FnOnce(FrameView<'_>) -> Result<Frame>,
) -> Result<SamplesOwned> {
    match samples {
        Samples::Windows(windows) => Ok(windows.over(f(windows.frame())?)?.into()),
        other => other.with_dense(|rows| Ok(f(rows)?.into())),
    }
}

/// Makes rows of the same columns, in parallel: `f` is handed where some go, and their input.
pub(crate) fn map(
    rows: FrameView<'_>,
    columns: &Columns,
    f: impl Fn(&mut [f64], &[f64]) + Sync,
) -> Result<Frame> {
    rows.expect_width(columns.len())?;
    let values = rows.values();
    let mut out = vec![0.0; values.len()];
    let size = SHARD * columns.len().max(1);
    out.par_chunks_mut(size).zip(values.par_chunks(size)).for_each(|(out, rows)| f(out, rows));
    Frame::new(out, columns)
}
