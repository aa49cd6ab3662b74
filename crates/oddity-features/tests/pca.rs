//! Principal components against scikit-learn 1.9.1 (`fixtures/pca.json`, made by
//! `fixtures/pca.py`), and what must hold for any table.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Columns, Error, Frame};
use oddity_features::{Components, FittedPca, Pca, PcaParams, RandomizedParams, Solver};
use proptest::prelude::*;
use serde_json::Value;

fn cases() -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("fixtures/pca.json")).unwrap();
    let cases = all["cases"].as_array().unwrap().clone();
    assert_eq!(cases.len(), 6);
    cases
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

fn frame(table: &Value) -> Frame {
    let n_columns = table["columns"].as_u64().unwrap() as usize;
    Frame::new(numbers(&table["values"]), Columns::numbered("x", n_columns)).unwrap()
}

fn fit(rows: &Frame, components: Components, solver: Solver, whiten: bool) -> FittedPca {
    let pca = Pca::new(PcaParams { components, solver, whiten }).unwrap();
    pca.fit_frame(rows.view()).unwrap()
}

fn near(found: &[f64], wanted: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let close = (found - wanted).abs() <= tolerance;
        assert!(close, "{what} {at}: {found}, wanted {wanted}");
    }
}

#[test]
fn variances_and_components_equal_the_full_solver() {
    for case in cases() {
        let rows = frame(&case["train"]);
        let name = case["name"].as_str().unwrap();
        let ratios = numbers(&case["ratios"]);
        let count = ratios.len();
        for solver in [Solver::Auto, Solver::Covariance, Solver::Svd] {
            let what = format!("{name}, {solver:?}");
            let fitted = fit(&rows, Components::Count(count), solver, false);
            let principal = fitted.principal();
            near(principal.variance_ratios(), &ratios, 1e-9, &format!("{what}: ratio"));
            let scale = principal.total_variance();
            let variances = numbers(&case["variances"]);
            near(principal.variances(), &variances, 1e-9 * scale, &format!("{what}: variance"));
            let means = numbers(&case["means"]);
            let largest = means.iter().fold(1.0f64, |most, mean| most.max(mean.abs()));
            near(principal.means(), &means, 1e-15 * largest, &format!("{what}: mean"));
            // Directions without variance are any.
            let varied = ratios.iter().take_while(|&&ratio| 1e-14 < ratio).count();
            let (found, wanted) = (principal.components(), frame(&case["components"]));
            let size = varied * rows.n_columns();
            near(&found[..size], &wanted.values()[..size], 1e-7, &format!("{what}: component"));
            let values = numbers(&case["singular_values"]);
            let tolerance = 1e-7 * values[0];
            near(&principal.singular_values(), &values, tolerance, &format!("{what}: singular"));
        }
    }
}

#[test]
fn small_variances_keep_their_digits_with_the_svd() {
    let cases = cases();
    let case = cases.iter().find(|case| case["name"] == "small deviations").unwrap();
    let fitted = fit(&frame(&case["train"]), Components::Count(4), Solver::Svd, false);
    for (found, wanted) in fitted.principal().variances().iter().zip([1.0, 1e-4, 1e-8, 1e-12]) {
        assert!((found / wanted - 1.0).abs() < 1e-8, "{found}, wanted {wanted}");
    }
}

#[test]
fn places_and_the_way_back_equal_scikit_learn() {
    for case in cases() {
        let rows = frame(&case["train"]);
        for output in case["outputs"].as_array().unwrap() {
            let components = serde_json::from_value(output["components"].clone()).unwrap();
            let whiten = output["whiten"].as_bool().unwrap();
            let what = format!("{}: {components:?} {whiten}", case["name"]);
            // A whitened place along a direction of little variance needs all its digits.
            let small = case["name"] == "small deviations";
            let solver = if small { Solver::Svd } else { Solver::Auto };
            let fitted = fit(&rows, components, solver, whiten);
            let kept = output["kept"].as_u64().unwrap() as usize;
            assert_eq!(fitted.principal().n_components(), kept, "{what}");
            let places = fitted.transform_frame(frame(&output["test"]).view()).unwrap();
            let wanted = frame(&output["places"]);
            let largest = wanted.values().iter().fold(1.0f64, |most, value| most.max(value.abs()));
            near(places.values(), wanted.values(), 2e-7 * largest, &what);
            let (back, wanted) =
                (fitted.inverse_transform(places.view()).unwrap(), &output["back"]);
            let wanted = frame(wanted);
            let largest = wanted.values().iter().fold(1.0f64, |most, value| most.max(value.abs()));
            near(back.values(), wanted.values(), 1e-8 * largest, &what);
            assert_eq!(back.columns(), rows.columns());
        }
    }
}

