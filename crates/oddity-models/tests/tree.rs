//! What trees and forests hold on any data.

use oddity_core::contract::check_classifier;
use oddity_core::{Classes, Classifier, Columns, Error, FittedClassifier, Frame, Samples, Seed};
use oddity_models::ClassWeight;
use oddity_models::tree::{
    Branch, Cart, CartParams, Criterion, FittedCart, ForestWeight, MaxFeatures, RandomForest,
    RandomForestParams, Tree,
};
use proptest::prelude::*;

fn cart(params: CartParams) -> Cart {
    Cart::new(params).expect("valid parameters")
}

fn forest(params: RandomForestParams) -> RandomForest {
    RandomForest::new(params).expect("valid parameters")
}

fn classes(codes: &[u32], n_classes: usize) -> Classes {
    Classes::new(codes.to_vec(), (0..n_classes).map(|class| class.to_string()))
        .expect("codes below the number of classes")
}

/// Rows with that many distinct values a column, and classes that follow the first columns.
fn made(n_rows: usize, width: usize, n_values: u64, n_classes: u64) -> (Frame, Classes) {
    let number = |row: usize, column: usize| Seed(row as u64).derive(column as u64).0;
    let values = |row| (0..width).map(move |column| (number(row, column) % n_values) as f64);
    let frame = Frame::new((0..n_rows).flat_map(values).collect(), Columns::numbered("x", width));
    let code = |row| {
        let signal = number(row, 0) % n_values * n_classes / n_values;
        let noisy = number(row, width).is_multiple_of(4);
        (if noisy { number(row, width + 1) % n_classes } else { signal }) as u32
    };
    let codes: Vec<u32> = (0..n_rows).map(code).collect();
    (frame.expect("finite values"), classes(&codes, n_classes as usize))
}

fn accuracy(fitted: &dyn FittedClassifier, frame: &Frame, truth: &Classes) -> f64 {
    let predicted = fitted.predict(&frame.samples()).expect("a class each");
    let pairs = predicted.codes().iter().zip(truth.codes());
    pairs.filter(|(found, wanted)| found == wanted).count() as f64 / truth.len() as f64
}

#[test]
fn trees_hold_the_contract() {
    for criterion in [Criterion::Gini, Criterion::Entropy] {
        check_classifier("cart", &cart(CartParams { criterion, ..Default::default() }));
        for bootstrap in [true, false] {
            let params =
                RandomForestParams { n_trees: 20, criterion, bootstrap, ..Default::default() };
            check_classifier("random_forest", &forest(params));
        }
    }
    let params = CartParams { class_weight: ClassWeight::Balanced, ..Default::default() };
    check_classifier("cart, balanced", &cart(params));
}

#[test]
fn a_large_tree_is_the_same_with_any_number_of_threads() {
    for (n_rows, n_values, n_classes) in [(6000, 1 << 40, 2), (3000, 7, 2), (3000, 1000, 3)] {
        let (frame, classes) = made(n_rows, 50, n_values, n_classes);
        let fit = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| {
                let cart = cart(CartParams::default());
                cart.fit_tree(&frame.samples(), &classes, Seed(4)).unwrap()
            })
        };
        let one = fit(1);
        assert!(one == fit(2) && one == fit(3));
    }
}

/// Every split of the tree gains as much as the best that trying everything finds.
fn assert_splits_are_best(tree: &Tree, frame: &Frame, classes: &Classes) {
    let n_classes = classes.n_classes();
    let gini = |rows: &[usize]| {
        let mut counts = vec![0.0; n_classes];
        rows.iter().for_each(|&row| counts[classes.codes()[row] as usize] += 1.0);
        let n = rows.len() as f64;
        n - counts.iter().map(|count| count * count).sum::<f64>() / n.max(1.0)
    };
    let split = |rows: &[usize], column: usize, threshold: f64| -> (Vec<usize>, Vec<usize>) {
        rows.iter().partition(|&&row| frame.row(row)[column] <= threshold)
    };
    let impurity_after = |rows: &[usize], column, threshold| {
        let (left, right) = split(rows, column, threshold);
        assert!(!left.is_empty() && !right.is_empty());
        gini(&left) + gini(&right)
    };
    let mut pending = vec![(0, (0..frame.n_rows()).collect::<Vec<usize>>())];
    while let Some((node, rows)) = pending.pop() {
        let Branch::Split { column, threshold, left, right } = tree.branch(node) else {
            continue;
        };
        let found = impurity_after(&rows, column, threshold);
        for column in 0..frame.n_columns() {
            let mut values: Vec<f64> = rows.iter().map(|&row| frame.row(row)[column]).collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            for pair in values.windows(2) {
                let other = impurity_after(&rows, column, pair[0]);
                assert!(found <= other + 1e-9, "{found} at {column}, {threshold}; {other}");
            }
        }
        let (left_rows, right_rows) = split(&rows, column, threshold);
        pending.extend([(left, left_rows), (right, right_rows)]);
    }
}

