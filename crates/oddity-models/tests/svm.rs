//! The support vector machine against scikit-learn, and what it makes of odd input.

use oddity_core::{Classes, Classifier, Columns, Csr, FittedClassifier, Frame, Seed};
use oddity_models::ClassWeight;
use oddity_models::kernel::{FittedSvm, Gamma, Kernel, Svm, SvmParams};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    params: SvmParams,
    n_columns: usize,
    n_classes: usize,
    train: Vec<f64>,
    classes: Vec<u32>,
    queries: Vec<f64>,
    predicted: Vec<u32>,
    decision: Vec<f64>,
    offsets: Vec<f64>,
    occurring: Vec<u32>,
    n_support: Option<Vec<usize>>,
}

fn names(n_classes: usize) -> impl Iterator<Item = String> {
    (0..n_classes).map(|class| class.to_string())
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], name: &str) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let within = 1e-6 * expected.abs().max(1.0);
        assert!((found - expected).abs() <= within, "{name} {at}: {found}, wanted {expected}");
    }
}

#[test]
fn machines_equal_the_fixture() {
    let fixture: Fixture = serde_json::from_str(include_str!("fixtures/sklearn_svm.json")).unwrap();
    for case in fixture.cases {
        let columns = Columns::numbered("x", case.n_columns);
        let train = Frame::new(case.train, columns.clone()).unwrap();
        let queries = Frame::new(case.queries, columns).unwrap();
        let classes = Classes::new(case.classes, names(case.n_classes)).unwrap();
        let svm = Svm::new(case.params).unwrap();
        let fitted = svm.fit_svm(&train.samples(), &classes, Seed(0)).unwrap();
        assert_eq!(fitted.converged(), Some(true), "{}", case.name);
        let n_support = fitted.n_support_vectors();
        let n_support: Vec<usize> =
            case.occurring.iter().map(|&code| n_support[code as usize]).collect();
        assert!(case.n_support.is_none_or(|expected| n_support == expected), "{}", case.name);
        assert_near(&fitted.offsets(), &case.offsets, &format!("{}: offset", case.name));
        let predicted = fitted.predict(&queries.samples()).unwrap();
        assert_eq!(predicted.codes(), case.predicted, "{}", case.name);
        let n_occurring = case.occurring.len();
        for (at, &code) in case.occurring.iter().enumerate() {
            let expected: Vec<f64> = match n_occurring {
                // One value a row, for the second class.
                2 => case.decision.iter().map(|f| [-f, *f][at]).collect(),
                _ => case.decision.iter().skip(at).step_by(n_occurring).copied().collect(),
            };
            let found = predicted.class_scores(code).unwrap();
            assert_near(&found, &expected, &format!("{}: class {code}", case.name));
        }
        for code in 0..case.n_classes as u32 {
            if !case.occurring.contains(&code) {
                let least = predicted.class_scores(code).unwrap();
                assert!(least.iter().all(|&value| value == -1.0), "{}", case.name);
            }
        }
    }
}

/// Rows around one centre a class, the same in every run.
fn clusters(n_rows: usize, n_classes: usize, width: usize) -> (Frame, Classes) {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let codes: Vec<u32> = (0..n_rows).map(|row| (row % n_classes) as u32).collect();
    let mut values = Vec::new();
    for &code in &codes {
        for column in 0..width {
            let centre = f64::from((code + column as u32) % n_classes as u32);
            values.push(centre + 2.0 * (next() + next() - 1.0));
        }
    }
    let frame = Frame::new(values, Columns::numbered("x", width)).expect("finite values");
    (frame, Classes::new(codes, names(n_classes)).expect("a name for each class"))
}

fn fit(frame: &Frame, classes: &Classes, params: SvmParams) -> FittedSvm {
    let svm = Svm::new(params).expect("valid parameters");
    svm.fit_svm(&frame.samples(), classes, Seed(5)).expect("a fit")
}

#[test]
fn probabilities_are_calibrated_and_any_number_of_threads_gives_the_same() {
    for n_classes in [2, 3] {
        let (frame, classes) = clusters(300, n_classes, 3);
        let params = SvmParams { probability: true, ..SvmParams::default() };
        let run = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| {
                let fitted = fit(&frame, &classes, params.clone());
                fitted.predict(&frame.samples()).unwrap()
            })
        };
        let predicted = run(1);
        assert_eq!(run(2), predicted);
        assert_eq!(run(3), predicted);
        let probabilities = predicted.probabilities().unwrap();
        assert!(probabilities.chunks_exact(n_classes).all(|row| {
            let sum: f64 = row.iter().sum();
            (sum - 1.0).abs() < 1e-12 && row.iter().all(|p| (0.0..=1.0).contains(p))
        }));
        // The mean probability of a class is near its share of the rows.
        for code in 0..n_classes as u32 {
            let of_class = predicted.class_scores(code).unwrap();
            let mean = of_class.iter().sum::<f64>() / of_class.len() as f64;
            assert!((mean - 1.0 / n_classes as f64).abs() < 0.05, "class {code}: {mean}");
        }
    }
}

#[test]
fn classes_that_do_not_occur_have_probability_0() {
    let (frame, classes) = clusters(60, 2, 3);
    let codes = classes.codes().iter().map(|code| 2 * code).collect();
    let classes = Classes::new(codes, ["a", "absent", "c"]).unwrap();
    let params = SvmParams { probability: true, ..SvmParams::default() };
    let predicted = fit(&frame, &classes, params).predict(&frame.samples()).unwrap();
    assert!(predicted.codes().iter().all(|&code| code != 1));
    assert!(predicted.class_scores(1).unwrap().iter().all(|&p| p == 0.0));
}

