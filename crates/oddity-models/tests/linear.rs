//! Logistic regression and linear discriminant analysis: the contract, scikit-learn's
//! results, and properties.

mod linear_oracle;

use linear_oracle::{assert_close, for_cases};
use oddity_core::contract::check_classifier;
use oddity_core::{Classes, Classifier, Columns, Csr, Frame, Seed};
use oddity_models::ClassWeight;
use oddity_models::linear::{
    Lda, LdaParams, LogisticRegression, LogisticRegressionParams, MultiClass,
};
use proptest::prelude::*;

fn logistic(params: LogisticRegressionParams) -> LogisticRegression {
    LogisticRegression::new(params).expect("valid parameters")
}

#[test]
fn the_contract_holds() {
    for multi_class in [MultiClass::Auto, MultiClass::Multinomial, MultiClass::OneVsRest] {
        let params = LogisticRegressionParams { multi_class, ..Default::default() };
        check_classifier("logistic_regression", &logistic(params));
    }
    let params = LogisticRegressionParams {
        penalize_intercept: true,
        class_weight: ClassWeight::Balanced,
        ..Default::default()
    };
    check_classifier("logistic_regression, balanced", &logistic(params));
    check_classifier("lda", &Lda::new(LdaParams::default()).unwrap());
}

#[test]
fn results_equal_those_of_scikit_learn() {
    let make = |kind: &str, params: &serde_json::Value| -> Box<dyn Classifier> {
        match kind {
            "lda" => Box::new(Lda::new(serde_json::from_value(params.clone()).unwrap()).unwrap()),
            _ => {
                let params = serde_json::from_value(params.clone()).unwrap();
                Box::new(logistic(LogisticRegressionParams { tolerance: 1e-12, ..params }))
            }
        }
    };
    for_cases(include_str!("fixtures/linear.json"), make, |name, case, predicted| {
        assert_close(name, predicted.probabilities().unwrap(), &case["probabilities"], 1e-8);
    });
}

/// Two overlapping classes that need no scaling, 40 rows of 3 columns.
fn two_classes() -> (Frame, Classes) {
    let values = (0..120).map(|at| ((at * 37 + at / 7) % 23) as f64 / 5.0).collect();
    let frame = Frame::new(values, Columns::numbered("x", 3)).expect("finite values");
    let codes = frame.view().iter().map(|row| u32::from(row[0] < row[1] + 0.4 * row[2]));
    let codes = codes.enumerate().map(|(at, code)| if at % 9 == 0 { 1 - code } else { code });
    (frame.clone(), Classes::new(codes.collect(), ["a", "b"]).expect("two names"))
}

#[test]
fn multinomial_of_two_classes_is_binomial_with_half_the_penalty() {
    let (frame, classes) = two_classes();
    let fit = |params| {
        let fitted = logistic(params).fit(&frame.samples(), &classes, Seed(0)).unwrap();
        fitted.predict(&frame.samples()).unwrap().probabilities().unwrap().to_vec()
    };
    let multi_class = MultiClass::Multinomial;
    let two = fit(LogisticRegressionParams { multi_class, c: 0.5, ..Default::default() });
    let one = fit(LogisticRegressionParams { c: 1.0, ..Default::default() });
    for (two, one) in two.iter().zip(&one) {
        assert!((two - one).abs() < 1e-9, "{two} {one}");
    }
}

#[test]
fn too_few_iterations_are_reported() {
    let (frame, classes) = two_classes();
    let params = LogisticRegressionParams { max_iterations: 1, ..Default::default() };
    let fitted = logistic(params).fit(&frame.samples(), &classes, Seed(0)).unwrap();
    assert_eq!(fitted.converged(), Some(false));
    let fitted = logistic(Default::default()).fit(&frame.samples(), &classes, Seed(0)).unwrap();
    assert_eq!(fitted.converged(), Some(true));
}

#[test]
fn absent_classes_have_probability_0() {
    let (frame, classes) = two_classes();
    let codes = classes.codes().iter().map(|code| 2 * code + 1).collect();
    let classes = Classes::new(codes, ["never", "a", "never again", "b"]).unwrap();
    let models: [Box<dyn Classifier>; 2] =
        [Box::new(logistic(Default::default())), Box::new(Lda::new(Default::default()).unwrap())];
    for model in models {
        let fitted = model.fit(&frame.samples(), &classes, Seed(0)).unwrap();
        let predicted = fitted.predict(&frame.samples()).unwrap();
        assert!(predicted.codes().iter().all(|code| [1, 3].contains(code)));
        for row in predicted.probabilities().unwrap().chunks_exact(4) {
            assert_eq!([row[0], row[2]], [0.0, 0.0]);
        }
    }
}

#[test]
fn sparse_rows_give_what_dense_rows_give() {
    let (frame, classes) = two_classes();
    let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in frame.view().iter() {
        for (column, &value) in (0u32..).zip(row).filter(|(_, value)| **value != 0.0) {
            indices.push(column);
            values.push(value);
        }
        offsets.push(indices.len());
    }
    let sparse = Csr::new(offsets, indices, values, frame.columns()).unwrap();
    let model = logistic(Default::default());
    let dense = model.fit(&frame.samples(), &classes, Seed(0)).unwrap();
    let fitted = model.fit(&sparse.samples(), &classes, Seed(0)).unwrap();
    assert_eq!(
        fitted.predict(&sparse.samples()).unwrap(),
        dense.predict(&frame.samples()).unwrap()
    );
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let logistic = |params| LogisticRegression::new(params).is_err();
    let default = LogisticRegressionParams::default;
    assert!(logistic(LogisticRegressionParams { c: 0.0, ..default() }));
    assert!(logistic(LogisticRegressionParams { c: f64::INFINITY, ..default() }));
    assert!(logistic(LogisticRegressionParams { tolerance: -1.0, ..default() }));
    assert!(logistic(LogisticRegressionParams { max_iterations: 0, ..default() }));
    assert!(Lda::new(LdaParams { tolerance: f64::NAN }).is_err());
    let unknown = serde_json::from_str::<LogisticRegressionParams>("{\"C\": 1.0}");
    assert!(unknown.is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Newton's method and discriminant analysis do not care in what units a column is,
    /// apart from the penalty, which a large `c` makes vanish.
    #[test]
    fn units_do_not_matter(scale in prop::array::uniform3(-3.0..3.0f64)) {
        let (frame, classes) = two_classes();
        let factors = scale.map(|power| 10f64.powf(power));
        let scaled = frame.view().iter().flat_map(|row| [0, 1, 2].map(|at| row[at] * factors[at]));
        let scaled = Frame::new(scaled.collect(), frame.columns()).unwrap();
        let params = LogisticRegressionParams { c: 1e12, ..Default::default() };
        let models: [Box<dyn Classifier>; 2] =
            [Box::new(logistic(params)), Box::new(Lda::new(Default::default()).unwrap())];
        for model in models {
            let fit = |frame: &Frame| {
                let fitted = model.fit(&frame.samples(), &classes, Seed(0)).unwrap();
                fitted.predict(&frame.samples()).unwrap().probabilities().unwrap().to_vec()
            };
            for (one, other) in fit(&frame).iter().zip(fit(&scaled)) {
                prop_assert!((one - other).abs() < 1e-6, "{one} {other}");
            }
        }
    }
}
