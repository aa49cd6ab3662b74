//! One-class detectors over rows against scikit-learn 1.9.1 and PyOD 3.6.0
//! (`fixtures/one_class.json`, made by `fixtures/make_one_class.py`).

use oddity_core::{Columns, Detector, Frame, Samples, Seed, WindowsOwned};
use oddity_models::catalogue::DetectorConfig;
use oddity_models::gaussian::{Gmm, GmmParams, Mcd, McdParams};
use oddity_models::kernel::{OneClassSvm, OneClassSvmParams};
use serde_json::{Value, json};

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/one_class.json")).expect("valid JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).expect("numbers")
}

fn frame(value: &Value, width: usize) -> Frame {
    Frame::new(numbers(value), Columns::numbered("x", width)).expect("finite values")
}

fn scores(config: Value, train: &Samples<'_>, test: &Samples<'_>) -> Vec<f64> {
    let what = config.to_string();
    let config: DetectorConfig = serde_json::from_value(config).expect("a configuration");
    let fitted = config.build().and_then(|detector| detector.fit(train, Seed(1)));
    let fitted = fitted.unwrap_or_else(|error| panic!("{what}: {error}"));
    let scores = fitted.score(test).unwrap_or_else(|error| panic!("{what}: {error}"));
    scores.into_values()
}

/// The largest difference, as a share of the largest score.
fn difference(found: &[f64], wanted: &[f64]) -> f64 {
    assert_eq!(found.len(), wanted.len());
    let most = wanted.iter().map(|value| value.abs()).fold(0.0, f64::max);
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs() / most).fold(0.0, f64::max)
}

/// Spearman's rank correlation, without ties.
fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0.0; values.len()];
        order.iter().enumerate().for_each(|(rank, &at)| ranks[at] = rank as f64);
        ranks
    };
    let n = a.len() as f64;
    let squares = ranks(a).into_iter().zip(ranks(b)).map(|(a, b)| (a - b) * (a - b));
    1.0 - 6.0 * squares.sum::<f64>() / (n * (n * n - 1.0))
}

fn with_kind(kind: &str, case: &Value, fields: &[&str]) -> Value {
    let mut config = json!({ "kind": kind });
    fields.iter().for_each(|field| config[field] = case[field].clone());
    config
}

fn check(kind: &str, fields: &[&str], n_cases: usize, tolerance: f64) {
    let fixture = fixture();
    let cases = fixture[kind].as_array().expect("cases");
    assert_eq!(cases.len(), n_cases);
    for case in cases {
        let shift = case["shift"].as_f64().unwrap_or(0.0);
        let [train, test] = ["train", "test"].map(|part| {
            let shifted = numbers(&fixture[part]).into_iter().map(|value| value + shift);
            Frame::new(shifted.collect(), Columns::numbered("x", 4)).expect("finite values")
        });
        let config = with_kind(kind, case, fields);
        let found = scores(config.clone(), &train.samples(), &test.samples());
        let off = difference(&found, &numbers(&case["scores"]));
        assert!(off < tolerance, "{config}: {off:e}");
    }
}

#[test]
fn decisions_of_one_class_machines_equal_scikit_learn() {
    check("one_class_svm", &["kernel", "nu", "tolerance"], 7, 1e-6);
}

#[test]
fn distances_in_the_space_of_a_kernel_equal_pyod() {
    check("kernel_pca", &["kernel", "components"], 4, 1e-6);
}

#[test]
fn mixtures_from_the_same_start_equal_scikit_learn() {
    let fixture = fixture();
    let (train, test) = (frame(&fixture["train"], 4), frame(&fixture["test"], 4));
    let cases = fixture["gmm"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let mut config = with_kind("gmm", case, &["covariance", "n_components", "tolerance"]);
        config["start"] = json!({ "means": case["start"] });
        let found = scores(config.clone(), &train.samples(), &test.samples());
        let off = difference(&found, &numbers(&case["scores"]));
        assert!(off < 1e-6, "{config}: {off:e}");
        config.as_object_mut().and_then(|config| config.remove("kind"));
        let params: GmmParams = serde_json::from_value(config).unwrap();
        let fitted = Gmm::new(params).unwrap().fit(&train.samples(), Seed(1)).unwrap();
        let state = fitted.state().unwrap();
        for name in ["weights", "means"] {
            let (found, wanted) = (state.entries()[name].clone(), numbers(&case[name]));
            let oddity_core::Entry::Array { values: oddity_core::Numbers::F64(found), .. } = found
            else {
                panic!("numbers of {name}");
            };
            let off = difference(&found, &wanted);
            assert!(off < 1e-6, "{name} of {case}: {off:e}");
        }
    }
}

