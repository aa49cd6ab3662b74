//! Predicted classes with their probabilities and decision values.

use oddity_core::Predicted;

#[test]
fn the_most_probable_class_is_predicted_and_ties_go_to_the_lowest() {
    let predicted = Predicted::from_probabilities(vec![0.2, 0.8, 0.5, 0.5, 1.0, 0.0], 2).unwrap();
    assert_eq!(predicted.codes(), [1, 0, 0]);
    assert_eq!(predicted.class_scores(1), Some(vec![0.8, 0.5, 0.0]));
}

#[test]
fn shapes_and_codes_are_checked() {
    assert!(Predicted::new(vec![0, 2], 2).is_err());
    let two = || Predicted::new(vec![0, 1], 2).unwrap();
    assert!(two().with_probabilities(vec![1.0; 3]).is_err());
    assert!(two().with_decision(vec![1.0, 2.0, f64::NAN, 0.0]).is_err());
    assert_eq!(two().class_scores(0), None);
    let decided = two().with_decision(vec![-1.0, 1.0, -2.0, 2.0]).unwrap();
    assert_eq!(decided.class_scores(1), Some(vec![1.0, 2.0]));
    assert_eq!(decided.class_scores(2), None);
}
