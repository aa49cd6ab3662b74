//! Attacks: their labels, how many records of each the published data has, and their steps.

mod dos;
mod probe;
mod r2l;
mod u2r;

use super::params::{KddFormat, KddSubset};
use super::step::{Quantiles, Step};

/// The category of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KddCategory {
    /// Denial of service.
    Dos,
    /// Scans of hosts and ports.
    Probe,
    /// From outside to an account.
    R2l,
    /// From an account to the administrator's.
    U2r,
}

/// A kind of attack.
#[derive(Debug)]
pub(super) struct Attack {
    pub(super) name: &'static str,
    pub(super) category: KddCategory,
    /// Records in KDDTrain+, KDDTest+, the 10 % of KDD Cup 99 and its test data.
    pub(super) counts: [u32; 4],
    /// Records of an episode, before the first of them has shown it.
    pub(super) first_size: f64,
    /// The difficulty of its records in NSL-KDD.
    pub(super) difficulty: Quantiles,
    pub(super) steps: &'static [Step],
}

impl Attack {
    /// How many records the published part has.
    pub(super) fn count(&self, format: KddFormat, subset: KddSubset) -> u32 {
        self.counts[match (format, subset) {
            (KddFormat::NslKdd, KddSubset::Train) => 0,
            (KddFormat::NslKdd, KddSubset::Test) => 1,
            (KddFormat::KddCup99, KddSubset::Train) => 2,
            (KddFormat::KddCup99, KddSubset::Test) => 3,
        }]
    }
}

/// All attacks, by category.
pub(super) const ATTACKS: &[&[Attack]] = &[dos::DOS, probe::PROBE, r2l::R2L, u2r::U2R];

/// The attack with a label's number, counted from 1.
pub(super) fn attack(label: u8) -> Option<&'static Attack> {
    ATTACKS.iter().copied().flatten().nth(usize::from(label).checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_counts_are_those_of_the_published_parts() {
        let all = || ATTACKS.iter().copied().flatten();
        let total = |part: usize| all().map(|attack| attack.counts[part]).sum::<u32>();
        assert_eq!([0, 1, 2, 3].map(total), [58_630, 12_833, 396_743, 250_436]);
        let labels: BTreeSet<_> = all().map(|attack| attack.name).collect();
        assert_eq!((labels.len(), all().count()), (39, 39));
        assert_eq!(all().filter(|attack| 0 < attack.counts[0]).count(), 22);
        assert_eq!(attack(1).map(|attack| attack.name), Some("back"));
        assert!(attack(0).is_none() && attack(40).is_none());
    }
}
