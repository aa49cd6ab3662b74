//! The order of samples before they are split.

use oddity_core::Seed;
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::numpy_permutation::NumpyRandomState;

/// Whether and how samples are shuffled before a split, or candidates before a draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shuffle {
    /// Samples stay in their order.
    #[default]
    None,
    /// A uniform order that the seed of the call decides.
    Seeded,
    /// The order that numpy and scikit-learn give for `random_state=` this number, whatever
    /// the seed of the call.
    Numpy(u32),
}

impl Shuffle {
    /// `0..n` in the order of the shuffle.
    ///
    /// For [`Shuffle::Numpy`] this is `numpy.random.RandomState(state).permutation(n)`.
    pub fn order(self, n: usize, seed: Seed) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        if let Some(mut source) = self.source(seed) {
            shuffle(&mut *source, &mut order);
        }
        order
    }

    /// The generator to shuffle with, if there is shuffling.
    pub(crate) fn source(self, seed: Seed) -> Option<Box<dyn Rng>> {
        match self {
            Shuffle::None => None,
            Shuffle::Seeded => Some(Box::new(seed.rng())),
            Shuffle::Numpy(state) => Some(Box::new(NumpyRandomState::new(state))),
        }
    }
}

/// Fisher and Yates's shuffle from the end, with the draws of numpy's legacy generator.
pub(crate) fn shuffle<T>(source: &mut (impl Rng + ?Sized), items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, at_most(source, last as u64) as usize);
    }
}

/// A uniform number of at most `max`: masked draws until one is in range.
fn at_most(source: &mut (impl Rng + ?Sized), max: u64) -> u64 {
    let mask = u64::MAX >> max.leading_zeros().min(63);
    loop {
        let drawn = if max <= u64::from(u32::MAX) {
            u64::from(source.next_u32()) & mask
        } else {
            source.next_u64() & mask
        };
        if drawn <= max {
            return drawn;
        }
    }
}
