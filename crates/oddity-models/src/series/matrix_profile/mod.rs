//! The matrix profile: the distance of a window to the nearest of others.

mod all_columns;
mod diagonals;
mod join;
mod one_column;
mod track;

use oddity_core::{
    ANY, Causality, Columns, Detector, Error, FittedDetector, Frame, Result, Samples, Scores, Seed,
    State, Windows, WindowsOwned,
};
use serde::{Deserialize, Serialize};

use join::Neighbours;

const STEP: &str = "matrix_profile";

/// Scores a window by its distance to the nearest of other windows, each standardised by itself.
///
/// The distance of two windows in one column is `√(2 m (1 - ρ))`, with `m` rows and the correlation
/// `ρ` of their values: the Euclidean distance after each was brought to mean 0 and deviation 1. Over
/// several columns it is the mean of the distances in the `k` columns where they are least
/// (mSTAMP). The score is the least distance to the windows compared with: those of training, or
/// the others of the same call. It lies between 0 and `2 √m`.
///
/// - Reads windows, which are never copied out; memory grows with rows.
/// - A window of equal values has distance 0 to another one and `√m` to all others, as in STUMPY.
///   What matters is shape: a level or a scale that was never seen does not stand out.
/// - Cost: with `n` rows and `r` training rows, `n r` steps of a diagonal in each column, and
///   `n r m / 512` multiplications for their starts. Rows between windows cost as much as windows:
///   a stride above 1 saves nothing.
/// - Compared with training, a score does not depend on the other samples (pointwise). Compared with
///   the call, it depends on all samples of the call (acausal), and the neighbours that start within
///   `⌈m / 4⌉` rows are left out, as in STUMPY; `fit` then learns the shape alone.
/// - Products of two windows are carried along diagonals by the formula of the covariance of
///   Zimmerman et al. 2019, from a sum taken anew every 512 rows (more for windows above 128 rows),
///   counted from the table's first row. Where values jump by many orders of magnitude, what follows
///   within these rows loses digits. The same bits come out for any number of threads, and for any
///   choice of the windows over a table; over a part of its rows, such as a part of a stream,
///   distances are the same but for rounding (1e-6).
/// - [`column_errors`](FittedDetector::column_errors): the distance of each column to its own
///   nearest window.
/// - Errors: no training window, windows of one row, `columns` beyond those of the table.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed, WindowsOwned};
/// use oddity_models::series::{MatrixProfile, MatrixProfileParams};
///
/// let wave = |at: usize| (at % 8) as f64;
/// let windows = |values: Vec<f64>| {
///     let edges = vec![0, values.len()];
///     WindowsOwned::new(Frame::new(values, ["x"])?, edges, 8, 8)
/// };
/// let train = windows((0..40).map(wave).collect())?;
/// let detector = MatrixProfile::new(MatrixProfileParams::default())?;
/// let fitted = detector.fit(&train.samples(), Seed(0))?;
/// let turned = (0..8).map(wave).chain((0..8).rev().map(wave));
/// let scores = fitted.score(&windows(turned.collect())?.samples())?;
/// assert!(scores.values()[0] < 1e-6);
/// assert!((scores.values()[1] - 32f64.sqrt()).abs() < 1e-6);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// C.-C. M. Yeh, Y. Zhu, L. Ulanova, N. Begum, Y. Ding, H. A. Dau, D. F. Silva, A. Mueen and
/// E. Keogh. Matrix Profile I. ICDM 2016. doi:10.1109/ICDM.2016.0179.
///
/// C.-C. M. Yeh, N. Kavantzas and E. Keogh. Matrix Profile VI: meaningful multidimensional motif
/// discovery. ICDM 2017. doi:10.1109/ICDM.2017.66.
///
/// Z. Zimmerman et al. Matrix Profile XIV: scaling time series motif discovery with GPUs. SoCC 2019.
/// doi:10.1145/3357223.3362721.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixProfile {
    params: MatrixProfileParams,
}

