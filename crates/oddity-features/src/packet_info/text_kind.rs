//! The kind of a text: what is left of it without what changes from packet to packet.

use super::cursor::Cursor;
use super::notes::Note;

/// A kind is cut here: two texts that differ only later are of one kind.
const LONGEST_KIND: usize = 80;

/// Writes the kind of a text. Numbers become `#`, addresses and dotted names `@`, and quoted
/// names `''`; analysis notes and doubled spaces go.
pub(super) fn write(text: &str, kind: &mut String) {
    kind.clear();
    let mut cursor = Cursor::new(text);
    while let Some(byte) = cursor.peek() {
        if LONGEST_KIND <= kind.len() {
            break;
        }
        match byte {
            b'[' if skip_note(&mut cursor) => {}
            b'\'' | b'"' if skip_quoted(&mut cursor, byte, kind) => kind.push_str("''"),
            // Leading ones are what a note has left behind.
            b' ' | b',' if kind.is_empty() => cursor.skip_separators(),
            b' ' => {
                cursor.skip_spaces();
                kind.push(' ');
            }
            _ if is_word(byte) => write_word(cursor.until(|byte| !is_word(byte)), kind),
            _ => push_other(&mut cursor, kind),
        }
        // A note between spaces leaves two of them.
        while kind.ends_with("  ") {
            kind.pop();
        }
    }
    kind.truncate(kind.trim_end_matches([' ', ',']).len());
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'_' | b'-' | b'@')
}

fn skip_note(cursor: &mut Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let known = ahead.bracket().is_some_and(|inside| Note::of(inside).is_some());
    if known {
        *cursor = ahead;
    }
    known
}

/// Skips a quoted name; an apostrophe within a word does not begin one.
fn skip_quoted(cursor: &mut Cursor<'_>, quote: u8, kind: &str) -> bool {
    let mut ahead = *cursor;
    ahead.skip(1);
    ahead.until(|byte| byte == quote);
    let quoted = ahead.peek().is_some() && !kind.ends_with(|last: char| last.is_alphanumeric());
    if quoted {
        ahead.skip(1);
        *cursor = ahead;
    }
    quoted
}

fn push_other(cursor: &mut Cursor<'_>, kind: &mut String) {
    if let Some(other) = cursor.rest().chars().next() {
        kind.push(other);
        cursor.skip(other.len_utf8());
    }
}

fn write_word(word: &str, kind: &mut String) {
    let ends = word.trim_end_matches(['.', ':', '-']);
    let tail = &word[ends.len()..];
    let has_digit = ends.bytes().any(|byte| byte.is_ascii_digit());
    let is_hex = |word: &str| 4 <= word.len() && word.bytes().all(|b| b.is_ascii_hexdigit());
    if ends.contains(['.', ':', '@']) {
        kind.push('@');
    } else if has_digit && (ends.starts_with("0x") || is_hex(ends)) {
        kind.push('#');
    } else {
        write_digits(ends, kind);
    }
    // The rest of a long tail says nothing more.
    kind.push_str(&tail[..tail.len().min(2)]);
}

/// Copies a word with `#` for each run of digits.
fn write_digits(word: &str, kind: &mut String) {
    let mut in_digits = false;
    for byte in word.bytes().take(LONGEST_KIND) {
        if !byte.is_ascii_digit() {
            kind.push(char::from(byte));
        } else if !in_digits {
            kind.push('#');
        }
        in_digits = byte.is_ascii_digit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_from_packet_to_packet_goes() {
        let kind = |text: &str| {
            let mut kind = String::new();
            write(text, &mut kind);
            kind
        };
        for (text, wanted) in [
            ("DHCP Offer    - Transaction ID 0x2809c9a8", "DHCP Offer - Transaction ID #"),
            ("Membership Report group 224.0.0.251", "Membership Report group @"),
            ("NTP Version 4, client", "NTP Version #, client"),
            ("Payload (Encrypted), PKN: 1, CID: 17", "Payload (Encrypted), PKN: #, CID: #"),
            ("Leave 'the name' and \"that\"", "Leave '' and ''"),
            ("[TCP Retransmission] , Hello [Malformed Packet]", "Hello"),
            ("it's 08:d1:f9:ca:10:98", "it's @"),
            ("IPv6 [a]", "IPv# [a]"),
            ("", ""),
        ] {
            assert_eq!(kind(text), wanted, "{text}");
        }
    }
}
