//! The notes of generated packets, analysed once more from the whole history of each
//! connection, by definitions rather than by state.

use std::collections::HashMap;

use super::segment::{ACK, FIN, RST, SYN, Segment};
use super::simulation::{Content, Simulation};
use super::{Arrow, DeviceTrafficParams, push_info};

/// A packet in the history of a connection, with numbers relative to the first.
#[derive(Clone, Debug)]
struct Past {
    side: u8,
    flags: u8,
    seq: i64,
    ack: i64,
    len: i64,
    window: i64,
    scale: u8,
    frame: u64,
    time: u64,
    notes: Vec<String>,
}

impl Past {
    fn end(&self) -> i64 {
        self.seq + self.len + i64::from(self.flags & (SYN | FIN) != 0)
    }

    fn plain(&self) -> bool {
        self.flags & (SYN | FIN | RST) == 0
    }

    fn has(&self, note: &str) -> bool {
        self.notes.iter().any(|found| found == note)
    }
}

const PROBE: &str = "TCP ZeroWindowProbe";

/// The end of the highest segment of a side, and when it came; none if it sent nothing.
fn next(history: &[Past], side: u8) -> Option<(i64, u64)> {
    let mut next: Option<(i64, u64)> = None;
    for past in history.iter().filter(|past| past.side == side && !past.has(PROBE)) {
        if next.is_none_or(|(end, _)| end < past.end()) {
            next = Some((past.end(), past.time));
        }
    }
    next
}

fn last(history: &[Past], side: u8) -> Option<&Past> {
    history.iter().rev().find(|past| past.side == side)
}

/// The numbers of the duplicates in a row at the end of a side's packets, and the frame that
/// they repeat.
fn dup_acks(history: &[Past], side: u8) -> (usize, u64) {
    let own: Vec<&Past> = history.iter().filter(|past| past.side == side).collect();
    let changed = |at: &usize| own[*at].ack != if *at == 0 { 0 } else { own[*at - 1].ack };
    match (0..own.len()).rev().find(changed) {
        Some(first) => {
            let later = own[first + 1..].iter();
            let n_dup_acks =
                later.filter(|past| past.notes.iter().any(|n| n.starts_with("TCP Dup"))).count();
            (n_dup_acks, own[first].frame)
        }
        None => (0, 0),
    }
}

/// The highest number that a side has sent without a gap, as far as Wireshark follows it.
fn may_be_acked(history: &[Past], side: u8) -> i64 {
    let mut most = 0;
    for (at, past) in history.iter().enumerate() {
        let before = next(&history[..at], side).map_or(0, |(end, _)| end);
        if past.side != side {
            if past.has("TCP ACKed unseen segment") {
                most = before;
            }
        } else if !past.has(PROBE) && (past.seq == most || most == 0) {
            most = next(&history[..=at], side).map_or(0, |(end, _)| end);
        }
    }
    most
}

/// The time from the last SYN to the first packet that only acknowledges after a SYN, ACK.
fn first_rtt(history: &[Past]) -> Option<u64> {
    let answered = history.iter().position(|past| past.flags == SYN | ACK)?;
    let confirmed = history.iter().skip(answered).position(|past| past.flags == ACK)? + answered;
    let syn = history[..confirmed].iter().rev().find(|past| past.flags == SYN)?;
    Some(history[confirmed].time - syn.time)
}

