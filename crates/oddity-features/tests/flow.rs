//! Flow features against a direct recomputation from each row's prefix, and their causality.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Column, Error, Records, Transformer};
use oddity_features::{Field, Flow, FlowFeature, FlowParams};
use proptest::prelude::*;

const NAN: f64 = f64::NAN;

/// A packet as the oracle sees it; sequence numbers are positions that never wrap.
#[derive(Clone, Debug)]
struct Packet {
    time: f64,
    ends: [(u8, Option<u16>); 2],
    protocol: &'static str,
    length: f64,
    seq: Option<i64>,
    ack: Option<i64>,
    len: i64,
    flags: [bool; 3],
}

fn records(packets: &[Packet]) -> Records {
    let numbers = |of: &dyn Fn(&Packet) -> f64| Column::Numbers(packets.iter().map(of).collect());
    let text = |of: &dyn Fn(&Packet) -> String| Column::Text(packets.iter().map(of).collect());
    let some = |value: Option<i64>| value.map_or(NAN, |value| (value % (1 << 32)) as f64);
    let port = |end: (u8, Option<u16>)| end.1.map_or(NAN, f64::from);
    let tcp = |packet: &Packet, value: f64| if packet.seq.is_some() { value } else { NAN };
    Records::new([
        ("Time", numbers(&|p| p.time)),
        ("Source", text(&|p| format!("10.0.0.{}", p.ends[0].0))),
        ("Destination", text(&|p| format!("10.0.0.{}", p.ends[1].0))),
        ("Protocol", text(&|p| p.protocol.to_owned())),
        ("Length", numbers(&|p| p.length)),
        (Field::SourcePort.column(), numbers(&|p| port(p.ends[0]))),
        (Field::DestinationPort.column(), numbers(&|p| port(p.ends[1]))),
        (Field::Seq.column(), numbers(&|p| some(p.seq))),
        (Field::Ack.column(), numbers(&|p| some(p.ack))),
        (Field::TcpLen.column(), numbers(&|p| tcp(p, p.len as f64))),
        (Field::Syn.column(), numbers(&|p| tcp(p, f64::from(p.flags[0])))),
        (Field::Fin.column(), numbers(&|p| tcp(p, f64::from(p.flags[1])))),
        (Field::Rst.column(), numbers(&|p| tcp(p, f64::from(p.flags[2])))),
        (Field::AckFlag.column(), numbers(&|p| tcp(p, f64::from(p.ack.is_some())))),
        (Field::UdpLen.column(), numbers(&|p| if p.protocol == "UDP" { 8.0 } else { NAN })),
    ])
    .unwrap()
}

fn features(params: &FlowParams, packets: &[Packet]) -> Vec<Vec<f64>> {
    let records = records(packets);
    let fitted = Flow::new(params.clone()).unwrap().fit(&records.samples()).unwrap();
    let found = fitted.transform(&records.samples()).unwrap();
    let found = found.view().records().unwrap().clone();
    assert_eq!(&found.columns()[..1], &records.columns()[..1]);
    rows(&found)
}

/// The features of each row.
fn rows(records: &Records) -> Vec<Vec<f64>> {
    let columns = FlowFeature::ALL.iter().map(|feature| records.numbers(feature.column()).unwrap());
    let columns: Vec<&[f64]> = columns.collect();
    (0..records.n_rows()).map(|row| columns.iter().map(|column| column[row]).collect()).collect()
}

/// Both ends in order, with the protocol.
fn key(packet: &Packet) -> (String, Vec<(u8, Option<u16>)>) {
    let mut ends = packet.ends.to_vec();
    ends.sort_unstable();
    (packet.protocol.to_owned(), ends)
}

/// The rows of the flow of the last packet, by looking back from each packet in turn.
fn members(params: &FlowParams, packets: &[Packet]) -> Vec<usize> {
    let mut flows: Vec<Vec<usize>> = Vec::new();
    for (row, packet) in packets.iter().enumerate() {
        let previous = (0..row).rev().find(|&k| key(&packets[k]) == key(packet));
        let since: std::collections::BTreeSet<_> =
            (previous.map_or(row, |k| k + 1)..row).map(|k| key(&packets[k])).collect();
        let joined = previous.filter(|_| since.len() < params.max_flows).and_then(|k| {
            let flow = flows.iter().position(|flow| flow.contains(&k))?;
            let idle = params.idle_timeout < packet.time - packets[k].time;
            let closed = flows[flow].iter().any(|&k| packets[k].flags[1] || packets[k].flags[2]);
            let opens = packet.flags[0] && packet.ack.is_none();
            let over = idle || (closed && opens);
            (!over).then_some(flow)
        });
        match joined {
            Some(flow) => flows[flow].push(row),
            None => flows.push(vec![row]),
        }
    }
    flows.into_iter().find(|flow| flow.contains(&(packets.len() - 1))).unwrap()
}

