//! Damped statistics against the authors' classes and their definition, and their streams.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Column, Error, Records, Transformer};
use oddity_features::{DampedStats, DampedStatsParams, Field};
use proptest::prelude::*;
use serde_json::Value;

const NAN: f64 = f64::NAN;

/// Without a port: a row of another protocol over TCP.
#[derive(Clone, Copy, Debug)]
struct Packet {
    time: f64,
    ends: [(u8, Option<u16>); 2],
    length: f64,
}

fn records(packets: &[Packet]) -> Records {
    let numbers = |of: &dyn Fn(&Packet) -> f64| Column::Numbers(packets.iter().map(of).collect());
    let text = |of: &dyn Fn(&Packet) -> String| Column::Text(packets.iter().map(of).collect());
    let port = |end: (u8, Option<u16>)| end.1.map_or(NAN, f64::from);
    let none = || numbers(&|_| NAN);
    Records::new([
        ("Time", numbers(&|p| p.time)),
        ("Source", text(&|p| format!("10.0.0.{}", p.ends[0].0))),
        ("Destination", text(&|p| format!("10.0.0.{}", p.ends[1].0))),
        ("Protocol", text(&|_| "TCP".to_owned())),
        ("Length", numbers(&|p| p.length)),
        // Two cards in each machine, by the parity of the length.
        ("Card", text(&|p| format!("card {}", p.length % 2.0))),
        (Field::SourcePort.column(), numbers(&|p| port(p.ends[0]))),
        (Field::DestinationPort.column(), numbers(&|p| port(p.ends[1]))),
        (Field::Seq.column(), none()),
        (Field::Ack.column(), none()),
        (Field::TcpLen.column(), none()),
        (Field::Syn.column(), none()),
        (Field::Fin.column(), none()),
        (Field::Rst.column(), none()),
        (Field::AckFlag.column(), none()),
        (Field::UdpLen.column(), none()),
    ])
    .unwrap()
}

/// The new columns of each row.
fn rows(records: &Records) -> Vec<Vec<f64>> {
    let names = records.names().iter().filter(|name| name.starts_with("damped_"));
    let columns: Vec<&[f64]> = names.map(|name| records.numbers(name).unwrap()).collect();
    (0..records.n_rows()).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

fn statistics(params: &DampedStatsParams, packets: &[Packet]) -> Vec<Vec<f64>> {
    let records = records(packets);
    let fitted = DampedStats::new(params.clone()).unwrap().fit(&records.samples()).unwrap();
    rows(fitted.transform(&records.samples()).unwrap().view().records().unwrap())
}

#[test]
fn equal_those_of_the_authors_classes() {
    let document: Value = serde_json::from_str(include_str!("fixtures/damped_stats.json")).unwrap();
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(NAN)).collect()
    };
    let decays = numbers(&document["decays"]);
    let packets = document["packets"].as_array().unwrap().iter().map(|packet| {
        let packet = numbers(packet);
        let end = |end: usize| (packet[1 + end] as u8, Some(packet[3 + end] as u16));
        Packet { time: packet[0], ends: [end(0), end(1)], length: packet[5] }
    });
    let packets: Vec<Packet> = packets.collect();
    let wanted: Vec<Vec<f64>> = document["rows"].as_array().unwrap().iter().map(numbers).collect();
    assert_eq!((packets.len(), wanted[0].len()), (100, 3 * 20));
    let found = statistics(&DampedStatsParams { decays, ..Default::default() }, &packets);
    // Of three decays each: sender, channel, jitter, socket.
    let widths = [[3; 3], [7; 3], [3; 3], [7; 3]].concat();
    let (mut compared, mut correlations) = (0, 0);
    for (row, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        let mut at = 0;
        for &width in &widths {
            let (mut found, wanted) = (found[at..][..width].to_vec(), &wanted[at..][..width]);
            // Theirs is the variance.
            found[2] *= found[2];
            for (statistic, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                // They take a variance from a difference of squares.
                let close = (found - wanted).abs() <= 1e-8 * wanted.abs() + 1e-7;
                let exists = statistic == 6 || found.is_nan() == wanted.is_nan();
                let same = close || (wanted.is_nan() && exists);
                assert!(same, "row {row}, from {at}, {statistic}: {found}, wanted {wanted}");
                compared += usize::from(close);
                correlations += usize::from(close && statistic == 6);
            }
            at += width;
        }
    }
    assert!(4000 < compared && 300 < correlations, "{compared}, {correlations}");
}

