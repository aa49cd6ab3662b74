//! Messages of DNS, multicast DNS and LLMNR.
//!
//! `Standard query response 0x5de4 No such name A example.org SOA ns.example.org`

use super::cursor::Cursor;
use super::fields::{Choice, Field};
use super::info::ParsedInfo;

/// Operations with their codes.
const OPERATIONS: [(&str, f64); 5] = [
    ("Standard query", 0.0),
    ("Inverse query", 1.0),
    ("Server status request", 2.0),
    ("Zone change notification", 4.0),
    ("Dynamic update", 5.0),
];

/// Response codes as Wireshark names them.
const RESPONSES: [(&str, f64); 10] = [
    ("No such name", 3.0),
    ("Refused", 5.0),
    ("Server failure", 2.0),
    ("Format error", 1.0),
    ("Not implemented", 4.0),
    ("Name exists", 6.0),
    ("RRset exists", 7.0),
    ("RRset does not exist", 8.0),
    ("Not authoritative", 9.0),
    ("Name out of zone", 10.0),
];

pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let Some((_, code)) = OPERATIONS.iter().find(|(name, _)| cursor.eat(name)) else {
        return false;
    };
    parsed.set(Field::DnsOpcode, *code);
    cursor.skip_spaces();
    let response = cursor.eat("response");
    cursor.skip_spaces();
    let Some(id) = cursor.hex() else { return false };
    parsed.set(Field::DnsId, id);
    parsed.set(Field::DnsResponse, f64::from(response));
    cursor.skip_spaces();
    if response {
        let found = RESPONSES.iter().find(|(name, _)| cursor.eat(name));
        parsed.set(Field::DnsRcode, found.map_or(0.0, |(_, code)| *code));
    }
    read_records(cursor, parsed);
    true
}

/// The type and name of the first record, and the number of words that are types.
fn read_records<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) {
    cursor.skip_spaces();
    let mut n_records = 0.0;
    while !cursor.rest().is_empty() {
        let word = cursor.until(|byte| matches!(byte, b' ' | b',' | b'['));
        let code = Choice::DnsType.code(word);
        if n_records == 0.0 && !word.is_empty() {
            parsed.choose(Choice::DnsType, code.unwrap_or(Choice::DnsType.other()));
            n_records = 1.0;
            cursor.skip_separators();
            // In multicast DNS a remark stands between the type and the name.
            if cursor.eat("cache flush") {
                cursor.skip_separators();
            }
            let name = cursor.until(|byte| matches!(byte, b' ' | b',' | b'['));
            parsed.set(Field::DnsNameLength, name.len() as f64);
        } else if code.is_some() {
            n_records += 1.0;
        }
        let before = cursor.rest().len();
        parsed.skip_notes(cursor);
        if cursor.rest().len() == before {
            cursor.skip(1);
        }
    }
    parsed.set(Field::DnsRecords, n_records);
}
