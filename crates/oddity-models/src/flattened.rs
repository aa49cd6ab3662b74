//! Rows and windows as rows of numbers: a window is its rows behind each other, copied a
//! block at a time where a table of them is wanted.

use std::ops::Range;

use oddity_core::{
    Columns, Error, Frame, FrameView, Result, SampleKind, Samples, Scores, State, Windows,
};
use rayon::prelude::*;

/// Samples that are scored together by one thread.
const SHARE: usize = 512;

/// Samples as rows of numbers: rows as they are, a window as one long row.
///
/// The values of a window lie together in the table below it, so that a row here is a slice
/// there.
#[derive(Clone)]
pub(crate) struct Flattened<'a> {
    frame: FrameView<'a>,
    windows: Option<Windows<'a>>,
}

impl<'a> Flattened<'a> {
    /// Hands over rows, sparse ones written out, or windows.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] for sequences and records, and whatever `f` returns.
    pub(crate) fn with<T>(
        samples: &Samples<'_>,
        f: impl FnOnce(&Flattened<'_>) -> Result<T>,
    ) -> Result<T> {
        match samples {
            Samples::Windows(windows) => {
                f(&Flattened { frame: windows.frame(), windows: Some(windows.clone()) })
            }
            other => other.with_dense(|frame| f(&Flattened { frame, windows: None })),
        }
    }

    /// Number of samples.
    pub(crate) fn len(&self) -> usize {
        self.windows.as_ref().map_or(self.frame.n_rows(), Windows::len)
    }

    /// What a sample looks like.
    pub(crate) fn shape(&self) -> Shape {
        Shape { size: self.windows.as_ref().map(Windows::size), n_columns: self.frame.n_columns() }
    }

    /// Values of a sample.
    pub(crate) fn width(&self) -> usize {
        self.shape().width()
    }

    /// The values of a sample: of a window all of its first row, then of its second, ..
    pub(crate) fn row(&self, sample: usize) -> &'a [f64] {
        match &self.windows {
            Some(windows) => windows.get(sample).values(),
            None => self.frame.row(sample),
        }
    }

    /// Samples that follow each other as a table: rows without a copy, windows copied.
    ///
    /// # Errors
    ///
    /// Whatever `f` returns.
    pub(crate) fn block<T>(
        &self,
        samples: Range<usize>,
        f: impl FnOnce(FrameView<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.windows.is_none() {
            return f(self.frame.slice(samples));
        }
        let mut values = Vec::with_capacity(samples.len() * self.width());
        samples.for_each(|sample| values.extend_from_slice(self.row(sample)));
        f(Frame::new(values, Columns::numbered("x", self.width()))?.view())
    }

    /// The values of each sample, in order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &'a [f64]> {
        (0..self.len()).map(|sample| self.row(sample))
    }

    /// The score of each sample by itself, by several threads.
    ///
    /// # Errors
    ///
    /// [`Error::ScoreNotFinite`] for a score that is not finite.
    pub(crate) fn scores(&self, score: impl Fn(&[f64]) -> f64 + Sync) -> Result<Scores> {
        let samples = (0..self.len()).into_par_iter().with_min_len(SHARE);
        Scores::new(samples.map(|sample| score(self.row(sample))).collect())
    }

    /// The score of each sample by itself, computed for several at a time by several threads.
    ///
    /// # Errors
    ///
    /// [`Error::ScoreNotFinite`] for a score that is not finite.
    pub(crate) fn block_scores(
        &self,
        score: impl Fn(&[&'a [f64]], &mut [f64]) + Sync,
    ) -> Result<Scores> {
        let mut scores = vec![0.0; self.len()];
        scores.par_chunks_mut(SHARE).enumerate().for_each(|(share, scores)| {
            let first = share * SHARE;
            let rows: Vec<&[f64]> =
                (first..first + scores.len()).map(|sample| self.row(sample)).collect();
            score(&rows, scores);
        });
        Scores::new(scores)
    }

    /// A weight of each column of each sample, `n_samples x n_columns` under the columns' names.
    /// `weigh` adds the weights of a sample's values, `width` of them, to zeros; those of the
    /// rows of a window are added up.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] for a weight that is not finite.
    pub(crate) fn column_weights(
        &self,
        weigh: impl Fn(&[f64], &mut [f64]) + Sync,
    ) -> Result<Frame> {
        self.column_weights_together(|rows, weights| {
            let each = rows.iter().zip(weights.chunks_exact_mut(self.width()));
            each.for_each(|(row, weights)| weigh(row, weights));
            Ok(())
        })
    }

    /// The same, where `weigh` has several samples at once, and their weights one behind the
    /// other.
    ///
    /// # Errors
    ///
    /// As above, and whatever `weigh` returns.
    pub(crate) fn column_weights_together(
        &self,
        weigh: impl Fn(&[&[f64]], &mut [f64]) -> Result<()> + Sync,
    ) -> Result<Frame> {
        let (n_columns, width) = (self.frame.n_columns(), self.width());
        let mut weights = vec![0.0; self.len() * n_columns];
        let shares = weights.par_chunks_mut(SHARE * n_columns.max(1)).enumerate();
        shares.try_for_each(|(share, weights)| -> Result<()> {
            let rows = weights.len() / n_columns;
            let rows: Vec<&[f64]> = (0..rows).map(|at| self.row(share * SHARE + at)).collect();
            let mut parts = vec![0.0; rows.len() * width];
            weigh(&rows, &mut parts)?;
            let samples = weights.chunks_exact_mut(n_columns).zip(parts.chunks_exact(width));
            for (weights, parts) in samples {
                for step in parts.chunks_exact(n_columns) {
                    weights.iter_mut().zip(step).for_each(|(weight, part)| *weight += part);
                }
            }
            Ok(())
        })?;
        Frame::new(weights, self.frame.columns())
    }
}

/// What the samples of a fit looked like: those that are scored must look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Rows of a window; `None` of single rows.
    pub(crate) size: Option<usize>,
    /// Columns of a row.
    pub(crate) n_columns: usize,
}

impl Shape {
    /// Values of a sample.
    pub(crate) fn width(self) -> usize {
        self.size.unwrap_or(1) * self.n_columns
    }