/// The statistics of the last packet, each by its definition, for one decay.
fn oracle(decay: f64, packets: &[Packet]) -> Vec<f64> {
    let (last, all) = (packets.last().unwrap(), packets);
    let weight = |p: &Packet| (-decay * (last.time - p.time)).exp2();
    let moments = |values: &[(f64, f64)]| -> [f64; 3] {
        let w: f64 = values.iter().map(|(w, _)| w).sum();
        let mean = values.iter().map(|(w, x)| w * x).sum::<f64>() / w;
        let variance = values.iter().map(|(w, x)| w * (x - mean).powi(2)).sum::<f64>() / w;
        [w, mean, variance.sqrt()]
    };
    let lengths = |chosen: &dyn Fn(&Packet) -> bool| -> Vec<(f64, f64)> {
        all.iter().filter(|p| chosen(p)).map(|p| (weight(p), p.length)).collect()
    };
    let pair = |there: &dyn Fn(&Packet) -> bool, back: &dyn Fn(&Packet) -> bool| -> Vec<f64> {
        let own = moments(&lengths(there));
        let [_, other_mean, other_deviation] = match lengths(back) {
            none if none.is_empty() => [0.0; 3],
            some => moments(&some),
        };
        let (mut products, mut total, mut distances) = (0.0, 0.0, [0.0; 2]);
        for (row, packet) in all.iter().enumerate().filter(|(_, p)| there(p) || back(p)) {
            let side = usize::from(!there(packet));
            // Of its own direction up to it, with the weights of its own time.
            let is_of = |p: &&Packet| if side == 0 { there(p) } else { back(p) };
            let earlier = all[..=row].iter().filter(is_of);
            let earlier = earlier.map(|p| ((-decay * (packet.time - p.time)).exp2(), p.length));
            let distance = packet.length - moments(&earlier.collect::<Vec<_>>())[1];
            products += weight(packet) * distance * distances[1 - side];
            total += weight(packet);
            distances[side] = distance;
        }
        let covariance = products / total;
        let deviations = own[2] * other_deviation;
        let correlation = if deviations == 0.0 { NAN } else { covariance / deviations };
        let radius = own[2].powi(2).hypot(other_deviation.powi(2));
        let both = [radius, own[1].hypot(other_mean), covariance, correlation];
        [&own[..], &both].concat()
    };
    let [from, to] = last.ends;
    let of_card = |p: &Packet| p.ends[0].0 == from.0 && p.length % 2.0 == last.length % 2.0;
    let there = |p: &Packet| [p.ends[0].0, p.ends[1].0] == [from.0, to.0];
    let back = |p: &Packet| [p.ends[0].0, p.ends[1].0] == [to.0, from.0] && from.0 != to.0;
    let times: Vec<&Packet> = all.iter().filter(|p| there(p)).collect();
    let intervals = times.windows(2).map(|two| (weight(two[1]), two[1].time - two[0].time));
    let intervals: Vec<(f64, f64)> = intervals.collect();
    let jitter = if intervals.is_empty() { [0.0, NAN, NAN] } else { moments(&intervals) };
    [
        moments(&lengths(&of_card)).to_vec(),
        moments(&lengths(&|p| p.ends[0].0 == from.0)).to_vec(),
        pair(&there, &back),
        jitter.to_vec(),
        pair(&|p| p.ends == [from, to], &|p| p.ends == [to, from] && from != to),
    ]
    .concat()
}

/// Packets of few addresses and ports, whose times do not step back.
fn packets() -> impl Strategy<Value = Vec<Packet>> {
    let end = || (0..3u8, 1..3u16);
    let packet = (end(), end(), 60..200u32, prop_oneof![3 => 0..50u32, 1 => 100..300u32]);
    prop::collection::vec(packet, 1..40).prop_map(|packets| {
        let mut time = 0;
        let packet = packets.into_iter().map(|((a, p), (b, q), length, after)| {
            time += after;
            let ends = [(a, Some(p)), (b, Some(q))];
            Packet { time: f64::from(time) / 100.0, ends, length: f64::from(length) }
        });
        packet.collect()
    })
}

/// What may be another number is not compared: what rounding leaves of a deviation of 0.
fn is_close(found: f64, wanted: f64) -> bool {
    let close = (found - wanted).abs() <= 1e-7 * wanted.abs().max(1.0);
    close || (found.is_nan() && wanted.is_nan())
}

