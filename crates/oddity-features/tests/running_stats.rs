//! Statistics of the last rows against plain two-pass sums over them.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Causality, Error, Frame, Step, Transformer, Windows};
use oddity_features::{Deviation, RunningStats, RunningStatsParams, Statistic, StepConfig};
use proptest::prelude::*;

fn run(params: RunningStatsParams, rows: &Frame) -> Frame {
    let step = RunningStats::new(params).unwrap();
    let fitted = step.fit(&rows.samples()).unwrap();
    assert_eq!(fitted.causality(), Causality::Causal);
    fitted.transform(&rows.samples()).unwrap().into_dense().unwrap()
}

/// Mean, variance and z-score over the rows of `last`.
fn plain(value: f64, last: &[f64], deviation: Deviation) -> [f64; 3] {
    if last.is_empty() {
        return [value, 0.0, 0.0];
    }
    let n = last.len() as f64;
    let mean = last.iter().sum::<f64>() / n;
    let squares: f64 = last.iter().map(|value| (value - mean) * (value - mean)).sum();
    let freedom = if deviation == Deviation::Sample { n - 1.0 } else { n };
    let variance = if freedom < 1.0 { 0.0 } else { squares / freedom };
    let scale = if variance == 0.0 { 1.0 } else { variance.sqrt() };
    [mean, variance, (value - mean) / scale]
}

#[test]
fn names_say_what_was_computed_of_which_column() {
    let rows = Frame::new(vec![1.0, 10.0, 3.0, 20.0, 5.0, 30.0], ["a", "b"]).unwrap();
    let text =
        "kind = 'running_stats'\nsize = 2\ncolumns = ['b']\nstatistics = ['z_score', 'mean']";
    let config: StepConfig = toml::from_str(text).unwrap();
    let Step::Plain(step) = config.build().unwrap() else { panic!("sees no classes") };
    let fitted = step.fit(&rows.samples()).unwrap();
    let found = fitted.transform(&rows.samples()).unwrap().into_dense().unwrap();
    assert_eq!(found.columns().iter().collect::<Vec<_>>(), ["a", "b", "z_score_2(b)", "mean_2(b)"]);
    assert_eq!(found.row(0), [1.0, 10.0, 0.0, 10.0]);
    // One row before: no deviation, so the z-score is the distance.
    assert_eq!(found.row(1), [3.0, 20.0, 10.0, 10.0]);
    assert_eq!(found.row(2), [5.0, 30.0, 3.0, 15.0]);
    let missing = RunningStatsParams { columns: Some(vec!["c".into()]), ..Default::default() };
    let refused = RunningStats::new(missing).unwrap().fit(&rows.samples());
    assert!(matches!(refused.err(), Some(Error::MissingColumn { .. })));
    assert!(RunningStats::new(RunningStatsParams { size: 0, ..Default::default() }).is_err());
    let nothing = RunningStatsParams { statistics: Vec::new(), ..Default::default() };
    assert!(RunningStats::new(nothing).is_err());
}

#[test]
fn a_large_value_that_left_leaves_no_error_behind() {
    let value = |row: usize| if row == 7 { 1e12 } else { (row as f64).sin() };
    let rows = Frame::new((0..200).map(value).collect(), ["x"]).unwrap();
    let params = RunningStatsParams { size: 9, keep: false, ..Default::default() };
    let found = run(params, &rows);
    for row in 17..200 {
        let wanted = plain(value(row), &rows.values()[row - 9..row], Deviation::Population);
        for (found, wanted) in found.row(row).iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-13, "row {row}: {found}, wanted {wanted}");
        }
    }
}

#[test]
fn nothing_crosses_the_series_below_windows() {
    let rows = Frame::new((0..20).map(f64::from).collect(), ["x"]).unwrap();
    let windows = Windows::new(rows.view(), vec![0, 12, 20], 2, 1).unwrap().to_owned();
    let step = RunningStats::new(RunningStatsParams { size: 3, ..Default::default() }).unwrap();
    let fitted = step.fit(&windows.samples()).unwrap();
    let found = fitted.transform(&windows.samples()).unwrap();
    let found = found.view().windows().unwrap();
    assert_eq!(found.frame().row(12), [12.0, 12.0, 0.0, 0.0]);
    assert_eq!(found.frame().row(11)[1], 9.0);
    assert_eq!((found.len(), found.start(10)), (18, 10));
}

proptest! {
    #[test]
    fn statistics_equal_two_passes_over_the_last_rows(
        values in prop::collection::vec(prop_oneof![-1e3..1e3, Just(5.0)], 2..120),
        size in 1..15usize,
        include_self in any::<bool>(),
        sample in any::<bool>(),
    ) {
        let n_rows = values.len() / 2;
        let rows = Frame::new(values[..2 * n_rows].to_vec(), ["a", "b"]).unwrap();
        let deviation = if sample { Deviation::Sample } else { Deviation::Population };
        let statistics = vec![Statistic::Mean, Statistic::Variance, Statistic::ZScore];
        let params = RunningStatsParams {
            columns: None, size, include_self, statistics, deviation, keep: false,
        };
        let found = run(params.clone(), &rows);
        for row in 0..n_rows {
            let end = row + usize::from(include_self);
            for column in 0..2 {
                let of_column = |row: usize| rows.row(row)[column];
                let last: Vec<f64> = (end.saturating_sub(size)..end).map(of_column).collect();
                let wanted = plain(of_column(row), &last, deviation);
                let found = &found.row(row)[3 * column..][..3];
                prop_assert!((found[0] - wanted[0]).abs() < 1e-9);
                prop_assert!((found[1] - wanted[1]).abs() < 1e-7, "{} {}", found[1], wanted[1]);
                // A variance of 0 may come out as that of a rounding error, and the other way.
                if 1e-9 < wanted[1] || (found[1] == 0.0 && wanted[1] == 0.0) {
                    let tolerance = 1e-7 * wanted[2].abs().max(1.0);
                    prop_assert!((found[2] - wanted[2]).abs() < tolerance);
                }
            }
        }
        // What comes later changes nothing.
        let part = n_rows.div_ceil(2);
        let early = run(params, &rows.view().slice(0..part).to_frame());
        prop_assert_eq!(early.values(), &found.values()[..6 * part]);
    }
}
