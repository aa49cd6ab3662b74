//! Which normal samples of a training part are held out for a threshold.

use oddity_core::{Classes, Labels, Seed};
use oddity_eval::cross_validation::{HoldOut, Shuffle, Splitter};

use crate::suite::{HeldOut, HeldOutRows};

/// A training part, cut.
#[derive(Debug, PartialEq)]
pub(super) struct Cut {
    /// Rows that features are fitted on: all but those held out.
    pub(super) rows: Vec<usize>,
    /// Windows that models are fitted on: they share no row with those held out.
    pub(super) train: Vec<usize>,
    /// Normal windows held out.
    pub(super) held_out: Vec<usize>,
}

/// Cuts windows of `size` rows that begin at `starts` (single samples are windows of one).
pub(super) fn cut(
    config: &HeldOut,
    is_anomaly: &[bool],
    starts: &[usize],
    size: usize,
    seed: Seed,
) -> oddity_eval::Result<Cut> {
    let rows_of = |window: usize| starts[window]..starts[window] + size;
    let normal: Vec<usize> =
        (0..starts.len()).filter(|&window| !is_anomaly[rows_of(window)].contains(&true)).collect();
    let shuffle = match config.rows {
        HeldOutRows::Last => Shuffle::None,
        HeldOutRows::Random => Shuffle::Seeded,
    };
    let hold_out = HoldOut { test_share: config.share, stratified: false, shuffle };
    let classes = Classes::binary(&Labels::new(vec![false; normal.len()]));
    let splits = hold_out.split(&classes, seed)?;
    let chosen = splits.iter().flat_map(|split| split.test());
    let mut held_out: Vec<usize> = chosen.map(|&at| normal[at]).collect();
    held_out.sort_unstable();
    let mut is_held_out = vec![false; is_anomaly.len()];
    held_out.iter().for_each(|&window| is_held_out[rows_of(window)].fill(true));
    let apart = |window: &usize| !is_held_out[rows_of(*window)].contains(&true);
    let train = (0..starts.len()).filter(apart).collect();
    let rows = (0..is_held_out.len()).filter(|&row| !is_held_out[row]).collect();
    Ok(Cut { rows, train, held_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(share: f64, rows: HeldOutRows) -> HeldOut {
        HeldOut { share, rows }
    }

    #[test]
    fn the_last_windows_are_held_out_and_those_that_overlap_them_train_nothing() {
        let starts: Vec<usize> = (0..17).step_by(2).collect();
        let mut is_anomaly = vec![false; 20];
        is_anomaly[19] = true;
        let cut = cut(&config(0.25, HeldOutRows::Last), &is_anomaly, &starts, 4, Seed(1)).unwrap();
        // The last window has an anomaly in it: two of eight are held out, rows 12 to 17.
        assert_eq!(cut.held_out, [6, 7]);
        assert_eq!(cut.train, [0, 1, 2, 3, 4]);
        assert_eq!(cut.rows, Vec::from_iter((0..12).chain(18..20)));
    }

    #[test]
    fn samples_are_in_one_part_and_chance_comes_from_the_seed() {
        let starts: Vec<usize> = (0..50).collect();
        let is_anomaly: Vec<bool> = (0..50).map(|row| row % 10 == 3).collect();
        let cut = |seed| {
            cut(&config(0.2, HeldOutRows::Random), &is_anomaly, &starts, 1, Seed(seed)).unwrap()
        };
        let Cut { rows, train, held_out } = cut(1);
        assert_eq!((train.len(), held_out.len()), (41, 9));
        assert_eq!(rows, train);
        let mut all = [train, held_out.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, starts);
        assert!(held_out.iter().all(|&sample| !is_anomaly[sample]));
        assert_eq!(cut(1).held_out, held_out);
        assert_ne!(cut(2).held_out, held_out);
    }

    #[test]
    fn a_part_that_would_be_empty_is_refused() {
        let all = config(0.9, HeldOutRows::Last);
        assert!(cut(&all, &[false], &[0], 1, Seed(0)).is_err());
        assert!(cut(&all, &[true; 9], &[0, 1, 2], 1, Seed(0)).is_err());
        assert!(cut(&config(1.0, HeldOutRows::Last), &[false; 9], &[0, 1], 1, Seed(0)).is_err());
    }
}