#[test]
fn splits_are_the_best_there_are_with_few_and_many_values() {
    for n_values in [2, 40, 90, 100_000] {
        for n_classes in [2, 3, 9] {
            let (frame, classes) = made(180, 3, n_values, n_classes);
            let params = CartParams { max_depth: Some(5), ..Default::default() };
            let fitted = cart(params).fit_tree(&frame.samples(), &classes, Seed(2)).unwrap();
            assert_splits_are_best(fitted.tree(), &frame, &classes);
        }
    }
}

#[test]
fn one_value_among_very_many_is_found() {
    // More ranks than bins are laid out for, so that small nodes are sorted instead.
    let n_rows = 70_000;
    let value = |row: u64| Seed(1).derive(row).0 as f64;
    let codes: Vec<u32> = (0..n_rows).map(|row| u32::from(value(row) < 1e18)).collect();
    let frame = Frame::new((0..n_rows).map(value).collect(), ["x"]).unwrap();
    for n_classes in [2, 40] {
        let classes = classes(&codes, n_classes);
        let fitted = cart(CartParams::default());
        let fitted = fitted.fit_tree(&frame.samples(), &classes, Seed(0)).unwrap();
        assert_eq!(fitted.tree().n_leaves(), 2);
        assert_eq!(accuracy(&fitted, &frame, &classes), 1.0);
    }
}

#[test]
fn constant_columns_do_not_hide_the_one_that_varies() {
    let values = (0..40).flat_map(|row| [1.0, 2.0, 3.0, f64::from(row), 5.0, 6.0]).collect();
    let frame = Frame::new(values, Columns::numbered("x", 6)).unwrap();
    let codes: Vec<u32> = (0..40).map(|row| u32::from(20 <= row)).collect();
    let classes = classes(&codes, 2);
    for seed in 0..20 {
        let params = CartParams { max_features: MaxFeatures::Count(1), ..Default::default() };
        let fitted = cart(params).fit_tree(&frame.samples(), &classes, Seed(seed)).unwrap();
        assert_eq!(fitted.tree().n_nodes(), 3);
        assert_eq!(fitted.importances(), Some(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0][..]));
    }
}

#[test]
fn limits_are_kept() {
    let (frame, classes) = made(500, 4, 1000, 2);
    let params = CartParams { max_depth: Some(3), ..Default::default() };
    let fitted = cart(params).fit_tree(&frame.samples(), &classes, Seed(1)).unwrap();
    assert_eq!(fitted.tree().depth(), 3);
    let params = CartParams { min_samples_leaf: 30, ..Default::default() };
    let fitted = cart(params).fit_tree(&frame.samples(), &classes, Seed(1)).unwrap();
    let mut arrived = std::collections::HashMap::new();
    for row in frame.view().iter() {
        let mut node = 0;
        while let Branch::Split { column, threshold, left, right } = fitted.tree().branch(node) {
            node = if row[column] <= threshold { left } else { right };
        }
        *arrived.entry(node).or_insert(0) += 1;
    }
    assert_eq!(arrived.len(), fitted.tree().n_leaves());
    assert!(arrived.values().all(|&n_rows| 30 <= n_rows), "{arrived:?}");
}

