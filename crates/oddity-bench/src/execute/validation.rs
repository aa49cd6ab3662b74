//! Which labelled samples of a test part are cut from it for a threshold.

use oddity_core::Seed;
use oddity_eval::cross_validation::Shuffle;

use crate::suite::Validation;

/// A test part, cut: positions in it, ascending.
#[derive(Debug, PartialEq)]
pub(super) struct TestCut {
    /// What labelled rules choose their cutoff on.
    pub(super) validation: Vec<usize>,
    /// What is measured.
    pub(super) measured: Vec<usize>,
}

impl TestCut {
    /// Refuses a cut that leaves a side without a sample.
    fn checked(self) -> Result<TestCut, String> {
        let sides = [&self.validation, &self.measured].map(Vec::len);
        match sides {
            [0, n] => Err(format!("of {n} test samples none can be cut for validation")),
            [n, 0] => Err(format!("beside {n} validation samples nothing is left to measure")),
            _ => Ok(self),
        }
    }
}

/// The first samples of each series, whose edges are those given, without cutting an event.
pub(super) fn first(
    config: &Validation,
    is_anomaly: &[bool],
    edges: &[usize],
) -> Result<TestCut, String> {
    let mut cut = TestCut { validation: Vec::new(), measured: Vec::new() };
    for edge in edges.windows(2) {
        let (start, end) = (edge[0], edge[1]);
        let n_first = between_events(&is_anomaly[start..end], config.share);
        let embargo = if n_first == 0 { 0 } else { config.embargo };
        cut.validation.extend(start..start + n_first);
        cut.measured.extend((start + n_first).saturating_add(embargo).min(end)..end);
    }
    cut.checked()
}

/// How many samples lie before the cut: about a share of them, and not within an event. None in
/// a series that is one event.
fn between_events(is_anomaly: &[bool], share: f64) -> usize {
    let n_samples = is_anomaly.len();
    let n_first = n_of(share, n_samples);
    let cuts_event = 0 < n_first && is_anomaly[n_first - 1] && is_anomaly[n_first];
    if !cuts_event {
        return n_first;
    }
    let n_before = is_anomaly[..n_first].iter().rev().take_while(|&&anomaly| anomaly).count();
    let n_behind = is_anomaly[n_first..].iter().take_while(|&&anomaly| anomaly).count();
    let (start, end) = (n_first - n_before, n_first + n_behind);
    match (start == 0, end == n_samples) {
        (true, true) => 0,
        (true, false) => end,
        (false, true) => start,
        (false, false) if n_before <= n_behind => start,
        (false, false) => end,
    }
}

/// Samples, or whole groups where each sample has one, by chance: those with an anomaly and those
/// without apart.
pub(super) fn drawn(
    config: &Validation,
    is_anomaly: &[bool],
    group_of: Option<&[u32]>,
) -> Result<TestCut, String> {
    let own: Vec<u32>;
    let group_of = match group_of {
        Some(group_of) => group_of,
        None => {
            own = (0..is_anomaly.len() as u32).collect();
            &own
        }
    };
    let n_codes = group_of.iter().max().map_or(0, |&last| last as usize + 1);
    let (mut occurs, mut has_anomaly) = (vec![false; n_codes], vec![false; n_codes]);
    for (&group, &anomaly) in group_of.iter().zip(is_anomaly) {
        occurs[group as usize] = true;
        has_anomaly[group as usize] |= anomaly;
    }
    let mut is_drawn = vec![false; n_codes];
    for (stratum, anomalous) in [false, true].into_iter().enumerate() {
        let of_stratum = (0..n_codes).filter(|&at| occurs[at] && has_anomaly[at] == anomalous);
        let groups: Vec<usize> = of_stratum.collect();
        let seed = Seed(config.seed).derive(stratum as u64);
        let order = Shuffle::Seeded.order(groups.len(), seed);
        let n_drawn = n_of(config.share, groups.len());
        order[..n_drawn].iter().for_each(|&at| is_drawn[groups[at]] = true);
    }
    let is_validation = |&sample: &usize| is_drawn[group_of[sample] as usize];
    let (validation, measured) = (0..is_anomaly.len()).partition(is_validation);
    TestCut { validation, measured }.checked()
}

