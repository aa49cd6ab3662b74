//! Gaussian naive Bayes: the contract, scikit-learn's results, and refusals.

mod linear_oracle;

use linear_oracle::{assert_close, for_cases};
use oddity_core::contract::check_classifier;
use oddity_core::{Classes, Classifier, Columns, Error, Frame, Seed};
use oddity_models::bayes::{GaussianNb, GaussianNbParams};

#[test]
fn the_contract_holds() {
    check_classifier("gaussian_nb", &GaussianNb::new(GaussianNbParams::default()).unwrap());
}

#[test]
fn results_equal_those_of_scikit_learn() {
    let make = |_: &str, params: &serde_json::Value| -> Box<dyn Classifier> {
        Box::new(GaussianNb::new(serde_json::from_value(params.clone()).unwrap()).unwrap())
    };
    for_cases(include_str!("fixtures/bayes.json"), make, |name, case, predicted| {
        assert_close(name, predicted.probabilities().unwrap(), &case["probabilities"], 1e-9);
        assert_close(name, predicted.decision().unwrap(), &case["decision"], 1e-9);
    });
}

#[test]
fn absent_classes_have_probability_0_and_the_least_likelihood() {
    let frame = Frame::new(vec![0.0, 1.0, 5.0, 7.0], ["x"]).unwrap();
    let classes = Classes::new(vec![1, 1, 2, 2], ["never", "low", "high"]).unwrap();
    let model = GaussianNb::new(GaussianNbParams::default()).unwrap();
    let fitted = model.fit(&frame.samples(), &classes, Seed(0)).unwrap();
    let predicted = fitted.predict(&frame.samples()).unwrap();
    assert_eq!(predicted.codes(), [1, 1, 2, 2]);
    assert!(predicted.probabilities().unwrap().chunks_exact(3).all(|row| row[0] == 0.0));
    assert!(predicted.decision().unwrap().chunks_exact(3).all(|row| row[0] == -f64::MAX));
}

#[test]
fn constant_columns_alone_are_an_error() {
    let frame = Frame::new(vec![2.0; 8], Columns::numbered("x", 2)).unwrap();
    let classes = Classes::new(vec![0, 1, 0, 1], ["a", "b"]).unwrap();
    let model = GaussianNb::new(GaussianNbParams::default()).unwrap();
    let fitted = model.fit(&frame.samples(), &classes, Seed(0));
    assert!(matches!(fitted, Err(Error::Numeric { .. })));
    assert!(GaussianNb::new(GaussianNbParams { var_smoothing: -1.0 }).is_err());
}