proptest! {
    #[test]
    fn each_row_is_what_its_prefix_says(packets in packets()) {
        let decay = 0.7;
        let hardware = Some("Card".to_owned());
        let params = DampedStatsParams { decays: vec![decay], hardware, ..Default::default() };
        for (row, found) in statistics(&params, &packets).iter().enumerate() {
            let wanted = oracle(decay, &packets[..=row]);
            prop_assert_eq!(found.len(), wanted.len());
            for (at, (&found, &wanted)) in found.iter().zip(&wanted).enumerate() {
                // A deviation that is 0 but for rounding makes a correlation, or none.
                let is_correlation = at == 12 || at == 22;
                let is_vague = is_correlation && !(found.abs() < 100.0 && wanted.abs() < 100.0);
                let same = is_vague || is_close(found, wanted);
                prop_assert!(same, "row {row}, {at}: {found}, wanted {wanted}: {packets:?}");
            }
        }
    }

    #[test]
    fn parts_give_the_bits_of_the_whole(packets in packets(), hide in any::<u64>(), cut in 1..9usize) {
        let hidden: Vec<Packet> = packets.iter().enumerate().map(|(row, packet)| {
            let mut packet = *packet;
            if hide >> (row % 64) & 1 == 1 {
                packet.ends.iter_mut().for_each(|end| end.1 = None);
            }
            packet
        }).collect();
        let params = DampedStatsParams { max_streams: 3, ..Default::default() };
        let all = statistics(&params, &hidden);
        let records = records(&hidden);
        let fitted = DampedStats::new(params).unwrap().fit(&records.samples()).unwrap();
        let mut stream = fitted.stream().unwrap();
        let mut parts = Vec::new();
        for start in (0..hidden.len()).step_by(cut) {
            let part: Vec<usize> = (start..hidden.len().min(start + cut)).collect();
            let part = records.select(&part);
            let made = stream.transform(&part.samples()).unwrap();
            parts.extend(rows(made.view().records().unwrap()));
        }
        let bits = |rows: &[Vec<f64>]| -> Vec<u64> {
            rows.iter().flatten().map(|value| value.to_bits()).collect()
        };
        prop_assert_eq!(bits(&parts), bits(&all));
    }
}

fn packet(time: f64, from: u8, to: u8, length: f64) -> Packet {
    Packet { time, ends: [(from, Some(1)), (to, Some(2))], length }
}

/// Names are forgotten with the last stream that bears them, and met again.
#[test]
fn addresses_without_end_change_nothing() {
    let packets: Vec<Packet> = (0..6000u16)
        .map(|row| {
            let port = if row.is_multiple_of(7) { 9 } else { row };
            let ends = [((row % 251) as u8, Some(port)), ((row % 13) as u8, Some(443))];
            Packet { time: f64::from(row), ends, length: f64::from(60 + row % 90) }
        })
        .collect();
    let mut records = records(&packets);
    // Thousands of addresses, of which some come again.
    let address = |row: usize| if row.is_multiple_of(5) { row % 40 } else { row };
    let sources = Column::Text((0..6000).map(|row| format!("10.0.{}", address(row))).collect());
    let columns = records.iter().map(|(name, column)| match name {
        "Source" => (name, sources.clone()),
        _ => (name, column.clone()),
    });
    records = Records::new(columns.collect::<Vec<_>>()).unwrap();
    let params = DampedStatsParams { max_streams: 60, decays: vec![0.1], ..Default::default() };
    let fitted = DampedStats::new(params).unwrap().fit(&records.samples()).unwrap();
    let whole = fitted.transform(&records.samples()).unwrap();
    let mut stream = fitted.stream().unwrap();
    let mut parts = Vec::new();
    for start in (0..6000).step_by(500) {
        let part = records.select(&(start..start + 500).collect::<Vec<_>>());
        parts.extend(rows(stream.transform(&part.samples()).unwrap().view().records().unwrap()));
    }
    let whole = rows(whole.view().records().unwrap());
    assert!(
        whole
            .iter()
            .zip(&parts)
            .all(|(a, b)| { a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()) })
    );
    // Without the columns of the input these are all.
    let params = DampedStatsParams { keep: false, decays: vec![0.1], ..Default::default() };
    let step = DampedStats::new(params).unwrap().fit(&records.samples()).unwrap();
    let alone = step.transform(&records.samples()).unwrap();
    assert_eq!(alone.view().records().unwrap().n_columns(), whole[0].len());
    // Those that come again are remembered, though most in between are not.
    assert!(whole.iter().any(|row| 1.05 < row[0]));
}

