//! Delimited text to Arrow batches, in bytes a second: a plant's numbers, connections with
//! categories, packets with quoted text.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use oddity_datasets::generate::{
    DeviceTrafficGenerator, DeviceTrafficParams, HaiGenerator, HaiParams, KddGenerator, KddParams,
};
use oddity_ingest::{BatchReader, Input, ReadOptions, Result, device_traffic, hai, kdd};

type Open = fn(Input, &ReadOptions) -> Result<BatchReader>;

fn texts() -> [(&'static str, Vec<u8>, Open); 3] {
    let (mut plant, mut connections, mut packets) = (Vec::new(), Vec::new(), Vec::new());
    let params = HaiParams { n_rows: 10_000, ..HaiParams::default() };
    HaiGenerator::new(params).and_then(|made| made.write(&mut plant)).expect("a plant");
    let params = KddParams { n_rows: 30_000, ..KddParams::default() };
    KddGenerator::new(params).and_then(|made| made.write(&mut connections)).expect("connections");
    let params = DeviceTrafficParams { n_packets: 30_000, ..DeviceTrafficParams::default() };
    DeviceTrafficGenerator::new(params).and_then(|made| made.write(&mut packets)).expect("packets");
    [
        ("numbers", plant, |input, options| hai::open(input, options)),
        ("categories", connections, |input, options| kdd::open(input, options)),
        ("quoted", packets, |input, options| {
            device_traffic::open(input, device_traffic::OUT_OF_ORDER, options)
        }),
    ]
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("delimited");
    group.sample_size(10).measurement_time(std::time::Duration::from_secs(2));
    for (name, text, open) in texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let input = || Input::Bytes { name: name.to_owned(), bytes: text.clone() };
        group.bench_function(name, |bencher| {
            let read = |input| {
                for batch in open(input, &ReadOptions::default()).expect("a header") {
                    black_box(batch.expect("a batch"));
                }
            };
            bencher.iter_batched(input, read, BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
