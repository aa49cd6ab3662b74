//! Steps from rows to rows, in rows a second, on one thread: fit and transform, and the laying
//! of windows. Steps on packets, `flow` among them, are in `oddity-features`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use oddity_core::{Column, Columns, Frame, Labels, Records, Samples, Seed, Step, Transformer};
use oddity_features::{StepConfig, WindowLayout, WindowsParams};
use std::sync::Arc;

const N_ROWS: usize = 20_000;

/// Numbers without structure in 60 columns of different scales.
fn numbers() -> Frame {
    const WIDTH: usize = 60;
    let value = |at: usize| {
        let uniform = (Seed(7).derive(at as u64).0 >> 11) as f64 / (1u64 << 53) as f64;
        uniform * (1 + at % WIDTH) as f64
    };
    let values = (0..N_ROWS * WIDTH).map(value).collect();
    Frame::new(values, Columns::numbered("x", WIDTH)).expect("whole rows")
}

/// Three columns of categories, as many of each as a protocol, a service and a flag have.
fn categories() -> Records {
    let column = |(index, n_names): (usize, u32)| {
        let names: Arc<[String]> = (0..n_names).map(|name| format!("name {name}")).collect();
        let code = |row: usize| Seed(index as u64).derive(row as u64).0 as u32 % n_names;
        (
            ["protocol", "service", "flag"][index],
            Column::Categories { codes: (0..N_ROWS).map(code).collect(), names },
        )
    };
    Records::new([3, 70, 11].into_iter().enumerate().map(column)).expect("columns of one length")
}

fn step(text: &str) -> Arc<dyn Transformer> {
    let config: StepConfig = toml::from_str(text).expect("a step");
    match config.build().expect("valid parameters") {
        Step::Plain(step) => step,
        Step::Supervised(_) => unreachable!("a step without classes"),
    }
}

fn benches(criterion: &mut Criterion) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let (rows, records) = (numbers(), categories());
    let mut group = criterion.benchmark_group("steps");
    group.throughput(Throughput::Elements(N_ROWS as u64));
    group.sample_size(10).measurement_time(Duration::from_secs(1));
    group.warm_up_time(Duration::from_millis(500));
    let cases: [(&str, Samples<'_>, &str); 4] = [
        ("one_hot", records.samples(), "kind = \"one_hot\""),
        ("standardize", rows.samples(), "kind = \"standardize\""),
        ("pca", rows.samples(), "kind = \"pca\"\ncomponents = { variance = 0.8 }"),
        ("running_stats", rows.samples(), "kind = \"running_stats\""),
    ];
    for (name, samples, config) in cases {
        let step = step(config);
        group.bench_function(format!("{name}: fit"), |bencher| {
            bencher.iter(|| black_box(pool.install(|| step.fit(&samples)).is_ok()));
        });
        let fitted = step.fit(&samples).expect("rows to learn from");
        group.bench_function(format!("{name}: transform"), |bencher| {
            bencher.iter(|| black_box(pool.install(|| fitted.transform(&samples))));
        });
    }
    let params = WindowsParams { size: 60, stride: 1, ..WindowsParams::default() };
    let layout = WindowLayout::new(params).expect("valid parameters");
    let windows = layout.lay(rows.clone(), vec![0, N_ROWS]).expect("edges of all rows");
    let labels: Labels = (0..N_ROWS).map(|row| row % 997 == 0).collect();
    group.bench_function("windows: labels", |bencher| {
        bencher.iter(|| black_box(layout.labels(&windows.view(), &labels)));
    });
    group.bench_function("windows: lay and read", |bencher| {
        bencher.iter(|| {
            let windows = layout.lay(rows.clone(), vec![0, N_ROWS]).expect("edges of all rows");
            let windows = windows.view();
            let first = |window: usize| windows.get(window).values()[0];
            black_box((0..windows.len()).map(first).sum::<f64>())
        });
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
