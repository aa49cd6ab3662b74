//! From the losses of a sequence's symbols to a number.

use std::collections::VecDeque;

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

/// Added to the mean length of a sequence's own code, in nats.
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
    pub(super) fn check(self, step: &'static str) -> Result<()> {
        match self {
            Statistic::Mean => Ok(()),
            Statistic::LowestWindow(size) | Statistic::HighestWindow(size) => {
                Error::check_parameter(step, "statistic", size as f64, 1 <= size, "at least 1")
            }
        }
    }
}

/// A statistic of the losses so far.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    statistic: Statistic,
    n: usize,
    /// Of all symbols.
    total: Symbols,
    /// The last symbols, and their sum.
    window: VecDeque<Symbols>,
    of_window: Symbols,
    /// The smallest or largest value of a window.
    extreme: Option<f64>,
    /// What the sequence's own code knows.
    own: Option<OwnCode>,
}

/// Losses of some symbols, and their lengths in the sequence's own code.
#[derive(Clone, Copy, Debug, Default)]
struct Symbols {
    loss: f64,
    own: f64,
}

impl Symbols {
    fn add(&mut self, other: Symbols) {
        self.loss += other.loss;
        self.own += other.own;
    }

    fn take(&mut self, other: Symbols) {
        self.loss -= other.loss;
        self.own -= other.own;
    }
}

/// How often each class occurred so far. A symbol's length is
/// `-ln((count + 1/2) / (n + classes/2))` (Krichevsky and Trofimov 1981,
/// doi:10.1109/TIT.1981.1056331).
#[derive(Clone, Debug)]
struct OwnCode {
    counts: Vec<u32>,
}

impl OwnCode {
    /// The length of the next symbol, the `n`th from 0.
    fn length(&mut self, class: u32, n: usize) -> f64 {
        let n_classes = self.counts.len() as f64;
        let count = &mut self.counts[class as usize];
        let length = ((n as f64 + 0.5 * n_classes) / (f64::from(*count) + 0.5)).ln();
        *count += 1;
        length
    }
}

impl Sum {
    /// `relative` says whether it is compared with the sequence's own code.
    pub(super) fn new(statistic: Statistic, relative: bool, n_classes: usize) -> Sum {
        Sum {
            statistic,
            n: 0,
            total: Symbols::default(),
            window: VecDeque::new(),
            of_window: Symbols::default(),
            extreme: None,
            own: relative.then(|| OwnCode { counts: vec![0; n_classes] }),
        }
    }

    pub(super) fn push(&mut self, class: u32, loss: f32) {
        let own = self.own.as_mut().map_or(0.0, |own| own.length(class, self.n));
        let symbol = Symbols { loss: f64::from(loss), own };
        self.n += 1;
        self.total.add(symbol);
        let (size, lowest) = match self.statistic {
            Statistic::Mean => return,
            Statistic::LowestWindow(size) => (size, true),
            Statistic::HighestWindow(size) => (size, false),
        };
        if self.window.len() == size
            && let Some(first) = self.window.pop_front()
        {
            self.of_window.take(first);
        }
        self.window.push_back(symbol);
        self.of_window.add(symbol);
        if self.window.len() == size {
            let value = self.of(self.of_window, size);
            let extreme = self.extreme.unwrap_or(value);
            self.extreme = Some(if lowest { extreme.min(value) } else { extreme.max(value) });
        }
    }

    /// Of some symbols.
    fn of(&self, sum: Symbols, n: usize) -> f64 {
        let n = n as f64;
        if self.own.is_some() { sum.loss / (sum.own + FLOOR * n) } else { sum.loss / n }
    }

    /// 0 of a sequence without symbols.
    pub(super) fn value(&self) -> f64 {
        match self.extreme {
            Some(extreme) => extreme,
            None if self.n == 0 => 0.0,
            None => self.of(self.total, self.n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(statistic: Statistic, losses: &[f32]) -> f64 {
        let mut sum = Sum::new(statistic, false, 3);
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
    fn the_own_code_equals_that_by_hand() {
        // Of three classes: 0.5/1.5, 1.5/2.5, 0.5/3.5.
        let lengths = [3.0f64, 2.5 / 1.5, 7.0].map(f64::ln);
        let relative = |statistic| {
            let mut sum = Sum::new(statistic, true, 3);
            [(1, 2.0), (1, 1.0), (0, 0.5)].iter().for_each(|&(class, loss)| sum.push(class, loss));
            sum.value()
        };
        let all = 3.5 / (lengths.iter().sum::<f64>() + 1.5);
        assert!((relative(Statistic::Mean) - all).abs() < 1e-12);
        let last = 1.5 / (lengths[1] + lengths[2] + 1.0);
        assert!((relative(Statistic::LowestWindow(2)) - last).abs() < 1e-12);
    }
}
