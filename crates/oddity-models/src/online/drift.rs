//! What an online detector does when its scores say that the stream has changed.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::page_hinkley::{PageHinkley, PageHinkleyParams};

/// A test over the scores of an online detector. When their mean has grown for good, the stream is
/// another one: the detector begins anew and learns the last rows again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftParams {
    /// The test, in units of the scores.
    pub test: PageHinkleyParams,
    /// Rows that the new detector learns at once, the last of the stream. Default 250, a window
    /// of [`HalfSpaceTrees`](super::HalfSpaceTrees).
    pub relearn: usize,
}

impl Default for DriftParams {
    fn default() -> DriftParams {
        DriftParams { test: PageHinkleyParams::default(), relearn: 250 }
    }
}

impl DriftParams {
    /// Checks the parameters.
    pub(super) fn begin(&self) -> Result<PageHinkley> {
        let n = self.relearn;
        Error::check_parameter("drift", "relearn", n as f64, 1 <= n, "at least 1")?;
        PageHinkley::new(self.test.clone())
    }
}
