//! Ranks with equal values sharing the mean of theirs, in integers.

/// Twice the rank of each value, from 2 for the lowest, and what ties take from a variance.
pub(crate) struct DoubledRanks {
    /// Twice the rank, of equal values twice the mean of their ranks: always an integer.
    pub(crate) ranks: Vec<u64>,
    /// The sum of `t^3 - t` over the sets of `t` equal values.
    pub(crate) tied: u128,
}

impl DoubledRanks {
    pub(crate) fn new(values: &[f64]) -> DoubledRanks {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
        let (mut ranks, mut tied, mut n_below) = (vec![0; values.len()], 0, 0);
        for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
            // The ranks are n_below + 1 up to n_below + t.
            let doubled = (2 * n_below + equal.len() + 1) as u64;
            equal.iter().for_each(|&at| ranks[at] = doubled);
            let t = equal.len() as u128;
            tied += t * t * t - t;
            n_below += equal.len();
        }
        DoubledRanks { ranks, tied }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_mean_rank() {
        let found = DoubledRanks::new(&[3.0, -0.0, 3.0, 0.0, 1.0, 3.0]);
        assert_eq!(found.ranks, [10, 3, 10, 3, 6, 10]);
        assert_eq!(found.tied, 24 + 6);
    }
}
