//! linfa's classifiers: they agree with ours where both compute the same, and refuse what
//! linfa itself would panic on.
#![cfg(feature = "linfa")]

use oddity_core::{Classes, Columns, Error, FittedClassifier, Frame, Predicted, Result, Seed};
use oddity_models::catalogue::{ClassifierConfig, classifiers};

const WIDTH: usize = 4;

/// Overlapping clusters of the classes 0, 2 and 3 of five names, or of 0 and 3 alone.
fn clusters(n_rows: usize, codes: &[u32]) -> (Frame, Classes) {
    let mut state = Seed(17);
    let mut uniform = || {
        state = state.derive(1);
        (state.0 >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut values = Vec::new();
    for row in 0..n_rows {
        let class = f64::from(codes[row % codes.len()]);
        values.extend((0..WIDTH).map(|column| {
            let bell = (0..6).map(|_| uniform()).sum::<f64>() - 3.0;
            0.5 * class * (column % 2) as f64 + (0.4 + 0.2 * column as f64) * bell
        }));
    }
    let frame = Frame::new(values, Columns::numbered("x", WIDTH)).expect("finite values");
    let codes = (0..n_rows).map(|row| codes[row % codes.len()]).collect();
    (frame, Classes::new(codes, ["a", "b", "c", "d", "e"]).expect("a name for each class"))
}

fn fit(config: &str, train: &Frame, classes: &Classes) -> Result<Box<dyn FittedClassifier>> {
    let config: ClassifierConfig = toml::from_str(config).expect("a configuration");
    config.build()?.fit(&train.samples(), classes, Seed(1))
}

fn predict(config: &str, train: &Frame, classes: &Classes, test: &Frame) -> Predicted {
    let fitted = fit(config, train, classes).expect("a fit");
    fitted.predict(&test.samples()).expect("a prediction")
}

#[track_caller]
fn assert_close(ours: &Predicted, theirs: &Predicted, within: f64) {
    let ours = ours.probabilities().expect("probabilities");
    let theirs = theirs.probabilities().expect("probabilities");
    assert_eq!(ours.len(), theirs.len());
    for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() <= within, "value {at}: ours {ours}, linfa's {theirs}");
    }
}

#[test]
fn probabilities_equal_ours() {
    for codes in [&[0, 3][..], &[0, 2, 3]] {
        let (train, classes) = clusters(300, codes);
        let (test, _) = clusters(77, codes);
        let both = |ours: &str, theirs: &str, within| {
            let ours = predict(ours, &train, &classes, &test);
            assert_close(&ours, &predict(theirs, &train, &classes, &test), within);
        };
        both("kind = 'gaussian_nb'", "kind = 'linfa/gaussian_nb'", 1e-9);
        for index in ["linear", "kd_tree", "ball_tree"] {
            let theirs = format!("kind = 'linfa/knn'\nk = 7\nindex = '{index}'");
            both("kind = 'knn'\nk = 7", &theirs, 1e-12);
        }
        let theirs = "kind = 'linfa/logistic_regression'\nalpha = 1\ngradient_tolerance = 1e-6";
        both("kind = 'logistic_regression'\ntolerance = 1e-8", theirs, 1e-4);
    }
}

#[test]
fn trees_and_machines_agree_with_ours_on_most_rows() {
    for codes in [&[0, 3][..], &[0, 2, 3]] {
        let (train, classes) = clusters(300, codes);
        let (test, _) = clusters(300, codes);
        for (ours, theirs) in [
            ("kind = 'cart'\nmax_depth = 3", "kind = 'linfa/cart'\nmax_depth = 3"),
            (
                "kind = 'svm'\nkernel = { rbf = { gamma = 0.25 } }",
                "kind = 'linfa/svm'\ngamma = 0.25",
            ),
        ] {
            let ours = predict(ours, &train, &classes, &test);
            let their = predict(theirs, &train, &classes, &test);
            let n_same = ours.codes().iter().zip(their.codes()).filter(|(a, b)| a == b).count();
            assert!(285 <= n_same, "{theirs}: {n_same} of 300 classes as ours");
        }
    }
}

#[test]
fn decision_values_order_the_classes() {
    let (train, classes) = clusters(120, &[0, 2, 3]);
    let predicted = predict("kind = 'linfa/svm'\nkernel = 'linear'", &train, &classes, &train);
    let decision = predicted.decision().expect("decision values");
    for (&code, row) in predicted.codes().iter().zip(decision.chunks_exact(5)) {
        assert!(row.iter().all(|value| *value <= row[code as usize]));
        assert_eq!((row[1], row[4]), (f64::MIN, f64::MIN), "classes that do not occur");
    }
}

#[test]
fn what_linfa_cannot_take_is_an_error() {
    let kinds = classifiers().into_iter().map(|entry| entry.kind);
    for kind in kinds.filter(|kind| kind.starts_with("linfa/")) {
        let config = format!("kind = '{kind}'");
        let (train, classes) = clusters(20, &[0, 3]);
        let mut values = train.values().to_vec();
        values[7] = 1e200;
        let huge = Frame::new(values, train.columns()).unwrap();
        let refused = fit(&config, &huge, &classes).err().unwrap();
        assert!(matches!(refused, Error::Numeric { .. }), "{kind}: {refused}");
        let fitted = fit(&config, &train, &classes).unwrap();
        assert!(fitted.predict(&huge.samples()).is_err(), "{kind}");
    }
}

/// linfa splits at the midpoint, which between neighbouring floats is one of them: where it
/// is the upper one, all rows go to one side, and growth ends only at the greatest depth.
#[test]
fn repeated_rows_and_neighbouring_floats_end() {
    let low: f64 = 1e12;
    for (low, high) in [(low, low.next_up()), (low.next_up(), low.next_up().next_up())] {
        let values =
            (0..100 * WIDTH).map(|at| if (at / WIDTH).is_multiple_of(2) { low } else { high });
        let train = Frame::new(values.collect(), Columns::numbered("x", WIDTH)).unwrap();
        let classes = Classes::new((0..100).map(|row| row % 2).collect(), ["a", "b"]).unwrap();
        for config in
            ["kind = 'linfa/cart'", "kind = 'linfa/knn'", "kind = 'linfa/knn'\nindex = 'ball_tree'"]
        {
            let fitted = fit(config, &train, &classes).unwrap();
            assert_eq!(fitted.predict(&train.samples()).unwrap().len(), 100, "{config}");
        }
    }
}

#[test]
fn parameters_outside_their_range_are_refused() {
    for (config, message) in [
        ("kind = 'linfa/knn'\nk = 0", "linfa/knn: parameter k is 0, wanted at least 1"),
        ("kind = 'linfa/svm'\nc = -1", "linfa/svm: parameter c is -1, wanted finite and above 0"),
        ("kind = 'linfa/svm'\ngamma = 0", "parameter gamma is 0"),
        ("kind = 'linfa/cart'\nmax_depth = 1000", "wanted at most 512"),
        ("kind = 'linfa/cart'\nmin_weight_leaf = 0", "wanted at least 1"),
        ("kind = 'linfa/gaussian_nb'\nvar_smoothing = -1", "finite and at least 0"),
        ("kind = 'linfa/logistic_regression'\nalpha = inf", "parameter alpha is inf"),
    ] {
        let config: ClassifierConfig = toml::from_str(config).unwrap();
        let found = config.build().err().unwrap().to_string();
        assert!(found.contains(message), "{found}");
    }
}
