//! Fit and prediction of the support vector machine: `cargo bench -p oddity-models --bench svm`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use oddity_core::{Classes, Classifier, Columns, Frame, Seed};
use oddity_models::kernel::{Svm, SvmParams};
use rand::RngExt;

/// Normal-like rows around one centre a class, the same in every run.
fn rows(n_rows: usize, n_columns: usize) -> (Frame, Classes) {
    let mut rng = Seed(1).rng();
    let values = (0..n_rows * n_columns).map(|at| {
        let centre = f64::from((at / n_columns % 2) as u32);
        centre + (0..4).map(|_| rng.random::<f64>()).sum::<f64>()
    });
    let frame = Frame::new(values.collect(), Columns::numbered("x", n_columns));
    let codes = (0..n_rows).map(|row| (row % 2) as u32).collect();
    (frame.expect("finite values"), Classes::new(codes, ["a", "b"]).expect("a name each"))
}

fn fit_and_predict(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("svm");
    group.sample_size(10);
    for (n_rows, n_columns) in [(1_338, 87), (6_000, 90)] {
        let (frame, classes) = rows(n_rows, n_columns);
        let svm = Svm::new(SvmParams::default()).expect("valid parameters");
        group.bench_function(format!("{n_rows}x{n_columns}"), |bencher| {
            bencher.iter(|| {
                let fitted = svm.fit(&frame.samples(), &classes, Seed(0)).expect("a fit");
                black_box(fitted.predict(&frame.samples()).expect("a prediction"))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, fit_and_predict);
criterion_main!(benches);