#[test]
fn a_forest_is_the_mean_of_its_trees() {
    let (frame, classes) = made(300, 5, 50, 3);
    let params = RandomForestParams { n_trees: 7, ..Default::default() };
    let fitted = forest(params).fit_trees(&frame.samples(), &classes, Seed(3)).unwrap();
    let predicted = fitted.predict(&frame.samples()).unwrap();
    for (row, found) in frame.view().iter().zip(predicted.probabilities().unwrap().chunks(3)) {
        let mut mean = [0.0; 3];
        for tree in fitted.trees() {
            let mut node = 0;
            while let Branch::Split { column, threshold, left, right } = tree.branch(node) {
                node = if row[column] <= threshold { left } else { right };
            }
            let Branch::Leaf(shares) = tree.branch(node) else { unreachable!() };
            mean.iter_mut().zip(shares).for_each(|(mean, share)| *mean += share / 7.0);
        }
        assert!(found.iter().zip(mean).all(|(found, mean)| (found - mean).abs() < 1e-12));
    }
}

#[test]
fn the_out_of_bag_score_is_near_the_accuracy_on_new_rows() {
    let (all, truth) = made(2000, 6, 1000, 2);
    let [train, test]: [Vec<usize>; 2] = [(0..1000).collect(), (1000..2000).collect()];
    let (train_frame, test_frame) = (all.view().select(&train), all.view().select(&test));
    let params = RandomForestParams { out_of_bag: true, ..Default::default() };
    let fitted = forest(params);
    let fitted = fitted.fit_trees(&train_frame.samples(), &truth.select(&train), Seed(8)).unwrap();
    let score = fitted.out_of_bag_score().unwrap();
    let accuracy = accuracy(&fitted, &test_frame, &truth.select(&test));
    assert!((score - accuracy).abs() < 0.04, "{score}, {accuracy}");
    assert!(score < 0.95, "{score} is not that of rows the trees have learnt");
}

#[test]
fn balanced_forests_find_more_of_a_rare_class() {
    let (frame, noisy) = made(1500, 4, 1000, 2);
    let rare = |row: usize| noisy.codes()[row] == 1 && row.is_multiple_of(12);
    let codes: Vec<u32> = (0..1500).map(|row| u32::from(rare(row))).collect();
    let classes = classes(&codes, 2);
    let found = |class_weight| {
        let params = RandomForestParams {
            max_depth: Some(3),
            class_weight,
            n_trees: 50,
            ..Default::default()
        };
        let fitted = forest(params).fit(&frame.samples(), &classes, Seed(5)).unwrap();
        let predicted = fitted.predict(&frame.samples()).unwrap();
        (0..1500).filter(|&row| codes[row] == 1 && predicted.codes()[row] == 1).count()
    };
    let plain = found(ForestWeight::None);
    for weight in [
        ForestWeight::Balanced,
        ForestWeight::BalancedSubsample,
        ForestWeight::Weights(vec![1.0, 20.0]),
    ] {
        assert!(plain + 10 < found(weight.clone()), "{weight:?}");
    }
}

#[test]
fn sparse_rows_are_taken_as_dense_ones() {
    let dense = Frame::new(vec![0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 3.0, 1.0], ["a", "b"]).unwrap();
    let sparse = oddity_core::Csr::new(
        vec![0, 1, 2, 2, 4],
        vec![1, 0, 0, 1],
        vec![1.0, 2.0, 3.0, 1.0],
        ["a", "b"],
    )
    .unwrap();
    let classes = classes(&[0, 1, 0, 1], 2);
    let fit = |samples: &Samples<'_>| {
        cart(CartParams::default()).fit_tree(samples, &classes, Seed(0)).unwrap()
    };
    assert_eq!(fit(&dense.samples()), fit(&sparse.samples()));
    let fitted = fit(&dense.samples());
    let predict = |samples: &Samples<'_>| fitted.predict(samples).unwrap();
    assert_eq!(predict(&dense.samples()), predict(&sparse.samples()));
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let refused = |params: CartParams| matches!(Cart::new(params), Err(Error::Parameter { .. }));
    assert!(refused(CartParams { max_depth: Some(0), ..Default::default() }));
    assert!(refused(CartParams { min_samples_split: 1, ..Default::default() }));
    assert!(refused(CartParams { min_samples_leaf: 0, ..Default::default() }));
    for share in [0.0, 1.1, f64::NAN] {
        let max_features = MaxFeatures::Share(share);
        assert!(refused(CartParams { max_features, ..Default::default() }));
    }
    let refused = |params| RandomForest::new(params).is_err();
    assert!(refused(RandomForestParams { n_trees: 0, ..Default::default() }));
    let out_of_bag = true;
    assert!(refused(RandomForestParams { bootstrap: false, out_of_bag, ..Default::default() }));
}

