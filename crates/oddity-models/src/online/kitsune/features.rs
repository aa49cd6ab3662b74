//! What the networks read of a row: its columns, and damped statistics of each.

use oddity_core::{Result, State};

use super::STEP;
use crate::online::moments::Moments;

/// Damped statistics of all rows so far.
#[derive(Clone, Debug)]
pub(super) struct Features {
    n_columns: usize,
    moments: Vec<Moments>,
}

impl Features {
    pub(super) fn new(n_columns: usize, decays: &[f64]) -> Features {
        let moments = decays.iter().map(|decay| Moments::new(n_columns, (-decay).exp2()));
        Features { n_columns, moments: moments.collect() }
    }

    /// How many there are of a row.
    pub(super) fn len(&self) -> usize {
        self.n_columns * (1 + 2 * self.moments.len())
    }

    /// The column that a feature is of.
    pub(super) fn column(&self, feature: usize) -> usize {
        feature % self.n_columns
    }

    /// Takes a row in, and writes its features: the columns, then mean and deviation of all for
    /// each decay.
    ///
    /// # Errors
    ///
    /// Where a variance leaves the range of numbers.
    pub(super) fn push(&mut self, row: &[f64], features: &mut Vec<f64>) -> Result<()> {
        features.clear();
        features.extend(row);
        for moments in &mut self.moments {
            moments.push(STEP, row)?;
            features.extend(moments.columns().map(|(mean, _)| mean));
            features.extend(moments.columns().map(|(_, deviation)| deviation));
        }
        Ok(())
    }

    /// As a part of a state.
    pub(super) fn state(&self) -> State {
        let mut state = State::new();
        for (index, moments) in self.moments.iter().enumerate() {
            state.put_part(&format!("decay_{index}"), moments.state());
        }
        state
    }

    /// These statistics as they were in a state.
    pub(super) fn resumed(&self, state: &State) -> Result<Features> {
        let moments = self.moments.iter().enumerate();
        let moments = moments
            .map(|(index, moments)| moments.resumed(&state.part(&format!("decay_{index}"))))
            .collect::<Result<_>>()?;
        Ok(Features { n_columns: self.n_columns, moments })
    }
}
