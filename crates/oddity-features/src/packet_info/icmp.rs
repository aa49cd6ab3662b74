//! Messages of ICMP and ICMPv6.
//!
//! `Echo (ping) request  id=0x0001, seq=2/512, ttl=64 (reply in 8)`; what stands in brackets
//! at the end is not read, since Wireshark knows it from later packets.

use super::cursor::Cursor;
use super::fields::{Choice, Field};
use super::info::ParsedInfo;

pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let names = Choice::IcmpType.names().iter().enumerate().skip(1);
    let Some((code, _)) = names.into_iter().find(|(_, name)| cursor.eat(name)) else {
        return false;
    };
    parsed.choose(Choice::IcmpType, code as u8);
    if !cursor.rest().starts_with([' ', ',']) && !cursor.rest().is_empty() {
        return false;
    }
    loop {
        parsed.skip_notes(cursor);
        if cursor.eat("id=") {
            let id = cursor.hex().or_else(|| cursor.number());
            parsed.set_some(Field::IcmpId, id);
        } else if cursor.eat("seq=") {
            parsed.set_some(Field::IcmpSeq, cursor.number());
        } else if cursor.eat("ttl=") || cursor.eat("hop limit=") {
            parsed.set_some(Field::IcmpTtl, cursor.number());
        }
        cursor.until(|byte| matches!(byte, b' ' | b',' | b'['));
        if cursor.rest().is_empty() {
            return true;
        }
        if cursor.peek() == Some(b'[') {
            let mut ahead = *cursor;
            if ahead.bracket().is_none_or(|inside| !parsed.note(inside)) {
                cursor.skip(1);
            } else {
                *cursor = ahead;
            }
        }
    }
}
