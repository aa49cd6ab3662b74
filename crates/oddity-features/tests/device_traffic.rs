//! Three real captures through `packet_info` and `flow`, where `ODDITY_DATA_DIR` names the
//! folder that holds them.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use oddity_core::{Column, Records, Transformer};
use oddity_features::{Flow, FlowFeature, FlowParams, Note, PacketInfo, PacketInfoParams};

/// The fields of a CSV text in which every field is in quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            _ => field.push(char),
        }
    }
    rows
}

/// Seconds since the first packet, or since midnight of the first day of a month.
fn seconds(time: &str) -> f64 {
    match time.split_once(' ') {
        None => time.parse().unwrap(),
        Some((day, time)) => {
            let day: f64 = day[8..].parse().unwrap();
            time.split(':').fold(day * 24.0, |sum, part| {
                if sum == day * 24.0 {
                    sum + part.parse::<f64>().unwrap()
                } else {
                    sum * 60.0 + part.parse::<f64>().unwrap()
                }
            })
        }
    }
}

struct Capture {
    records: Records,
    infos: Vec<String>,
    protocols: Vec<String>,
}

fn capture(name: &str) -> Option<Capture> {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR") else {
        eprintln!("skipped: ODDITY_DATA_DIR is not set");
        return None;
    };
    let path = PathBuf::from(folder).join("device-traffic").join(name);
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|&byte| char::from(byte)).collect());
    let rows = rows(&text);
    let (head, rows) = rows.split_first().unwrap();
    let of = |name: &str| -> Vec<String> {
        let at = head.iter().position(|found| found == name).unwrap();
        rows.iter().map(|row| row[at].clone()).collect()
    };
    let text = |name: &str| Column::Text(of(name).into_iter().collect());
    let records = Records::new([
        ("Time", Column::Numbers(of("Time").iter().map(|time| seconds(time)).collect())),
        ("Source", text("Source")),
        ("Destination", text("Destination")),
        ("Protocol", text("Protocol")),
        (
            "Length",
            Column::Numbers(of("Length").iter().map(|length| length.parse().unwrap()).collect()),
        ),
        ("Info", text("Info")),
    ]);
    Some(Capture { records: records.unwrap(), infos: of("Info"), protocols: of("Protocol") })
}

fn features(capture: &Capture) -> Records {
    let packet_info = PacketInfo::new(PacketInfoParams::default()).unwrap();
    let fitted = packet_info.fit(&capture.records.samples()).unwrap();
    let parsed = fitted.transform(&capture.records.samples()).unwrap();
    let flow = Flow::new(FlowParams::default()).unwrap().fit(&parsed.view()).unwrap();
    let features = flow.transform(&parsed.view()).unwrap();
    features.view().records().unwrap().clone()
}

const GRAMMARS: [&str; 10] =
    ["empty", "tcp", "udp", "tls", "dns", "http", "icmp", "arp", "cip", "enip"];

#[test]
fn most_packets_are_read_to_their_end() {
    for (name, n_packets, n_text) in
        [("office.csv", 2812, 165), ("plant-cip.csv", 10_000, 0), ("iot-latin1.csv", 2248, 9)]
    {
        let Some(capture) = capture(name) else { return };
        let features = features(&capture);
        assert_eq!(features.n_rows(), n_packets);
        let kind = features.texts("info.kind").unwrap();
        let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, protocol) in capture.protocols.iter().enumerate() {
            let (read, all) = shares.entry(protocol).or_default();
            *all += 1;
            if GRAMMARS.contains(&kind(row)) {
                *read += 1;
            } else {
                *texts.entry(kind(row)).or_default() += 1;
            }
        }
        eprintln!("{name}: read of all by protocol {shares:?}, other kinds {texts:?}");
        assert_eq!(texts.values().sum::<usize>(), n_text, "{name}");
    }
}

#[test]
fn packets_out_of_order_have_a_sequence_number_below_the_expected_one() {
    let Some(capture) = capture("office.csv") else { return };
    let features = features(&capture);
    assert!(features.column(Note::OutOfOrder.column()).is_err());
    let gaps = features.numbers(FlowFeature::SeqGap.column()).unwrap();
    let is_late = |row: &usize| capture.infos[*row].contains("[TCP Out-Of-Order]");
    let late: Vec<f64> = (0..gaps.len()).filter(is_late).map(|row| gaps[row]).collect();
    assert_eq!(late.len(), 46);
    assert!(late.iter().all(|gap| *gap < 0.0));
    // Where Wireshark says that a segment is missing there is a gap; elsewhere only twice, where
    // a row of TLS without Seq stands before it that belongs to another connection between the
    // same addresses, or that bears the note itself.
    let count = |lost: bool, ahead: bool| {
        (0..gaps.len())
            .filter(|&row| capture.infos[row].contains("[TCP Previous segment") == lost)
            .filter(|&row| !gaps[row].is_nan() && (0.0 < gaps[row]) == ahead)
            .count()
    };
    assert_eq!((count(true, true), count(true, false), count(false, true)), (6, 0, 2));
}