#[test]
fn mixtures_from_k_means_rank_as_scikit_learn() {
    let fixture = fixture();
    let (train, test) = (frame(&fixture["train"], 4), frame(&fixture["test"], 4));
    for seed in 0..5 {
        let params = GmmParams { n_components: 2, ..GmmParams::default() };
        let fitted = Gmm::new(params).unwrap().fit(&train.samples(), Seed(seed)).unwrap();
        let found = fitted.score(&test.samples()).unwrap();
        let agreement = rank_correlation(found.values(), &numbers(&fixture["gmm_k_means"]));
        assert!(0.95 < agreement, "{seed}: {agreement}");
    }
}

#[test]
fn robust_distances_equal_scikit_learn_where_both_find_the_best_half() {
    let fixture = fixture();
    let (small, test) = (&fixture["mcd"]["small"], frame(&fixture["test"], 4));
    let train = frame(&small["train"], 4);
    let found = scores(json!({ "kind": "mcd" }), &train.samples(), &test.samples());
    let off = difference(&found, &numbers(&small["scores"]));
    assert!(off < 1e-6, "{off:e}");
}

#[test]
fn robust_distances_of_many_samples_rank_as_scikit_learn() {
    let large = &fixture()["mcd"]["large"];
    let train = frame(&large["train"], 6);
    let found = scores(json!({ "kind": "mcd" }), &train.samples(), &train.samples());
    let agreement = rank_correlation(&found, &numbers(&large["scores"]));
    assert!(0.95 < agreement, "{agreement}");
}

#[test]
fn windows_score_as_their_rows_behind_each_other() {
    let fixture = fixture();
    let (train, test) = (frame(&fixture["train"], 4), frame(&fixture["test"], 4));
    let flat = |frame: &Frame| {
        let n_windows = (frame.n_rows() - 3) / 2 + 1;
        let values = (0..n_windows).flat_map(|at| frame.view().slice(2 * at..2 * at + 3).values());
        Frame::new(values.copied().collect(), Columns::numbered("x", 12)).unwrap()
    };
    let laid =
        |frame: &Frame| WindowsOwned::new(frame.clone(), vec![0, frame.n_rows()], 3, 2).unwrap();
    for kind in ["one_class_svm", "kernel_pca", "gmm", "mcd"] {
        let config = json!({ "kind": kind });
        let windows = scores(config.clone(), &laid(&train).samples(), &laid(&test).samples());
        let rows = scores(config, &flat(&train).samples(), &flat(&test).samples());
        assert_eq!(windows, rows, "{kind}");
    }
}

#[test]
fn a_machine_of_all_rows_scores_them_as_outside() {
    let train = Frame::new(vec![0.0, 1.0, 2.0, 4.0], ["x"]).unwrap();
    let params = OneClassSvmParams { nu: 1.0, ..OneClassSvmParams::default() };
    let fitted = OneClassSvm::new(params).unwrap().fit(&train.samples(), Seed(0)).unwrap();
    let scores = fitted.score(&train.samples()).unwrap();
    assert!(scores.values().iter().all(|score| -1e-6 <= *score), "{scores:?}");
}

#[test]
fn robust_distances_of_samples_in_a_plane_are_found_whatever_the_seed() {
    // Forty columns from three, far out now and then: rounding of the largest sums exceeds what
    // stands across the plane.
    let mut state = 1u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut values = Vec::new();
    for _ in 0..800 {
        let of_plane: [f64; 3] = std::array::from_fn(|_| (uniform() - 0.5) / uniform().powi(3));
        let column = |at: usize| {
            let weights = (0..3).map(|i| ((at * (i + 2)) as f64 + 1.0).sin());
            weights.zip(of_plane).map(|(weight, x)| weight * x).sum::<f64>()
        };
        values.extend((0..40).map(column));
    }
    let rows = Frame::new(values, Columns::numbered("x", 40)).unwrap();
    let detector = Mcd::new(McdParams::default()).unwrap();
    for seed in 0..5 {
        let fitted = detector.fit(&rows.samples(), Seed(seed)).unwrap();
        assert_eq!(fitted.score(&rows.samples()).unwrap().values().len(), 800);
    }
}