/// The notes that Wireshark prints of a packet after a history, in its order.
fn notes(history: &[Past], packet: &Past) -> Vec<String> {
    let (own, other) = (packet.side, 1 - packet.side);
    let own_next = next(history, own);
    let own_last = last(history, own);
    let other_last = last(history, other);
    let is_next = packet.seq == own_next.map_or(0, |(end, _)| end);
    let is_before_next = own_next.is_some_and(|(end, _)| packet.seq + 1 == end);
    let repeats = packet.len == 0
        && is_next
        && packet.ack == own_last.map_or(0, |past| past.ack)
        && packet.plain();
    let same_window = packet.window == own_last.map_or(0, |past| past.window);
    let probe = packet.len == 1 && is_next && other_last.is_none_or(|past| past.window == 0);
    let keep_alive = !probe && packet.len <= 1 && is_before_next && packet.plain();
    let keep_alive_ack = repeats
        && 0 < packet.window
        && same_window
        && other_last.is_some_and(|past| past.has("TCP Keep-Alive"));
    let probe_ack = repeats
        && packet.window == 0
        && same_window
        && other_last.is_some_and(|past| past.has(PROBE));
    let other_scale = history.iter().find(|past| past.side == other && past.flags & SYN != 0);
    let window_full = !probe
        && 0 < packet.len
        && packet.plain()
        && other_scale.zip(other_last).is_some_and(|(syn, past)| {
            packet.seq + packet.len == past.ack + (past.window << syn.scale)
        });
    let (n_dup_acks, repeated) = dup_acks(history, own);
    let dup_ack =
        !probe && repeats && 0 < packet.window && same_window && !keep_alive_ack && !probe_ack;
    let acks_more = {
        let most = may_be_acked(history, other);
        most != 0 && most < packet.ack && packet.flags & ACK != 0
    };
    let gap = own_next.is_some_and(|(end, _)| end < packet.seq) && packet.flags & RST == 0;

    let mut with_self = history.to_vec();
    with_self.push(packet.clone());
    let probed = 1 < packet.len && is_before_next;
    let old = own_next.filter(|(end, _)| packet.seq < *end && !probed);
    let acked = other_last.map_or(0, |past| past.ack);
    let late = old.is_some_and(|(end, time)| {
        let most = first_rtt(&with_self).filter(|rtt| 0 < *rtt).unwrap_or(3_000);
        packet.time - time < most && end != packet.seq + packet.len
    });
    let asked_twice = 2 <= dup_acks(history, other).0
        && acked == packet.seq
        && other_last.is_some_and(|past| packet.time - past.time < 20_000);
    let carries = 0 < packet.len || packet.flags & (SYN | FIN) != 0;
    let sent_before = if !carries || keep_alive {
        None
    } else if old.is_some() && asked_twice {
        Some("TCP Fast Retransmission")
    } else if late {
        Some("TCP Out-Of-Order")
    } else if 0 < packet.len && acked != 0 && packet.seq + packet.len <= acked {
        Some("TCP Spurious Retransmission")
    } else {
        old.map(|_| "TCP Retransmission")
    };
    let dup = format!("TCP Dup ACK {repeated}#{}", n_dup_acks + 1);
    let zero = !probe && packet.window == 0 && packet.plain();
    let update = !probe && repeats && 0 < packet.window && !same_window;
    let all = [
        (!probe && probe_ack, "TCP ZeroWindowProbeAck"),
        (zero, "TCP ZeroWindow"),
        (probe, PROBE),
        (dup_ack, dup.as_str()),
        (!probe && keep_alive_ack, "TCP Keep-Alive ACK"),
        (keep_alive, "TCP Keep-Alive"),
        (window_full, "TCP Window Full"),
        (update, "TCP Window Update"),
        (acks_more, "TCP ACKed unseen segment"),
        (!probe && gap, "TCP Previous segment not captured"),
        (sent_before.is_some(), sent_before.unwrap_or("")),
    ];
    all.iter().filter(|(is, _)| *is).map(|(_, note)| (*note).to_owned()).collect()
}

/// The notes at the start of an Info text.
fn printed(info: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut rest = info;
    while let Some((note, more)) = rest.strip_prefix("[TCP ").and_then(|rest| rest.split_once("] "))
    {
        notes.push(format!("TCP {note}"));
        rest = more;
    }
    notes
}

#[test]
fn every_note_follows_from_the_packets_before() {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (seed, chance) in [(0, 0.004), (1, 0.02), (2, 0.05)] {
        let params = DeviceTrafficParams {
            seed,
            reordering: chance,
            loss: chance,
            missed: chance / 4.0,
            ..DeviceTrafficParams::default()
        };
        let mut simulation = Simulation::new(&params);
        let mut histories: HashMap<u64, (Vec<Past>, [Option<u32>; 2])> = HashMap::new();
        for _ in 0..8000 {
            let packet = simulation.next();
            let mut info = Vec::new();
            push_info(&mut info, &packet, Arrow::Utf8);
            let info = String::from_utf8(info).unwrap();
            let Content::Tcp { connection, segment, .. } = &packet.content else {
                assert!(printed(&info).is_empty(), "{info}");
                continue;
            };
            let (history, bases) = histories.entry(*connection).or_default();
            let past = past(segment, packet.frame, packet.time, bases);
            let wanted = notes(history, &past);
            assert_eq!(printed(&info), wanted, "seed {seed}, frame {}: {info}", packet.frame);
            for note in &wanted {
                *seen.entry(note.split(' ').take(3).collect::<Vec<_>>().join(" ")).or_default() +=
                    1;
            }
            history.push(Past { notes: wanted, ..past });
        }
    }
    for note in [
        "TCP Out-Of-Order",
        "TCP Retransmission",
        "TCP Fast Retransmission",
        "TCP Spurious Retransmission",
        "TCP Dup ACK",
        "TCP Previous segment",
        "TCP ACKed unseen",
        "TCP Keep-Alive",
        "TCP Keep-Alive ACK",
        "TCP Window Update",
    ] {
        assert!(seen.contains_key(note), "{note} never occurs: {seen:?}");
    }
}

fn past(segment: &Segment, frame: u64, time: u64, bases: &mut [Option<u32>; 2]) -> Past {
    let side = usize::from(segment.side);
    let first = if segment.flags & SYN != 0 { segment.seq } else { segment.seq.wrapping_sub(1) };
    let base = *bases[side].get_or_insert(first);
    let acks = segment.flags & ACK != 0;
    let ack = if acks {
        let base = *bases[1 - side].get_or_insert(segment.ack.wrapping_sub(1));
        i64::from(segment.ack.wrapping_sub(base) as i32)
    } else {
        0
    };
    Past {
        side: segment.side,
        flags: segment.flags,
        seq: i64::from(segment.seq.wrapping_sub(base) as i32),
        ack,
        len: i64::from(segment.len),
        window: i64::from(segment.window),
        scale: segment.scale,
        frame,
        time,
        notes: Vec::new(),
    }
}
