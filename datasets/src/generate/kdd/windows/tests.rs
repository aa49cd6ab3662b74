//! The window features against their definitions, recomputed from all connections before.

use oddity_core::Seed;

use super::super::params::{KddParams, KddSubset};
use super::super::traffic::Traffic;
use super::*;

/// Hundredths of the connections that pass.
fn share(window: &[&Connection], pass: impl Fn(&Connection) -> bool) -> u32 {
    let n_passed = window.iter().filter(|connection| pass(connection)).count() as f64;
    (100.0 * n_passed / window.len() as f64 + 1e-9).round() as u32
}

/// Hundredths of the number of distinct values over the number of connections.
fn distinct(window: &[&Connection], value: impl Fn(&Connection) -> u32) -> u32 {
    let mut values: Vec<u32> = window.iter().map(|connection| value(connection)).collect();
    values.sort_unstable();
    values.dedup();
    match values.len() {
        1 => 0,
        n_values => (100.0 * n_values as f64 / window.len() as f64 + 1e-9).round() as u32,
    }
}

fn naive_time(all: &[Connection], at: usize) -> TimeFeatures {
    let now = &all[at];
    let last = &all[(at + 1).saturating_sub(511)..=at];
    let window: Vec<&Connection> =
        last.iter().filter(|other| now.time <= other.time + 2000).collect();
    let host: Vec<_> = window.iter().copied().filter(|other| other.target == now.target).collect();
    let service: Vec<_> =
        window.iter().copied().filter(|other| other.service == now.service).collect();
    TimeFeatures {
        count: host.len() as u32,
        srv_count: service.len() as u32,
        rates: [
            share(&host, |other| other.flag.is_syn_error()),
            share(&service, |other| other.flag.is_syn_error()),
            share(&host, |other| other.flag.is_rej_error()),
            share(&service, |other| other.flag.is_rej_error()),
            share(&host, |other| other.service == now.service),
            distinct(&host, |other| other.service),
            distinct(&service, |other| other.target),
        ],
    }
}

fn naive_host(all: &[Connection], at: usize, size: usize) -> HostFeatures {
    let now = &all[at];
    let mut sorted: Vec<&Connection> = all[..=at].iter().collect();
    sorted.sort_by_key(|connection| connection.target);
    let end = sorted.iter().rposition(|other| other.target == now.target).unwrap() + 1;
    let window = &sorted[end.saturating_sub(size)..end];
    let host: Vec<_> = window.iter().copied().filter(|other| other.target == now.target).collect();
    let service: Vec<_> =
        window.iter().copied().filter(|other| other.service == now.service).collect();
    HostFeatures {
        count: host.len() as u32,
        srv_count: service.len() as u32,
        rates: [
            share(&host, |other| other.service == now.service),
            distinct(&host, |other| other.service),
            share(&host, |other| other.source_port == now.source_port),
            distinct(&service, |other| other.target),
            share(&host, |other| other.flag.is_syn_error()),
            share(&service, |other| other.flag.is_syn_error()),
            share(&host, |other| other.flag.is_rej_error()),
            share(&service, |other| other.flag.is_rej_error()),
        ],
    }
}

#[test]
fn window_features_equal_their_definitions() {
    for (seed, subset) in [(1, KddSubset::Train), (2, KddSubset::Test)] {
        let params = KddParams { seed, subset, ..KddParams::default() };
        let all: Vec<Connection> = Traffic::new(&params, Seed(seed)).take(4000).collect();
        for size in [100, 255] {
            let mut windows = Windows::new(size);
            for at in 0..all.len() {
                let (time, host) = windows.next(&all[at]);
                if at % 7 == 0 || at < 300 {
                    assert_eq!(time, naive_time(&all, at), "time features of {:?}", all[at]);
                    assert_eq!(host, naive_host(&all, at, size), "host features of {:?}", all[at]);
                }
            }
        }
    }
}

#[test]
fn rates_are_rounded_to_hundredths() {
    assert_eq!([rate(1, 3), rate(2, 3), rate(1, 8), rate(0, 5), rate(5, 5)], [33, 67, 13, 0, 100]);
    assert_eq!([different(1, 4), different(2, 4), different(2, 2)], [0, 50, 100]);
}
