//! ROC AUC against sorting alone: `cargo bench -p oddity-eval --bench roc_auc`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use oddity_core::{Labels, Scores, Seed};
use oddity_eval::measure::{average_precision, roc_auc};
use rand::Rng;

/// Rows of the test part of HAI 20.07.
const N_SAMPLES: usize = 440_335;

/// A share of anomalies as in that data, and the one that is hardest on branch prediction.
const ANOMALY_SHARES: [f64; 2] = [0.04, 0.5];

fn bench(criterion: &mut Criterion) {
    let mut source = Seed(1).rng();
    let mut uniform = || f64::from(source.next_u32()) / f64::from(u32::MAX);
    let values: Vec<f64> = (0..N_SAMPLES).map(|_| uniform() * uniform()).collect();
    let scores = Scores::new(values.clone()).expect("finite scores");
    let mut group = criterion.benchmark_group("440335_scores");
    group.sample_size(30);
    group.bench_function("sort", |bencher| {
        let sort = |mut values: Vec<f64>| {
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        bencher.iter_batched(|| values.clone(), sort, BatchSize::LargeInput);
    });
    for share in ANOMALY_SHARES {
        let labels: Labels = (0..N_SAMPLES).map(|_| uniform() < share).collect();
        group.bench_function(format!("roc_auc/{share}"), |bencher| {
            bencher.iter(|| roc_auc(black_box(&labels), black_box(&scores)));
        });
        group.bench_function(format!("average_precision/{share}"), |bencher| {
            bencher.iter(|| average_precision(black_box(&labels), black_box(&scores)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
