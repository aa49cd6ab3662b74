//! Row-wise steps over rows, sparse rows and windows alike.

use oddity_core::{Frame, FrameView, Result, Samples, SamplesOwned};

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
