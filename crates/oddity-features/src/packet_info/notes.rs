//! Wireshark's analysis notes: the remarks in brackets.

use super::cursor::{LONGEST_BRACKET, bracket};
use super::fields::columns;

columns! {
    /// An analysis note, 1 where the packet bears it and else 0.
    Note {
        /// `[TCP Out-Of-Order]`
        OutOfOrder = "tcp.analysis.out_of_order",
        /// `[TCP Retransmission]`
        Retransmission = "tcp.analysis.retransmission",
        /// `[TCP Fast Retransmission]`
        FastRetransmission = "tcp.analysis.fast_retransmission",
        /// `[TCP Spurious Retransmission]`
        SpuriousRetransmission = "tcp.analysis.spurious_retransmission",
        /// `[TCP Dup ACK 5#1]`
        DupAck = "tcp.analysis.duplicate_ack",
        /// `[TCP Previous segment not captured]`, in older versions `.. lost`
        LostSegment = "tcp.analysis.lost_segment",
        /// `[TCP ACKed unseen segment]`, in older versions `.. lost segment`
        AckLostSegment = "tcp.analysis.ack_lost_segment",
        /// `[TCP Keep-Alive]`
        KeepAlive = "tcp.analysis.keep_alive",
        /// `[TCP Keep-Alive ACK]`
        KeepAliveAck = "tcp.analysis.keep_alive_ack",
        /// `[TCP Window Update]`
        WindowUpdate = "tcp.analysis.window_update",
        /// `[TCP Window Full]`
        WindowFull = "tcp.analysis.window_full",
        /// `[TCP ZeroWindow]`
        ZeroWindow = "tcp.analysis.zero_window",
        /// `[TCP ZeroWindowProbe]`
        ZeroWindowProbe = "tcp.analysis.zero_window_probe",
        /// `[TCP ZeroWindowProbeAck]`
        ZeroWindowProbeAck = "tcp.analysis.zero_window_probe_ack",
        /// `[TCP Port numbers reused]`
        ReusedPorts = "tcp.analysis.reused_ports",
        /// `[TCP segment of a reassembled PDU]` and `[TCP PDU reassembled in 7]`
        Reassembled = "tcp.reassembled",
        /// `[TCP CHECKSUM INCORRECT]`, and of other layers
        ChecksumIncorrect = "checksum_bad",
        /// `[Malformed Packet]`
        Malformed = "_ws.malformed",
        /// `[Packet size limited during capture]`
        ShortFrame = "_ws.short",
        /// `[Unreassembled Packet]`
        Unreassembled = "_ws.unreassembled",
    }
}

impl Note {
    /// The note of a text in brackets, and for a duplicate acknowledgement its number.
    pub(super) fn of(inside: &str) -> Option<(Note, Option<f64>)> {
        let Some(tcp) = inside.strip_prefix("TCP ") else {
            return Note::of_other_layer(inside).map(|note| (note, None));
        };
        let note = match tcp {
            "Out-Of-Order" => Note::OutOfOrder,
            "Retransmission" => Note::Retransmission,
            "Fast Retransmission" => Note::FastRetransmission,
            "Spurious Retransmission" => Note::SpuriousRetransmission,
            "Previous segment not captured" | "Previous segment lost" => Note::LostSegment,
            "ACKed unseen segment" | "ACKed lost segment" => Note::AckLostSegment,
            "Keep-Alive" => Note::KeepAlive,
            "Keep-Alive ACK" => Note::KeepAliveAck,
            "Window Update" => Note::WindowUpdate,
            "Window Full" => Note::WindowFull,
            "ZeroWindow" => Note::ZeroWindow,
            "ZeroWindowProbe" => Note::ZeroWindowProbe,
            "ZeroWindowProbeAck" => Note::ZeroWindowProbeAck,
            "Port numbers reused" => Note::ReusedPorts,
            "segment of a reassembled PDU" => Note::Reassembled,
            "CHECKSUM INCORRECT" => Note::ChecksumIncorrect,
            _ if tcp.starts_with("PDU reassembled in") => Note::Reassembled,
            _ => {
                let numbers = tcp.strip_prefix("Dup ACK ")?;
                let number = numbers.split_once('#').and_then(|(_, number)| number.parse().ok());
                return Some((Note::DupAck, number.map(|number: u32| f64::from(number))));
            }
        };
        Some((note, None))
    }

