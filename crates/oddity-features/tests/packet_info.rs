//! Info texts of every kind, what becomes of them, and that the label is not among it.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use oddity_core::{Column, Error, Records, Transformer};
use oddity_features::{
    Choice, Field, InfoKind, Note, PacketDialect, PacketInfo, PacketInfoParams, ParsedInfo,
};
use proptest::prelude::*;

fn parse<'a>(protocol: &str, info: &'a str) -> ParsedInfo<'a> {
    ParsedInfo::parse(PacketDialect::of_protocol(protocol), info)
}

/// Protocol, Info, the grammar that reads it, and all numbers and choices but flags of 0.
const SHAPES: &[(&str, &str, InfoKind, &str)] = &[
    (
        "TCP",
        "443  >  55054 [ACK] Seq=1 Ack=486 Win=32 Len=0",
        InfoKind::Tcp,
        "srcport=443 dstport=55054 tcp.flags.ack=1 tcp.seq=1 tcp.ack=486 tcp.window_size=32 \
         tcp.len=0",
    ),
    (
        "TCP",
        "55057 → 443 [SYN, ECE, CWR] Seq=0 Win=17520 Len=0 MSS=1460 WS=256 SACK_PERM TSval=7 TSecr=0",
        InfoKind::Tcp,
        "srcport=55057 dstport=443 tcp.flags.syn=1 tcp.flags.ece=1 tcp.flags.cwr=1 tcp.seq=0 \
         tcp.window_size=17520 tcp.len=0 tcp.options.mss_val=1460 \
         tcp.options.wscale.multiplier=256 tcp.options.sack_perm=1 \
         tcp.options.timestamp.tsval=7 tcp.options.timestamp.tsecr=0",
    ),
    (
        "TCP",
        "[TCP Dup ACK 1716#86] 55059  >  443 [ACK] Seq=3814 Ack=262151 Win=156160 Len=0 \
         SLE=399245 SRE=402085 SLE=282031 SRE=394985",
        InfoKind::Tcp,
        "srcport=55059 dstport=443 tcp.flags.ack=1 tcp.seq=3814 tcp.ack=262151 \
         tcp.window_size=156160 tcp.len=0 tcp.options.sack.count=2 \
         tcp.analysis.duplicate_ack_num=86 tcp.analysis.duplicate_ack",
    ),
    (
        "TCP",
        "443  >  1 [<None>] Seq=5 Win=0 Len=9 [TCP segment of a reassembled PDU], Application Data",
        InfoKind::Tcp,
        "srcport=443 dstport=1 tcp.seq=5 tcp.window_size=0 tcp.len=9 tls.application_data=1 \
         tcp.reassembled",
    ),
    (
        "TCP",
        "[TCP ACKed unseen segment] [TCP Previous segment not captured] 1 > 2 [FIN, ACK] Seq=4294967295 Foo=1",
        InfoKind::Text,
        "srcport=1 dstport=2 tcp.flags.fin=1 tcp.flags.ack=1 tcp.seq=4294967295 \
         tcp.analysis.lost_segment tcp.analysis.ack_lost_segment",
    ),
    ("UDP", "57815  >  443 Len=314", InfoKind::Udp, "srcport=57815 dstport=443 udp.len=314"),
    (
        "TLSv1.3",
        "[TCP Fast Retransmission] , Application Data, Application Data",
        InfoKind::Tls,
        "tls.application_data=2 tcp.analysis.fast_retransmission",
    ),
    (
        "TLSv1.2",
        "Client Hello (SNI=a.b, c), Alert (Level: Warning, Description: Close Notify), Finished",
        InfoKind::Tls,
        "tls.client_hello=1 tls.other_handshake=1 tls.alert=1",
    ),
    ("TLSv1.2", "Client Hello, Surprise", InfoKind::Text, "tls.client_hello=1"),
    (
        "DNS",
        "Standard query response 0xb398 No such name A iaf.domain.name SOA ac1.nstld.com",
        InfoKind::Dns,
        "dns.flags.response=1 dns.id=45976 dns.flags.rcode=3 dns.flags.opcode=0 dns.count=2 \
         dns.qry.name.len=15 dns.qry.type=A",
    ),
    (
        "MDNS",
        "Standard query 0x0000 PTR _nfs._tcp.local, \"QM\" question PTR _ipp._tcp.local, \"QM\" question",
        InfoKind::Dns,
        "dns.flags.response=0 dns.id=0 dns.flags.opcode=0 dns.count=2 dns.qry.name.len=15 \
         dns.qry.type=PTR",
    ),
    (
        "HTTP/JSON",
        "POST /data HTTP/1.1 , JavaScript Object Notation (application/json)",
        InfoKind::Http,
        "http.request.uri.len=5 http.request.method=POST",
    ),
    ("HTTP", "HTTP/1.1 404 Not Found  (text/html)", InfoKind::Http, "http.response.code=404"),
    (
        "ICMP",
        "Echo (ping) request  id=0x0001, seq=2/512, ttl=64 (reply in 8)",
        InfoKind::Icmp,
        "icmp.ident=1 icmp.seq=2 icmp.ttl=64 icmp.type=Echo (ping) request",
    ),
    (
        "ICMPv6",
        "Echo (ping) reply id=0x00ff, seq=2, hop limit=255 (request in 7)",
        InfoKind::Icmp,
        "icmp.ident=255 icmp.seq=2 icmp.ttl=255 icmp.type=Echo (ping) reply",
    ),
    ("ARP", "Who has 10.42.0.1? Tell 10.42.0.250", InfoKind::Arp, "arp.opcode=who-has"),
    ("ARP", "10.42.0.1 is at f8:89:d2:33:44:15", InfoKind::Arp, "arp.opcode=is-at"),
    ("ARP", "Gratuitous ARP for 10.0.0.1 (Request)", InfoKind::Arp, "arp.opcode=gratuitous"),
    (
        "CIP",
        "Success: 'HMI_PLANT_AUTO' - Service (0x4d)",
        InfoKind::Cip,
        "cip.rr=1 cip.genstat=0 cip.sc=77 cip.unconnected=0 tag=HMI_PLANT_AUTO",
    ),
    (
        "CIP CM",
        "Unconnected Send: Class (0xac) - Get Attributes All",
        InfoKind::Cip,
        "cip.rr=0 cip.sc=1 cip.class=172 cip.unconnected=1",
    ),
    (
        "CIP CM",
        "Connection Manager - Forward Open ('j')",
        InfoKind::Cip,
        "cip.rr=0 cip.sc=84 cip.class=6 cip.unconnected=0",
    ),
    (
        "CIP",
        "Path destination unknown: Multiple Service Packet: Get Attributes All, Reset",
        InfoKind::Cip,
        "cip.rr=1 cip.genstat=5 cip.sc=10 cip.msp.num_services=2 cip.unconnected=0",
    ),
    (
        "CIP I/O",
        "Connection: ID=0x00CD4016, SEQ=0001637049",
        InfoKind::Cip,
        "enip.cpf.sai.connid=13451286 enip.cpf.sai.seq=1637049",
    ),
    (
        "ENIP",
        "Register Session (Rsp), Session: 0x00000010",
        InfoKind::Enip,
        "cip.rr=1 enip.session=16 enip.command=Register Session",
    ),
    ("VNC", "", InfoKind::Empty, ""),
    ("NTP", "NTP Version 4, client", InfoKind::Text, ""),
];

