//! The Page-Hinkley test: whether the mean of a stream of numbers has changed.

use oddity_core::{Error, Result, State};
use serde::{Deserialize, Serialize};

const STEP: &str = "page_hinkley";

/// Says when the mean of a stream of numbers has grown, by cumulated distances to it.
///
/// With the mean `m_t` of the numbers up to `x_t`,
///
/// ```text
/// U_t = alpha U_t-1 + x_t - m_t - delta,      changed if n <= t and threshold < U_t - min over s of U_s
/// ```
///
/// and then it begins anew. Only growth counts: scores that fall are no alarm.
///
/// - Cost: `O(1)` a number.
/// - Differs from Page in `alpha`, by which what is long ago counts less, as the implementation of
///   river has it.
///
/// # Example
///
/// ```
/// use oddity_models::online::{PageHinkley, PageHinkleyParams};
///
/// let params = PageHinkleyParams { threshold: 5.0, ..PageHinkleyParams::default() };
/// let mut test = PageHinkley::new(params)?;
/// let numbers = (0..200).map(|t| if t < 100 { 0.0 } else { 1.0 });
/// let changes: Vec<usize> =
///     numbers.enumerate().filter(|&(_, x)| test.push(x)).map(|(t, _)| t).collect();
/// assert_eq!(changes, [105]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// E. S. Page. Continuous inspection schemes. Biometrika 41(1/2), 1954,
/// doi:10.1093/biomet/41.1-2.100.
#[derive(Clone, Debug)]
pub struct PageHinkley {
    params: PageHinkleyParams,
    n: u64,
    mean: f64,
    sum: f64,
    least: f64,
}

/// Parameters of [`PageHinkley`]. The defaults are river's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageHinkleyParams {
    /// Growth of the mean that is tolerated, in units of the numbers, at least 0. Default 0.005.
    pub delta: f64,
    /// Cumulated growth beyond it that is a change, in units of the numbers, more than 0. Default
    /// 50.
    pub threshold: f64,
    /// How much of the sum is kept with each number, more than 0 and at most 1. Default 0.9999.
    pub alpha: f64,
    /// Numbers before which no change is found, at least 1. Default 30.
    pub least_numbers: usize,
}

impl Default for PageHinkleyParams {
    fn default() -> PageHinkleyParams {
        PageHinkleyParams { delta: 0.005, threshold: 50.0, alpha: 0.9999, least_numbers: 30 }
    }
}

impl PageHinkley {
    /// Before the first number.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: PageHinkleyParams) -> Result<PageHinkley> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(STEP, name, found, ok, wanted);
        let PageHinkleyParams { delta, threshold, alpha, least_numbers } = params;
        check("delta", delta, 0.0 <= delta && delta.is_finite(), "at least 0")?;
        check("threshold", threshold, 0.0 < threshold && threshold.is_finite(), "more than 0")?;
        check("alpha", alpha, 0.0 < alpha && alpha <= 1.0, "more than 0 and at most 1")?;
        check("least_numbers", least_numbers as f64, 1 <= least_numbers, "at least 1")?;
        Ok(PageHinkley { params, n: 0, mean: 0.0, sum: 0.0, least: f64::MAX })
    }

    /// Takes the next number in; true if the mean has grown, after which the test begins anew.
    pub fn push(&mut self, x: f64) -> bool {
        self.n += 1;
        self.mean += (x - self.mean) / self.n as f64;
        self.sum = self.params.alpha * self.sum + x - self.mean - self.params.delta;
        self.least = self.least.min(self.sum);
        let changed = self.params.least_numbers as u64 <= self.n
            && self.params.threshold < self.sum - self.least;
        if changed {
            (self.n, self.mean, self.sum, self.least) = (0, 0.0, 0.0, f64::MAX);
        }
        changed
    }

    /// Everything that later answers depend on besides the parameters.
    pub fn state(&self) -> State {
        let mut state = State::new();
        state.put_u64s("n", &[], &[self.n]);
        state.put_f64s("sums", &[3], &[self.mean, self.sum, self.least]);
        state
    }

    /// Goes on from a state.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for a state of something else.
    pub fn resume(&mut self, state: &State) -> Result<()> {
        let n = state.u64s("n", &[])?[0];
        if u64::MAX / 2 < n {
            return Err(state.wrong("n", "how many numbers there were"));
        }
        let sums = state.f64s("sums", &[3])?;
        (self.n, self.mean, self.sum, self.least) = (n, sums[0], sums[1], sums[2]);
        Ok(())
    }
}
