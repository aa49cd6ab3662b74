//! VUS and range AUC by samples and window, against sorting alone: `cargo bench -p oddity-eval --bench volume`.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use oddity_core::{Scores, Seed};
use oddity_eval::measure::{Events, Surface, VolumeVersion};
use rand::Rng;

/// Samples and events of the test part of HAI 20.07, and of parts of it.
const SIZES: [(usize, usize); 3] = [(27_521, 2), (110_084, 10), (440_335, 38)];
const WINDOWS: [usize; 4] = [0, 100, 300, 1000];
const EVENT_LENGTH: usize = 460;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("volume");
    group.sample_size(20);
    for (n_samples, n_events) in SIZES {
        let mut source = Seed(1).rng();
        let mut uniform = || f64::from(source.next_u32()) / f64::from(u32::MAX);
        let values: Vec<f64> = (0..n_samples).map(|_| uniform() * uniform()).collect();
        group.bench_function(BenchmarkId::new("sort", n_samples), |bencher| {
            let sort = |mut values: Vec<f64>| {
                values.sort_unstable_by(f64::total_cmp);
                values
            };
            bencher.iter_batched(|| values.clone(), sort, BatchSize::LargeInput);
        });
        let scores = Scores::new(values).expect("finite scores");
        let every = n_samples / n_events;
        let runs =
            (0..n_events).map(|event| (event * every + 900, event * every + 900 + EVENT_LENGTH));
        let runs: Vec<(usize, usize)> = runs.collect();
        let events = Events::from_intervals(n_samples, &runs).expect("events apart");
        let of = |version, window| {
            Surface::new(black_box(&events), black_box(&scores), 0..=window, 250, version)
        };
        for version in VolumeVersion::ALL {
            group.bench_function(
                BenchmarkId::new(format!("{version}/100"), n_samples),
                |bencher| {
                    bencher.iter(|| of(version, 100));
                },
            );
        }
        if n_samples == 440_335 {
            for window in WINDOWS {
                group.bench_function(BenchmarkId::new("opt_by_window", window), |bencher| {
                    bencher.iter(|| of(VolumeVersion::Opt, window));
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