#[test]
fn random_projections_find_the_first_components() {
    let cases = cases();
    let case = cases.iter().find(|case| case["name"] == "plain").unwrap();
    let rows = frame(&case["train"]);
    let params = RandomizedParams { oversamples: 2, iterations: 20, seed: 3 };
    let fitted = fit(&rows, Components::Count(2), Solver::Randomized(params), false);
    let principal = fitted.principal();
    near(principal.variance_ratios(), &numbers(&case["ratios"])[..2], 1e-9, "ratio");
    let wanted = frame(&case["components"]);
    near(principal.components(), &wanted.values()[..14], 1e-6, "component");
    let randomized = Solver::Randomized(RandomizedParams::default());
    let params = PcaParams { solver: randomized, ..PcaParams::default() };
    let pca = Pca::new(params).unwrap();
    assert!(matches!(pca.fit_frame(rows.view()), Err(Error::Parameter { .. })));
    assert!(matches!(pca.begin(rows.columns()), Err(Error::Parameter { .. })));
}

#[test]
fn a_stream_gives_the_same_bits_however_it_is_cut() {
    let n_rows = 5_000;
    let value = |at: usize| ((at * 7_919 % 10_007) as f64).sin() * (1 + at % 5) as f64 + 1e3;
    let values: Vec<f64> = (0..5 * n_rows).map(value).collect();
    let rows = Frame::new(values, Columns::numbered("x", 5)).unwrap();
    for solver in [Solver::Covariance, Solver::Svd] {
        let params = PcaParams { components: Components::Count(5), solver, whiten: false };
        let pca = Pca::new(params).unwrap();
        let whole = pca.fit_frame(rows.view()).unwrap();
        for cut in [1_000, 2_048, 4_999] {
            let mut fit = pca.begin(rows.columns()).unwrap();
            for first in (0..n_rows).step_by(cut) {
                fit.update(rows.view().slice(first..n_rows.min(first + cut))).unwrap();
            }
            assert_eq!(fit.finish().unwrap(), whole);
        }
        for n_threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            assert_eq!(pool.install(|| pca.fit_frame(rows.view()).unwrap()), whole);
        }
    }
}

#[test]
fn what_has_no_components_is_refused() {
    let constant = Frame::new(vec![1e6; 40], ["x", "y"]).unwrap();
    let run = |rows: &Frame, components| {
        let params = PcaParams { components, ..PcaParams::default() };
        Pca::new(params).and_then(|pca| pca.fit_frame(rows.view()))
    };
    let share = |variance| Components::Variance { variance };
    assert!(matches!(run(&constant, share(0.8)), Err(Error::Numeric { .. })));
    let varied = Frame::new((0..40).map(f64::from).collect(), ["x", "y"]).unwrap();
    assert!(matches!(run(&varied, Components::Count(3)), Err(Error::Parameter { .. })));
    assert!(matches!(run(&constant, Components::Count(0)), Err(Error::Parameter { .. })));
    assert!(matches!(run(&constant, share(1.0)), Err(Error::Parameter { .. })));
    let one = constant.view().select(&[0]);
    let refused = run(&one, share(0.8)).unwrap_err();
    assert!(matches!(refused, Error::TooFewSamples { wanted: 2, found: 1, .. }));
}

fn table() -> impl Strategy<Value = Frame> {
    prop::collection::vec(prop::array::uniform4(-10.0..10.0), 4..60)
        .prop_map(|rows| Frame::new(rows.concat(), Columns::numbered("x", 4)).unwrap())
}

proptest! {
    #[test]
    fn components_are_perpendicular_and_lose_nothing(rows in table()) {
        for solver in [Solver::Covariance, Solver::Svd] {
            let fitted = fit(&rows, Components::Count(4), solver, false);
            let components = fitted.principal().components();
            for (i, j) in (0..4).flat_map(|i| (0..=i).map(move |j| (i, j))) {
                let product: f64 = (0..4).map(|c| components[4 * i + c] * components[4 * j + c]).sum();
                let wanted = f64::from(u8::from(i == j));
                prop_assert!((product - wanted).abs() < 1e-10);
            }
            let places = fitted.transform_frame(rows.view()).unwrap();
            let back = fitted.inverse_transform(places.view()).unwrap();
            for (found, wanted) in back.values().iter().zip(rows.values()) {
                prop_assert!((found - wanted).abs() < 1e-9);
            }
            let lost = fitted.principal().residuals(rows.view()).unwrap();
            prop_assert!(lost.iter().all(|lost| *lost < 1e-18));
        }
    }
}