/// The features of the last packet, each by its definition.
fn oracle(params: &FlowParams, packets: &[Packet]) -> Vec<f64> {
    let flow: Vec<&Packet> =
        members(params, packets).into_iter().map(|row| &packets[row]).collect();
    let (packet, earlier) = flow.split_last().unwrap();
    let first = flow[0].ends[0];
    let is_backward = |packet: &Packet| packet.ends[0] != first;
    let backward = is_backward(packet);
    let of = |direction: bool| flow.iter().filter(move |p| is_backward(p) == direction);
    let since = |previous: Option<&&Packet>| previous.map_or(NAN, |p| packet.time - p.time);
    let expected = |direction: bool| {
        let mut next: Option<i64> = None;
        for packet in earlier {
            let Some(seq) = packet.seq else { continue };
            if is_backward(packet) == direction {
                let counted = i64::from(packet.flags[0]) + i64::from(packet.flags[1]);
                next = next.max(Some(seq + packet.len + counted));
            } else if next.is_some() {
                next = next.max(packet.ack);
            }
        }
        next
    };
    let minus = |a: Option<i64>, b: Option<i64>| a.zip(b).map_or(NAN, |(a, b)| (a - b) as f64);
    let same = |p: &&&Packet| is_backward(p) == backward;
    let highest = earlier.iter().filter(same).filter_map(|p| p.ack).max();
    let rate = |weight: &dyn Fn(&Packet) -> f64| {
        let decayed =
            |p: &&Packet| weight(p) * 0.5f64.powf((packet.time - p.time) / params.half_life);
        flow.iter().map(decayed).sum::<f64>() * 2f64.ln() / params.half_life
    };
    vec![
        f64::from(earlier.is_empty()),
        f64::from(backward),
        of(false).count() as f64,
        of(true).count() as f64,
        of(false).map(|p| p.length).sum(),
        of(true).map(|p| p.length).sum(),
        packet.time - flow[0].time,
        since(earlier.last()),
        since(earlier.iter().rev().find(same)),
        minus(packet.seq, expected(backward)),
        minus(packet.ack, expected(!backward)),
        minus(packet.ack, highest),
        rate(&|_| 1.0),
        rate(&|p| p.length),
    ]
}

type Drawn = (((u8, u16), (u8, u16)), u8, (i64, Option<i64>, i64), [bool; 3], u32, u32);

/// Packets with ports, times that do not step back, and numbers around where they wrap.
fn packets() -> impl Strategy<Value = Vec<Packet>> {
    let ends = ((0..2u8, 1..3u16), (0..2u8, 1..3u16));
    let tcp = (0..200i64, prop::option::weighted(0.8, 0..200i64), 0..40i64);
    let flags = prop::array::uniform3(prop::bool::weighted(0.1));
    let packet =
        (ends, 0..4u8, tcp, flags, 60..1500u32, prop_oneof![9 => 0..50u32, 1 => 900..1100u32]);
    (prop::collection::vec(packet, 1..60), prop::bool::ANY).prop_map(|(packets, wraps)| {
        let base = if wraps { (1i64 << 32) - 100 } else { 0 };
        let mut time = 0;
        let packet = |drawn: Drawn| {
            let (((a, p), (b, q)), protocol, (seq, ack, len), flags, length, after) = drawn;
            time += after;
            let is_tcp = 1 < protocol;
            let protocol = if is_tcp { "TCP" } else { ["UDP", "ICMP"][usize::from(protocol == 1)] };
            let port = |port| (protocol != "ICMP").then_some(port);
            Packet {
                time: f64::from(time) / 100.0,
                ends: [(a, port(p)), (b, port(q))],
                protocol,
                length: f64::from(length),
                seq: is_tcp.then_some(base + seq),
                ack: ack.filter(|_| is_tcp).map(|ack| base + ack),
                len: if is_tcp { len } else { 0 },
                flags: flags.map(|flag| flag && is_tcp),
            }
        };
        packets.into_iter().map(packet).collect()
    })
}

fn same_bits(a: &[Vec<f64>], b: &[Vec<f64>]) -> bool {
    let bits = |rows: &[Vec<f64>]| -> Vec<u64> {
        rows.iter().flatten().map(|value| value.to_bits()).collect()
    };
    bits(a) == bits(b)
}

