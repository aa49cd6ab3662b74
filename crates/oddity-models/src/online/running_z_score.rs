//! Running z-scores: how many deviations a row is off the rows before it.

use oddity_core::{Error, OnlineDetector, Result, Seed, State};
use serde::{Deserialize, Serialize};

use super::OnlineModel;
use super::moments::Moments;
use super::rows::{check_row, check_width, finite};

const STEP: &str = "running_z_score";

/// Scores a row by how many standard deviations its columns are off their running means.
///
/// With mean `m` and deviation `s` of each column over the rows so far, in which a row of age `a`
/// weighs `2^(-a / half_life)`,
///
/// ```text
/// z_j = (x_j - m_j) / max(s_j, least_deviation)
/// score = max over j of |z_j|,     or sqrt(1/d sum over j of z_j^2)
/// ```
///
/// - The first two rows have score 0: a deviation takes two.
/// - Reads rows in the order of their time; as a [`Detector`](oddity_core::Detector), sparse ones
///   too.
/// - Cost: `O(d)` a row in time and memory.
/// - Causal: a score depends on the rows before it.
/// - Weights of columns: `|z_j|`.
/// - Errors: no column, a row of another width or with a value that is not finite, a variance
///   beyond the range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{OnlineDetector, Seed};
/// use oddity_models::online::{OnlineModel, RunningZScore, RunningZScoreParams};
///
/// let model = RunningZScore::new(RunningZScoreParams::default())?;
/// let mut stream = model.begin(1, Seed(0))?;
/// for x in [1.0, 3.0, 1.0, 3.0] {
///     stream.learn_one(&[x])?;
/// }
/// // The mean is 2, the deviation 1.
/// assert_eq!(stream.score_one(&[5.0])?, 3.0);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// - B. P. Welford. Note on a method for calculating corrected sums of squares and products.
///   Technometrics 4(3), 1962, doi:10.1080/00401706.1962.10490022.
/// - D. H. D. West. Updating mean and variance estimates: an improved method. Communications of
///   the ACM 22(9), 1979, doi:10.1145/359146.359153.
#[derive(Clone, Debug)]
pub struct RunningZScore {
    params: RunningZScoreParams,
}

/// Parameters of [`RunningZScore`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunningZScoreParams {
    /// Rows after which one weighs half as much, more than 0. By default all weigh the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_life: Option<f64>,
    /// What is made of the z-scores of the columns. By default the largest.
    pub combine: ZScoreCombine,
    /// The least deviation that is divided by, in units of the columns, more than 0: a column that
    /// did not vary yet would else make any score. Default 0.001.
    pub least_deviation: f64,
}

/// What is made of the z-scores of the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZScoreCombine {
    /// The largest distance.
    #[default]
    Max,
    /// The root of the mean square.
    Rms,
}

impl Default for RunningZScoreParams {
    fn default() -> RunningZScoreParams {
        RunningZScoreParams {
            half_life: None,
            combine: ZScoreCombine::default(),
            least_deviation: 1e-3,
        }
    }
}

impl RunningZScore {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: RunningZScoreParams) -> Result<RunningZScore> {
        let positive = |name, found: f64| {
            let ok = 0.0 < found && found.is_finite();
            Error::check_parameter(STEP, name, found, ok, "more than 0")
        };
        positive("half_life", params.half_life.unwrap_or(1.0))?;
        positive("least_deviation", params.least_deviation)?;
        Ok(RunningZScore { params })
    }
}

impl OnlineModel for RunningZScore {
    fn begin(&self, n_columns: usize, _: Seed) -> Result<Box<dyn OnlineDetector>> {
        check_width(STEP, n_columns)?;
        let keep = self.params.half_life.map_or(1.0, |half_life| (-1.0 / half_life).exp2());
        let moments = Moments::new(n_columns, keep);
        Ok(Box::new(Stream { params: self.params.clone(), n_columns, n_rows: 0, moments }))
    }
}

struct Stream {
    params: RunningZScoreParams,
    n_columns: usize,
    n_rows: u64,
    moments: Moments,
}

impl Stream {
    fn distances(&self, row: &[f64]) -> Result<Vec<f64>> {
        check_row(row, self.n_columns, self.n_rows)?;
        if self.n_rows < 2 {
            return Ok(vec![0.0; self.n_columns]);
        }
        let least = self.params.least_deviation;
        let columns = row.iter().zip(self.moments.columns());
        Ok(columns.map(|(x, (mean, deviation))| (x - mean).abs() / deviation.max(least)).collect())
    }
}

impl OnlineDetector for Stream {
    fn score_one(&mut self, row: &[f64]) -> Result<f64> {
        let distances = self.distances(row)?;
        let score = match self.params.combine {
            ZScoreCombine::Max => distances.into_iter().fold(0.0, f64::max),
            ZScoreCombine::Rms => {
                let squares: f64 = distances.iter().map(|z| z * z).sum();
                (squares / self.n_columns as f64).sqrt()
            }
        };
        finite(score, self.n_rows)
    }

    fn learn_one(&mut self, row: &[f64]) -> Result<()> {
        check_row(row, self.n_columns, self.n_rows)?;
        self.moments.push(STEP, row)?;
        self.n_rows += 1;
        Ok(())
    }

    fn weigh_columns(&mut self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        self.distances(row).map(Some)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_u64s("n_rows", &[], &[self.n_rows]);
        state.put_part("moments", self.moments.state());
        Some(state)
    }

    fn resume(&mut self, state: &State) -> Result<()> {
        let n_rows = state.u64s("n_rows", &[])?[0];
        if u64::MAX / 2 < n_rows {
            return Err(state.wrong("n_rows", "a number of rows"));
        }
        self.moments = self.moments.resumed(&state.part("moments"))?;
        self.n_rows = n_rows;
        Ok(())
    }
}
