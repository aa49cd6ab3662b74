//! k nearest neighbours against scikit-learn, with duplicates and ties.

use oddity_core::{Classes, Classifier, Columns, Csr, Error, FittedClassifier, Frame, Seed};
use oddity_models::neighbours::{Knn, KnnParams, Weights};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    k: usize,
    weights: Weights,
    n_columns: usize,
    train: Vec<f64>,
    classes: Vec<u32>,
    queries: Vec<f64>,
    predicted: Vec<u32>,
    probabilities: Vec<f64>,
}

#[test]
fn votes_equal_the_fixture() {
    let fixture: Fixture = serde_json::from_str(include_str!("fixtures/sklearn_knn.json")).unwrap();
    for case in fixture.cases {
        let columns = Columns::numbered("x", case.n_columns);
        let train = Frame::new(case.train, columns.clone()).unwrap();
        let queries = Frame::new(case.queries, columns).unwrap();
        let n_classes = case.probabilities.len() / case.predicted.len();
        let names = (0..n_classes).map(|class| class.to_string());
        let classes = Classes::new(case.classes, names).unwrap();
        let params = KnnParams { k: case.k, weights: case.weights, ..KnnParams::default() };
        let fitted = Knn::new(params).unwrap().fit(&train.samples(), &classes, Seed(0)).unwrap();
        let predicted = fitted.predict(&queries.samples()).unwrap();
        assert_eq!(predicted.codes(), case.predicted, "{}", case.name);
        let found = predicted.probabilities().unwrap();
        for (at, (found, expected)) in found.iter().zip(&case.probabilities).enumerate() {
            let difference = (found - expected).abs();
            assert!(difference < 1e-12, "{}, value {at}: {found}, wanted {expected}", case.name);
        }
    }
}

fn fit(train: &[f64], codes: &[u32], params: KnnParams) -> Box<dyn FittedClassifier> {
    let train = Frame::new(train.to_vec(), ["x"]).expect("finite values");
    let classes = Classes::new(codes.to_vec(), ["a", "b", "c"]).expect("a name for each class");
    let knn = Knn::new(params).expect("valid parameters");
    knn.fit(&train.samples(), &classes, Seed(0)).expect("a fit")
}

#[test]
fn ties_at_the_last_place_go_to_the_lowest_index() {
    let params = KnnParams { k: 3, ..KnnParams::default() };
    // From 0 the rows 0, 1 and 3 are at distance 1, row 2 as well: the first three vote.
    let fitted = fit(&[1.0, -1.0, 1.0, -1.0], &[2, 1, 1, 2], params);
    let query = Frame::new(vec![0.0], ["x"]).unwrap();
    let predicted = fitted.predict(&query.samples()).unwrap();
    assert_eq!(predicted.codes(), [1]);
    assert_eq!(predicted.probabilities().unwrap(), [0.0, 2.0 / 3.0, 1.0 / 3.0]);
}

#[test]
fn sparse_rows_mean_the_same_as_dense_ones() {
    let dense = Frame::new(vec![0.0, 2.0, 0.0, 0.0, 5.0, 0.0, 1.0, 1.0], ["x", "y"]).unwrap();
    let offsets = vec![0, 1, 1, 2, 4];
    let sparse = Csr::new(offsets, vec![1, 0, 0, 1], vec![2.0, 5.0, 1.0, 1.0], ["x", "y"]).unwrap();
    let classes = Classes::new(vec![0, 1, 0, 1], ["a", "b"]).unwrap();
    let knn = Knn::new(KnnParams { k: 1, ..KnnParams::default() }).unwrap();
    let on_dense = knn.fit(&dense.samples(), &classes, Seed(0)).unwrap();
    let on_sparse = knn.fit(&sparse.samples(), &classes, Seed(0)).unwrap();
    let expected = on_dense.predict(&dense.samples()).unwrap();
    assert_eq!(expected.codes(), classes.codes());
    assert_eq!(on_sparse.predict(&sparse.samples()).unwrap(), expected);
}

#[test]
fn more_neighbours_than_rows_are_refused() {
    let train = Frame::new(vec![0.0, 1.0, 2.0], ["x"]).unwrap();
    let classes = Classes::new(vec![0, 1, 0], ["a", "b"]).unwrap();
    let knn = Knn::new(KnnParams { k: 4, ..KnnParams::default() }).unwrap();
    let refused = knn.fit(&train.samples(), &classes, Seed(0)).err().unwrap();
    assert!(matches!(refused, Error::TooFewSamples { wanted: 4, found: 3, .. }));
    assert_eq!(refused.to_string(), "knn: found 3 samples, wanted at least 4");
}

#[test]
fn distance_weights_survive_distances_that_overflow() {
    let params = KnnParams { k: 3, weights: Weights::Distance, ..KnnParams::default() };
    let fitted = fit(&[1e200, -1e200, 3.0], &[0, 1, 2], params);
    let queries = Frame::new(vec![0.0, 3.0, 1e300], ["x"]).unwrap();
    let predicted = fitted.predict(&queries.samples()).unwrap();
    assert_eq!(predicted.codes(), [2, 2, 0]);
}
