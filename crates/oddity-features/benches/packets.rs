//! Packets a second: Info texts read one by one, and the steps over a table.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use oddity_core::{Column, Records, Transformer};
use oddity_features::{
    DampedStats, DampedStatsParams, Flow, FlowParams, PacketDialect, PacketInfo, PacketInfoParams,
    ParsedInfo,
};

/// Protocol and Info of a mixture as in an office network.
fn packets() -> Vec<(&'static str, String)> {
    (0..20_000u32)
        .map(|n| match n % 10 {
            0 => ("TLSv1.3", "Application Data, Application Data".to_owned()),
            1 => ("UDP", format!("57815  >  443 Len={}", n % 1300)),
            2 => ("DNS", format!("Standard query 0x{:04x} A www.example.com", n % 65_536)),
            3 => ("CIP", "Success: 'LIT_101_PV' - Service (0x4d)".to_owned()),
            4 => (
                "TCP",
                format!(
                    "[TCP Dup ACK 1716#{}] 55059  >  443 [ACK] Seq=3814 Ack={n} Win=156160 Len=0 \
                     SLE=399245 SRE=402085 SLE=282031 SRE=394985",
                    1 + n % 90
                ),
            ),
            5 => ("NTP", "NTP Version 4, client".to_owned()),
            _ => (
                "TCP",
                format!(
                    "443  >  55059 [ACK] Seq={} Ack={n} Win=148480 Len=1420 \
                     [TCP segment of a reassembled PDU]",
                    1420 * n
                ),
            ),
        })
        .collect()
}

fn table(packets: &[(&str, String)]) -> Records {
    let text = |of: &dyn Fn(usize) -> String| Column::Text((0..packets.len()).map(of).collect());
    let number = |of: &dyn Fn(usize) -> f64| Column::Numbers((0..packets.len()).map(of).collect());
    let (near, far) = ("192.168.1.4".to_owned(), "203.0.113.7".to_owned());
    Records::new([
        ("Time", number(&|row| row as f64 / 1e4)),
        ("Source", text(&|row| if row % 3 == 0 { near.clone() } else { far.clone() })),
        ("Destination", text(&|row| if row % 3 == 0 { far.clone() } else { near.clone() })),
        ("Protocol", text(&|row| packets[row].0.to_owned())),
        ("Length", number(&|row| 60.0 + (row % 1400) as f64)),
        ("Info", text(&|row| packets[row].1.clone())),
    ])
    .expect("columns of the same length")
}

fn benches(criterion: &mut Criterion) {
    let packets = packets();
    let mut group = criterion.benchmark_group("packets");
    group.throughput(Throughput::Elements(packets.len() as u64));
    group.sample_size(20);
    let dialects: Vec<_> = packets
        .iter()
        .map(|(protocol, info)| (PacketDialect::of_protocol(protocol), info))
        .collect();
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            for (dialect, info) in &dialects {
                black_box(ParsedInfo::parse(*dialect, info));
            }
        });
    });
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let records = table(&packets);
    let packet_info = PacketInfo::new(PacketInfoParams::default()).expect("valid defaults");
    let packet_info = packet_info.fit(&records.samples()).expect("columns of packets");
    group.bench_function("packet_info", |bencher| {
        bencher.iter(|| one_thread.install(|| packet_info.transform(&records.samples())));
    });
    let parsed = packet_info.transform(&records.samples()).expect("columns of packets");
    let flow = Flow::new(FlowParams::default()).expect("valid defaults");
    let flow = flow.fit(&parsed.view()).expect("parsed columns");
    group.bench_function("flow", |bencher| bencher.iter(|| flow.transform(&parsed.view())));
    let damped = DampedStats::new(DampedStatsParams::default()).expect("valid defaults");
    let damped = damped.fit(&parsed.view()).expect("parsed columns");
    group.bench_function("damped_stats", |bencher| {
        bencher.iter(|| damped.transform(&parsed.view()));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
