//! Thresholds evenly spread over the ranks of the scores, and the first that a score reaches.

use crate::measure::ranking::key;

/// Thresholds, from the highest down.
pub(super) struct Levels {
    keys: Vec<u64>,
    n_alarms: Vec<usize>,
}

impl Levels {
    /// The scores at the ranks `linspace(0, n - 1, n_levels)`, truncated, of the descending order.
    ///
    /// At least one score and two levels, so that the last is the lowest score; `linspace` as
    /// numpy rounds it.
    pub(super) fn new(scores: &[f64], n_levels: usize) -> Levels {
        let mut sorted: Vec<u64> = scores.iter().map(|&score| key(score)).collect();
        sorted.sort_unstable();
        let last = scores.len() - 1;
        let step = last as f64 / (n_levels.max(2) - 1) as f64;
        let rank = |level| match level + 1 == n_levels {
            true => last,
            false => (level as f64 * step) as usize,
        };
        let keys: Vec<u64> = (0..n_levels).map(|level| sorted[last - rank(level)]).collect();
        let n_below = |threshold: &u64| sorted.partition_point(|key| key < threshold);
        let n_alarms = keys.iter().map(|threshold| scores.len() - n_below(threshold)).collect();
        Levels { keys, n_alarms }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Scores of at least each threshold.
    pub(super) fn n_alarms(&self) -> &[usize] {
        &self.n_alarms
    }

    /// The first threshold that the score reaches; each one after it is reached too.
    pub(super) fn first(&self, score: f64) -> usize {
        let key = key(score);
        self.keys.partition_point(|&threshold| key < threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_reach_the_first_of_equal_thresholds() {
        let levels = Levels::new(&[1.0, 3.0, 3.0, 2.0, 0.0, -0.0], 4);
        assert_eq!(levels.n_alarms(), [2, 2, 4, 6]);
        assert_eq!([3.0, 2.5, 1.0, 0.5, -0.0].map(|score| levels.first(score)), [0, 2, 2, 3, 3]);
        let of_one = Levels::new(&[7.0], 3);
        assert_eq!((of_one.n_alarms(), of_one.first(7.0)), (&[1, 1, 1][..], 0));
    }
}
