//! Intervals of 1,000 resamples of events: `cargo bench -p oddity-eval --bench bootstrap`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use oddity_core::{Labels, Scores, Seed};
use oddity_eval::compare::{
    Bootstrap, BootstrapParams, Groups, QuietSeries, RankingMeasure, RankingStatistic,
};
use oddity_eval::measure::{average_precision, roc_auc};
use rand::Rng;

/// Rows and attacks of the test part of HAI 20.07, and the length of an attack.
const N_SAMPLES: usize = 440_335;
const N_EVENTS: usize = 38;
const EVENT_LENGTH: usize = 450;

fn bench(criterion: &mut Criterion) {
    let mut source = Seed(1).rng();
    let mut uniform = || f64::from(source.next_u32()) / f64::from(u32::MAX);
    let every = N_SAMPLES / N_EVENTS;
    let is_anomaly = |sample: usize| {
        let within = sample % every;
        (every / 2..every / 2 + EVENT_LENGTH).contains(&within) && sample / every < N_EVENTS
    };
    let labels: Labels = (0..N_SAMPLES).map(is_anomaly).collect();
    // Anomalies score higher in the mean, with much overlap: the case without short cuts.
    let score = |sample: usize| uniform() * uniform() + 0.2 * f64::from(is_anomaly(sample));
    let scores = Scores::new((0..N_SAMPLES).map(score).collect()).expect("finite scores");
    let groups = Groups::events(&labels, &[0, N_SAMPLES], QuietSeries::Refuse).expect("events");
    assert_eq!(groups.n_groups(), N_EVENTS);
    let bootstrap = Bootstrap::new(BootstrapParams::default()).expect("valid");
    let mut group = criterion.benchmark_group("440335_scores_38_events");
    group.sample_size(10);
    group.bench_function("roc_auc", |bencher| {
        bencher.iter(|| roc_auc(black_box(&labels), black_box(&scores)));
    });
    group.bench_function("average_precision", |bencher| {
        bencher.iter(|| average_precision(black_box(&labels), black_box(&scores)));
    });
    for (name, measure) in [
        ("roc_auc", RankingMeasure::RocAuc),
        ("average_precision", RankingMeasure::AveragePrecision),
    ] {
        group.bench_function(format!("{name}/sort"), |bencher| {
            bencher.iter(|| RankingStatistic::new(measure, &labels, &scores, &groups));
        });
        let statistic =
            RankingStatistic::new(measure, &labels, &scores, &groups).expect("same samples");
        group.bench_function(format!("{name}/1000_replicates"), |bencher| {
            bencher.iter(|| bootstrap.estimate(&statistic, black_box(&groups), Seed(1)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