#[test]
fn parameters_are_read_from_toml() {
    let params: RandomForestParams = toml::from_str(
        "n_trees = 400\nmax_features = { count = 3 }\nmin_samples_leaf = 3\nmax_depth = 80\n\
         class_weight = { weights = [1.0, 2.0] }\ncriterion = \"entropy\"",
    )
    .unwrap();
    let wanted = RandomForestParams {
        n_trees: 400,
        max_features: MaxFeatures::Count(3),
        min_samples_leaf: 3,
        max_depth: Some(80),
        class_weight: ForestWeight::Weights(vec![1.0, 2.0]),
        criterion: Criterion::Entropy,
        ..Default::default()
    };
    assert_eq!(params, wanted);
    assert_eq!(
        toml::from_str::<RandomForestParams>(&toml::to_string(&wanted).unwrap()),
        Ok(wanted)
    );
    assert_eq!(toml::from_str::<CartParams>(""), Ok(CartParams::default()));
    assert!(toml::from_str::<CartParams>("max_dept = 3").is_err());
}

/// Rows of small numbers, with a class each.
fn rows() -> impl Strategy<Value = (Vec<[i8; 3]>, Vec<u32>)> {
    proptest::collection::vec((proptest::array::uniform3(-9i8..9), 0u32..3), 2..120)
        .prop_map(|rows| rows.into_iter().unzip())
        .prop_filter("two classes", |(_, codes): &(_, Vec<u32>)| {
            codes.iter().any(|&code| code != codes[0])
        })
}

fn frame_of(rows: &[[i8; 3]], value: impl Fn(i8) -> f64) -> Frame {
    let values = rows.iter().flatten().map(|&number| value(number)).collect();
    Frame::new(values, ["a", "b", "c"]).expect("finite values")
}

fn fit(frame: &Frame, classes: &Classes, params: CartParams) -> FittedCart {
    cart(params).fit_tree(&frame.samples(), classes, Seed(6)).expect("a tree")
}

proptest! {
    #[test]
    fn an_unlimited_tree_tells_all_distinct_rows_apart((rows, codes) in rows()) {
        let mut seen = std::collections::HashMap::new();
        let first = |row: &[i8; 3], code: u32| *seen.entry(*row).or_insert(code);
        let codes: Vec<u32> = rows.iter().zip(codes).map({
            let mut first = first;
            move |(row, code)| first(row, code)
        }).collect();
        prop_assume!(codes.iter().any(|&code| code != codes[0]));
        let (frame, classes) = (frame_of(&rows, f64::from), classes(&codes, 3));
        for criterion in [Criterion::Gini, Criterion::Entropy] {
            let params = CartParams { criterion, ..Default::default() };
            prop_assert_eq!(accuracy(&fit(&frame, &classes, params), &frame, &classes), 1.0);
        }
    }

    #[test]
    fn stretching_the_values_changes_no_prediction((rows, codes) in rows()) {
        let stretch = |number: i8| (f64::from(number) / 3.0).exp() - 2.0;
        let (plain, stretched) = (frame_of(&rows, f64::from), frame_of(&rows, stretch));
        let classes = classes(&codes, 3);
        let predict = |frame: &Frame| {
            fit(frame, &classes, CartParams::default()).predict(&frame.samples()).unwrap()
        };
        prop_assert_eq!(predict(&plain), predict(&stretched));
    }

    #[test]
    fn a_weight_is_a_number_of_repetitions((rows, codes) in rows(), times in 1usize..4) {
        let codes: Vec<u32> = codes.iter().map(|&code| code.min(1)).collect();
        prop_assume!(codes.iter().any(|&code| code != codes[0]));
        let weights = ClassWeight::Weights(vec![1.0, times as f64]);
        let repeated: Vec<usize> = (0..rows.len())
            .flat_map(|row| vec![row; if codes[row] == 1 { times } else { 1 }])
            .collect();
        let (frame, classes) = (frame_of(&rows, f64::from), classes(&codes, 2));
        let weighted = CartParams { class_weight: weights, ..Default::default() };
        let weighted = fit(&frame, &classes, weighted);
        let again = frame.view().select(&repeated);
        let again = fit(&again, &classes.select(&repeated), CartParams::default());
        prop_assert_eq!(
            weighted.predict(&frame.samples()).unwrap(),
            again.predict(&frame.samples()).unwrap()
        );
    }
}
