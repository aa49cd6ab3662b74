//! Which runs share samples with which others, in one sweep.

use std::ops::Range;

/// For each run the range of indices of the others that share a sample with it.
///
/// Both lists are in order, and none overlap within one. Cost: the number of both.
pub(super) fn touching(runs: &[Range<usize>], others: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut first, mut behind) = (0, 0);
    let one = |run: &Range<usize>| {
        while others.get(first).is_some_and(|other| other.end <= run.start) {
            first += 1;
        }
        behind = behind.max(first);
        while others.get(behind).is_some_and(|other| other.start < run.end) {
            behind += 1;
        }
        first..behind
    };
    runs.iter().map(one).collect()
}

/// How many samples two runs share.
pub(super) fn n_shared(run: &Range<usize>, other: &Range<usize>) -> usize {
    run.end.min(other.end).saturating_sub(run.start.max(other.start))
}

/// How many samples runs have together.
pub(super) fn n_samples(runs: &[Range<usize>]) -> usize {
    runs.iter().map(|run| run.len()).sum()
}

/// How many samples each run shares with the others.
pub(super) fn n_covered(runs: &[Range<usize>], others: &[Range<usize>]) -> Vec<usize> {
    let touched = touching(runs, others);
    let of =
        |run, touched: Range<usize>| others[touched].iter().map(|other| n_shared(run, other)).sum();
    runs.iter().zip(touched).map(|(run, touched)| of(run, touched)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_touch_where_they_share_a_sample() {
        let events = [0..2, 4..5, 5..8, 20..21];
        let alarms = [1..5, 7..8, 8..9, 30..31];
        assert_eq!(touching(&events, &alarms), [0..1, 0..1, 1..2, 3..3]);
        assert_eq!(touching(&alarms, &events), [0..2, 2..3, 3..3, 4..4]);
        assert_eq!(n_covered(&alarms, &events), [2, 1, 0, 0]);
        assert_eq!(n_covered(&events, &alarms), [1, 1, 1, 0]);
        assert_eq!((n_samples(&alarms), n_shared(&(0..9), &(7..20))), (7, 2));
        assert!(touching(&[], &alarms).is_empty());
        assert!(touching(&events, &[]).iter().all(|met| met.is_empty()));
    }
}
