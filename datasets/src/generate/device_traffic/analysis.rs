//! Wireshark's analysis of sequence numbers, over the packets of one connection in the order
//! of capture.
//!
//! The rules are those of `tcp_analyze_sequence_number` in Wireshark's
//! `epan/dissectors/packet-tcp.c` (version 3.6), also told in the chapter "TCP Analysis" of its
//! User's Guide. SACK-based and multipath rules are left out.

use super::segment::{ACK, FIN, RST, SYN, Segment};

/// The notes of a packet, in the order in which Wireshark prints them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    pub(super) zero_window_probe_ack: bool,
    pub(super) zero_window: bool,
    pub(super) zero_window_probe: bool,
    /// The frame that was acknowledged before, and the number of the duplicate.
    pub(super) dup_ack: Option<(u64, u32)>,
    pub(super) keep_alive_ack: bool,
    pub(super) keep_alive: bool,
    pub(super) window_full: bool,
    pub(super) window_update: bool,
    pub(super) ack_lost_segment: bool,
    pub(super) lost_segment: bool,
    pub(super) sent_before: Option<SentBefore>,
}

/// A segment that does not advance the sequence number is one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SentBefore {
    OutOfOrder,
    Spurious,
    Fast,
    Retransmission,
}

/// A fast retransmission comes so soon after the last duplicate acknowledgement.
const FAST_NS: u64 = 20_000_000;
/// What is out of order comes so soon after the highest segment, where the handshake was not
/// seen.
const OUT_OF_ORDER_NS: u64 = 3_000_000;

/// What Wireshark remembers of a connection. Numbers are relative to the first one of each
/// direction, and 0 is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Analysis {
    directions: [Direction; 2],
    syn_time: Option<u64>,
    syn_ack_seen: bool,
    first_rtt: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct Direction {
    base: Option<u32>,
    next: u32,
    next_time: u64,
    last_ack: u32,
    last_ack_time: u64,
    n_dup_acks: u32,
    last_non_dup_ack: u64,
    max_to_be_acked: u32,
    window: u16,
    /// Known from the handshake.
    scale: Option<u8>,
    keep_alive: bool,
    zero_window_probe: bool,
}

/// The numbers that Wireshark prints of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) window: u32,
    /// What blocks of acknowledged bytes are relative to.
    pub(super) ack_base: u32,
    pub(super) notes: Notes,
}

impl Analysis {
    /// Takes the next packet, captured as a frame at a time in nanoseconds.
    pub(super) fn take(&mut self, segment: &Segment, frame: u64, time: u64) -> Printed {
        let side = usize::from(segment.side);
        let has = |flags: u8| segment.flags & flags != 0;
        if has(SYN) && !has(ACK) {
            self.syn_time = Some(time);
        }
        self.syn_ack_seen |= has(SYN) && has(ACK);
        if self.first_rtt.is_none() && segment.flags == ACK && self.syn_ack_seen {
            self.first_rtt = self.syn_time.map(|syn| time - syn);
        }
        let [first, second] = &mut self.directions;
        let (fwd, rev) = if side == 0 { (first, second) } else { (second, first) };
        let first_seq = if has(SYN) { segment.seq } else { segment.seq.wrapping_sub(1) };
        let base = *fwd.base.get_or_insert(first_seq);
        if has(ACK) {
            rev.base.get_or_insert(segment.ack.wrapping_sub(1));
        }
        let ack_base = rev.base.unwrap_or(0);
        if has(SYN) {
            fwd.scale = Some(segment.scale);
        }
        let numbers = Numbers {
            seq: segment.seq.wrapping_sub(base),
            ack: if has(ACK) { segment.ack.wrapping_sub(ack_base) } else { 0 },
            len: u32::from(segment.len),
            window: segment.window,
            flags: segment.flags,
            time,
        };
        let out_of_order_ns = self.first_rtt.filter(|rtt| 0 < *rtt).unwrap_or(OUT_OF_ORDER_NS);
        let notes = notes(&numbers, fwd, rev, frame, out_of_order_ns);
        remember(&numbers, fwd, &notes);
        // The window of a SYN is not scaled.
        let scale = if has(SYN) { 0 } else { fwd.scale.unwrap_or(0) };
        let window = u32::from(segment.window) << scale;
        Printed { seq: numbers.seq, ack: numbers.ack, window, ack_base, notes }
    }
}

/// Whether a number is before another, modulo 2^32.
fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

/// The numbers of a packet that count, relative.
struct Numbers {
    seq: u32,
    ack: u32,
    len: u32,
    window: u16,
    flags: u8,
    time: u64,
}

impl Numbers {
    fn has(&self, flags: u8) -> bool {
        self.flags & flags != 0
    }