    /// Puts the shape into what a detector is kept as.
    pub(crate) fn put(self, state: &mut State) {
        state.put_count("n_columns", self.n_columns);
        // 0 of single rows.
        state.put_count("window_size", self.size.unwrap_or(0));
    }

    /// The shape that was put; without columns it is refused.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for entries that are missing or no shape.
    pub(crate) fn restore(state: &State) -> Result<Shape> {
        // The product of both is still a number.
        const MOST: usize = u32::MAX as usize / 2;
        let n_columns = state.count_within("n_columns", MOST)?;
        let size = state.count_within("window_size", MOST)?;
        if n_columns == 0 {
            return Err(state.wrong("n_columns", "at least 1"));
        }
        Ok(Shape { size: (size != 0).then_some(size), n_columns })
    }

    /// Hands over samples that look like those of the fit.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] for windows where rows were fitted and the other way round, for
    /// sequences and records; [`Error::Width`] for another width; whatever `f` returns.
    pub(crate) fn with<T>(
        self,
        samples: &Samples<'_>,
        f: impl FnOnce(&Flattened<'_>) -> Result<T>,
    ) -> Result<T> {
        Flattened::with(samples, |rows| {
            let found = rows.shape();
            if found.size.is_some() != self.size.is_some() {
                let wanted = self.size.map_or(SampleKind::Rows, |_| SampleKind::Windows);
                return Err(Error::Kind { found: samples.kind(), wanted });
            }
            if found.n_columns != self.n_columns {
                return Err(Error::Width { expected: self.n_columns, found: found.n_columns });
            }
            if found != self {
                return Err(Error::Width { expected: self.width(), found: found.width() });
            }
            f(rows)
        })
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::WindowsOwned;

    use super::*;

    fn table() -> Frame {
        Frame::new((0..12).map(f64::from).collect(), ["x", "y"]).expect("six rows")
    }

    #[test]
    fn windows_are_long_rows() {
        let windows = WindowsOwned::new(table(), vec![0, 4, 6], 2, 2).unwrap();
        Flattened::with(&windows.samples(), |rows| {
            assert_eq!((rows.len(), rows.width()), (3, 4));
            assert_eq!(rows.row(2), [8.0, 9.0, 10.0, 11.0]);
            assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), [0.0, 4.0, 8.0]);
            let sums = rows.scores(|row| row.iter().sum())?;
            assert_eq!(sums.values(), [6.0, 22.0, 38.0]);
            let weights = rows.column_weights(|row, weights| weights.copy_from_slice(row))?;
            assert_eq!(weights.values(), [2.0, 4.0, 10.0, 12.0, 18.0, 20.0]);
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn samples_of_another_shape_are_refused() {
        let message = |size, samples: &Samples<'_>| {
            let shape = Shape { size, n_columns: 2 };
            shape.with(samples, |_| Ok(())).err().map(|error| error.to_string())
        };
        let (rows, narrow) = (table(), Frame::new(vec![1.0], ["x"]).unwrap());
        let windows = WindowsOwned::new(table(), vec![0, 6], 2, 1).unwrap();
        assert_eq!(message(None, &rows.samples()), None);
        assert_eq!(message(Some(2), &windows.samples()), None);
        let error = |text: &str| Some(text.to_owned());
        assert_eq!(message(None, &windows.samples()), error("found windows, wanted dense rows"));
        assert_eq!(message(Some(2), &rows.samples()), error("found dense rows, wanted windows"));
        assert_eq!(message(None, &narrow.samples()), error("found 1 columns, wanted 2"));
        assert_eq!(message(Some(3), &windows.samples()), error("found 4 columns, wanted 6"));
    }
}