proptest! {
    #[test]
    fn each_row_is_what_its_prefix_says(packets in packets(), max_flows in 1..6usize) {
        let params = FlowParams { idle_timeout: 9.5, max_flows, ..Default::default() };
        let found = features(&params, &packets);
        for (row, found) in found.iter().enumerate() {
            let wanted = oracle(&params, &packets[..=row]);
            for (feature, (found, wanted)) in FlowFeature::ALL.iter().zip(found.iter().zip(&wanted)) {
                let close = (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0);
                let same = close || (found.is_nan() && wanted.is_nan());
                prop_assert!(same, "row {row}, {feature:?}: {found}, wanted {wanted}: {packets:?}");
            }
        }
    }

    #[test]
    fn later_rows_change_nothing(packets in packets(), cut in 0..60usize, hide in any::<u64>()) {
        // Some rows lose their ports and numbers, as rows of TLS have none.
        let hidden: Vec<Packet> = packets.iter().enumerate().map(|(row, packet)| {
            let mut packet = packet.clone();
            if hide >> (row % 64) & 1 == 1 && packet.protocol == "TCP" {
                (packet.seq, packet.ack, packet.protocol) = (None, None, "TLSv1.2");
                packet.ends.iter_mut().for_each(|end| end.1 = None);
            }
            packet
        }).collect();
        let params = FlowParams { idle_timeout: 9.5, max_flows: 3, ..Default::default() };
        let cut = cut.min(hidden.len());
        let all = features(&params, &hidden);
        prop_assert!(same_bits(&features(&params, &hidden[..cut]), &all[..cut]));
        // Nor does it matter in which parts they come.
        let records = records(&hidden);
        let fitted = Flow::new(params).unwrap().fit(&records.samples()).unwrap();
        let mut stream = fitted.stream().unwrap();
        let mut parts = Vec::new();
        for part in [0..cut, cut..hidden.len()] {
            let part = records.select(&part.collect::<Vec<_>>());
            let made = stream.transform(&part.samples()).unwrap();
            parts.extend(rows(made.view().records().unwrap()));
        }
        prop_assert!(same_bits(&parts, &all));
    }
}

fn tcp(time: f64, from: u8, seq: i64, ack: i64, len: i64) -> Packet {
    let ends =
        if from == 0 { [(0, Some(9)), (1, Some(443))] } else { [(1, Some(443)), (0, Some(9))] };
    let length = if len == 0 { 60.0 } else { (len + 66) as f64 };
    let (seq, ack) = (Some(seq), Some(ack));
    Packet { time, ends, protocol: "TCP", length, seq, ack, len, flags: [false; 3] }
}

/// A row of TLS: no ports, no numbers.
fn tls(time: f64, from: u8, payload: i64) -> Packet {
    let Packet { ends, .. } = tcp(time, from, 0, 0, 0);
    let ends = ends.map(|(address, _)| (address, None));
    let length = (payload + 66) as f64;
    Packet {
        time,
        ends,
        protocol: "TLSv1.2",
        length,
        seq: None,
        ack: None,
        len: 0,
        flags: [false; 3],
    }
}

#[test]
fn rows_without_numbers_move_the_expected_one() {
    let packets = [
        tcp(0.0, 0, 1, 1, 0),
        tcp(0.1, 1, 1, 1, 1000),
        // Its headers are as long as those of the segment before.
        tls(0.2, 1, 500),
        tcp(0.3, 1, 1501, 1, 1000),
        tls(0.4, 0, 300),
        // The client's headers are not known until this acknowledgement.
        tcp(0.5, 1, 2501, 301, 0),
        tls(0.6, 0, 200),
        tcp(0.7, 0, 501, 2501, 0),
        tcp(0.8, 1, 1001, 501, 500),
    ];
    let found = features(&FlowParams::default(), &packets);
    let of = |feature: FlowFeature| -> Vec<f64> {
        found.iter().map(|row| row[feature as usize]).collect()
    };
    assert!(of(FlowFeature::New)[1..].iter().all(|&new| new == 0.0));
    assert_eq!(of(FlowFeature::Backward), [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    let gaps = of(FlowFeature::SeqGap);
    assert!(gaps[0].is_nan() && gaps[2].is_nan());
    assert_eq!((gaps[3], gaps[5], gaps[7], gaps[8]), (0.0, 0.0, 0.0, -1500.0));
}

#[test]
fn rows_without_ports_join_the_last_flow_between_the_addresses() {
    let other = |mut packet: Packet| {
        packet.ends = packet.ends.map(|(address, port)| (address, port.map(|port| port + 1)));
        packet
    };
    let packets = [
        tls(0.0, 0, 1),
        tcp(0.1, 0, 1, 1, 0),
        tls(0.2, 1, 1),
        other(tcp(0.3, 0, 1, 1, 0)),
        tls(0.4, 0, 1),
    ];
    let found = features(&FlowParams::default(), &packets);
    let new: Vec<f64> = found.iter().map(|row| row[FlowFeature::New as usize]).collect();
    assert_eq!(new, [1.0, 1.0, 0.0, 1.0, 0.0]);
    let forward: Vec<f64> =
        found.iter().map(|row| row[FlowFeature::PacketsForward as usize]).collect();
    assert_eq!(forward, [1.0, 1.0, 1.0, 1.0, 2.0]);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let records = Records::new([("Time", Column::Numbers(vec![0.0]))]).unwrap();
    let flow = Flow::new(FlowParams::default()).unwrap();
    assert!(matches!(flow.fit(&records.samples()).map(|_| ()), Err(Error::MissingColumn { .. })));
    for params in [
        FlowParams { idle_timeout: 0.0, ..Default::default() },
        FlowParams { half_life: NAN, ..Default::default() },
        FlowParams { max_flows: 0, ..Default::default() },
    ] {
        assert!(matches!(Flow::new(params), Err(Error::Parameter { .. })));
    }
}
