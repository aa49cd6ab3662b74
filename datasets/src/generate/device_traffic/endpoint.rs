//! One end of a TCP connection: what it sends, resends and acknowledges.
//!
//! Slow start and congestion avoidance (RFC 5681), NewReno recovery (RFC 6582), delayed
//! acknowledgements and a retransmission timer with backoff (RFC 6298, with the least timeout of
//! Linux), selective acknowledgements that are announced but not acted upon (RFC 2018).

use super::segment::{ACK, FIN, MAX_BLOCKS, PSH, SYN, Segment};

/// Initial window, in segments (RFC 6928).
const INITIAL_SEGMENTS: u32 = 10;
const SYN_WINDOW: u16 = 64_240;
const LEAST_TIMEOUT: u64 = 200_000_000;
const DELAYED_ACK: u64 = 40_000_000;

/// One end of a connection.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) side: u8,
    pub(super) mss: u32,
    pub(super) announced_mss: u16,
    pub(super) scale: u8,
    pub(super) window: u16,
    pub(super) stamps: bool,
    /// Added to the clock for time stamps.
    pub(super) clock_offset: u32,
    /// First byte not acknowledged, next byte to send, end of what was written.
    pub(super) una: u32,
    pub(super) next: u32,
    pub(super) written: u32,
    pub(super) closing: bool,
    pub(super) fin_sent: bool,
    /// Next byte expected from the other end.
    pub(super) expected: u32,
    pub(super) other_closed: bool,
    pub(super) rtt: u64,
    pub(super) resend_at: Option<u64>,
    pub(super) ack_at: Option<u64>,
    pub(super) n_timeouts: u32,
    congestion_window: u32,
    slow_start_until: u32,
    n_dup_acks: u32,
    recovery_until: Option<u32>,
    other_window: u32,
    other_stamp: u32,
    other_scale: u8,
    unacked: u32,
    /// Pieces beyond a gap, the latest first.
    held: Vec<(u32, u32)>,
}

impl Endpoint {
    pub(super) fn new(side: u8, mss: u32, rtt: u64) -> Endpoint {
        Endpoint {
            side,
            mss,
            announced_mss: 1460,
            scale: 0,
            window: 0,
            stamps: false,
            clock_offset: 0,
            una: 0,
            next: 0,
            written: 1,
            closing: false,
            fin_sent: false,
            expected: 0,
            other_closed: false,
            rtt,
            resend_at: None,
            ack_at: None,
            n_timeouts: 0,
            congestion_window: INITIAL_SEGMENTS * mss,
            slow_start_until: 300_000,
            n_dup_acks: 0,
            recovery_until: None,
            other_window: 65_535,
            other_stamp: 0,
            other_scale: 0,
            unacked: 0,
            held: Vec::new(),
        }
    }

    /// Puts both numbers behind the handshake.
    pub(super) fn establish(&mut self, other: &Endpoint) {
        (self.una, self.next, self.expected) = (1, 1, 1);
        self.other_window = u32::from(other.window) << other.scale;
        self.other_scale = other.scale;
    }

    /// Sends what may be sent.
    pub(super) fn pump(&mut self, now: u64, out: &mut Vec<Segment>) {
        while self.next < self.written {
            let len = self.mss.min(self.written - self.next);
            let in_flight = self.next - self.una;
            if self.congestion_window.min(self.other_window) < in_flight + len {
                break;
            }
            out.push(self.data(self.next, len, now));
            self.next += len;
        }
        if self.closing && !self.fin_sent && self.next == self.written {
            out.push(self.segment(FIN | ACK, self.next, 0, now));
            self.next += 1;
            self.fin_sent = true;
        }
        self.watch(now);
    }

    /// The opening segment of this end.
    pub(super) fn open(&mut self, now: u64, out: &mut Vec<Segment>) {
        let flags = if self.expected == 0 { SYN } else { SYN | ACK };
        out.push(self.segment(flags, 0, 0, now));
        self.next = self.next.max(1);
        self.watch(now);
    }

    fn data(&mut self, seq: u32, len: u32, now: u64) -> Segment {
        let flags = if seq + len == self.written { PSH | ACK } else { ACK };
        self.segment(flags, seq, len, now)
    }

    /// A segment with the state of this end; whatever it acknowledges is acknowledged.
    pub(super) fn segment(&mut self, flags: u8, seq: u32, len: u32, now: u64) -> Segment {
        (self.unacked, self.ack_at) = (0, None);
        let mut blocks = [(0, 0); MAX_BLOCKS];
        let n_blocks = if flags & SYN == 0 { self.held.len().min(MAX_BLOCKS) } else { 0 };
        blocks[..n_blocks].copy_from_slice(&self.held[..n_blocks]);
        let clock = self.clock_offset.wrapping_add((now / 1_000_000) as u32);
        Segment {
            side: self.side,
            flags,
            scale: self.scale,
            mss: self.announced_mss,
            len: len as u16,
            // A SYN's window is not scaled.
            window: if flags & SYN == 0 { self.window } else { SYN_WINDOW },
            seq,
            ack: if flags & ACK == 0 { 0 } else { self.expected },
            stamps: self.stamps.then_some((clock, self.other_stamp)),
            n_blocks: n_blocks as u8,
            blocks,
        }
    }

