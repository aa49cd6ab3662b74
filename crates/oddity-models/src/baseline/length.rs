//! Length: the longer a sequence, the more anomalous.

use oddity_core::{Detector, FittedDetector, Result, Samples, Scores, Seed, State};

use super::NoParams;

/// Scores a sequence by the number of its symbols. Rows and windows have no length of their
/// own: they are refused.
///
/// A detector of sequences that is no better has learned only that attacks are long.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Error, Seed, Sequences};
/// use oddity_models::baseline::{Length, NoParams};
///
/// let traces: Sequences = [vec![3u16, 3, 4], vec![]].into_iter().collect();
/// let fitted = Length::new(NoParams {})?.fit(&traces.samples(), Seed(0))?;
/// assert_eq!(fitted.score(&traces.samples())?.values(), [3.0, 0.0]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Length(());

impl Length {
    /// Takes no parameters.
    ///
    /// # Errors
    ///
    /// None; as for every model.
    pub fn new(_: NoParams) -> Result<Length> {
        Ok(Length(()))
    }
}

impl Detector for Length {
    /// Learns nothing.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Kind`] for samples that are no sequences.
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        train.sequences()?;
        Ok(Box::new(Fitted))
    }

    fn restore(&self, _: &State) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Fitted))
    }
}

struct Fitted;

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        Scores::new(samples.sequences()?.iter().map(|symbols| symbols.len() as f64).collect())
    }

    /// Nothing was learnt, and nothing is kept.
    fn state(&self) -> Option<State> {
        Some(State::new())
    }
}
