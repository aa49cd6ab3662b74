//! Generated captures: the same bytes for the same seed, and nothing in them that the steps for
//! packets cannot read.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{self, Write};

use oddity_core::{Column, Records, Transformer};
use oddity_datasets::{Arrow, DeviceTrafficGenerator, DeviceTrafficParams, Error, TimeFormat};
use oddity_features::{
    Flow, FlowFeature, FlowParams, InfoKind, Note, PacketDialect, PacketInfo, PacketInfoParams,
    ParsedInfo,
};

fn text(params: &DeviceTrafficParams) -> String {
    let mut text = Vec::new();
    DeviceTrafficGenerator::new(params.clone()).unwrap().write(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn params(seed: u64, n_packets: u64) -> DeviceTrafficParams {
    DeviceTrafficParams { seed, n_packets, ..DeviceTrafficParams::default() }
}

/// The seven fields of each packet.
fn packets(text: &str) -> Vec<Vec<String>> {
    let fields = |line: &str| {
        let line = line.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        line.split("\",\"").map(|field| field.replace("\"\"", "\"")).collect::<Vec<_>>()
    };
    let packets: Vec<_> = text.lines().skip(1).map(fields).collect();
    assert!(packets.iter().all(|fields| fields.len() == 7));
    packets
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_more_packets_only_add() {
    let short = text(&params(3, 2000));
    assert_eq!(short, text(&params(3, 2000)));
    assert!(text(&params(3, 5000)).starts_with(&short));
    assert_ne!(short, text(&params(4, 2000)));
    assert_eq!(text(&params(3, 0)).lines().count(), 1);
}

#[test]
fn every_info_is_read_to_its_end_but_those_of_other_protocols() {
    for arrow in [Arrow::Ascii, Arrow::Utf8] {
        let rough = DeviceTrafficParams {
            arrow,
            loss: 0.02,
            reordering: 0.02,
            missed: 0.005,
            ..params(5, 20_000)
        };
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for fields in packets(&text(&rough)) {
            let (protocol, info) = (fields[4].as_str(), fields[6].as_str());
            let parsed = ParsedInfo::parse(PacketDialect::of_protocol(protocol), info);
            let is_other = ["NTP", "DHCP"].contains(&protocol);
            assert_eq!(parsed.kind() == InfoKind::Text, is_other, "{protocol}: {info}");
            for &note in Note::ALL {
                let word = match note {
                    Note::OutOfOrder => "[TCP Out-Of-Order]",
                    Note::Retransmission => "[TCP Retransmission]",
                    Note::DupAck => "[TCP Dup ACK ",
                    Note::LostSegment => "[TCP Previous segment not captured]",
                    _ => continue,
                };
                assert_eq!(parsed.has(note), info.contains(word), "{info}");
            }
            *kinds.entry(parsed.kind().name()).or_default() += 1;
        }
        for kind in ["tcp", "udp", "tls", "dns", "http", "icmp", "arp", "cip", "text"] {
            assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
        }
    }
}

#[test]
fn both_versions_of_ip_and_all_forms_of_time_occur() {
    let packets_of = |time| packets(&text(&DeviceTrafficParams { time, ..params(1, 3000) }));
    let relative = packets_of(TimeFormat::Relative);
    for protocol in ["TCP", "ICMPv6"] {
        let is_ipv6 = |fields: &&Vec<String>| fields[4] == protocol && fields[2].contains(':');
        assert!(relative.iter().any(|fields| is_ipv6(&fields)), "{protocol} over IPv6");
    }
    assert!(relative.iter().any(|fields| fields[4] == "TCP" && fields[2].starts_with("192.168.")));
    let times: Vec<f64> = relative.iter().map(|fields| fields[1].parse().unwrap()).collect();
    assert!(times.is_sorted());
    assert_eq!(relative[0][1], "0.000000");
    assert_eq!(packets_of(TimeFormat::WallClock)[0][1], "2026-03-02 08:00:00.000000");
    assert_eq!(packets_of(TimeFormat::Epoch)[0][1], "1772438400.000000");
    let numbers: Vec<usize> = relative.iter().map(|fields| fields[0].parse().unwrap()).collect();
    assert!(numbers.iter().copied().eq(1..=3000));
    let crlf = text(&DeviceTrafficParams { crlf: true, ..params(1, 50) });
    assert_eq!(crlf.replace("\r\n", "\n"), text(&params(1, 50)));
    assert_eq!(crlf.matches("\r\n").count(), 51);
}

#[test]
fn packets_out_of_order_are_as_frequent_as_in_the_study_and_lie_behind() {
    let packets = packets(&text(&params(0, 60_000)));
    let is_late = |fields: &Vec<String>| fields[6].contains("[TCP Out-Of-Order]");
    let n_late = packets.iter().filter(|fields| is_late(fields)).count();
    assert!((200..1200).contains(&n_late), "{n_late} of 60000");
    let number = |at: usize| {
        Column::Numbers(packets.iter().map(|fields| fields[at].parse().unwrap()).collect())
    };
    let text = |at: usize| Column::Text(packets.iter().map(|fields| fields[at].as_str()).collect());
    let records = Records::new([
        ("Time", number(1)),
        ("Source", text(2)),
        ("Destination", text(3)),
        ("Protocol", text(4)),
        ("Length", number(5)),
        ("Info", text(6)),
    ]);
    let records = records.unwrap();
    let packet_info = PacketInfo::new(PacketInfoParams::default()).unwrap();
    let parsed = packet_info.fit(&records.samples()).unwrap();
    let parsed = parsed.transform(&records.samples()).unwrap();
    let flow = Flow::new(FlowParams::default()).unwrap().fit(&parsed.view()).unwrap();
    let flow = flow.transform(&parsed.view()).unwrap();
    let flow = flow.view().records().unwrap().clone();
    let gaps = flow.numbers(FlowFeature::SeqGap.column()).unwrap();
    let late = packets.iter().zip(gaps).filter(|(fields, _)| is_late(fields));
    // Rows of TLS without ports are ascribed to the last flow between two hosts, which may be
    // another one: then the expected number is off.
    let n_behind = late.filter(|(_, gap)| **gap < 0.0).count();
    assert!(n_late - n_behind <= n_late / 100, "{n_behind} of {n_late}");
    // Without reordering and loss nothing is out of order, and no segment is sent twice.
    let calm = DeviceTrafficParams { reordering: 0.0, loss: 0.0, missed: 0.0, ..params(0, 20_000) };
    let calm = self::text(&calm);
    for note in ["Out-Of-Order", "Retransmission", "Dup ACK", "segment not captured", "unseen"] {
        assert!(!calm.contains(note), "{note}");
    }
}

#[test]
fn bad_parameters_and_a_sink_that_refuses_are_told_of() {
    for (params, name) in [
        (DeviceTrafficParams { reordering: 1.1, ..params(0, 1) }, "reordering"),
        (DeviceTrafficParams { missed: f64::NAN, ..params(0, 1) }, "missed"),
        (params(0, u64::MAX), "n_packets"),
    ] {
        let error = DeviceTrafficGenerator::new(params).unwrap_err();
        assert!(matches!(error, Error::Parameter { parameter, .. } if parameter == name));
    }
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let generator = DeviceTrafficGenerator::new(params(0, 10)).unwrap();
    assert!(matches!(generator.write(&mut Full), Err(Error::Io { action: "write", .. })));
    let json = serde_json::to_string(generator.params()).unwrap();
    assert_eq!(&serde_json::from_str::<DeviceTrafficParams>(&json).unwrap(), generator.params());
    assert!(serde_json::from_str::<DeviceTrafficParams>(r#"{"n_rows": 1}"#).is_err());
}
