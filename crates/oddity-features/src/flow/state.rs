//! What is remembered of a flow, and what it says of the next packet.

use super::FlowParams;
use super::sequence::Sequence;
use crate::packet_info::columns;
use crate::packets::{End, Packet, TCP};

columns! {
    /// A number that the flow of a packet says of it.
    FlowFeature {
        /// 1 for the first packet of a flow, else 0.
        New = "flow.new",
        /// 0 in the direction of the flow's first packet, 1 in the other.
        Backward = "flow.backward",
        /// Packets in the direction of the first packet, with this one.
        PacketsForward = "flow.packets.forward",
        /// Packets in the other direction, with this one.
        PacketsBackward = "flow.packets.backward",
        /// Bytes of frames in the direction of the first packet, with this one.
        BytesForward = "flow.bytes.forward",
        /// Bytes of frames in the other direction, with this one.
        BytesBackward = "flow.bytes.backward",
        /// Seconds since the flow's first packet.
        Age = "flow.age",
        /// Seconds since the flow's previous packet; missing for the first.
        Delta = "flow.time_delta",
        /// Seconds since the flow's previous packet in this direction; missing for the first.
        DirectionDelta = "flow.direction.time_delta",
        /// TCP: Seq less the next one expected in this direction, modulo 2^32, from -2^31 to
        /// 2^31 - 1. 0 in order, above 0 after a gap, below 0 for what was sent before.
        SeqGap = "flow.seq_gap",
        /// TCP: Ack less the next Seq expected in the other direction, likewise: minus the
        /// bytes in flight, above 0 for bytes that were not seen.
        AckGap = "flow.ack_gap",
        /// TCP: Ack less the highest one so far in this direction, likewise: 0 for a repeated
        /// one.
        AckAdvance = "flow.ack_advance",
        /// Packets a second, by decaying weights.
        PacketRate = "flow.packet_rate",
        /// Bytes of frames a second, by decaying weights.
        ByteRate = "flow.byte_rate",
    }
}

/// The features of a packet, by [`FlowFeature`].
pub(super) type Row = [f64; FlowFeature::ALL.len()];

pub(super) struct FlowState {
    first_sender: End,
    /// NaN before the first packet, as all times here.
    first_time: f64,
    last_time: f64,
    /// Whether a FIN or RST was seen.
    closed: bool,
    /// Forward, backward.
    directions: [Direction; 2],
    packet_weight: f64,
    byte_weight: f64,
}

struct Direction {
    packets: f64,
    bytes: f64,
    last_time: f64,
    sequence: Sequence,
    highest_ack: Option<u32>,
}

impl Direction {
    const NEW: Direction = Direction {
        packets: 0.0,
        bytes: 0.0,
        last_time: f64::NAN,
        sequence: Sequence::NEW,
        highest_ack: None,
    };
}

impl FlowState {
    pub(super) fn new(first_sender: End) -> FlowState {
        FlowState {
            first_sender,
            first_time: f64::NAN,
            last_time: f64::NAN,
            closed: false,
            directions: [Direction::NEW; 2],
            packet_weight: 0.0,
            byte_weight: 0.0,
        }
    }

    /// Whether a packet begins a new flow in the place of this one: it comes after the idle
    /// timeout, or is a SYN after the end of the connection.
    pub(super) fn is_over(&self, packet: &Packet, params: &FlowParams) -> bool {
        let opens = packet.syn && !packet.ack_flag;
        params.idle_timeout < packet.time - self.last_time || (self.closed && opens)
    }

    /// The features of the next packet, which is remembered.
    pub(super) fn next(&mut self, packet: &Packet, is_new: bool, params: &FlowParams) -> Row {
        let backward = usize::from(!packet.is_from(self.first_sender));
        let mut row = [f64::NAN; FlowFeature::ALL.len()];
        let mut set = |feature: FlowFeature, value: f64| row[feature as usize] = value;
        set(FlowFeature::New, f64::from(is_new));
        set(FlowFeature::Backward, backward as f64);
        if is_new {
            self.first_time = packet.time;
        }
        set(FlowFeature::Age, packet.time - self.first_time);
        set(FlowFeature::Delta, packet.time - self.last_time);
        set(FlowFeature::DirectionDelta, packet.time - self.directions[backward].last_time);

        let other = self.directions[1 - backward].sequence.expected(packet.is_ipv6);
        let direction = &mut self.directions[backward];
        let own = direction.sequence.expected(packet.is_ipv6);
        set(FlowFeature::SeqGap, gap(packet.seq, own));
        set(FlowFeature::AckGap, gap(packet.ack, other));
        set(FlowFeature::AckAdvance, gap(packet.ack, direction.highest_ack));
        direction.packets += 1.0;
        direction.bytes += packet.length;
        if !packet.time.is_nan() {
            direction.last_time = packet.time;
        }
        if let Some(ack) = packet.ack
            && direction.highest_ack.is_none_or(|highest| 0 < ack.wrapping_sub(highest) as i32)
        {
            direction.highest_ack = Some(ack);
        }
        if packet.transport == TCP {
            direction.sequence.take(packet);
            self.directions[1 - backward].sequence.take_ack(packet);
        }
        self.decay(packet, params);
        self.closed |= packet.fin || packet.rst;
        let [forward, back] = &self.directions;
        set(FlowFeature::PacketsForward, forward.packets);
        set(FlowFeature::PacketsBackward, back.packets);
        set(FlowFeature::BytesForward, forward.bytes);
        set(FlowFeature::BytesBackward, back.bytes);
        let per_second = std::f64::consts::LN_2 / params.half_life;
        set(FlowFeature::PacketRate, self.packet_weight * per_second);
        set(FlowFeature::ByteRate, self.byte_weight * per_second);
        row
    }

    fn decay(&mut self, packet: &Packet, params: &FlowParams) {
        let seconds = packet.time - self.last_time;
        // Clocks that step back, and missing times, let nothing decay.
        let kept = if 0.0 < seconds { (-seconds / params.half_life).exp2() } else { 1.0 };
        self.packet_weight = self.packet_weight * kept + 1.0;
        self.byte_weight = self.byte_weight * kept + packet.length;
        if !packet.time.is_nan() {
            self.last_time = packet.time;
        }
    }
}

/// The distance from an expected number to a found one, modulo 2^32; NaN if one is missing.
fn gap(found: Option<u32>, expected: Option<u32>) -> f64 {
    match (found, expected) {
        (Some(found), Some(expected)) => f64::from(found.wrapping_sub(expected) as i32),
        _ => f64::NAN,
    }
}
