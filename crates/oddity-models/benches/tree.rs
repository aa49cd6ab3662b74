//! Fit and prediction of a tree and a forest on three sizes of synthetic data.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use oddity_core::{Classes, Columns, FittedClassifier, Frame, Labels, Seed};
use oddity_models::tree::{Cart, CartParams, RandomForest, RandomForestParams};
use std::hint::black_box;

/// Bell-shaped numbers with two shifted classes; whole numbers of a few values where
/// `counts`, as n-gram counts are.
fn made(n_rows: usize, width: usize, counts: bool) -> (Frame, Classes) {
    let uniform = |row: usize, at: usize| Seed(row as u64).derive(at as u64).uniform();
    let labels: Labels = (0..n_rows).map(|row| uniform(row, usize::MAX) < 0.5).collect();
    let value = |row: usize, column: usize| {
        let bell: f64 = (0..4).map(|part| uniform(row, 4 * column + part)).sum::<f64>() * 2.0 - 4.0;
        let shift = if labels.values()[row] && column < 10 { 0.35 } else { 0.0 };
        if counts { (bell + shift).max(0.0).powi(3).floor() } else { bell + shift }
    };
    let values = (0..n_rows).flat_map(|row| (0..width).map(move |column| (row, column)));
    let values = values.map(|(row, column)| value(row, column)).collect();
    let frame = Frame::new(values, Columns::numbered("x", width)).expect("finite values");
    (frame, Classes::binary(&labels))
}

fn trees(criterion: &mut Criterion) {
    let cart = Cart::new(CartParams::default()).expect("valid defaults");
    for (n_rows, width, counts, n_trees) in
        [(1338, 87, true, 100), (6000, 90, false, 100), (125_000, 120, false, 10)]
    {
        let (frame, classes) = made(n_rows, width, counts);
        let samples = frame.samples();
        let params = RandomForestParams { n_trees, ..Default::default() };
        let forest = RandomForest::new(params).expect("valid parameters");
        let size = format!("{n_rows}x{width}");
        let mut group = criterion.benchmark_group("tree");
        group.sample_size(10);
        let fit_tree = || cart.fit_tree(&samples, &classes, Seed(1)).expect("a tree");
        let fit_forest = || forest.fit_trees(&samples, &classes, Seed(1)).expect("a forest");
        group.bench_function(BenchmarkId::new("cart/fit", &size), |bencher| {
            bencher.iter(|| black_box(fit_tree()));
        });
        let fitted = fit_tree();
        group.bench_function(BenchmarkId::new("cart/predict", &size), |bencher| {
            bencher.iter(|| black_box(fitted.predict(&samples)));
        });
        let id = BenchmarkId::new(format!("random_forest_{n_trees}/fit"), &size);
        group.bench_function(id, |bencher| bencher.iter(|| black_box(fit_forest())));
        let fitted = fit_forest();
        let id = BenchmarkId::new(format!("random_forest_{n_trees}/predict"), &size);
        group.bench_function(id, |bencher| {
            bencher.iter(|| black_box(fitted.predict(&samples)));
        });
        group.finish();
    }
}

criterion_group!(benches, trees);
criterion_main!(benches);