    /// The number after its last byte.
    fn end(&self) -> u32 {
        self.seq.wrapping_add(self.len)
    }

    /// Whether it says the same of this direction as the packet before.
    fn repeats(&self, fwd: &Direction) -> bool {
        self.len == 0
            && self.seq == fwd.next
            && self.ack == fwd.last_ack
            && !self.has(SYN | FIN | RST)
    }
}

fn notes(
    packet: &Numbers,
    fwd: &mut Direction,
    rev: &mut Direction,
    frame: u64,
    out_of_order_ns: u64,
) -> Notes {
    let mut notes = Notes::default();
    let plain = !packet.has(SYN | FIN | RST);
    if packet.len == 1 && packet.seq == fwd.next && rev.window == 0 {
        notes.zero_window_probe = true;
    } else {
        notes.zero_window = packet.window == 0 && plain;
        notes.lost_segment = fwd.next != 0 && before(fwd.next, packet.seq) && !packet.has(RST);
        notes.keep_alive = packet.len <= 1 && packet.seq.wrapping_add(1) == fwd.next && plain;
        let repeats = packet.repeats(fwd);
        let same_window = packet.window == fwd.window;
        notes.window_update = repeats && packet.window != 0 && !same_window;
        notes.window_full = 0 < packet.len && plain && rev.is_filled_by(packet);
        notes.keep_alive_ack = repeats && packet.window != 0 && same_window && rev.keep_alive;
        notes.zero_window_probe_ack =
            repeats && packet.window == 0 && same_window && rev.zero_window_probe;
        let is_ack_of_probe = notes.keep_alive_ack || notes.zero_window_probe_ack;
        if repeats && packet.window != 0 && same_window && !is_ack_of_probe {
            fwd.n_dup_acks += 1;
            notes.dup_ack = Some((fwd.last_non_dup_ack, fwd.n_dup_acks));
        }
    }
    if packet.ack != fwd.last_ack {
        (fwd.last_non_dup_ack, fwd.n_dup_acks) = (frame, 0);
    }
    if rev.max_to_be_acked != 0 && before(rev.max_to_be_acked, packet.ack) && packet.has(ACK) {
        notes.ack_lost_segment = true;
        rev.max_to_be_acked = rev.next;
    }
    if (0 < packet.len || packet.has(SYN | FIN)) && !notes.keep_alive {
        notes.sent_before = sent_before(packet, fwd, rev, out_of_order_ns);
    }
    notes
}

impl Direction {
    /// Whether a segment of the other direction reaches to the edge of this one's window.
    fn is_filled_by(&self, packet: &Numbers) -> bool {
        self.scale.is_some_and(|scale| {
            let edge = self.last_ack.wrapping_add(u32::from(self.window) << scale);
            packet.end() == edge
        })
    }
}

fn sent_before(
    packet: &Numbers,
    fwd: &Direction,
    rev: &Direction,
    out_of_order_ns: u64,
) -> Option<SentBefore> {
    let end = packet.end();
    // What begins one byte early may follow the probe of a closed window.
    let probed = 1 < packet.len && packet.seq.wrapping_add(1) == fwd.next;
    let not_advanced = fwd.next != 0 && before(packet.seq, fwd.next) && !probed;
    let since_ack = packet.time - rev.last_ack_time;
    let since_next = packet.time - fwd.next_time;
    let repeats_dup_ack = 2 <= rev.n_dup_acks && rev.last_ack == packet.seq;
    if not_advanced && repeats_dup_ack && since_ack < FAST_NS {
        Some(SentBefore::Fast)
    } else if not_advanced && since_next < out_of_order_ns && fwd.next != end {
        Some(SentBefore::OutOfOrder)
    } else if 0 < packet.len && rev.last_ack != 0 && !before(rev.last_ack, end) {
        Some(SentBefore::Spurious)
    } else if not_advanced {
        Some(SentBefore::Retransmission)
    } else {
        None
    }
}

fn remember(packet: &Numbers, fwd: &mut Direction, notes: &Notes) {
    let end = packet.end().wrapping_add(u32::from(packet.has(SYN | FIN)));
    if !notes.zero_window_probe {
        if before(fwd.next, end) || fwd.next == 0 {
            (fwd.next, fwd.next_time) = (end, packet.time);
        }
        if packet.seq == fwd.max_to_be_acked || fwd.max_to_be_acked == 0 {
            fwd.max_to_be_acked = fwd.next;
        }
    }
    fwd.window = packet.window;
    (fwd.last_ack, fwd.last_ack_time) = (packet.ack, packet.time);
    (fwd.keep_alive, fwd.zero_window_probe) = (notes.keep_alive, notes.zero_window_probe);
}
