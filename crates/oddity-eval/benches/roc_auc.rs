//! ROC AUC against sorting alone: `cargo bench -p oddity-eval --bench roc_auc`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use oddity_core::{Labels, Scores, Seed};
use oddity_eval::measure::{average_precision, roc_auc};
use rand::Rng;

/// Rows of the test part of HAI 20.07, and its share of anomalies.
const N_SAMPLES: usize = 440_335;
const ANOMALY_SHARE: f64 = 0.04;

fn bench(criterion: &mut Criterion) {
    let mut source = Seed(1).rng();
    let mut uniform = || f64::from(source.next_u32()) / f64::from(u32::MAX);
    let labels: Labels = (0..N_SAMPLES).map(|_| uniform() < ANOMALY_SHARE).collect();
    let values: Vec<f64> = (0..N_SAMPLES).map(|_| uniform() * uniform()).collect();
    let scores = Scores::new(values.clone()).expect("finite scores");
    let mut group = criterion.benchmark_group("440335_scores");
    group.sample_size(30);
    group.bench_function("sort_unstable_by_total_cmp", |bencher| {
        let sort = |mut values: Vec<f64>| {
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        bencher.iter_batched(|| values.clone(), sort, BatchSize::LargeInput);
    });
    group.bench_function("sort_indices", |bencher| {
        let sort = |mut indices: Vec<u32>| {
            let score = |index: &u32| values[*index as usize];
            indices.sort_unstable_by(|a, b| score(a).total_cmp(&score(b)));
            indices
        };
        let indices = || (0..N_SAMPLES as u32).collect();
        bencher.iter_batched(indices, sort, BatchSize::LargeInput);
    });
    group.bench_function("roc_auc", |bencher| {
        bencher.iter(|| roc_auc(black_box(&labels), black_box(&scores)));
    });
    group.bench_function("average_precision", |bencher| {
        bencher.iter(|| average_precision(black_box(&labels), black_box(&scores)));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
