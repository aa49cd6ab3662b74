//! Tests of nearest neighbours among sequences.

use oddity_core::Sequences;
use serde_json::Value;

use super::*;

fn sequences(value: &Value) -> Sequences {
    let rows: Vec<Vec<u16>> = serde_json::from_value(value.clone()).unwrap();
    rows.into_iter().collect()
}

#[test]
fn equals_nearest_neighbours_of_scikit_learn() {
    let fixture = include_str!("../../../tests/fixtures/sklearn_n_gram_knn.json");
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let (train, test) = (sequences(&fixture["train"]), sequences(&fixture["test"]));
    let cases = fixture["cases"].as_array().unwrap();
    assert!(8 <= cases.len());
    for case in cases {
        let params: NGramKnnParams = serde_json::from_value(case["params"].clone()).unwrap();
        let fitted = NGramKnn::new(params).unwrap().fit(&train.samples(), Seed(0)).unwrap();
        let found = fitted.score(&test.samples()).unwrap();
        let expected: Vec<f64> = serde_json::from_value(case["scores"].clone()).unwrap();
        assert_eq!(found.values().len(), expected.len());
        for (found, expected) in found.values().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{case}: {found} {expected}");
        }
    }
}

#[test]
fn short_sequences_are_like_each_other_alone() {
    let scores = |train: &[&[u16]]| {
        let train: Sequences = train.iter().collect();
        let test: Sequences = [vec![], vec![1], vec![1, 2]].into_iter().collect();
        let params = NGramKnnParams { sizes: vec![2], k: 2, ..NGramKnnParams::default() };
        let fitted = NGramKnn::new(params).unwrap().fit(&train.samples(), Seed(0)).unwrap();
        fitted.score(&test.samples()).unwrap().into_values()
    };
    assert_eq!(scores(&[&[1, 2], &[1, 2, 3]]), [1.0, 1.0, 0.5 - 0.5 / 2f64.sqrt()]);
    assert_eq!(scores(&[&[1, 2], &[5]]), [0.5, 0.5, 0.5]);
    assert_eq!(scores(&[&[], &[5], &[7, 8]]), [0.0, 0.0, 1.0]);
}

#[test]
fn refuses_sizes_of_0_and_too_few_sequences() {
    let refused = |params| NGramKnn::new(params).err().map(|error| error.to_string());
    let params = NGramKnnParams { sizes: vec![2, 0], ..NGramKnnParams::default() };
    let wanted = "n_gram_knn: parameter sizes is 0, wanted at least 1 each";
    assert_eq!(refused(params).as_deref(), Some(wanted));
    let params = NGramKnnParams { k: 3, ..NGramKnnParams::default() };
    let two: Sequences = [[1u16], [2]].into_iter().collect();
    let fitted = NGramKnn::new(params).unwrap().fit(&two.samples(), Seed(0));
    assert!(matches!(fitted.err(), Some(Error::TooFewSamples { wanted: 3, found: 2, .. })));
}