/// Parameters of [`MatrixProfile`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatrixProfileParams {
    /// How many columns count, those with the least distances, at least 1. By default all of
    /// them: an anomaly may lie in any.
    pub columns: Option<usize>,
    /// What a window is compared with. Default the training windows.
    pub compared_with: ComparedWith,
}

/// What [`MatrixProfile`] compares a window with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedWith {
    /// The training windows.
    #[default]
    Training,
    /// The other windows of the call, those nearby left out: the profile of a series by itself.
    Call,
}

impl MatrixProfile {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for no column.
    pub fn new(params: MatrixProfileParams) -> Result<MatrixProfile> {
        let columns = params.columns.unwrap_or(1);
        Error::check_parameter(STEP, "columns", columns as f64, 1 <= columns, "at least 1")?;
        Ok(MatrixProfile { params })
    }

    /// The detector of windows of so many rows and columns, that knows training windows where it
    /// compares with them.
    fn fitted(
        &self,
        size: usize,
        n_columns: usize,
        train: Option<WindowsOwned>,
    ) -> Result<FittedMatrixProfile> {
        Error::check_parameter(STEP, "size of windows", size as f64, 2 <= size, "at least 2")?;
        let n_nearest = self.params.columns.unwrap_or(n_columns);
        let (found, fits) = (n_nearest as f64, 1 <= n_nearest && n_nearest <= n_columns);
        Error::check_parameter(STEP, "columns", found, fits, "at most the columns of the table")?;
        let neighbours = train.as_ref().map(|train| Neighbours::new(&train.view()));
        Ok(FittedMatrixProfile { neighbours, train, size, n_columns, n_nearest })
    }
}

impl Detector for MatrixProfile {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let windows = train.windows()?;
        if windows.is_empty() {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let compares = self.params.compared_with == ComparedWith::Training;
        let train = compares.then(|| windows.range(0..windows.len()).to_owned());
        Ok(Box::new(self.fitted(windows.size(), windows.frame().n_columns(), train)?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        /// Columns and rows that a state may name.
        const MOST: usize = 1 << 31;
        let n_columns = state.count_within("n_columns", MOST)?;
        let size = state.count_within("window_size", MOST)?;
        let rows = state.f64s("rows", &[ANY, n_columns])?;
        if n_columns == 0 || size == 0 {
            return Err(state.wrong("window_size", "windows of at least a row and a column"));
        }
        let train = match self.params.compared_with {
            ComparedWith::Training => Some(training_windows(state, rows, n_columns, size)?),
            ComparedWith::Call => {
                let _none = state.counts("starts", 0, 0)?;
                None
            }
        };
        let wrong = |_| state.wrong("window_size", "windows that the parameters fit");
        Ok(Box::new(self.fitted(size, n_columns, train).map_err(wrong)?))
    }
}

/// The training windows of a state over the rows that it has.
fn training_windows(
    state: &State,
    rows: &[f64],
    n_columns: usize,
    size: usize,
) -> Result<WindowsOwned> {
    let n_rows = rows.len() / n_columns;
    // Before the columns are named: without rows a state may say that there are any number.
    if n_rows < size {
        return Err(state.wrong("rows", "at least as many as a window has"));
    }
    let frame = Frame::new(rows.to_vec(), Columns::numbered("x", n_columns))?;
    let windows = WindowsOwned::new(frame, vec![0, n_rows], size, 1)?;
    let starts = state.counts("starts", ANY, n_rows - size)?;
    if starts.is_empty() {
        return Err(state.wrong("starts", "at least one window"));
    }
    Ok(windows.view().subset(&starts).to_owned())
}

/// A fitted [`MatrixProfile`].
struct FittedMatrixProfile {
    /// None where windows are compared with each other.
    neighbours: Option<Neighbours>,
    train: Option<WindowsOwned>,
    size: usize,
    n_columns: usize,
    n_nearest: usize,
}

impl FittedMatrixProfile {
    /// Windows of the shape that was fitted.
    fn expect<'a>(&self, samples: &Samples<'a>) -> Result<Windows<'a>> {
        let windows = samples.windows()?;
        windows.frame().expect_width(self.n_columns)?;
        let (expected, found) = (self.size, windows.size());
        if found != expected {
            return Err(Error::Length { what: "rows of a window", expected, found });
        }
        Ok(windows)
    }