fn written(parsed: &ParsedInfo<'_>) -> String {
    let numbers = Field::ALL.iter().filter_map(|&field| {
        let value = parsed.value(field)?;
        let is_flag = field.column().starts_with("tcp.flags.");
        (!is_flag || value == 1.0).then(|| format!("{}={value}", field.column()))
    });
    let choices = Choice::ALL.iter().filter(|choice| parsed.choice(**choice) != "none");
    let choices = choices.map(|choice| format!("{}={}", choice.column(), parsed.choice(*choice)));
    let tag = (!parsed.tag().is_empty()).then(|| format!("tag={}", parsed.tag()));
    let notes = Note::ALL.iter().filter(|note| parsed.has(**note));
    let notes = notes.map(|note| note.column().to_owned());
    numbers.chain(choices).chain(tag).chain(notes).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_shape_is_read() {
    for (protocol, info, kind, wanted) in SHAPES {
        let parsed = parse(protocol, info);
        assert_eq!(written(&parsed), *wanted, "{info}");
        assert_eq!(parsed.kind(), *kind, "{info}");
    }
}

#[test]
fn the_arrow_may_be_lost_in_decoding() {
    let wanted = written(&parse("TCP", "443 > 9 [ACK] Seq=1"));
    for arrow in ["  >  ", " → ", " \u{e2}\u{86}\u{92} ", " â†’ ", " \u{fffd} ", " -> ", " ? "]
    {
        let info = format!("443{arrow}9 [ACK] Seq=1");
        assert_eq!(written(&parse("TCP", &info)), wanted, "{info}");
    }
    for info in ["443 [ 9 [ACK]", "443  9 [ACK]", "443 > 99999 [ACK]", "443>9 [ACK]", "1 > 2"] {
        assert_eq!(parse("TCP", info).kind(), InfoKind::Text, "{info}");
    }
}

#[test]
fn every_note_is_recognised_before_and_behind() {
    let numbered = |note: Note| match note {
        Note::DupAck => "TCP Dup ACK 5#2",
        Note::Reassembled => "TCP PDU reassembled in 7",
        Note::LostSegment => "TCP Previous segment not captured",
        Note::AckLostSegment => "TCP ACKed unseen segment",
        Note::OutOfOrder => "TCP Out-Of-Order",
        Note::Retransmission => "TCP Retransmission",
        Note::FastRetransmission => "TCP Fast Retransmission",
        Note::SpuriousRetransmission => "TCP Spurious Retransmission",
        Note::KeepAlive => "TCP Keep-Alive",
        Note::KeepAliveAck => "TCP Keep-Alive ACK",
        Note::WindowUpdate => "TCP Window Update",
        Note::WindowFull => "TCP Window Full",
        Note::ZeroWindow => "TCP ZeroWindow",
        Note::ZeroWindowProbe => "TCP ZeroWindowProbe",
        Note::ZeroWindowProbeAck => "TCP ZeroWindowProbeAck",
        Note::ReusedPorts => "TCP Port numbers reused",
        Note::ChecksumIncorrect => "ETHERNET FRAME CHECK SEQUENCE INCORRECT",
        Note::Malformed => "Malformed Packet: TLS",
        Note::ShortFrame => "Packet size limited during capture",
        Note::Unreassembled => "Unreassembled Packet",
    };
    for &note in Note::ALL {
        for (protocol, text) in [("TCP", "1 > 2 [ACK] Seq=1"), ("TLSv1", "Application Data")] {
            let note_text = numbered(note);
            for info in [format!("[{note_text}] {text}"), format!("{text} [{note_text}]")] {
                let parsed = parse(protocol, &info);
                let found: Vec<_> = Note::ALL.iter().filter(|note| parsed.has(**note)).collect();
                assert_eq!(found, [&note], "{info}");
                assert_ne!(parsed.kind(), InfoKind::Text, "{info}");
            }
        }
    }
}

fn records(rows: &[(&str, &str)]) -> Records {
    let column = |texts: Vec<&str>| Column::Text(texts.into_iter().collect());
    Records::new([
        ("No.", Column::Numbers((0..rows.len()).map(|row| row as f64).collect())),
        ("Protocol", column(rows.iter().map(|(protocol, _)| *protocol).collect())),
        ("Info", column(rows.iter().map(|(_, info)| *info).collect())),
        ("RTT", Column::Numbers(vec![0.5; rows.len()])),
    ])
    .unwrap()
}

/// Every column by name, with numbers as bits and categories as names.
fn columns(
    params: &PacketInfoParams,
    train: &Records,
    test: &Records,
) -> BTreeMap<String, Vec<String>> {
    let fitted = PacketInfo::new(params.clone()).unwrap().fit(&train.samples()).unwrap();
    let parsed = fitted.transform(&test.samples()).unwrap();
    let parsed = parsed.view().records().unwrap().clone();
    let cells = |name: &str, column: &Column| match column {
        Column::Numbers(numbers) => numbers.iter().map(|n| n.to_bits().to_string()).collect(),
        _ => {
            let texts = parsed.texts(name).unwrap();
            (0..parsed.n_rows()).map(|row| texts(row).to_owned()).collect()
        }
    };
    parsed.iter().map(|(name, column)| (name.to_owned(), cells(name, column))).collect()
}

fn shapes() -> Vec<(&'static str, &'static str)> {
    SHAPES.iter().map(|(protocol, info, ..)| (*protocol, *info)).collect()
}

#[test]
fn the_label_leaves_no_trace() {
    let clean = shapes();
    let before: Vec<String> =
        clean.iter().map(|(_, info)| format!("[TCP Out-Of-Order] {info}")).collect();
    let comma: Vec<String> =
        clean.iter().map(|(_, info)| format!("[TCP Out-Of-Order] , {info}")).collect();
    let behind: Vec<String> =
        clean.iter().map(|(_, info)| format!("{info} [TCP Out-Of-Order]")).collect();
    let params = PacketInfoParams::default();
    let clean = records(&clean);
    let wanted = columns(&params, &clean, &clean);
    assert!(!wanted.contains_key(Note::OutOfOrder.column()));
    assert!(wanted.contains_key(Note::Retransmission.column()));
    for marked in [before, comma, behind] {
        let protocols = SHAPES.iter().map(|(protocol, ..)| *protocol);
        let marked: Vec<_> = protocols.zip(marked.iter().map(String::as_str)).collect();
        let marked = records(&marked);
        assert!(columns(&params, &marked, &marked) == wanted);
        // Without a note to drop the label would be there.
        let open = PacketInfoParams { drop_note: Vec::new(), ..params.clone() };
        assert!(
            columns(&open, &marked, &marked)["tcp.analysis.out_of_order"]
                != wanted["tcp.analysis.retransmission"]
        );
    }
}

#[test]
fn notes_named_with_numbers_are_dropped_too() {
    let params =
        PacketInfoParams { drop_note: vec!["TCP Dup ACK".to_owned()], ..Default::default() };
    let info = "[TCP Dup ACK 5#1] 1 > 2 [ACK] Seq=1";
    let marked = columns(&params, &records(&[("TCP", info)]), &records(&[("TCP", info)]));
    let clean = records(&[("TCP", "1 > 2 [ACK] Seq=1")]);
    assert!(marked == columns(&params, &clean, &clean));
    assert!(!marked.contains_key(Note::DupAck.column()));
    assert!(marked.contains_key(Note::OutOfOrder.column()));
}

#[test]
fn the_most_frequent_kinds_and_tags_are_told_apart() {
    let train = records(&[
        ("X", "b 1"),
        ("X", "b 2"),
        ("X", "a 1"),
        ("X", "c 1"),
        ("X", ""),
        ("CIP", "'T' - Service (0x4d)"),
        ("CIP", "'T' - Service (0x4d)"),
        ("CIP", "'S' - Reset"),
    ]);
    let params = PacketInfoParams { n_kinds: 2, n_tags: 1, ..Default::default() };
    let found = columns(&params, &train, &train);
    assert_eq!(found["info.kind"], ["b #", "b #", "a #", "other", "empty", "cip", "cip", "cip"]);
    assert_eq!(found["cip.tag"], ["none", "none", "none", "none", "none", "T", "T", "other"]);
    let unseen = records(&[("X", "new"), ("CIP", "'U' - Reset")]);
    let found = columns(&params, &train, &unseen);
    assert_eq!((&found["info.kind"][0], &found["cip.tag"][1]), (&"other".into(), &"other".into()));
}

#[test]
fn other_columns_stay_and_info_goes() {
    let found = columns(&PacketInfoParams::default(), &records(&shapes()), &records(&shapes()));
    assert!(!found.contains_key("Info"));
    assert!(found["RTT"].iter().all(|bits| *bits == 0.5f64.to_bits().to_string()));
    assert_eq!(found.len(), 3 + Field::ALL.len() + Choice::ALL.len() + Note::ALL.len() - 1 + 2);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let packet_info = PacketInfo::new(PacketInfoParams::default()).unwrap();
    let none = packet_info.fit(&records(&[]).samples()).map(|_| ());
    assert!(matches!(none, Err(Error::TooFewSamples { .. })));
    let numbers =
        Records::new([("Protocol", Column::Numbers(vec![])), ("Info", Column::Numbers(vec![]))]);
    let numbers = packet_info.fit(&numbers.unwrap().samples()).map(|_| ());
    assert!(matches!(numbers, Err(Error::ColumnKind { .. })));
    let fitted = packet_info.fit(&records(&[("TCP", "")]).samples()).unwrap();
    let missing = Records::new([("Info", Column::Text(["x"].into_iter().collect()))]).unwrap();
    assert!(matches!(fitted.transform(&missing.samples()), Err(Error::MissingColumn { .. })));
    for drop_note in [vec![String::new()], vec!["[x]".to_owned()]] {
        let params = PacketInfoParams { drop_note, ..Default::default() };
        assert!(matches!(PacketInfo::new(params), Err(Error::Parameter { .. })));
    }
}

const PROTOCOLS: [&str; 9] = ["TCP", "UDP", "TLSv1.2", "DNS", "HTTP", "ICMP", "ARP", "CIP", "ENIP"];

/// A real shape with a piece taken out, doubled, or replaced by any text.
fn mutated() -> impl Strategy<Value = String> {
    let shape =
        prop::sample::select(shapes().into_iter().map(|(_, info)| info).collect::<Vec<_>>());
    (shape, any::<(prop::sample::Index, prop::sample::Index)>(), ".{0,4}", 0..3u8).prop_map(
        |(shape, (a, b), text, how)| {
            let mut bounds: Vec<usize> = shape.char_indices().map(|(at, _)| at).collect();
            bounds.push(shape.len());
            let (a, b) = (bounds[a.index(bounds.len())], bounds[b.index(bounds.len())]);
            let (a, b) = (a.min(b), a.max(b));
            match how {
                0 => format!("{}{text}{}", &shape[..a], &shape[b..]),
                1 => format!("{}{}{text}", &shape[..b], &shape[a..]),
                _ => format!("[TCP Out-Of-Order]{}{text}", &shape[a..b]),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_without_a_panic_and_without_the_label(
        protocol in prop::sample::select(&PROTOCOLS[..]),
        text in prop_oneof![mutated(), ".{0,60}", "[\\[\\]TCP ADack0-9=,'#x>()-]{0,60}"],
    ) {
        let params = PacketInfoParams::default();
        let marked = records(&[(protocol, &text)]);
        let clean = text.replace("[TCP Out-Of-Order]", "");
        let clean = records(&[(protocol, &clean)]);
        prop_assert!(columns(&params, &marked, &marked) == columns(&params, &clean, &clean));
    }
}
