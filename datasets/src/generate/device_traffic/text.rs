//! Packets as Wireshark prints them in "Export packet dissections as CSV".

use super::analysis::{Notes, SentBefore};
use super::connection::Dissected;
use super::params::{Arrow, TimeFormat};
use super::script::MessageText;
use super::segment::{ACK, FIN, PSH, RST, SYN, Segment};
use crate::generate::calendar::Moment;
use crate::generate::number::push_whole;

/// The first line.
pub(super) const HEADER: &str =
    "\"No.\",\"Time\",\"Source\",\"Destination\",\"Protocol\",\"Length\",\"Info\"";

/// Tags of the generated controllers.
const TAGS: [&str; 12] = [
    "LIT_101_PV",
    "FIT_101_PV",
    "PUMP_101_CMD",
    "PUMP_102_CMD",
    "VALVE_101_CMD",
    "LIT_301_PV",
    "DPIT_301_PV",
    "PLANT_MODE",
    "ALARM_RESET",
    "SETPOINT_LIT_101",
    "HEARTBEAT",
    "BATCH_COUNT",
];

/// Monday 2 March 2026, 08:00 UTC, in seconds since 1970.
const START: u64 = 1_772_438_400;

/// Appends a number with at least so many digits, at most 20.
pub(super) fn push_padded(text: &mut Vec<u8>, number: u64, least: usize) {
    let (mut digits, mut at, mut left) = ([b'0'; 20], 20, number);
    while 0 < left {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    text.extend_from_slice(&digits[at.min(20 - least.min(20))..]);
}

/// Appends a hexadecimal number with at least so many digits, at most 8.
pub(super) fn push_hex(text: &mut Vec<u8>, number: u32, least: usize) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for digit in (0..8).rev() {
        if digit < least || 0 < number >> (4 * digit) {
            text.push(DIGITS[(number >> (4 * digit) & 15) as usize]);
        }
    }
}

fn push(text: &mut Vec<u8>, piece: &str) {
    text.extend_from_slice(piece.as_bytes());
}

/// Appends a field and a number, such as ` Seq=1`.
fn push_field(text: &mut Vec<u8>, name: &str, number: u32) {
    push(text, name);
    push_whole(text, u64::from(number));
}

/// Appends the time of a packet, given in microseconds since the first one.
pub(super) fn push_time(text: &mut Vec<u8>, microseconds: u64, format: TimeFormat) {
    let (seconds, part) = (microseconds / 1_000_000, microseconds % 1_000_000);
    match format {
        TimeFormat::Relative => push_whole(text, seconds),
        TimeFormat::Epoch => push_whole(text, START + seconds),
        TimeFormat::WallClock => push_date(text, START + seconds),
    }
    text.push(b'.');
    push_padded(text, part, 6);
}

/// Appends `2026-03-02 08:00:00`.
fn push_date(text: &mut Vec<u8>, seconds: u64) {
    let at = Moment::of(seconds as i64);
    // Captures begin after 1970, so that the year has no sign.
    push_padded(text, at.date.year as u64, 4);
    for (mark, number) in [
        (b'-', at.date.month),
        (b'-', at.date.day),
        (b' ', at.hour),
        (b':', at.minute),
        (b':', at.second),
    ] {
        text.push(mark);
        push_padded(text, u64::from(number), 2);
    }
}

/// Appends two ports with the arrow between them.
pub(super) fn push_ports(text: &mut Vec<u8>, ports: (u16, u16), arrow: Arrow) {
    push_whole(text, u64::from(ports.0));
    push(
        text,
        match arrow {
            Arrow::Ascii => "  >  ",
            Arrow::Utf8 => " → ",
        },
    );
    push_whole(text, u64::from(ports.1));
}

/// Appends a field in quotes, with the quotes in it doubled.
pub(super) fn push_quoted(text: &mut Vec<u8>, field: &[u8]) {
    text.push(b'"');
    for &byte in field {
        if byte == b'"' {
            text.push(b'"');
        }
        text.push(byte);
    }
    text.push(b'"');
}

/// Appends the Info of a segment. The messages that end in it stand for it; without one,
/// its numbers do.
pub(super) fn push_info(
    text: &mut Vec<u8>,
    segment: &Segment,
    ports: (u16, u16),
    dissected: &Dissected,
    arrow: Arrow,
) {
    let printed = &dissected.printed;
    push_notes(text, &printed.notes);
    if dissected.is_named() {
        for (at, message) in dissected.messages.iter().enumerate() {
            if 0 < at {
                push(text, ", ");
            }
            push_message(text, *message);
        }
    } else {
        push_ports(text, ports, arrow);
        push_flags(text, segment.flags);
        push_field(text, " Seq=", printed.seq);
        if segment.flags & ACK != 0 {
            push_field(text, " Ack=", printed.ack);
        }
        push_field(text, " Win=", printed.window);
        push_field(text, " Len=", u32::from(segment.len));
        push_options(text, segment, printed.ack_base);
    }
    if dissected.is_part {
        push(text, " [TCP segment of a reassembled PDU]");
    }
}