    /// Sets the timer while something is not acknowledged.
    fn watch(&mut self, now: u64) {
        let timeout = (2 * self.rtt).max(LEAST_TIMEOUT) << self.n_timeouts.min(6);
        self.resend_at = (self.una < self.next).then_some(now + timeout);
    }

    /// Sends the first segment that is not acknowledged once more.
    fn resend(&mut self, now: u64, out: &mut Vec<Segment>) {
        if self.una == 0 {
            self.open(now, out);
            return;
        }
        let sent = self.next - u32::from(self.fin_sent);
        if self.una < sent {
            let len = self.mss.min(sent - self.una);
            out.push(self.data(self.una, len, now));
        } else if self.fin_sent {
            out.push(self.segment(FIN | ACK, sent, 0, now));
        }
        self.watch(now);
    }

    /// The timer has run out.
    pub(super) fn time_out(&mut self, now: u64, out: &mut Vec<Segment>) {
        self.n_timeouts += 1;
        self.slow_start_until = ((self.next - self.una) / 2).max(2 * self.mss);
        self.congestion_window = 2 * self.mss;
        self.recovery_until = Some(self.next);
        self.resend(now, out);
    }

    /// Takes a segment of the other end.
    pub(super) fn take(&mut self, segment: &Segment, now: u64, out: &mut Vec<Segment>) {
        if let Some((stamp, _)) = segment.stamps {
            self.other_stamp = stamp;
        }
        if segment.flags & SYN != 0 {
            self.expected = self.expected.max(1);
            self.other_scale = segment.scale;
            self.other_window = u32::from(segment.window);
        } else {
            self.other_window = u32::from(segment.window) << self.other_scale;
        }
        if segment.flags & ACK != 0 {
            self.take_ack(segment, now, out);
        }
        if segment.flags & SYN != 0 {
            // The server answers, the client confirms.
            if self.side == 1 {
                self.open(now, out);
            } else {
                out.push(self.segment(ACK, self.next, 0, now));
            }
        } else if 0 < segment.len || segment.flags & FIN != 0 {
            self.take_data(segment, now, out);
        } else if segment.seq < self.expected {
            // A question whether this end is still there.
            out.push(self.segment(ACK, self.next, 0, now));
        }
        self.pump(now, out);
    }

    fn take_ack(&mut self, segment: &Segment, now: u64, out: &mut Vec<Segment>) {
        if self.una < segment.ack && segment.ack <= self.next {
            let acked = segment.ack - self.una;
            self.una = segment.ack;
            (self.n_dup_acks, self.n_timeouts) = (0, 0);
            match self.recovery_until {
                Some(until) if self.una < until => self.resend(now, out),
                Some(_) => {
                    self.recovery_until = None;
                    self.congestion_window = self.slow_start_until;
                }
                None if self.congestion_window < self.slow_start_until => {
                    self.congestion_window += acked.min(self.mss);
                }
                None => {
                    self.congestion_window += self.mss * self.mss / self.congestion_window.max(1);
                }
            }
            self.watch(now);
        } else if segment.ack == self.una
            && segment.len == 0
            && segment.flags == ACK
            && self.una < self.next
        {
            self.n_dup_acks += 1;
            if self.n_dup_acks == 3 && self.recovery_until.is_none() {
                self.slow_start_until = ((self.next - self.una) / 2).max(2 * self.mss);
                self.congestion_window = self.slow_start_until + 3 * self.mss;
                self.recovery_until = Some(self.next);
                self.resend(now, out);
            } else if 3 < self.n_dup_acks {
                self.congestion_window += self.mss;
            }
        }
    }

    fn take_data(&mut self, segment: &Segment, now: u64, out: &mut Vec<Segment>) {
        let end = segment.seq + u32::from(segment.len);
        let had_gap = !self.held.is_empty();
        let advances = segment.seq <= self.expected && self.expected < end;
        if advances {
            self.expected = end;
            self.take_held();
            self.unacked += 1;
        } else if self.expected < segment.seq && 0 < segment.len {
            self.hold(segment.seq, end);
        }
        let closes = segment.flags & FIN != 0 && end == self.expected && self.held.is_empty();
        if closes && !self.other_closed {
            self.other_closed = true;
            self.expected += 1;
        }
        let in_order = advances && self.unacked == 1 && !had_gap;
        if in_order && segment.flags & FIN == 0 {
            self.ack_at.get_or_insert(now + DELAYED_ACK);
        } else {
            out.push(self.segment(ACK, self.next, 0, now));
        }
    }

    /// Moves on through the pieces that follow.
    fn take_held(&mut self) {
        while let Some(at) = self.held.iter().position(|&(start, _)| start <= self.expected) {
            let (_, end) = self.held.remove(at);
            self.expected = self.expected.max(end);
        }
    }

    fn hold(&mut self, start: u32, end: u32) {
        let (mut start, mut end) = (start, end);
        self.held.retain(|&(s, e)| {
            let touches = s <= end && start <= e;
            if touches {
                (start, end) = (start.min(s), end.max(e));
            }
            !touches
        });
        self.held.insert(0, (start, end));
    }
}
