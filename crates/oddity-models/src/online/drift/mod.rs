//! What an online detector does when its scores say that the stream has changed.

mod read;
mod running_test;
#[cfg(test)]
mod tests;

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::adwin::AdwinParams;
use super::page_hinkley::PageHinkleyParams;

pub(super) use running_test::RunningTest;

/// A test over the scores of an online detector. When their mean has grown for good, the stream is
/// another one: the detector begins anew and learns the last rows again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftParams {
    /// The test, in units of the scores.
    pub test: DriftTest,
    /// Rows that the new detector learns at once, the last of the stream. Default 250, a window
    /// of [`HalfSpaceTrees`](super::HalfSpaceTrees).
    pub relearn: usize,
}

/// What tells whether scores have grown, selected by `kind`, with its parameters beside it.
///
/// Without `kind` it is `page_hinkley`:
///
/// ```
/// use oddity_models::online::{AdwinParams, DriftParams, DriftTest, PageHinkleyParams};
///
/// let drift: DriftParams = toml::from_str("test = { kind = 'adwin', delta = 0.01 }")?;
/// assert_eq!(drift.test, DriftTest::Adwin(AdwinParams { delta: 0.01, ..Default::default() }));
/// let drift: DriftParams = toml::from_str("test = { threshold = 5.0 }")?;
/// let params = PageHinkleyParams { threshold: 5.0, ..Default::default() };
/// assert_eq!(drift.test, DriftTest::PageHinkley(params));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DriftTest {
    /// [`Adwin`](super::Adwin), whose changes count where the mean of its window has grown.
    Adwin(AdwinParams),
    /// [`PageHinkley`](super::PageHinkley).
    // Written without its kind, as it was when it was the only one: what stored cells hold is what
    // their keys are made of.
    #[serde(untagged)]
    PageHinkley(PageHinkleyParams),
}

impl Default for DriftTest {
    fn default() -> DriftTest {
        DriftTest::PageHinkley(PageHinkleyParams::default())
    }
}

impl Default for DriftParams {
    fn default() -> DriftParams {
        DriftParams { test: DriftTest::default(), relearn: 250 }
    }
}

impl DriftParams {
    /// Checks the parameters.
    pub(super) fn begin(&self) -> Result<RunningTest> {
        let n = self.relearn;
        Error::check_parameter("drift", "relearn", n as f64, 1 <= n, "at least 1")?;
        RunningTest::new(&self.test)
    }
}
