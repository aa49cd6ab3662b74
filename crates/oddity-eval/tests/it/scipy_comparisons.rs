//! Tests of ranks and intervals of replicates against SciPy.

use oddity_eval::Error;
use oddity_eval::compare::{
    Alternative, CriticalDifference, CriticalDifferenceParams, PairedBy, ResultRow, ResultTable,
    WilcoxonMethod, WilcoxonParams, Zeros, bca_interval, friedman, holm, percentile_interval,
    wilcoxon,
};
use oddity_eval::measure::Direction;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    friedman: Vec<FriedmanCase>,
    wilcoxon: Vec<WilcoxonCase>,
    intervals: Vec<IntervalCase>,
    holm: HolmCase,
    critical_difference: CriticalDifferenceCase,
}

#[derive(Deserialize)]
struct CriticalDifferenceCase {
    rows: Vec<Vec<f64>>,
    sources: Vec<String>,
    mean_ranks: Vec<f64>,
    chi_square: f64,
    adjusted_by_value: Vec<(usize, usize, f64)>,
    adjusted_by_rank: Vec<(usize, usize, f64)>,
}

#[derive(Deserialize)]
struct FriedmanCase {
    name: String,
    rows: Vec<Vec<f64>>,
    chi_square: f64,
    p_value: f64,
    /// None where the rows agree on every rank.
    f: Option<f64>,
    f_p_value: f64,
    mean_ranks: Vec<f64>,
}

#[derive(Deserialize)]
struct WilcoxonCase {
    name: String,
    differences: Vec<f64>,
    results: Vec<WilcoxonResult>,
}

#[derive(Deserialize)]
struct WilcoxonResult {
    zeros: Zeros,
    alternative: Alternative,
    method: WilcoxonMethod,
    continuity: bool,
    statistic: f64,
    p_value: Option<f64>,
}

#[derive(Deserialize)]
struct IntervalCase {
    name: String,
    level: f64,
    value: f64,
    replicates: Vec<f64>,
    without_group: Vec<Vec<f64>>,
    percentile: (f64, f64),
    /// None where no group changes anything.
    bca: (Option<f64>, Option<f64>),
}

#[derive(Deserialize)]
struct HolmCase {
    p_values: Vec<f64>,
    adjusted: Vec<f64>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../fixtures/scipy_comparisons.json")).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-11 * a.abs().max(b.abs())
}

#[test]
fn friedman_equals_scipy() {
    for case in fixture().friedman {
        let found = friedman(&case.rows, Direction::HigherIsBetter).unwrap();
        let iman_davenport = found.iman_davenport;
        assert_eq!(iman_davenport.is_some(), case.f.is_some(), "{}", case.name);
        let (f, f_p_value) = iman_davenport.map_or((0.0, 0.0), |found| (found.f, found.p_value));
        for (what, found, expected) in [
            ("chi square", found.chi_square, case.chi_square),
            ("p", found.p_value, case.p_value),
            ("F", f, case.f.unwrap_or_default()),
            ("p of F", f_p_value, case.f_p_value),
        ] {
            assert!(close(found, expected), "{}, {what}: {found}, wanted {expected}", case.name);
        }
        for (found, expected) in found.mean_ranks.iter().zip(&case.mean_ranks) {
            assert!(close(*found, *expected), "{}", case.name);
        }
    }
}

#[test]
fn wilcoxon_equals_scipy() {
    for case in fixture().wilcoxon {
        for expected in case.results {
            let WilcoxonResult { zeros, alternative, method, continuity, .. } = expected;
            let params = WilcoxonParams { zeros, alternative, method, continuity };
            let found = wilcoxon(&case.differences, params).unwrap();
            let statistic = match alternative {
                Alternative::TwoSided => found.statistic(),
                _ => found.rank_sum_above,
            };
            let case = format!("{}, {params:?}", case.name);
            assert_eq!(statistic, expected.statistic, "{case}");
            let p_value = expected.p_value.unwrap();
            // SciPy takes an upper tail as 1 less a lower one, which costs it digits: of 200
            // differences it has 10 right, by exact arithmetic.
            let near = (found.p_value - p_value).abs() <= 2e-16 || close(found.p_value, p_value);
            assert!(near, "{case}: {}, wanted {p_value}", found.p_value);
        }
    }
}

#[test]
fn intervals_of_given_replicates_equal_scipy() {
    for IntervalCase { name, level, value, replicates, without_group, percentile, bca } in
        fixture().intervals
    {
        let found = percentile_interval(&replicates, level).unwrap();
        assert!(close(found.0, percentile.0) && close(found.1, percentile.1), "{name}: {found:?}");
        let found = bca_interval(value, &replicates, &without_group, level);
        match (found, bca) {
            (Ok((low, high)), (Some(scipy_low), Some(scipy_high))) => {
                assert!(close(low, scipy_low) && close(high, scipy_high), "{name}: {low}, {high}");
            }
            (found, bca) => {
                assert!(matches!(found, Err(Error::BcaUndefined { .. })), "{name}: {found:?}");
                assert_eq!(bca, (None, None), "{name}");
            }
        }
    }
}

