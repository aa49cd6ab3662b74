//! The next sequence number that is expected in one direction of a TCP flow.

use crate::packets::Packet;

/// The next expected sequence number.
///
/// Rows of TLS or HTTP carry data without printing Seq and Len. Their payload is taken to be
/// the frame less the headers, whose length earlier packets show.
#[derive(Clone, Copy)]
pub(super) struct Sequence {
    /// The next number by the packets with Seq, and by the other side's Ack.
    known: Option<u32>,
    /// Packets since then that carry data without Seq, and the bytes of their frames.
    unread_packets: u32,
    unread_bytes: f64,
    /// Bytes of a frame that are not payload, where packets have shown it.
    header: Option<f64>,
}

/// Ethernet, IPv4 and TCP without options.
const HEADER_IPV4: f64 = 54.0;
/// Ethernet, IPv6 and TCP without options.
const HEADER_IPV6: f64 = 74.0;
/// Shorter frames may be padded.
const LONGEST_PADDED: f64 = 64.0;

impl Sequence {
    pub(super) const NEW: Sequence =
        Sequence { known: None, unread_packets: 0, unread_bytes: 0.0, header: None };

    pub(super) fn expected(&self, is_ipv6: bool) -> Option<u32> {
        let header = self.header.unwrap_or(if is_ipv6 { HEADER_IPV6 } else { HEADER_IPV4 });
        let unread = (self.unread_bytes - header * f64::from(self.unread_packets)).max(0.0);
        self.known.map(|known| known.wrapping_add(unread as u32))
    }

    /// Takes a packet of this direction.
    pub(super) fn take(&mut self, packet: &Packet) {
        let Some(seq) = packet.seq else {
            if self.known.is_some() {
                self.unread_packets = self.unread_packets.saturating_add(1);
                self.unread_bytes += packet.length;
            }
            return;
        };
        let counted = u32::from(packet.syn) + u32::from(packet.fin);
        let end = seq.wrapping_add(packet.len).wrapping_add(counted);
        // Where the length of the headers is a guess, the packet knows better.
        let corrects = 0 < self.unread_packets
            && self.header.is_none()
            && self.known.is_some_and(|known| known.wrapping_sub(seq) as i32 <= 0);
        if corrects {
            self.learn(seq);
        }
        let is_ahead = |expected: u32| 0 < end.wrapping_sub(expected) as i32;
        if corrects || self.expected(packet.is_ipv6).is_none_or(is_ahead) {
            self.restart(end);
        }
        if 0 < packet.len && LONGEST_PADDED < packet.length {
            self.header = Some(packet.length - f64::from(packet.len)).filter(plausible);
        }
    }

    /// Takes a packet of the other direction: what it acknowledges was sent.
    pub(super) fn take_ack(&mut self, packet: &Packet) {
        let (Some(ack), Some(expected)) = (packet.ack, self.expected(packet.is_ipv6)) else {
            return;
        };
        if self.unread_packets == 1 && self.header.is_none() {
            self.learn(ack);
        }
        let expected = self.expected(packet.is_ipv6).unwrap_or(expected);
        if 0 < ack.wrapping_sub(expected) as i32 {
            self.restart(ack);
        }
    }

    fn restart(&mut self, next: u32) {
        (self.known, self.unread_packets, self.unread_bytes) = (Some(next), 0, 0.0);
    }

    /// The length of the headers, if the packets without Seq reach up to a number.
    fn learn(&mut self, up_to: u32) {
        let Some(known) = self.known else { return };
        let payload = f64::from(up_to.wrapping_sub(known) as i32);
        let header = (self.unread_bytes - payload) / f64::from(self.unread_packets);
        if 0.0 < payload && plausible(&header) {
            self.header = Some(header);
        }
    }
}

/// From Ethernet, IP and TCP to all of them with options, tags and a check sum.
fn plausible(header: &f64) -> bool {
    header.fract() == 0.0 && (40.0..=150.0).contains(header)
}
