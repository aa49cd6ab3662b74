//! The quickest round of each cell: what other programs on the machine add to it is least there.
//!
//! On a busy machine whole rounds are slower or faster by a tenth or two, and medians with them;
//! the quickest of ten rounds is then the same to a hundredth.

use std::ops::Range;

use oddity_core::Seed;

use crate::spread::median;

/// Ways to deal the rounds of a side that are tried, at most: all of those of up to twenty rounds.
const MAX_DEALS: u64 = 512;

/// Rounds of each side without which nothing is told: of eight there are eight ways to deal them.
pub(super) const MIN_ROUNDS: usize = 8;

/// The quickest rounds of two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quickest {
    /// The median over cells of the ratio of their quickest rounds, new by old.
    pub(super) ratio: f64,
    /// What equal programs stay below: the largest ratio between two halves of the rounds of one
    /// side, dealt as the two programs are, one of each two consecutive rounds to each half. Half
    /// as many rounds vary more than all, and a slower program does not make the bound larger.
    pub(super) bound: f64,
}

/// Of cells with their old rounds, `n_base` of them, and then the new ones.
pub(super) fn quickest(cells: &[Vec<f64>], n_base: usize) -> Option<Quickest> {
    let n_rounds = cells.first()?.len();
    if n_base.min(n_rounds - n_base) < MIN_ROUNDS {
        return None;
    }
    let logs: Vec<Vec<f64>> = cells
        .iter()
        .map(|rounds| rounds.iter().map(|seconds| seconds.max(1e-9).ln()).collect())
        .collect();
    let sides = [0..n_base, n_base..n_rounds];
    let [base, head] = sides.clone().map(Vec::from_iter);
    let ratio = difference(&logs, &base, &head)?.exp();
    let mut bound: f64 = 0.0;
    for side in sides {
        for [one, other] in deals(side) {
            bound = bound.max(difference(&logs, &one, &other)?.abs());
        }
    }
    Some(Quickest { ratio, bound: bound.exp() })
}

/// The ways to deal rounds to two halves, one of each two consecutive ones to each.
fn deals(rounds: Range<usize>) -> impl Iterator<Item = [Vec<usize>; 2]> {
    let n_pairs = rounds.len() / 2;
    // The first of an odd number stays out; which half is which does not matter.
    let first = rounds.end - 2 * n_pairs;
    let n_deals = 1u64.checked_shl(n_pairs as u32 - 1).unwrap_or(u64::MAX);
    (0..n_deals.min(MAX_DEALS)).map(move |deal| {
        let bits = if n_deals <= MAX_DEALS { deal } else { Seed(0).derive(deal).0 };
        let pick = |half: u64| {
            let of_pair =
                |pair: usize| first + 2 * pair + ((bits >> (pair % 64) & 1) ^ half) as usize;
            (0..n_pairs).map(of_pair).collect()
        };
        [pick(0), pick(1)]
    })
}

/// Median over cells of the difference of the smallest logarithms, of the new rounds less the old.
fn difference(logs: &[Vec<f64>], base: &[usize], head: &[usize]) -> Option<f64> {
    let smallest = |cell: &[f64], rounds: &[usize]| {
        rounds.iter().map(|&round| cell[round]).fold(f64::INFINITY, f64::min)
    };
    let differences = logs.iter().map(|cell| smallest(cell, head) - smallest(cell, base));
    median(&differences.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_seen_through_rounds_that_differ_by_more() {
        // Every other pair of rounds is a third slower; cells differ by a hundredth a round.
        let cells = |more: f64| -> Vec<Vec<f64>> {
            let cell = |cell: usize| {
                let seconds = |round: usize| {
                    let busy = if round / 2 % 2 == 1 { 1.33 } else { 1.0 };
                    let wiggle = 1.0 + 0.01 * ((cell * 7 + round * 5) % 11) as f64 / 11.0;
                    busy * wiggle * if round < 10 { 1.0 } else { more }
                };
                (0..20).map(seconds).collect()
            };
            (0..6).map(cell).collect()
        };
        let equal = quickest(&cells(1.0), 10).unwrap();
        assert!((equal.ratio - 1.0).abs() < 0.01 && equal.ratio < equal.bound);
        let slower = quickest(&cells(1.1), 10).unwrap();
        assert!((slower.ratio - 1.1).abs() < 0.01 && slower.bound < slower.ratio, "{slower:?}");
        assert_eq!(quickest(&cells(1.1), 7), None);
    }

    #[test]
    fn where_one_round_alone_is_quick_nothing_is_told() {
        let cell = |round: usize| match round {
            3 | 13 => 1.0,
            _ => 1.5 + 0.1 * (round * 7 % 5) as f64,
        };
        let cells = vec![(0..20).map(cell).collect::<Vec<f64>>(); 3];
        let found = quickest(&cells, 10).unwrap();
        assert_eq!(found.ratio, 1.0);
        assert!(1.4 < found.bound, "{found:?}");
    }

    #[test]
    fn each_half_has_one_of_each_two_rounds() {
        let all: Vec<_> = deals(10..15).collect();
        assert_eq!(all, [[vec![11, 13], vec![12, 14]], [vec![12, 13], vec![11, 14]]]);
        assert_eq!(deals(0..40).count(), 512);
        assert!(deals(0..40).all(|[one, other]| one.iter().zip(&other).all(|(a, b)| a ^ b == 1)));
    }
}