    /// The distances of windows to their nearest ones, over so many columns.
    fn distances(&self, windows: &Windows<'_>, n_nearest: usize) -> Vec<f64> {
        match &self.neighbours {
            Some(neighbours) => neighbours.distances(windows, n_nearest, None),
            None => {
                let neighbours = Neighbours::new(windows);
                neighbours.distances(windows, n_nearest, Some(self.size.div_ceil(4)))
            }
        }
    }
}

impl FittedDetector for FittedMatrixProfile {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let windows = self.expect(samples)?;
        Scores::new(self.distances(&windows, self.n_nearest))
    }

    fn causality(&self) -> Causality {
        match self.neighbours {
            Some(_) => Causality::Pointwise,
            None => Causality::Acausal,
        }
    }

    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let windows = self.expect(samples)?;
        let mut errors = vec![0.0; windows.len() * self.n_columns];
        for column in 0..self.n_columns {
            // A detector of that column alone.
            let part = windows.over(windows.frame().select_columns(&[column]))?;
            let neighbours = match &self.train {
                Some(train) => {
                    let train = train.view();
                    Neighbours::new(&train.over(train.frame().select_columns(&[column]))?.view())
                }
                None => Neighbours::new(&part.view()),
            };
            let exclusion = self.train.is_none().then(|| self.size.div_ceil(4));
            let found = neighbours.distances(&part.view(), 1, exclusion);
            let cells = errors.iter_mut().skip(column).step_by(self.n_columns);
            cells.zip(found).for_each(|(error, found)| *error = found);
        }
        Frame::new(errors, windows.frame().columns()).map(Some)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_count("n_columns", self.n_columns);
        state.put_count("window_size", self.size);
        let (rows, starts) = match &self.train {
            Some(train) => {
                let train = train.view();
                let starts = (0..train.len()).map(|window| train.start(window)).collect();
                (train.frame().values().to_vec(), starts)
            }
            None => (Vec::new(), Vec::new()),
        };
        state.put_f64s("rows", &[rows.len() / self.n_columns.max(1), self.n_columns], &rows);
        state.put_counts("starts", &starts);
        Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_stands_for_a_missing_one_changes_no_distance_of_others() {
        let wave = |at: usize| (at as f64 / 5.0).sin();
        let windows = |values: Vec<f64>| {
            let edges = vec![0, values.len()];
            WindowsOwned::new(Frame::new(values, ["x"]).unwrap(), edges, 16, 1).unwrap()
        };
        let train = windows((0..1_000).map(wave).chain([1e20]).collect());
        let detector = MatrixProfile::new(MatrixProfileParams::default()).unwrap();
        let fitted = detector.fit(&train.samples(), Seed(0)).unwrap();
        let seen = fitted.score(&windows((3..60).map(wave).collect()).samples()).unwrap();
        assert!(seen.values().iter().all(|&score| score < 1e-4), "{seen:?}");
        let zigzag = windows((0..60).map(|at| f64::from(at % 2)).collect());
        let unseen = fitted.score(&zigzag.samples()).unwrap();
        assert!(unseen.values().iter().all(|&score| 1.0 < score), "{unseen:?}");
    }

    #[test]
    fn columns_that_a_state_has_no_rows_of_take_no_memory() {
        let mut state = State::new();
        state.put_count("n_columns", 1 << 31);
        state.put_count("window_size", 8);
        state.put_f64s("rows", &[0, 1 << 31], &[]);
        state.put_counts("starts", &[]);
        for (compared_with, is_refused) in
            [(ComparedWith::Training, true), (ComparedWith::Call, false)]
        {
            let params = MatrixProfileParams { compared_with, ..MatrixProfileParams::default() };
            let restored = MatrixProfile::new(params).unwrap().restore(&state);
            assert_eq!(restored.is_err(), is_refused, "{compared_with:?}");
        }
    }
}
