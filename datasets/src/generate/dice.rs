//! Draws in whole-number arithmetic, so that a seed gives the same traces on every machine
//! and with every version of the crates that offer distributions.

use oddity_core::Seed;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// A source of draws, started from a seed.
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: Seed) -> Dice {
        Dice(seed.rng())
    }

    /// A number from 0 up to but not including `n`, by multiply and shift.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A number from `range.0` to `range.1`, both included.
    pub(super) fn between(&mut self, range: (u32, u32)) -> u32 {
        range.0 + self.below(range.1 + 1 - range.0)
    }

    /// True with the chance given.
    pub(super) fn chance(&mut self, chance: Chance) -> bool {
        u64::from(self.0.next_u32()) < chance.0
    }

    /// True with a chance of so many in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u32) as usize]
    }

    /// The position of one of the items, drawn by weight.
    pub(super) fn weighted<T>(&mut self, items: &[T], weight: impl Fn(&T) -> u32) -> usize {
        let mut left = self.below(items.iter().map(&weight).sum());
        for (at, item) in items.iter().enumerate() {
            let weight = weight(item);
            if left < weight {
                return at;
            }
            left -= weight;
        }
        items.len() - 1
    }

    /// A number whose quantiles 0, 5, 25, 50, 75, 95 and 100 % are given.
    pub(super) fn quantile(&mut self, quantiles: &[u32; 7]) -> usize {
        const AT: [u32; 7] = [0, 50, 250, 500, 750, 950, 1000];
        let draw = self.below(1000);
        let part = AT.iter().rposition(|&at| at <= draw).unwrap_or(0).min(5);
        let (low, high) = (quantiles[part], quantiles[part + 1]);
        (low + (high - low) * (draw - AT[part]) / (AT[part + 1] - AT[part])) as usize
    }
}

/// A chance in units of 2^-32.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance(u64);

impl From<f64> for Chance {
    fn from(share: f64) -> Chance {
        Chance((share * 4_294_967_296.0) as u64)
    }
}