#[test]
fn holm_equals_the_definition() {
    let HolmCase { p_values, adjusted } = fixture().holm;
    for (found, expected) in holm(&p_values).unwrap().into_iter().zip(adjusted) {
        assert!(close(found, expected), "{found}, wanted {expected}");
    }
}

#[test]
fn sources_are_averaged_and_pairs_tested_as_with_scipy() {
    let case = fixture().critical_difference;
    let detectors = (0..case.rows[0].len()).map(|at| at.to_string()).collect();
    let rows = case.rows.into_iter().zip(case.sources).map(|(values, source)| ResultRow {
        dataset: String::new(),
        source,
        values: values.into_iter().map(Some).collect(),
    });
    let table = ResultTable { detectors, rows: rows.collect() };
    for (pairs, expected) in
        [(PairedBy::Value, case.adjusted_by_value), (PairedBy::Rank, case.adjusted_by_rank)]
    {
        let params = CriticalDifferenceParams { pairs, ..Default::default() };
        let found = CriticalDifference::new(&table, Direction::HigherIsBetter, params).unwrap();
        assert!(close(found.friedman.chi_square, case.chi_square));
        let at: Vec<usize> = found.detectors.iter().map(|name| name.parse().unwrap()).collect();
        for (&detector, &rank) in at.iter().zip(&found.mean_ranks) {
            assert!(close(rank, case.mean_ranks[detector]), "{detector}: {rank}");
        }
        let position = |detector| at.iter().position(|&is| is == detector).unwrap();
        for (a, b, expected) in expected {
            let found = found.adjusted_p_values[position(a)][position(b)];
            assert!(close(found, expected), "{pairs:?}, {a}, {b}: {found}, wanted {expected}");
        }
    }
}

#[test]
fn what_has_no_ranks_is_refused() {
    let better = Direction::HigherIsBetter;
    let refused = |rows: &[Vec<f64>]| friedman(rows, better).unwrap_err();
    assert!(matches!(refused(&[]), Error::TooFewDatasets { found: 0, wanted: 2 }));
    assert!(matches!(refused(&[vec![1.0, 2.0]]), Error::TooFewDatasets { found: 1, .. }));
    assert!(matches!(refused(&[vec![1.0], vec![2.0]]), Error::TooFewDetectors { found: 1, .. }));
    assert!(matches!(refused(&[vec![1.0, 1.0], vec![2.0, 2.0]]), Error::AllTied));
    let nan = refused(&[vec![1.0, 2.0], vec![2.0, f64::NAN]]);
    let expected = oddity_core::Error::NotFinite { row: 1, column: 1, value: f64::NAN };
    assert_eq!(nan.to_string(), expected.to_string());
    let ragged = refused(&[vec![1.0, 2.0], vec![2.0]]);
    assert!(matches!(ragged, Error::Core(oddity_core::Error::Width { expected: 2, found: 1 })));

    let params = WilcoxonParams::default();
    assert!(matches!(wilcoxon(&[], params), Err(Error::TooFewDatasets { .. })));
    let nan = wilcoxon(&[1.0, f64::NAN], params);
    assert!(matches!(nan, Err(Error::Core(oddity_core::Error::NotFinite { row: 1, .. }))));
    let zeros = wilcoxon(&[0.0; 20], params).unwrap();
    assert!(zeros.exact && zeros.p_value == 1.0);
    let asymptotic = WilcoxonParams { method: WilcoxonMethod::Asymptotic, ..params };
    assert!(matches!(wilcoxon(&[0.0; 20], asymptotic), Err(Error::AllTied)));
}

#[test]
fn datasets_that_agree_on_every_rank_have_no_finite_f() {
    let rows = [[3.0, 2.0, 1.0], [30.0, 2.0, 1.0], [3.0, 0.2, 0.1]];
    let found = friedman(&rows, Direction::HigherIsBetter).unwrap();
    assert_eq!((found.chi_square, found.iman_davenport), (6.0, None));
    assert_eq!(found.mean_ranks, [1.0, 2.0, 3.0]);
    let reversed = friedman(&rows, Direction::LowerIsBetter).unwrap();
    assert_eq!(reversed.mean_ranks, [3.0, 2.0, 1.0]);
}

#[test]
fn replicates_on_one_side_have_no_bca_interval() {
    let without = [vec![1.0, 2.0, 3.0]];
    let undefined = |value| bca_interval(value, &[1.0, 2.0, 3.0], &without, 0.9).unwrap_err();
    assert!(matches!(undefined(0.5), Error::BcaUndefined { n_below: 0, n_replicates: 3 }));
    assert!(matches!(undefined(3.5), Error::BcaUndefined { n_below: 3, n_replicates: 3 }));
    assert_eq!(bca_interval(1.0, &[1.0; 50], &[vec![1.0; 5]], 0.9).unwrap(), (1.0, 1.0));
    assert!(percentile_interval(&[], 0.9).is_err());
    assert!(percentile_interval(&[1.0, f64::NAN], 0.9).is_err());
    assert!(percentile_interval(&[1.0, 2.0], 1.0).is_err());
}
