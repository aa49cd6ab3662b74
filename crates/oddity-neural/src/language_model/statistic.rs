//! From the losses of a sequence's symbols to a number.

use std::collections::VecDeque;

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::evaluate::Gather;

/// Added to entropies, in nats.
const FLOOR: f64 = 0.5;

/// What becomes of the negative log-likelihoods of a sequence's symbols, in nats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Statistic {
    /// Their mean.
    #[default]
    Mean,
    /// The smallest mean over so many consecutive symbols: how well the best-known stretch of
    /// the sequence is predicted. Shorter sequences have their mean.
    LowestWindow(usize),
    /// The largest such mean.
    HighestWindow(usize),
}

impl Statistic {
    /// Checks a window's size, for an algorithm of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a window of no symbol.
    pub fn check(self, step: &'static str) -> Result<()> {
        match self {
            Statistic::Mean => Ok(()),
            Statistic::LowestWindow(size) | Statistic::HighestWindow(size) => {
                Error::check_parameter(step, "statistic", size as f64, 1 <= size, "at least 1")
            }
        }
    }
}

/// A [`Statistic`] of the losses so far, for any model that gives symbols a probability.
///
/// ```
/// use oddity_neural::{RunningStatistic, Statistic};
///
/// let mut lowest = RunningStatistic::new(Statistic::LowestWindow(2), false, 1);
/// [4.0, 1.0, 2.0, 6.0].into_iter().for_each(|loss| lowest.push(0, loss));
/// assert_eq!(lowest.value(), 1.5);
/// ```
#[derive(Clone, Debug)]
pub struct RunningStatistic {
    statistic: Statistic,
    /// The symbols that fit the window, and their losses; not kept where there is none.
    window: VecDeque<(u32, f64)>,
    /// How many those are, or all so far where there is no window.
    n: usize,
    /// The sum of their losses.
    loss: f64,
    /// Where the mean is compared with their entropy.
    counts: Option<Counts>,
    /// The smallest or largest value of a window.
    extreme: Option<f64>,
}

/// How often each class occurs among some symbols.
#[derive(Clone, Debug)]
struct Counts {
    counts: Vec<u32>,
    /// The sum of `count ln count`.
    sum: f64,
}

impl Counts {
    fn change(&mut self, class: u32, change: impl Fn(u32) -> u32) {
        let term =
            |count: u32| if count == 0 { 0.0 } else { f64::from(count).ln() * f64::from(count) };
        let count = &mut self.counts[class as usize];
        let changed = change(*count);
        self.sum += term(changed) - term(*count);
        *count = changed;
    }

    /// Of `n` symbols, in nats.
    fn entropy(&self, n: f64) -> f64 {
        // Of one symbol alone, rounding may leave less than nothing.
        (n.ln() - self.sum / n).max(0.0)
    }
}

impl RunningStatistic {
    /// Before the first symbol. `relative` says whether means are divided by 0.5 plus the entropy
    /// of their symbols, of `n_classes` classes.
    ///
    /// # Panics
    ///
    /// If the statistic's window has no symbol ([`Statistic::check`]).
    pub fn new(statistic: Statistic, relative: bool, n_classes: usize) -> RunningStatistic {
        assert!(statistic.check("statistic").is_ok(), "a window has symbols");
        RunningStatistic {
            statistic,
            window: VecDeque::new(),
            n: 0,
            loss: 0.0,
            counts: relative.then(|| Counts { counts: vec![0; n_classes], sum: 0.0 }),
            extreme: None,
        }
    }

    fn of_window(&self) -> f64 {
        let n = self.n as f64;
        match &self.counts {
            Some(counts) => self.loss / n / (counts.entropy(n) + FLOOR),
            None => self.loss / n,
        }
    }

    /// Takes the class and the loss of the next symbol.
    ///
    /// # Panics
    ///
    /// If means are relative and there is no such class.
    pub fn push(&mut self, class: u32, loss: f64) {
        self.n += 1;
        self.loss += loss;
        if let Some(counts) = &mut self.counts {
            counts.change(class, |count| count + 1);
        }
        let (size, lowest) = match self.statistic {
            Statistic::Mean => return,
            Statistic::LowestWindow(size) => (size, true),
            Statistic::HighestWindow(size) => (size, false),
        };
        self.window.push_back((class, loss));
        if size < self.n
            && let Some((class, loss)) = self.window.pop_front()
        {
            self.n = size;
            self.loss -= loss;
            if let Some(counts) = &mut self.counts {
                counts.change(class, |count| count - 1);
            }
        }
        if self.n == size {
            let value = self.of_window();
            let extreme = self.extreme.unwrap_or(value);
            self.extreme = Some(if lowest { extreme.min(value) } else { extreme.max(value) });
        }
    }

    /// The statistic; 0 of a sequence without symbols.
    pub fn value(&self) -> f64 {
        match self.extreme {
            Some(extreme) => extreme,
            None if self.n == 0 => 0.0,
            None => self.of_window(),
        }
    }
}

impl Gather for RunningStatistic {
    type Value = f64;

    fn push(&mut self, class: u32, loss: f32) {
        self.push(class, loss.into());
    }

    fn value(&self) -> f64 {
        self.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(statistic: Statistic, losses: &[f64]) -> f64 {
        let mut sum = RunningStatistic::new(statistic, false, 3);
        losses.iter().for_each(|&loss| sum.push(0, loss));
        sum.value()
    }

    #[test]
    fn statistics_equal_those_by_hand() {
        let losses = [4.0, 1.0, 2.0, 6.0, 2.0];
        assert_eq!(value(Statistic::Mean, &losses), 3.0);
        assert_eq!(value(Statistic::LowestWindow(2), &losses), 1.5);
        assert_eq!(value(Statistic::HighestWindow(2), &losses), 4.0);
        assert_eq!(value(Statistic::LowestWindow(9), &losses), 3.0);
        assert_eq!(value(Statistic::LowestWindow(2), &[]), 0.0);
    }

    #[test]
    fn relative_statistics_equal_those_by_hand() {
        let relative = |statistic| {
            let mut sum = RunningStatistic::new(statistic, true, 3);
            let symbols = [(1, 3.0), (1, 1.0), (0, 0.5), (0, 2.0)];
            symbols.iter().for_each(|&(class, loss)| sum.push(class, loss));
            sum.value()
        };
        let ln_2 = std::f64::consts::LN_2;
        let equals = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        assert!(equals(relative(Statistic::Mean), 1.625 / (ln_2 + 0.5)));
        // Windows of the classes 1 1, 1 0 and 0 0.
        assert!(equals(relative(Statistic::LowestWindow(2)), 0.75 / (ln_2 + 0.5)));
        assert!(equals(relative(Statistic::HighestWindow(2)), 2.0 / 0.5));
        assert!(equals(relative(Statistic::LowestWindow(5)), 1.625 / (ln_2 + 0.5)));
    }
}