    fn of_other_layer(inside: &str) -> Option<Note> {
        match inside {
            "Malformed Packet" => Some(Note::Malformed),
            "Packet size limited during capture" => Some(Note::ShortFrame),
            "Unreassembled Packet" | "BoundErrorUnreassembled Packet" => Some(Note::Unreassembled),
            _ if inside.ends_with("CHECKSUM INCORRECT")
                || inside.ends_with("CHECK SEQUENCE INCORRECT") =>
            {
                Some(Note::ChecksumIncorrect)
            }
            _ if inside.starts_with("Malformed Packet") => Some(Note::Malformed),
            _ => None,
        }
    }
}

/// Takes the notes named out of a text, as if Wireshark had not printed them: `true` if
/// there were any, and `kept` then holds the rest. Time is linear in the text, whatever stands
/// in it.
pub(super) fn without(text: &str, names: &[String], kept: &mut String) -> bool {
    kept.clear();
    let mut rest = text;
    while let Some((at, length)) = find(rest, names) {
        kept.push_str(&rest[..at]);
        rest = &rest[at + length..];
        // What is left on both sides may read as a note once more.
        while let Some((at, length)) = find_across(kept, rest, names) {
            let end = at + length;
            rest = &rest[end.saturating_sub(kept.len())..];
            kept.replace_range(at..end.min(kept.len()), "");
        }
    }
    if rest.len() == text.len() {
        return false;
    }
    kept.push_str(rest);
    true
}

/// The first note of those named that begins in one text and ends in the next: where it begins,
/// and its length.
fn find_across(before: &str, after: &str, names: &[String]) -> Option<(usize, usize)> {
    let start = before.ceil_char_boundary(before.len().saturating_sub(LONGEST_BRACKET + 2));
    let end = after.floor_char_boundary(LONGEST_BRACKET + 2);
    before[start..].find('[')?;
    let seam = [&before[start..], &after[..end]].concat();
    let (at, length) = find(&seam, names)?;
    (start + at < before.len()).then_some((start + at, length))
}

/// Where the first note of those named is, and its length.
fn find(text: &str, names: &[String]) -> Option<(usize, usize)> {
    let mut brackets = text.bytes().enumerate().filter(|&(_, byte)| byte == b'[');
    brackets.find_map(|(at, _)| {
        let bears = |name: &String| {
            let rest = text[at + 1..].strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with(']') || rest.starts_with(' '))
        };
        names.iter().find(|name| bears(name))?;
        bracket(&text[at..]).map(|(inside, _)| (at, inside.len() + 2))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_notes_go_and_others_stay() {
        let names = ["TCP Out-Of-Order".to_owned(), "TCP Dup ACK".to_owned()];
        let mut kept = String::new();
        let mut drop = |text: &str| without(text, &names, &mut kept).then(|| kept.clone());
        assert_eq!(drop("[TCP Out-Of-Order] 1 > 2"), Some(" 1 > 2".to_owned()));
        assert_eq!(drop("[TCP Dup ACK 5#1] 1 > 2"), Some(" 1 > 2".to_owned()));
        assert_eq!(drop("[TCP Dup ACKs] 1 > 2"), None);
        assert_eq!(drop("[TCP Out-[TCP Out-Of-Order]Of-Order] x"), Some(" x".to_owned()));
        assert_eq!(drop("1 > 2 [ACK]"), None);
        assert_eq!(drop("[[TCP Out-Of-Order"), None);
        assert_eq!(drop("é[TCP Out-[TCP Dup ACK 5#1]Of-Order]é"), Some("éé".to_owned()));
        // Nested notes, all of which are taken out in linear time.
        let n = 100_000;
        let (before, after) = ("[TCP Out-".repeat(n), "Of-Order]".repeat(n));
        let nested = format!("{before}[TCP Out-Of-Order]{after} x");
        assert_eq!(drop(&nested), Some(" x".to_owned()));
    }
}
