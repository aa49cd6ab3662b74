//! The quickest round of each cell: what other programs on the machine add to it is least there.
//!
//! On a busy machine whole rounds are slower or faster by a tenth or two, and medians with them;
//! the quickest of ten rounds is then the same to a hundredth.

use oddity_core::Seed;

use super::noise::median;

/// Relabellings that are tried.
const N_DRAWS: usize = 2000;

/// As many of them may give more than the bound: one in a thousand, one way or the other.
const N_ABOVE: usize = 2;

/// Rounds of each side without which nothing is told: of eight and eight there are 12,870
/// relabellings, so that few of those tried are the true one.
pub(super) const MIN_ROUNDS: usize = 8;

/// The quickest rounds of two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quickest {
    /// The median over cells of the ratio of their quickest rounds, new by old.
    pub(super) ratio: f64,
    /// What equal programs stay below but for one time in two thousand: the ratio that so few of
    /// the relabellings exceed, which deal the rounds anew to the two sides, whole rounds at a
    /// time.
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
    let mut order: Vec<usize> = (0..n_rounds).collect();
    let ratio = difference(&logs, &order, n_base)?.exp();
    let mut draws = Vec::with_capacity(N_DRAWS);
    for draw in 0..N_DRAWS as u64 {
        let seed = Seed(0).derive(draw);
        for at in (1..n_rounds).rev() {
            let other = seed.derive(at as u64).0 % (at as u64 + 1);
            order.swap(at, other as usize);
        }
        draws.push(difference(&logs, &order, n_base)?.abs());
    }
    draws.sort_by(f64::total_cmp);
    Some(Quickest { ratio, bound: draws[N_DRAWS - 1 - N_ABOVE].exp() })
}

/// Median over cells of the difference of the smallest logarithms, of the rounds behind the
/// first `n_base` of the order less those.
fn difference(logs: &[Vec<f64>], order: &[usize], n_base: usize) -> Option<f64> {
    let smallest = |cell: &[f64], rounds: &[usize]| {
        rounds.iter().map(|&round| cell[round]).fold(f64::INFINITY, f64::min)
    };
    let differences =
        logs.iter().map(|cell| smallest(cell, &order[n_base..]) - smallest(cell, &order[..n_base]));
    median(&differences.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_seen_through_rounds_that_differ_by_more() {
        // One pair of rounds in four is a third slower; cells differ by a hundredth a round.
        // (With half of them slow the rule sees nothing: too few quick rounds are on each side.)
        let cells = |more: f64| -> Vec<Vec<f64>> {
            let cell = |cell: usize| {
                let seconds = |round: usize| {
                    let busy = if round / 2 % 4 == 1 { 1.33 } else { 1.0 };
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
}
