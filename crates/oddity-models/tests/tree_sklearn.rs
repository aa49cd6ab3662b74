//! Trees equal those of scikit-learn 1.9.1 where no tie between splits decides.

use oddity_core::{Classes, Columns, FittedClassifier, Frame, Seed};
use oddity_models::tree::{Branch, Cart, CartParams, Tree};
use serde::Deserialize;

const WIDTH: usize = 6;

#[derive(Deserialize)]
struct Case {
    params: CartParams,
    n_classes: usize,
    x: Vec<i32>,
    y: Vec<u32>,
    new: Vec<i32>,
    preorder: Vec<Node>,
    probabilities: Vec<f64>,
    importances: Vec<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Node {
    Split { column: usize, threshold: f64 },
    Leaf { shares: Vec<f64> },
}

fn frame(values: &[i32]) -> Frame {
    let values = values.iter().map(|&value| f64::from(value) / 64.0).collect();
    Frame::new(values, Columns::numbered("x", WIDTH)).expect("finite values")
}

fn assert_close(found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
    }
}

fn assert_same_tree(tree: &Tree, wanted: &[Node]) {
    let mut wanted = wanted.iter();
    let mut pending = vec![0];
    while let Some(node) = pending.pop() {
        match (tree.branch(node), wanted.next().expect("a node")) {
            (Branch::Leaf(shares), Node::Leaf { shares: wanted }) => {
                assert_close(shares, wanted, 1e-12);
            }
            (
                Branch::Split { column, threshold, left, right },
                Node::Split { column: wanted, threshold: at },
            ) => {
                assert_eq!((column, threshold), (*wanted, *at));
                pending.extend([right, left]);
            }
            (found, wanted) => panic!("found {found:?}, wanted {wanted:?}"),
        }
    }
    assert!(wanted.next().is_none(), "the tree has as many nodes as scikit-learn's");
}

#[test]
fn trees_equal_those_of_scikit_learn() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("fixtures/tree_sklearn.json")).unwrap();
    assert_eq!(cases.len(), 32);
    for case in cases {
        let names = (0..case.n_classes).map(|class| class.to_string());
        let classes = Classes::new(case.y, names).unwrap();
        let cart = Cart::new(case.params).unwrap();
        for seed in 0..3 {
            let fitted = cart.fit_tree(&frame(&case.x).samples(), &classes, Seed(seed)).unwrap();
            assert_same_tree(fitted.tree(), &case.preorder);
            let predicted = fitted.predict(&frame(&case.new).samples()).unwrap();
            assert_close(predicted.probabilities().unwrap(), &case.probabilities, 1e-12);
            assert_close(fitted.importances().unwrap(), &case.importances, 1e-9);
        }
    }
}
