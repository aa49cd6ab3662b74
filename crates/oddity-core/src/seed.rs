//! Where chance comes from: a seed, and independent seeds derived from it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The seed of everything random in a fit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seed(pub u64);

impl Seed {
    /// An independent seed for part `index` of the work (a tree, a fold, a draw), so that
    /// parts can run in any order and on any thread with the same result.
    pub fn derive(self, index: u64) -> Seed {
        // SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195) over both.
        Seed(mix(self.0 ^ mix(index.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// A number from 0 to below 1, from the upper 53 bits: as many as a number has.
    pub fn uniform(self) -> f64 {
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A generator that starts from this seed.
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }
}

fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn derived_seeds_differ_from_each_other_and_from_their_origin() {
        let seeds: HashSet<Seed> = (0..100)
            .flat_map(|seed| (0..100).map(move |index| Seed(seed).derive(index)))
            .chain((0..100).map(Seed))
            .collect();
        assert_eq!(seeds.len(), 100 * 100 + 100);
    }

    #[test]
    fn uniform_numbers_are_from_0_to_below_1_and_spread_evenly() {
        assert_eq!(Seed(0).uniform(), 0.0);
        assert_eq!(Seed(1 << 63).uniform(), 0.5);
        assert_eq!(Seed(u64::MAX).uniform(), 1.0 - f64::EPSILON / 2.0);
        let mean = (0..10_000).map(|at| Seed(3).derive(at).uniform()).sum::<f64>() / 10_000.0;
        // Five standard deviations.
        assert!((mean - 0.5).abs() < 0.015, "{mean}");
    }

    #[test]
    fn mixing_equals_the_published_generator() {
        // First output of SplitMix64 from seed 1234567, of the reference implementation.
        assert_eq!(mix(1_234_567), 6_457_827_717_110_365_317);
    }
}
