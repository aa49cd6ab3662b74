//! Running mean and variance of columns, in which older rows weigh less.

use oddity_core::{Error, Result, State};

/// Weighted moments of each column: with every row, what was before weighs `keep` times as much.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    keep: f64,
    /// The sum of the weights of all rows.
    weight: f64,
    means: Vec<f64>,
    /// Weighted sums of squared distances to the mean.
    squares: Vec<f64>,
}

impl Moments {
    /// Before the first row. `keep` is at most 1, which forgets nothing.
    pub(super) fn new(n_columns: usize, keep: f64) -> Moments {
        Moments { keep, weight: 0.0, means: vec![0.0; n_columns], squares: vec![0.0; n_columns] }
    }

    /// Mean and standard deviation of each column.
    pub(super) fn columns(&self) -> impl Iterator<Item = (f64, f64)> {
        let weight = self.weight.max(f64::MIN_POSITIVE);
        let deviations = self.squares.iter().map(move |square| (square / weight).sqrt());
        self.means.iter().copied().zip(deviations)
    }

    /// Takes a row in (Welford 1962, with weights as West 1979 has them).
    ///
    /// # Errors
    ///
    /// [`Error::Numeric`] where a variance leaves the range of numbers; nothing is changed then.
    pub(super) fn push(&mut self, step: &'static str, row: &[f64]) -> Result<()> {
        let columns = || self.means.iter().zip(&self.squares).zip(row);
        let (kept, weight) = (self.keep * self.weight, self.keep * self.weight + 1.0);
        let after = |((mean, square), x): ((&f64, &f64), &f64)| {
            let difference = x - mean;
            let squared = self.keep * square + kept / weight * difference * difference;
            (mean + difference / weight, squared)
        };
        let what = "the variance of a column is not finite";
        if !columns().map(after).all(|(mean, square)| (mean + square).is_finite()) {
            return Err(Error::Numeric { step, what });
        }
        let (means, squares) = columns().map(after).unzip();
        (self.weight, self.means, self.squares) = (weight, means, squares);
        Ok(())
    }

    /// As a part of a state.
    pub(super) fn state(&self) -> State {
        let mut state = State::new();
        state.put_f64("weight", self.weight);
        state.put_f64s("means", &[self.means.len()], &self.means);
        state.put_f64s("squares", &[self.squares.len()], &self.squares);
        state
    }

    /// These moments as they were in a state.
    pub(super) fn resumed(&self, state: &State) -> Result<Moments> {
        let n = self.means.len();
        let squares = state.f64s("squares", &[n])?.to_vec();
        if squares.iter().any(|&square| square < 0.0) {
            return Err(state.wrong("squares", "sums of squares"));
        }
        let weight = state.f64("weight")?;
        if weight < 0.0 {
            return Err(state.wrong("weight", "a sum of weights"));
        }
        Ok(Moments { keep: self.keep, weight, means: state.f64s("means", &[n])?.to_vec(), squares })
    }
}