impl Dissected {
    /// Whether no message in it is about a tag.
    pub(super) fn is_fixed(&self) -> bool {
        self.messages.iter().all(|text| matches!(text, MessageText::Fixed(_)))
    }

    /// Whether messages are printed rather than numbers.
    pub(super) fn is_named(&self) -> bool {
        let has_name = |text: &MessageText| !matches!(text, MessageText::Fixed(""));
        self.messages.iter().any(has_name)
    }
}

fn push_message(text: &mut Vec<u8>, message: MessageText) {
    match message {
        MessageText::Fixed(fixed) => push(text, fixed),
        MessageText::CipTag { response, tag, service } => {
            if response {
                push(text, "Success: ");
            }
            push(text, "'");
            push(text, TAGS[usize::from(tag) % TAGS.len()]);
            push(text, "' - Service (0x");
            push_hex(text, u32::from(service), 2);
            push(text, ")");
        }
    }
}

fn push_notes(text: &mut Vec<u8>, notes: &Notes) {
    for (is_there, note) in [
        (notes.zero_window_probe_ack, "[TCP ZeroWindowProbeAck] "),
        (notes.zero_window, "[TCP ZeroWindow] "),
        (notes.zero_window_probe, "[TCP ZeroWindowProbe] "),
    ] {
        if is_there {
            push(text, note);
        }
    }
    if let Some((frame, number)) = notes.dup_ack {
        push(text, "[TCP Dup ACK ");
        push_whole(text, frame);
        push_field(text, "#", number);
        push(text, "] ");
    }
    let sent_before = |kind| notes.sent_before == Some(kind);
    for (is_there, note) in [
        (notes.keep_alive_ack, "[TCP Keep-Alive ACK] "),
        (notes.keep_alive, "[TCP Keep-Alive] "),
        (notes.window_full, "[TCP Window Full] "),
        (notes.window_update, "[TCP Window Update] "),
        (notes.ack_lost_segment, "[TCP ACKed unseen segment] "),
        (notes.lost_segment, "[TCP Previous segment not captured] "),
        (sent_before(SentBefore::OutOfOrder), "[TCP Out-Of-Order] "),
        (sent_before(SentBefore::Spurious), "[TCP Spurious Retransmission] "),
        (sent_before(SentBefore::Fast), "[TCP Fast Retransmission] "),
        (sent_before(SentBefore::Retransmission), "[TCP Retransmission] "),
    ] {
        if is_there {
            push(text, note);
        }
    }
}

fn push_flags(text: &mut Vec<u8>, flags: u8) {
    let mut mark = " [";
    for (flag, name) in [(FIN, "FIN"), (SYN, "SYN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK")] {
        if flags & flag != 0 {
            push(text, mark);
            push(text, name);
            mark = ", ";
        }
    }
    push(text, "]");
}

fn push_options(text: &mut Vec<u8>, segment: &Segment, ack_base: u32) {
    if segment.flags & SYN != 0 {
        push_field(text, " MSS=", u32::from(segment.mss));
        push_field(text, " WS=", 1 << segment.scale);
        push(text, " SACK_PERM=1");
    }
    if let Some((sent, echoed)) = segment.stamps {
        push_field(text, " TSval=", sent);
        push_field(text, " TSecr=", echoed);
    }
    for (start, end) in &segment.blocks[..usize::from(segment.n_blocks)] {
        push_field(text, " SLE=", start.wrapping_sub(ack_base));
        push_field(text, " SRE=", end.wrapping_sub(ack_base));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written() {
        let written = |write: &dyn Fn(&mut Vec<u8>)| {
            let mut text = Vec::new();
            write(&mut text);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(written(&|text| push_padded(text, u64::MAX, 6)), u64::MAX.to_string());
        assert_eq!(written(&|text| push_padded(text, 42, 6)), "000042");
        assert_eq!(written(&|text| push_hex(text, 0x1f, 4)), "001f");
        assert_eq!(written(&|text| push_hex(text, 0xabc, 1)), "abc");
        for (seconds, wanted) in [
            (0, "1970-01-01 00:00:00"),
            (START, "2026-03-02 08:00:00"),
            (951_826_153, "2000-02-29 12:09:13"),
            (1_798_761_599, "2026-12-31 23:59:59"),
        ] {
            assert_eq!(written(&|text| push_date(text, seconds)), wanted);
        }
    }
}
