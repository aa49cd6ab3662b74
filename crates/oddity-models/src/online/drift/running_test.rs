//! A test for drift on its way along the scores of a detector.

use oddity_core::{Result, State};

use super::DriftTest;
use crate::online::adwin::Adwin;
use crate::online::page_hinkley::PageHinkley;

#[derive(Clone, Debug)]
pub(in crate::online) enum RunningTest {
    PageHinkley(PageHinkley),
    Adwin(Adwin),
}

impl RunningTest {
    /// Before the first score.
    pub(super) fn new(test: &DriftTest) -> Result<RunningTest> {
        Ok(match test {
            DriftTest::PageHinkley(params) => {
                RunningTest::PageHinkley(PageHinkley::new(params.clone())?)
            }
            DriftTest::Adwin(params) => RunningTest::Adwin(Adwin::new(params.clone())?),
        })
    }

    /// Takes the next score in; true if their mean has grown. Scores that fall are those of a
    /// detector that has settled, and no reason to begin anew.
    ///
    /// # Errors
    ///
    /// Those of [`Adwin::push`].
    pub(in crate::online) fn push(&mut self, score: f64) -> Result<bool> {
        match self {
            RunningTest::PageHinkley(test) => Ok(test.push(score)),
            RunningTest::Adwin(test) => {
                let before = test.estimate();
                Ok(test.push(score)? && before < test.estimate())
            }
        }
    }

    /// Everything that later answers depend on besides the parameters.
    pub(in crate::online) fn state(&self) -> State {
        match self {
            RunningTest::PageHinkley(test) => test.state(),
            RunningTest::Adwin(test) => test.state(),
        }
    }

    /// Goes on from a state of the same test.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::State`] for a state of something else.
    pub(in crate::online) fn resume(&mut self, state: &State) -> Result<()> {
        match self {
            RunningTest::PageHinkley(test) => test.resume(state),
            RunningTest::Adwin(test) => test.resume(state),
        }
    }
}
