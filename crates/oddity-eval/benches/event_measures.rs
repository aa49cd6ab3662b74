//! Measures of alarms on events, and how their time grows with samples, events and alarms:
//! `cargo bench -p oddity-eval --bench event_measures`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use oddity_core::{Alarms, Labels, Seed};
use oddity_eval::measure::{AlarmMeasure, Events, Truth, random_affiliation};
use rand::Rng;

/// Rows of the test part of HAI 20.07, with its 38 attacks, and some hundred runs of alarms.
const N_SAMPLES: usize = 440_335;
const N_EVENTS: usize = 38;
const N_ALARMS: usize = 400;

const IDS: &[&str] = &[
    "etapr-2020",
    "etapr-2021",
    "etapr-22.6.1",
    "etapr-22.6.1(delta=1)",
    "f1_affiliation",
    "range_f1(r_alpha=0.5,cardinality=reciprocal,p_bias=middle,r_bias=front)",
    "f1_point_adjusted",
    "f1_pa_k",
    "pa_k_area",
    "nab",
    "f1_event",
    "attacks_found",
    "detection_delay",
    "false_alarms_per_day",
];

/// Labels with evenly laid events of 2 to 4 % of the samples, and alarms of which every other one
/// is near an event.
fn stream(n_samples: usize, n_events: usize, n_alarms: usize) -> (Labels, Alarms) {
    let mut source = Seed(1).rng();
    let mut below = |most: usize| (source.next_u64() % most.max(1) as u64) as usize;
    let room = n_samples / n_events;
    let starts: Vec<usize> = (0..n_events).map(|event| event * room + below(room / 2)).collect();
    let (mut truth, mut alarms) = (vec![false; n_samples], vec![false; n_samples]);
    for &start in &starts {
        let length = 1 + room / 50 + below(room / 50);
        truth[start..(start + length).min(n_samples)].fill(true);
    }
    let longest = (n_samples / n_alarms / 8).max(2);
    for alarm in 0..n_alarms {
        let start = if alarm % 2 == 0 {
            starts[below(n_events)] + below(room / 25)
        } else {
            below(n_samples)
        };
        let end = (start + 1 + below(longest)).min(n_samples);
        alarms[start.min(end)..end].fill(true);
    }
    (Labels::new(truth), Alarms::new(alarms))
}

fn bench(criterion: &mut Criterion) {
    let (truth, alarms) = stream(N_SAMPLES, N_EVENTS, N_ALARMS);
    let mut group = criterion.benchmark_group("440335_samples_38_events");
    group.sample_size(20);
    group.bench_function("finding_the_runs", |bencher| {
        bencher.iter(|| {
            let events = Events::from(black_box(&truth));
            (events.runs_of(black_box(alarms.values())), events)
        });
    });
    for id in IDS {
        let measure = AlarmMeasure::parse(id).expect("an id of the catalogue");
        group.bench_function(*id, |bencher| {
            bencher.iter(|| measure.evaluate(&Truth::Points(black_box(&truth)), &alarms));
        });
    }
    group.bench_function("random_affiliation/10_draws", |bencher| {
        let events = Events::from(&truth);
        bencher.iter(|| random_affiliation(black_box(&events), 16_000, 10, Seed(0)));
    });
    group.finish();
}

/// With the truth as events, so that only the alarms' runs are found in the samples.
fn growth(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth");
    group.sample_size(20);
    for (n_samples, n_events) in [
        (N_SAMPLES, 380),
        (N_SAMPLES, 3_800),
        (N_SAMPLES, 38_000),
        (4 * N_SAMPLES, N_EVENTS),
        (4 * N_SAMPLES, 38_000),
    ] {
        let (truth, alarms) = stream(n_samples, n_events, 10 * n_events);
        let events = Events::from(&truth);
        for id in ["etapr-2020", "etapr-22.6.1", "f1_affiliation", "pa_k_area"] {
            let measure = AlarmMeasure::parse(id).expect("an id of the catalogue");
            group.bench_function(
                format!("{id}/{n_samples}_samples_{n_events}_events"),
                |bencher| {
                    bencher.iter(|| measure.evaluate(&Truth::Events(black_box(&events)), &alarms));
                },
            );
        }
    }
    // Each alarm shares 4 of its 10 samples with an event and 4 with the next: pruning begins at
    // the ends and takes them one by one.
    let sample = |sample: usize| sample % 12 < 10;
    let n_samples = 12 * 38_000;
    let truth: Labels = (0..n_samples).map(sample).collect();
    let inside = 6..n_samples - 6;
    let alarms = (0..n_samples).map(|at| inside.contains(&at) && sample(at + 6)).collect();
    let (events, alarms) = (Events::from(&truth), Alarms::new(alarms));
    let id = "etapr-22.6.1(theta_p=0.8,theta_r=0.8)";
    let measure = AlarmMeasure::parse(id).expect("an id of the catalogue");
    group.bench_function("etapr-22.6.1/chain_of_38000_events", |bencher| {
        bencher.iter(|| measure.evaluate(&Truth::Events(black_box(&events)), &alarms));
    });
    group.finish();
}

criterion_group!(benches, bench, growth);
criterion_main!(benches);
