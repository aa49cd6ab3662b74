//! Two ports with an arrow between them: a TCP segment or a UDP datagram.
//!
//! `443  >  55054 [PSH, ACK] Seq=1 Ack=486 Win=32 Len=0 TSval=1 TSecr=2 SLE=3 SRE=4`, by
//! Wireshark's `packet-tcp.c`, and `57815  >  443 Len=314`, by its `packet-udp.c`.

use super::cursor::Cursor;
use super::fields::Field;
use super::info::{InfoKind, ParsedInfo};
use super::tls;

/// The flags in the order of their bits in the header, with the names Wireshark prints.
const FLAGS: [(Field, &str, &str); 9] = [
    (Field::Fin, "FIN", "FIN"),
    (Field::Syn, "SYN", "SYN"),
    (Field::Rst, "RST", "RST"),
    (Field::Psh, "PSH", "PSH"),
    (Field::AckFlag, "ACK", "ACK"),
    (Field::Urg, "URG", "URG"),
    (Field::Ece, "ECE", "ECN"),
    (Field::Cwr, "CWR", "CWR"),
    (Field::AccurateEcn, "AE", "NS"),
];

/// Reads a segment or a datagram; `false`, and nothing read, if it is none.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let mut ahead = *cursor;
    let Some((source, destination)) = ports(&mut ahead) else { return false };
    ahead.skip_spaces();
    if let Some(flags) = ahead.bracket() {
        if !read_flags(flags, parsed) {
            return false;
        }
        if read_segment(&mut ahead, parsed) {
            parsed.kind = InfoKind::Tcp;
        }
    } else if ahead.eat("Len=") {
        parsed.set_some(Field::UdpLen, ahead.number());
        if parsed.ends(&mut ahead) {
            parsed.kind = InfoKind::Udp;
        }
    } else {
        return false;
    }
    parsed.set(Field::SourcePort, source);
    parsed.set(Field::DestinationPort, destination);
    *cursor = ahead;
    true
}

/// Two ports with an arrow between them. The arrow may be what is left of it after a wrong
/// decoding, so that it is any one to twelve bytes that are neither letters nor digits of
/// ASCII, between spaces.
fn ports(cursor: &mut Cursor<'_>) -> Option<(f64, f64)> {
    let source = port(cursor)?;
    if cursor.peek() != Some(b' ') {
        return None;
    }
    cursor.skip_spaces();
    if !cursor.eat(">") {
        let arrow = cursor.until(|byte| byte == b' ' || byte.is_ascii_alphanumeric());
        if arrow.is_empty() || 12 < arrow.len() || arrow.contains(['[', ']', '=', ':', '.', ',']) {
            return None;
        }
    }
    if cursor.peek() != Some(b' ') {
        return None;
    }
    cursor.skip_spaces();
    Some((source, port(cursor)?))
}

fn port(cursor: &mut Cursor<'_>) -> Option<f64> {
    cursor.number().filter(|&port| port <= 65535.0)
}

/// Reads `PSH, ACK`; `false`, and nothing read, if something else is among them.
fn read_flags(flags: &str, parsed: &mut ParsedInfo<'_>) -> bool {
    let mut set = 0u16;
    if flags != "<None>" {
        for name in flags.split(", ") {
            let flag = FLAGS.iter().position(|(_, new, old)| *new == name || *old == name);
            match flag {
                Some(flag) => set |= 1 << flag,
                // Bits without a meaning.
                None if name == "Reserved" => {}
                None => return false,
            }
        }
    }
    for (bit, (field, _, _)) in FLAGS.iter().enumerate() {
        parsed.set(*field, f64::from(set >> bit & 1));
    }
    true
}

/// Reads the values, options and notes after the flags; `true` if nothing was left over.
fn read_segment<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let mut complete = true;
    let mut starts = 0.0;
    loop {
        cursor.skip_spaces();
        match cursor.peek() {
            None => break,
            Some(b'[') => match cursor.bracket() {
                Some(inside) => complete &= parsed.note(inside),
                None => return false,
            },
            // The text of what the segment completes.
            Some(b',') => {
                cursor.skip_separators();
                complete &= tls::read(cursor, parsed);
                break;
            }
            Some(_) => complete &= read_value(cursor, parsed, &mut starts),
        }
    }
    if 0.0 < starts {
        parsed.set(Field::SackBlocks, starts);
    }
    complete
}

fn read_value<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>, starts: &mut f64) -> bool {
    let word = cursor.until(|byte| matches!(byte, b'=' | b' ' | b',' | b'['));
    if word == "SACK_PERM" {
        // Newer versions print no value.
        let value = if cursor.eat("=") { cursor.number() } else { Some(1.0) };
        parsed.set_some(Field::SackPerm, value);
        return value.is_some();
    }
    if !cursor.eat("=") {
        return false;
    }
    let Some(value) = cursor.number() else {
        cursor.until(|byte| matches!(byte, b' ' | b','));
        return false;
    };
    let field = match word {
        "Seq" => Field::Seq,
        "Ack" => Field::Ack,
        "Win" => Field::Win,
        "Len" => Field::TcpLen,
        "TSval" => Field::TsVal,
        "TSecr" => Field::TsEcr,
        "MSS" => Field::Mss,
        "WS" => Field::Ws,
        "Urg" => Field::UrgentPointer,
        "SLE" => {
            *starts += 1.0;
            return true;
        }
        "SRE" => return true,
        _ => return false,
    };
    parsed.set(field, value);
    true
}