#[test]
fn what_is_forgotten_begins_anew() {
    let packets = [packet(0.0, 0, 1, 100.0), packet(0.0, 2, 1, 60.0), packet(0.0, 0, 1, 200.0)];
    let weights = |max_streams| -> Vec<f64> {
        let params = DampedStatsParams { max_streams, decays: vec![1.0], ..Default::default() };
        statistics(&params, &packets).iter().map(|row| row[0]).collect()
    };
    assert_eq!(weights(2), [1.0, 1.0, 2.0]);
    assert_eq!(weights(1), [1.0, 1.0, 1.0]);
}

#[test]
fn times_that_are_missing_or_step_back_take_no_weight() {
    let packets = [
        packet(5.0, 0, 1, 100.0),
        packet(NAN, 0, 1, 60.0),
        packet(3.0, 0, 1, 80.0),
        packet(6.0, 0, 1, 80.0),
    ];
    let params = DampedStatsParams { decays: vec![1.0], ..Default::default() };
    let rows = statistics(&params, &packets);
    let weights: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(weights, [1.0, 2.0, 3.0, 2.5]);
    // The jitter's weight and mean.
    let jitter: Vec<[f64; 2]> = rows.iter().map(|row| [row[10], row[11]]).collect();
    assert!(jitter[..3].iter().all(|[weight, mean]| *weight == 0.0 && mean.is_nan()));
    assert_eq!(jitter[3], [1.0, 1.0]);
}

#[test]
fn a_packet_without_a_length_adds_none() {
    let packets = [packet(0.0, 0, 1, NAN), packet(0.0, 0, 1, 100.0), packet(1.0, 0, 1, NAN)];
    let rows = statistics(&DampedStatsParams { decays: vec![1.0], ..Default::default() }, &packets);
    let of_sender: Vec<&[f64]> = rows.iter().map(|row| &row[..2]).collect();
    assert!(of_sender[0][0] == 0.0 && of_sender[0][1].is_nan(), "{of_sender:?}");
    assert_eq!(of_sender[1..], [[1.0, 100.0], [0.5, 100.0]]);
    // All of the channel's and the socket's that there is not.
    assert!(
        [3..10, 13..20].into_iter().all(|range| rows[0][range][1..].iter().all(|x| x.is_nan()))
    );
    // The time between packets is known all the same.
    assert_eq!(rows[2][10..12], [1.5, 1.0 / 1.5]);
}

#[test]
fn a_time_without_end_leaves_the_packet_alone() {
    let packets = [packet(0.0, 0, 1, 100.0), packet(1e9, 0, 1, 60.0)];
    let rows = statistics(&DampedStatsParams::default(), &packets);
    assert_eq!(rows[1][..3], [1.0, 60.0, 0.0]);
}

#[test]
fn lengths_beyond_all_numbers_are_refused() {
    let packets = [packet(0.0, 0, 1, 1e200), packet(0.0, 0, 1, 60.0)];
    let records = records(&packets);
    let step = DampedStats::new(DampedStatsParams::default()).unwrap();
    let fitted = step.fit(&records.samples()).unwrap();
    let error = fitted.transform(&records.samples()).err();
    assert!(matches!(error, Some(Error::Numeric { .. })), "{error:?}");
}

#[test]
fn parameters_outside_their_range_are_refused() {
    for params in [
        DampedStatsParams { decays: vec![], ..Default::default() },
        DampedStatsParams { decays: vec![1.0, 0.0], ..Default::default() },
        DampedStatsParams { decays: vec![1.0, 0.1, 1.0], ..Default::default() },
        DampedStatsParams { decays: vec![f64::INFINITY], ..Default::default() },
        DampedStatsParams { max_streams: 0, ..Default::default() },
    ] {
        let error = DampedStats::new(params).err();
        assert!(matches!(error, Some(Error::Parameter { .. })), "{error:?}");
    }
    let records = records(&[packet(0.0, 0, 1, 60.0)]);
    let hardware = Some("no such column".to_owned());
    let step = DampedStats::new(DampedStatsParams { hardware, ..Default::default() }).unwrap();
    assert!(step.fit(&records.samples()).is_err());
}
