//! The one-class detectors over rows against PyOD and scikit-learn.

use std::collections::BTreeMap;

use oddity_core::Detector;
use oddity_core::{Columns, Frame, Samples, Scores, Seed, Windows, WindowsOwned};
use oddity_models::catalogue::DetectorConfig;
use oddity_models::isolation::{IsolationForest, IsolationForestParams};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    tables: BTreeMap<String, Table>,
    cases: Vec<Case>,
    windows: WindowCases,
    forests: Vec<Forest>,
}

#[derive(Deserialize)]
struct Table {
    columns: usize,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    config: DetectorConfig,
    train: String,
    test: String,
    scores: Vec<f64>,
}

#[derive(Deserialize)]
struct WindowCases {
    size: usize,
    n_train: usize,
    series: Vec<f64>,
    cases: Vec<WindowCase>,
}

#[derive(Deserialize)]
struct WindowCase {
    config: DetectorConfig,
    scores: Vec<f64>,
}

#[derive(Deserialize)]
struct Forest {
    subsample: usize,
    extension_level: usize,
    scores: Vec<f64>,
}

fn fixture() -> Fixture {
    let text = include_str!("fixtures/row_detectors.json");
    serde_json::from_str(text).expect("the fixture of make_row_detectors.py")
}

impl Fixture {
    fn table(&self, name: &str) -> Frame {
        let Table { columns, values } = &self.tables[name];
        table(values, *columns)
    }
}

fn table(values: &[f64], width: usize) -> Frame {
    Frame::new(values.to_vec(), Columns::numbered("x", width)).expect("finite values")
}

fn scores(config: &DetectorConfig, train: &Samples<'_>, test: &Samples<'_>) -> Scores {
    let detector = config.build().expect("valid parameters");
    let fitted = detector.fit(train, Seed(0)).expect("a fit");
    fitted.score(test).expect("scores")
}

#[track_caller]
fn assert_close(name: &str, found: &Scores, expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (at, (found, expected)) in found.values().iter().zip(expected).enumerate() {
        let difference = (found - expected).abs() / expected.abs().max(1.0);
        assert!(difference < 1e-7, "{name}, sample {at}: {found}, wanted {expected}");
    }
}

#[test]
fn scores_equal_those_of_the_reference() {
    let fixture = fixture();
    for case in &fixture.cases {
        let (train, test) = (fixture.table(&case.train), fixture.table(&case.test));
        let found = scores(&case.config, &train.samples(), &test.samples());
        assert_close(&case.name, &found, &case.scores);
    }
}

#[test]
fn windows_are_scored_as_long_rows() {
    let WindowCases { size, n_train, series, cases } = fixture().windows;
    let rows = table(&series, 2);
    let all = Windows::new(rows.view(), vec![0, rows.n_rows()], size, 1).unwrap();
    let train = all.subset(&(0..n_train).collect::<Vec<_>>());
    let test = all.subset(&(n_train..all.len()).collect::<Vec<_>>());
    for case in cases {
        let found =
            scores(&case.config, &Samples::Windows(train.clone()), &Samples::Windows(test.clone()));
        assert_close(case.config.kind(), &found, &case.scores);
    }
}

#[test]
fn windows_of_one_row_are_scored_as_rows() {
    let (train, test) = (fixture().table("train"), fixture().table("test"));
    let windows = |rows: &Frame| {
        WindowsOwned::new(rows.clone(), vec![0, rows.n_rows()], 1, 1).expect("windows")
    };
    let (train_windows, test_windows) = (windows(&train), windows(&test));
    for kind in [
        "isolation_forest",
        "hbos",
        "ecod",
        "copod",
        "lof",
        "knn_distance",
        "k_means_distance",
        "cblof",
    ] {
        let config: DetectorConfig = toml::from_str(&format!("kind = '{kind}'")).unwrap();
        let of_rows = scores(&config, &train.samples(), &test.samples());
        let of_windows = scores(&config, &train_windows.samples(), &test_windows.samples());
        assert_eq!(of_rows, of_windows, "{kind}");
    }
}

#[test]
fn forests_rank_samples_as_those_of_the_reference() {
    let (train, test) = (fixture().table("train"), fixture().table("test"));
    for Forest { subsample, extension_level, scores: expected } in fixture().forests {
        let params = IsolationForestParams { n_trees: 2000, subsample, extension_level };
        let forest = IsolationForest::new(params).unwrap();
        let found = forest.fit(&train.samples(), Seed(1)).unwrap().score(&test.samples()).unwrap();
        let rank = rank_correlation(found.values(), &expected);
        assert!(0.98 < rank, "{subsample} rows, level {extension_level}: {rank}");
        let most = found.values().iter().zip(&expected).map(|(a, b)| (a - b).abs());
        let most = most.fold(0.0, f64::max);
        assert!(most < 0.03, "{subsample} rows, level {extension_level}: off by {most}");
    }
}

/// Spearman's, of numbers without ties.
fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0.0; values.len()];
        order.into_iter().enumerate().for_each(|(rank, at)| ranks[at] = rank as f64);
        ranks
    };
    let squares: f64 = ranks(a).iter().zip(ranks(b)).map(|(a, b)| (a - b) * (a - b)).sum();
    let n = a.len() as f64;
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

/// Of rows in one of which a single column stands out, that column made the score.
#[test]
fn explanations_name_the_column_that_stands_out() {
    let train = fixture().table("train");
    let mut values = train.row(0).to_vec();
    let at = 3;
    values[at] = 90.0;
    let test = table(&values, 5);
    for kind in [
        "isolation_forest",
        "hbos",
        "ecod",
        "copod",
        "lof",
        "knn_distance",
        "k_means_distance",
        "cblof",
    ] {
        let config: DetectorConfig = toml::from_str(&format!("kind = '{kind}'")).unwrap();
        let fitted = config.build().unwrap().fit(&train.samples(), Seed(2)).unwrap();
        let errors = fitted.column_errors(&test.samples()).unwrap().expect("weights of columns");
        let largest = errors.row(0).iter().copied().fold(0.0, f64::max);
        assert_eq!(errors.row(0)[at], largest, "{kind}: {:?}", errors.row(0));
    }
}