/// A share of `n`, rounded up, of which one is left.
fn n_of(share: f64, n: usize) -> usize {
    // A little less, for 0.07 of 100 is above 7.
    let rounded = (share * n as f64 - 1e-9).ceil() as usize;
    rounded.min(n.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::suite::ValidationRows;

    fn config(share: f64, embargo: usize, seed: u64) -> Validation {
        Validation { share, rows: ValidationRows::First, embargo, seed }
    }

    fn labels(text: &str) -> Vec<bool> {
        text.bytes().map(|byte| byte == b'1').collect()
    }

    #[test]
    fn the_cut_moves_to_the_nearer_end_of_an_event() {
        for (text, share, wanted) in [
            ("0000000000", 0.3, 3),
            ("0000000000", 0.07, 1),
            ("0010000000", 0.3, 3),
            ("0001000000", 0.3, 3),
            ("0011000000", 0.3, 2),
            ("0111100000", 0.3, 1),
            ("0111100000", 0.4, 5),
            ("1111000000", 0.2, 4),
            ("0001111111", 0.9, 3),
            ("1111111111", 0.5, 0),
            ("0", 0.5, 0),
        ] {
            assert_eq!(between_events(&labels(text), share), wanted, "{text}");
        }
    }

    #[test]
    fn each_series_is_cut_and_the_embargo_is_on_neither_side() {
        let is_anomaly = labels("00100000000000011");
        let cut = first(&config(0.3, 2, 0), &is_anomaly, &[0, 10, 16, 17]).unwrap();
        assert_eq!(cut.validation, [0, 1, 2, 10, 11]);
        assert_eq!(cut.measured, [5, 6, 7, 8, 9, 14, 15, 16]);
        let nothing = first(&config(0.3, 20, 0), &is_anomaly[..10], &[0, 10]).unwrap_err();
        assert_eq!(nothing, "beside 3 validation samples nothing is left to measure");
        let none = first(&config(0.3, 0, 0), &[true; 4], &[0, 4]).unwrap_err();
        assert_eq!(none, "of 4 test samples none can be cut for validation");
    }

    #[test]
    fn groups_are_drawn_whole_and_one_of_each_kind_is_measured() {
        let is_anomaly = labels("100001001000");
        let groups = [7, 7, 7, 0, 0, 3, 3, 3, 2, 2, 0, 5];
        let cut = drawn(&config(0.99, 0, 4), &is_anomaly, Some(&groups)).unwrap();
        let of = |samples: &[usize]| -> std::collections::BTreeSet<u32> {
            samples.iter().map(|&sample| groups[sample]).collect()
        };
        let (validation, measured) = (of(&cut.validation), of(&cut.measured));
        assert!(validation.is_disjoint(&measured));
        // Three groups have an anomaly and two have none.
        assert_eq!((validation.len(), measured.len()), (3, 2));
        assert!(measured.iter().any(|group| [7, 3, 2].contains(group)));
        assert!(drawn(&config(0.5, 0, 0), &[true, false], None).is_err());
    }

    proptest! {
        #[test]
        fn every_sample_is_on_one_side(
            is_anomaly in proptest::collection::vec(proptest::bool::ANY, 4..60),
            share in 0.01..0.99_f64,
            seed in 0..50_u64,
        ) {
            let n_samples = is_anomaly.len();
            let Ok(cut) = drawn(&config(share, 0, seed), &is_anomaly, None) else { return Ok(()) };
            let mut all = [cut.validation.clone(), cut.measured.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..n_samples).collect::<Vec<_>>());
            for wanted in [false, true] {
                let count = |of: &[usize]| of.iter().filter(|&&at| is_anomaly[at] == wanted).count();
                let n = count(&cut.validation) + count(&cut.measured);
                prop_assert_eq!(count(&cut.validation), n_of(share, n));
            }
            prop_assert_eq!(&cut, &drawn(&config(share, 0, seed), &is_anomaly, None).unwrap());
        }

        #[test]
        fn no_event_has_samples_on_both_sides(
            is_anomaly in proptest::collection::vec(proptest::bool::weighted(0.7), 1..40),
            share in 0.01..0.99_f64,
        ) {
            let n_first = between_events(&is_anomaly, share);
            prop_assert!(n_first < is_anomaly.len());
            prop_assert!(n_first == 0 || !(is_anomaly[n_first - 1] && is_anomaly[n_first]));
        }
    }
}