#[test]
fn sparse_rows_mean_the_same_as_dense_ones() {
    let dense = Frame::new(vec![0.0, 2.0, 0.0, 0.0, 5.0, 0.0, 1.0, 1.0], ["x", "y"]).unwrap();
    let offsets = vec![0, 1, 1, 2, 4];
    let sparse = Csr::new(offsets, vec![1, 0, 0, 1], vec![2.0, 5.0, 1.0, 1.0], ["x", "y"]).unwrap();
    let classes = Classes::new(vec![0, 1, 0, 1], ["a", "b"]).unwrap();
    let svm = Svm::new(SvmParams::default()).unwrap();
    let on_dense = svm.fit(&dense.samples(), &classes, Seed(0)).unwrap();
    let on_sparse = svm.fit(&sparse.samples(), &classes, Seed(0)).unwrap();
    let expected = on_dense.predict(&dense.samples()).unwrap();
    assert_eq!(on_sparse.predict(&sparse.samples()).unwrap(), expected);
}

#[test]
fn a_fit_that_is_cut_off_says_so() {
    let (frame, classes) = clusters(100, 2, 3);
    let params = SvmParams { max_iterations: Some(3), ..SvmParams::default() };
    assert_eq!(fit(&frame, &classes, params).converged(), Some(false));
    assert_eq!(fit(&frame, &classes, SvmParams::default()).converged(), Some(true));
}

#[test]
fn rows_far_from_the_origin_keep_their_distances() {
    let (frame, classes) = clusters(120, 2, 3);
    let near = fit(&frame, &classes, SvmParams::default());
    let moved = frame.values().iter().map(|value| value + 1e7).collect();
    let moved = Frame::new(moved, frame.columns().clone()).unwrap();
    let gamma = Gamma::Value(0.5);
    let params = SvmParams { kernel: Kernel::Rbf { gamma }, ..SvmParams::default() };
    let far = fit(&moved, &classes, params.clone());
    let near_fixed = fit(&frame, &classes, params);
    assert_eq!(far.n_support_vectors(), near_fixed.n_support_vectors());
    let expected = near_fixed.predict(&frame.samples()).unwrap();
    let found = far.predict(&moved.samples()).unwrap();
    assert_eq!(found.codes(), expected.codes());
    assert!(near.predict(&frame.samples()).is_ok());
}

#[test]
fn values_that_overflow_are_refused_in_training_and_far_away_in_prediction() {
    let huge = Frame::new(vec![1e200, -1e200, 1e200, 0.0], ["x"]).unwrap();
    let classes = Classes::new(vec![0, 1, 0, 1], ["a", "b"]).unwrap();
    let svm = Svm::new(SvmParams { kernel: Kernel::Linear, ..SvmParams::default() }).unwrap();
    let refused = svm.fit_svm(&huge.samples(), &classes, Seed(0)).err().unwrap();
    assert_eq!(refused.to_string(), "svm: kernel values of the training rows overflow");
    let train = Frame::new(vec![0.0, 1.0, 0.5, 2.0], ["x"]).unwrap();
    let fitted = fit(&train, &classes, SvmParams::default());
    let predicted = fitted.predict(&huge.samples()).unwrap();
    let rho = fitted.offsets()[0];
    // Every kernel value is 0, except that of the last row, which is at 0.
    assert_eq!(predicted.class_scores(1).unwrap()[..3], [rho; 3]);
}

#[test]
fn parameters_are_plain_text_and_checked() {
    let parse = |text: &str| toml::from_str::<SvmParams>(text);
    assert_eq!(parse("kernel = 'linear'").unwrap().kernel, Kernel::Linear);
    for (text, gamma) in [
        ("{ rbf = { gamma = 'auto' } }", Gamma::Auto),
        ("{ rbf = { gamma = 'scale' } }", Gamma::Scale),
        ("{ rbf = { gamma = 0.25 } }", Gamma::Value(0.25)),
        ("{ rbf = { gamma = 2 } }", Gamma::Value(2.0)),
        ("{ rbf = {} }", Gamma::Scale),
    ] {
        let params = parse(&format!("kernel = {text}")).unwrap();
        assert_eq!(params.kernel, Kernel::Rbf { gamma }, "{text}");
        assert_eq!(parse(&toml::to_string(&params).unwrap()).unwrap(), params);
    }
    assert!(parse("kernel = { rbf = { gama = 1 } }").is_err());
    assert!(parse("kernel = { rbf = { gamma = 'car' } }").is_err());
    let message = |params: SvmParams| Svm::new(params).err().map(|error| error.to_string());
    assert_eq!(message(SvmParams::default()), None);
    let params = SvmParams { c: 0.0, ..SvmParams::default() };
    assert_eq!(message(params).unwrap(), "svm: parameter c is 0, wanted above 0");
    let params = SvmParams { tolerance: f64::NAN, ..SvmParams::default() };
    assert!(message(params).is_some());
    let params = SvmParams { max_iterations: Some(0), ..SvmParams::default() };
    assert!(message(params).is_some());
    let kernel = Kernel::Rbf { gamma: Gamma::Value(-1.0) };
    assert!(message(SvmParams { kernel, ..SvmParams::default() }).is_some());
    let (frame, classes) = clusters(10, 2, 2);
    let class_weight = ClassWeight::Weights(vec![1.0]);
    let svm = Svm::new(SvmParams { class_weight, ..SvmParams::default() }).unwrap();
    assert!(svm.fit_svm(&frame.samples(), &classes, Seed(0)).is_err());
}
