//! ADWIN: a window over a stream of numbers, as long as their mean has stayed the same.

#[cfg(test)]
mod tests;
mod window;

use oddity_core::{Error, Result, State};
use serde::{Deserialize, Serialize};

use window::Window;

const STEP: &str = "adwin";

/// The largest number, whose squares can be summed for as long as numbers are counted.
const LARGEST: f64 = 1e140;

/// Says when the mean of a stream of numbers has changed, and how many of the last ones have the
/// new mean.
///
/// A window grows with each number. It is cut into older numbers `W_0` and newer ones `W_1` in
/// every way that its buckets allow, and while there is a cut with
///
/// ```text
/// sqrt(2 v L / m) + 2 L / (3 m) < |mean(W_0) - mean(W_1)|
/// L = ln(2 ln(n) / delta),     1 / m = 1 / (n_0 - l + 1) + 1 / (n_1 - l + 1)
/// ```
///
/// its oldest bucket is dropped: the mean has changed. Here `n` and `v` are length and variance of
/// the window, `n_0` and `n_1` the lengths of the two sides, each at least `l =
/// min_window_length`. With the next number behind a change the window begins anew.
///
/// - The mean may grow or fall. The bound holds for numbers between 0 and 1, and assumes that they
///   do not depend on each other: numbers of a wider range give more changes, and those of a
///   narrower one come late.
/// - Numbers are kept in buckets of 1, 2, 4 and so on, of each size at most `M = max_buckets`, as
///   their sum and variance: exact for the whole window.
/// - Cost: `O(1)` a number, `O(M log(n / M))` for each check, each `clock` numbers and again for
///   each bucket that is dropped; `O(M log(n / M))` in memory.
/// - Differs from the paper, which keeps `W_1` behind a change, has `m` without `l`, and checks
///   with each number: all three are as in river, whose changes, lengths and means these are.
/// - Errors: a number that is not finite or beyond 1e140, whose squares no sum could hold.
///
/// # Example
///
/// ```
/// use oddity_models::online::{Adwin, AdwinParams};
///
/// let mut test = Adwin::new(AdwinParams::default())?;
/// let mut changes = Vec::new();
/// for t in 0..400 {
///     if test.push(if t < 200 { 0.2 } else { 0.8 })? {
///         changes.push((t, test.width()));
///     }
/// }
/// // The change shows at the 24th number behind it. In the 112 that are left it shows no more.
/// assert_eq!(changes, [(223, 112)]);
/// assert_eq!(test.width(), 176);
/// assert!((test.estimate() - 0.8).abs() < 1e-9);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// - A. Bifet and R. Gavaldà. Learning from time-changing data with adaptive windowing. SIAM
///   International Conference on Data Mining, 2007, doi:10.1137/1.9781611972771.42.
/// - B. Babcock, M. Datar, R. Motwani and L. O'Callaghan. Maintaining variance and k-medians over
///   data stream windows. PODS 2003, doi:10.1145/773153.773176.
#[derive(Clone, Debug)]
pub struct Adwin {
    params: AdwinParams,
    window: Window,
    /// Whether the last number has shown a change: the next one begins anew.
    changed: bool,
}

/// Parameters of [`Adwin`]. The names and defaults are river's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdwinParams {
    /// How likely a change may be found where there is none, more than 0 and less than 1. Default
    /// 0.002.
    pub delta: f64,
    /// Numbers from check to check, at least 1. Default 32.
    pub clock: usize,
    /// Buckets of each size, 2 to 1,000: with more of them, there are more cuts. Default 5.
    pub max_buckets: usize,
    /// Numbers on each side of a cut, at least 1. Default 5.
    pub min_window_length: usize,
    /// Numbers up to which no change is found. Default 10.
    pub grace_period: usize,
}

impl Default for AdwinParams {
    fn default() -> AdwinParams {
        AdwinParams {
            delta: 0.002,
            clock: 32,
            max_buckets: 5,
            min_window_length: 5,
            grace_period: 10,
        }
    }
}

impl Adwin {
    /// Before the first number.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: AdwinParams) -> Result<Adwin> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(STEP, name, found, ok, wanted);
        let AdwinParams { delta, clock, max_buckets, min_window_length, .. } = params;
        check("delta", delta, 0.0 < delta && delta < 1.0, "more than 0 and less than 1")?;
        check("clock", clock as f64, 1 <= clock, "at least 1")?;
        // With 1 there would be sizes without a bucket; with many, a change takes long to cut off.
        let ok = (2..=1_000).contains(&max_buckets);
        check("max_buckets", max_buckets as f64, ok, "2 to 1,000")?;
        let length = min_window_length as f64;
        check("min_window_length", length, 1 <= min_window_length, "at least 1")?;
        Ok(Adwin { params, window: Window::default(), changed: false })
    }

    /// Takes the next number in; true if the mean has changed. The window then holds what is left
    /// of it, until the next number.
    ///
    /// # Errors
    ///
    /// [`Error::Numeric`] for a number that is not finite or beyond 1e140, or that makes the sums
    /// of a resumed window so; nothing is changed then.
    pub fn push(&mut self, x: f64) -> Result<bool> {
        if LARGEST < x.abs() || x.is_nan() {
            return Err(Error::Numeric { step: STEP, what: "a number is missing or beyond 1e140" });
        }
        if self.changed {
            // The sums of one number are finite.
            (self.window, self.changed) = (Window::default(), false);
        }
        if !self.window.push(x, self.params.max_buckets) {
            let what = "the sums of the window are not finite";
            return Err(Error::Numeric { step: STEP, what });
        }
        let width = self.window.width();
        let is_due = width.is_multiple_of(self.params.clock as u64);
        if is_due && (self.params.grace_period as u64) < width {
            while self.window.has_cut(&self.params) {
                self.window.drop_oldest();
                self.changed = true;
            }
        }
        Ok(self.changed)
    }

    /// Numbers in the window.
    pub fn width(&self) -> u64 {
        self.window.width()
    }

    /// The mean of the numbers in the window; 0 before the first.
    pub fn estimate(&self) -> f64 {
        self.window.mean()
    }

    /// Everything that later answers depend on besides the parameters.
    pub fn state(&self) -> State {
        let mut state = self.window.state();
        state.put_count("changed", usize::from(self.changed));
        state
    }

    /// Goes on from a state.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for a state of something else, or of other parameters; nothing is changed
    /// then.
    pub fn resume(&mut self, state: &State) -> Result<()> {
        let window = Window::resumed(state, self.params.max_buckets)?;
        let changed = state.count_within("changed", 1)? == 1;
        (self.window, self.changed) = (window, changed);
        Ok(())
    }
}
